using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Tests.Peers;
using MimeKit;

namespace EmailSms.Tests.EndToEnd;

public sealed class The_mail_server_is_away
{
    [Fact]
    public async Task And_a_reply_waits_for_it_through_a_restart_too()
    {
        await using SmtpSink server = await SmtpSink.AwayAsync();
        await using TestGateway test = await TestGateway.StartAsync(settings => settings.SmartHost.Port = server.Port);
        await test.SendAsync(TestGateway.Mail("Can you come?"));
        await test.NextSmsAsync();
        await test.TextAsync("Yes");
        Assert.Equal(1, test.Gateway.Outbox.Count().Queued);
        await test.StopGatewayAsync();
        await test.StartGatewayAsync();
        server.Start();

        await TestGateway.UntilAsync(() => server.Mails.Count == 1);
        SunkMail mail = server.Mails[0];
        Assert.Equal(TestGateway.Staff, mail.To);
        Assert.StartsWith("Yes", Read(mail).TextBody, StringComparison.Ordinal);
        SmsRecord sms = await test.SmsInStateAsync(SmsState.Delivered);
        await TestGateway.UntilAsync(() => test.Kinds(sms.Id).Contains(Timeline.Mailed));
        Assert.Equal(0, test.Gateway.Outbox.Count().Queued);
    }

    [Fact]
    public async Task Or_refuses_a_reply_for_good_and_that_stands_on_the_timeline()
    {
        await using SmtpSink server = SmtpSink.Open();
        server.Answer = (stage, _) => stage is SinkStage.EndOfData ? "554 5.7.1 Not from you" : null;
        await using TestGateway test = await TestGateway.StartAsync(settings => settings.SmartHost.Port = server.Port);
        await test.SendAsync(TestGateway.Mail("Can you come?"));
        await test.NextSmsAsync();
        await test.TextAsync("Yes");
        SmsRecord sms = await test.SmsInStateAsync(SmsState.Delivered);
        await TestGateway.UntilAsync(() => test.Gateway.Outbox.Count().Failed == 3); // and nobody is left to ask

        TimelineEvent failed = test.Store.Read(db => Timeline.Of(db, sms.Id))
            .First(line => line.Kind == Timeline.MailFailed);
        Assert.Contains("Not from you", failed.Detail, StringComparison.Ordinal);
        Assert.Contains(TestGateway.Staff, failed.Detail, StringComparison.Ordinal);
        Assert.Equal(0, test.Gateway.Outbox.Count().Queued);
        Assert.Equal(3, server.Commands.Count(line => line == "DATA"));
    }

    [Fact]
    public async Task Or_says_later_and_gets_a_report_again_from_nobody()
    {
        int tries = 0;
        await using SmtpSink server = SmtpSink.Open();
        server.Answer = (stage, _) => stage is SinkStage.Recipient && Interlocked.Increment(ref tries) == 1
            ? "450 4.2.1 Try again" : null;
        await using TestGateway test = await TestGateway.StartAsync(
            settings => settings.SmartHost.Port = server.Port,
            behaviour: new() { RejectStatus = Smpp.CommandStatus.InvalidDestinationAddress });
        await test.SendAsync(TestGateway.Mail("Hello"));
        await TestGateway.UntilAsync(() => server.Mails.Count == 1);

        Assert.Equal(("", TestGateway.Staff), (server.Mails[0].From, server.Mails[0].To)); // no bounce of a bounce
        Assert.StartsWith("Not delivered", Read(server.Mails[0]).Subject, StringComparison.Ordinal);
        Assert.Equal(2, tries);
    }

    private static MimeMessage Read(SunkMail mail)
    {
        Assert.DoesNotContain(mail.Content, octet => octet > 127); // seven bits, for any server there is
        return MimeMessage.Load(new MemoryStream(mail.Content));
    }
}
