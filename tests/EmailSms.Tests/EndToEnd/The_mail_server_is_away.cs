using System.Text.Json;
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
    public async Task Or_refuses_a_notice_for_good_and_the_admin_is_told_and_can_send_it_after_all()
    {
        bool isMended = false;
        await using SmtpSink server = SmtpSink.Open();
        server.Answer = (stage, line) =>
            !isMended && stage is SinkStage.Recipient && line.Contains(TestGateway.Staff, StringComparison.Ordinal)
                ? "550 5.1.1 No such mailbox" : null;
        await using TestGateway test = await TestGateway.StartAsync(
            settings => settings.SmartHost.Port = server.Port,
            behaviour: new() { RejectStatus = Smpp.CommandStatus.InvalidDestinationAddress });
        await test.SendAsync(TestGateway.Mail("Hello"));
        await TestGateway.UntilAsync(() => server.Mails.Count == 1);
        Assert.Equal(("", TestGateway.Office), (server.Mails[0].From, server.Mails[0].To));
        MimeMessage told = Read(server.Mails[0]);
        Assert.Equal($"A mail to {TestGateway.Staff} was given up", told.Subject);
        Assert.Contains("550 5.1.1 No such mailbox", told.TextBody, StringComparison.Ordinal);

        // Told once an hour, however many there are.
        await test.SendAsync(TestGateway.Mail("Hello again", to: "+447700900124"));
        await TestGateway.UntilAsync(() => test.Gateway.Outbox.Count() is { Failed: 2, Queued: 0 });
        JsonElement[] failed = await test.RunJsonAsync("outbox", "list", "--failed");
        Assert.Equal(2, failed.Length);
        Assert.Equal("550 5.1.1 No such mailbox", failed[0].GetProperty("error").GetString());
        Assert.Equal(TestGateway.Staff, failed[0].GetProperty("to").GetString());

        isMended = true;
        string mail = failed[1].GetProperty("mail").GetString()!;
        (int code, string output, _) = await test.RunAsync("outbox", "retry", mail);
        Assert.Equal((0, "1 to send."), (code, output.Trim()));
        await TestGateway.UntilAsync(() => server.Mails.Count == 2); // nothing else wakes the sender
        (_, output, _) = await test.RunAsync("outbox", "retry");
        Assert.Equal("1 to send.", output.Trim());
        await TestGateway.UntilAsync(() => server.Mails.Count == 3);
        Assert.All(server.Mails.Skip(1), sent => Assert.Equal(TestGateway.Staff, sent.To));
        Assert.Empty(await test.RunJsonAsync("outbox", "list"));
        (code, _, string why) = await test.RunAsync("outbox", "retry", "x");
        Assert.Equal(
            (1, "There is no mail x that waits or was given up: see emailsms outbox list."), (code, why.Trim()));
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
