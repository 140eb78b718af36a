using EmailSms.MailOut;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Tests.Peers;
using MimeKit;

namespace EmailSms.Tests.EndToEnd;

/// <summary>Our mail goes out by the mail server that half of the companies have, and comes back from there.</summary>
[Collection(OfficeMail.Collection)]
public sealed class Postfix_is_the_smart_host(OfficeMail office)
{
    private const string Desk = "desk@clinic.example"; // the owner of the number

    [Fact]
    public async Task A_report_a_notice_and_a_reply_go_over_one_connection_with_TLS_and_a_login()
    {
        await using TestGateway test = await office.StartGatewayAsync();
        (string annAt, string bobAt) = (office.NextPerson(), office.NextPerson());
        await using MailProgram ann = await MailProgram.OpenAsync(office.Dovecot, annAt);
        await using MailProgram bob = await MailProgram.OpenAsync(office.Dovecot, bobAt);
        using var all = new ManualResetEventSlim();
        office.Policy.Answer = question =>
        {
            all.Wait(TestGateway.Patience); // all three are there before the first goes, however slow the machine is
            return PolicyServer.NoOpinion(question);
        };

        await using (RawSmtp smtp = await RawSmtp.OpenAsync(test.Smtp))
        {
            await smtp.AskAsync($"MAIL FROM:<{annAt}>", "250");
            await smtp.AskAsync($"RCPT TO:<{TestGateway.Phone}@{TestGateway.Domain}> NOTIFY=SUCCESS", "250");
            await smtp.AskAsync("DATA", "354");
            await smtp.AskAsync("Subject: Boiler\r\n\r\nBoiler 3: 92 C\r\n.", "250");
        }

        MimeMessage read = TestGateway.Mail("Please come", "+447700900124", bobAt);
        read.Headers.Add(HeaderId.DispositionNotificationTo, bobAt);
        await test.SendAsync(read);
        await TestGateway.UntilAsync(() => test.CountIn("delivered") == 2);
        await test.TextAsync("On my way");
        await TestGateway.UntilAsync(() => test.Gateway.Outbox.Count().Queued == 3);
        all.Set();

        MimeMessage report = await ann.NextAsync();
        Assert.Equal("multipart/report", report.Body!.ContentType.MimeType);
        Assert.StartsWith("Delivered: SMS to", report.Subject, StringComparison.Ordinal);
        Assert.Equal("<>", report.Headers["Return-Path"]); // Postfix' own words for the envelope
        MimeMessage reply = await ann.NextAsync();
        Assert.StartsWith("On my way", reply.TextBody, StringComparison.Ordinal);
        Assert.Matches($"^<bounce\\+[a-z2-7]{{16}}@{TestGateway.Domain}>$", reply.Headers["Return-Path"]);
        Assert.StartsWith("Delivered: SMS to", (await bob.NextAsync()).Subject, StringComparison.Ordinal);

        IReadOnlyDictionary<string, string> asked = Assert.Single(office.Policy.AskedOf(bobAt));
        Assert.Equal(OfficeMail.Account, asked["sasl_username"]);
        Assert.StartsWith("TLSv1.", asked["encryption_protocol"], StringComparison.Ordinal);
        await test.StopGatewayAsync();
        await office.LoggedAsync("disconnect from", " ehlo=2 starttls=1 auth=1 mail=3 rcpt=3 data=3 quit=1 ");
        await test.StartGatewayAsync();
    }

    [Theory]
    [InlineData(nameof(SmartHostAuth.Plain))]
    [InlineData(nameof(SmartHostAuth.Login))]
    [InlineData(nameof(SmartHostAuth.CramMd5))]
    [InlineData(nameof(SmartHostAuth.ScramSha256))]
    public async Task Every_way_of_showing_the_account_opens_it(string auth)
    {
        await using TestGateway test = await office.StartGatewayAsync(
            settings => settings.SmartHost.Auth = Enum.Parse<SmartHostAuth>(auth));
        await test.TextAsync($"By {auth}");
        await TestGateway.UntilAsync(() => test.Gateway.Outbox.Count().Queued == 0);
        Assert.Contains(
            office.Policy.AskedOf(Desk),
            one => one["sasl_method"].Replace("-", "", StringComparison.Ordinal)
                .Equals(auth, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Greylisting_is_waited_out_on_a_connection_that_is_pipelined()
    {
        await office.NeedAsync();
        await using var relay = new CuttingRelay(office.Smtp.Port);
        await using TestGateway test = await office.StartGatewayAsync(settings => settings.SmartHost = new()
        {
            Host = "127.0.0.1",
            Port = relay.Port,
            Tls = SmartHostTls.None, // so that it can be heard
            RetryFirst = TimeSpan.FromSeconds(1),
            RetryMax = TimeSpan.FromSeconds(1),
        });
        string bobAt = office.NextPerson();
        await using MailProgram bob = await MailProgram.OpenAsync(office.Dovecot, bobAt);
        int asked = 0;
        office.Policy.Answer = _ =>
            Interlocked.Increment(ref asked) == 1 ? "DEFER_IF_PERMIT Greylisted, come again" : "DUNNO";
        SmsRecord sms = await AskAsync(test, bobAt);
        await test.TextAsync("Here I am");

        Assert.StartsWith("Here I am", (await bob.NextAsync()).TextBody, StringComparison.Ordinal);
        await TestGateway.UntilAsync(() => test.Kinds(sms.Id).Contains(Timeline.Mailed));
        Assert.Equal(2, asked);
        Assert.DoesNotContain(Timeline.MailFailed, test.Kinds(sms.Id));
        Assert.Contains(
            relay.Heard,
            said => said.StartsWith("MAIL FROM:", StringComparison.Ordinal)
                && said.Contains("\r\nRCPT TO:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_mailbox_that_it_does_not_know_is_passed_over()
    {
        await using TestGateway test = await office.StartGatewayAsync();
        await using MailProgram desk = await MailProgram.OpenAsync(office.Dovecot, Desk);
        SmsRecord sms = await AskAsync(test, "nobody@clinic.example");
        await test.TextAsync("I am at the gate");

        MimeMessage mail = await desk.NextAsync(one => one.TextBody!.Contains("at the gate", StringComparison.Ordinal));
        Assert.Contains(
            "It was for nobody@clinic.example, where it could not be delivered: 550 5.1.1",
            mail.TextBody!.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Contains(Timeline.Bounced, test.Kinds(sms.Id));
    }

    [Fact]
    public async Task And_one_that_is_dead_elsewhere_comes_back_as_its_bounce_and_is_passed_over_too()
    {
        await using TestGateway test = await office.StartGatewayAsync();
        await using MailProgram desk = await MailProgram.OpenAsync(office.Dovecot, Desk);
        office.World.Answer = (at, line) =>
            at is SinkStage.Recipient && line.Contains("gone@elsewhere.example", StringComparison.Ordinal)
                ? "550 5.1.1 She has left us"
                : null;
        SmsRecord sms = await AskAsync(test, OfficeMail.Moved);
        await test.TextAsync("I am at the door");

        MimeMessage mail = await desk.NextAsync(one => one.TextBody!.Contains("at the door", StringComparison.Ordinal));
        Assert.Contains(
            $"It was for {OfficeMail.Moved}, where it could not be delivered: ",
            mail.TextBody!.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Contains("She has left us", mail.TextBody!.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Contains(Timeline.Bounced, test.Kinds(sms.Id));
        Assert.Equal(0, test.Gateway.Outbox.Count().Failed);
    }

    // A mail of the staff's that somebody can answer.
    private static async Task<SmsRecord> AskAsync(TestGateway test, string from)
    {
        await test.SendAsync(TestGateway.Mail("Where are you?", from: from));
        await test.NextSmsAsync();
        return await test.SmsInStateAsync(SmsState.Delivered);
    }
}
