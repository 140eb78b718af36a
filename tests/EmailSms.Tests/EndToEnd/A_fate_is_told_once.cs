using System.Globalization;
using EmailSms.Cli.Demo;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Smpp;
using EmailSms.Smpp.Simulation;
using MimeKit;

namespace EmailSms.Tests.EndToEnd;

/// <summary>One mail for a mail, however many phones it went to; or one each, or one a day.</summary>
public sealed class A_fate_is_told_once
{
    private static readonly SmscBehaviour OneFails = new()
    {
        Rules =
        [
            new SmscRule
            {
                Destinations = "*124",
                Receipts = new ReceiptPlan
                {
                    States = [new WeightedState(MessageState.Undeliverable)],
                    Delay = TimeSpan.FromMilliseconds(300),
                },
            },
        ],
    };

    [Fact]
    public async Task In_one_mail_for_all_numbers_of_a_mail()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            rule: rule => rule with { Notices = NoticeSetting.Always }, behaviour: OneFails);
        await test.SendAsync(ToTwo());
        CaughtMail caught = await test.NextMailAsync();
        Assert.Equal("1 not delivered: SMS to 2 numbers", caught.Mail.Subject);
        HeaderListCollection groups =
            Assert.IsType<MessageDeliveryStatus>(((Multipart)caught.Mail.Body!)[1]).StatusGroups;
        Assert.All(groups.Skip(3), Assert.Empty); // the library reads its own last blank line as one
        Assert.Equal(
            ["rfc822; 447700900123@sms.example delivered", "rfc822; 447700900124@sms.example failed"],
            groups.Skip(1).Take(2).Select(one => $"{one["Final-Recipient"]} {one["Action"]}")
                .Order(StringComparer.Ordinal));
        Assert.Equal(2, test.Store.Read(db => SmsRecord.Search(db, new SmsSearch()))
            .Count(sms => test.Kinds(sms.Id).Contains(Timeline.Notice)));
        await TestGateway.UntilAsync(() => test.Store.Read(db => SmsRecord.Search(db, new SmsSearch()))
            .TrueForAll(sms => test.Kinds(sms.Id).Contains(Timeline.Mailed)));
    }

    [Fact]
    public async Task Or_what_is_known_when_the_time_is_up()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            settings => settings.Notices.CollectFor = TimeSpan.FromMilliseconds(500),
            rule => rule with { Notices = NoticeSetting.Always },
            new SmscBehaviour { Rules = [new SmscRule { Destinations = "*124", Receipts = null }] });
        await test.SendAsync(ToTwo());
        Assert.Equal("Delivered: SMS to +44 7700 900123", (await test.NextMailAsync()).Mail.Subject);
    }

    [Fact]
    public async Task Or_one_for_each_number_though_its_text_was_split()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            rule: rule => rule with { Text = new TextRulesDraft { TooLong = "split" }, PartsMax = 1 });
        MimeMessage mail = TestGateway.Mail(string.Join(' ', Enumerable.Repeat("Boiler 3 is off and cold.", 20)));
        mail.Headers.Add(HeaderId.DispositionNotificationTo, TestGateway.Staff);
        await test.SendAsync(mail);
        CaughtMail caught = await test.NextMailAsync();
        Assert.Equal("Delivered: SMS to +44 7700 900123", caught.Mail.Subject);
        Assert.True(test.CountIn("delivered") > 1);
        Assert.Equal(1L, test.Store.Read(db => db.Scalar("select count(*) from outbox")));
        Assert.All(
            test.Store.Read(db => SmsRecord.Search(db, new SmsSearch())),
            sms => Assert.Contains(Timeline.Notice, test.Kinds(sms.Id)));
    }

    [Fact]
    public async Task Or_each_by_itself_to_who_asks_for_a_read_receipt()
    {
        await using TestGateway test = await TestGateway.StartAsync(behaviour: OneFails);
        MimeMessage mail = ToTwo();
        mail.Headers.Add(HeaderId.DispositionNotificationTo, TestGateway.Staff);
        await test.SendAsync(mail);
        string?[] subjects = [(await test.NextMailAsync()).Mail.Subject, (await test.NextMailAsync()).Mail.Subject];
        Assert.Equal(
            ["Delivered: SMS to +44 7700 900123", "Not delivered: SMS to +44 7700 900124"],
            subjects.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task But_to_nobody_else_than_the_sender()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        MimeMessage mail = TestGateway.Mail("Hello");
        mail.Headers.Add(HeaderId.DispositionNotificationTo, "eve@evil.example");
        await test.SendAsync(mail);
        SmsRecord sms = await test.SmsInStateAsync(SmsState.Delivered);
        Assert.DoesNotContain(Timeline.Notice, test.Kinds(sms.Id));
    }

    [Fact]
    public async Task Or_with_all_others_of_the_hour_or_the_day()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            rule: rule => rule with { Notices = NoticeSetting.Daily }, behaviour: OneFails);
        await test.SendAsync(ToTwo());
        await test.SendAsync(TestGateway.Mail("And one more"));
        await TestGateway.UntilAsync(() =>
            test.Store.Read(db => (long)db.Scalar("select count(*) from notice")!) == 3);
        Assert.Empty(test.Store.Read(db => db.Query("select 1 from outbox", row => row.GetInt64(0))));
        await test.StopGatewayAsync(); // what waits outlives a restart; midnight is made to have come
        test.Settings.Notices.CollectFor = TimeSpan.Zero;
        await test.StartGatewayAsync();
        await test.Store.WriteAsync(db => db.Execute("update notice set due_ms = 1"));
        await test.StopGatewayAsync();
        await test.StartGatewayAsync();
        CaughtMail caught = await test.NextMailAsync();
        Assert.Equal("3 SMS: 2 delivered, 1 not delivered", caught.Mail.Subject);
        string body = caught.Mail.TextBody!;
        Assert.True(
            body.IndexOf("Not delivered:", StringComparison.Ordinal)
            < body.IndexOf("\nDelivered:", StringComparison.Ordinal));
        Assert.Contains("+44 7700 900124  Hello", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task That_it_still_waits()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            settings => settings.Notices.DelayAfter = TimeSpan.FromMilliseconds(300),
            behaviour: new SmscBehaviour { RejectStatus = CommandStatus.SystemError });
        await test.SendAsync(TestGateway.Mail("Hello"));
        await TestGateway.UntilAsync(() => test.Store.Read(Notices.NextLookMs) is not null);
        await test.StopGatewayAsync(); // the clock looks at what is due at its start, too
        await test.StartGatewayAsync();
        CaughtMail caught = await test.NextMailAsync();
        Assert.Equal("Delayed: SMS to +44 7700 900123", caught.Mail.Subject);
        HeaderList fields = Assert.IsType<MessageDeliveryStatus>(((Multipart)caught.Mail.Body!)[1]).StatusGroups[1];
        Assert.Equal(("delayed", "4.4.1"), (fields["Action"], fields["Status"]));
        Assert.NotNull(fields["Will-Retry-Until"]);
        Assert.Null(test.Store.Read(Notices.NextLookMs)); // once
    }

    [Fact]
    public async Task That_the_carrier_never_said_more()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            settings => settings.Notices.ReceiptGrace = TimeSpan.FromSeconds(1),
            rule => rule with { Notices = NoticeSetting.Always, Validity = TimeSpan.FromMinutes(1) },
            new SmscBehaviour { Rules = [new SmscRule { Receipts = null }] });
        await test.SendAsync(TestGateway.Mail("Hello"));
        SmsRecord sms = await test.SmsInStateAsync(SmsState.Sent);
        Assert.Equal(sms.ExpiresMs + 1000, test.Store.Read(Notices.NextLookMs));
        await test.Store.WriteAsync(db => db.Execute(
            "update sms set expires_ms = 1, look_ms = 1 where id = @id", ("@id", sms.Id.ToString())));
        await test.StopGatewayAsync();
        await test.StartGatewayAsync();
        CaughtMail caught = await test.NextMailAsync();
        Assert.Equal("Handed over: SMS to +44 7700 900123", caught.Mail.Subject);
        HeaderList fields = Assert.IsType<MessageDeliveryStatus>(((Multipart)caught.Mail.Body!)[1]).StatusGroups[1];
        Assert.Equal(("relayed", "2.0.0"), (fields["Action"], fields["Status"]));
    }

    [Fact]
    public async Task Also_in_the_digest()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            rule: rule => rule with { Notices = NoticeSetting.Daily },
            behaviour: new SmscBehaviour { Rules = [new SmscRule { Receipts = null }] });
        await test.SendAsync(TestGateway.Mail("Hello"));
        SmsRecord sms = await test.SmsInStateAsync(SmsState.Sent);
        await test.Store.WriteAsync(db => db.Execute(
            "update sms set expires_ms = 1, look_ms = 1 where id = @id and look_ms is not null",
            ("@id", sms.Id.ToString())));
        await RestartAsync(test);
        await TestGateway.UntilAsync(() =>
            test.Store.Read(db => (long)db.Scalar("select count(*) from notice")!) == 1);
        await test.Store.WriteAsync(db => db.Execute("update notice set due_ms = 1"));
        await RestartAsync(test);
        CaughtMail caught = await test.NextMailAsync();
        Assert.Equal("1 SMS: 0 delivered, 0 not delivered, 1 with the carrier", caught.Mail.Subject);
        Assert.Contains("With the carrier, which said no more:", caught.Mail.TextBody!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HDRS", false, false)]
    [InlineData("FULL", true, true)]
    public async Task And_brings_back_what_was_asked_for(string ret, bool hasText, bool hasMail)
    {
        await using TestGateway test = await TestGateway.StartAsync(
            behaviour: new SmscBehaviour { ReceiptState = MessageState.Undeliverable });
        await using RawSmtp smtp = await RawSmtp.OpenAsync(test.Smtp);
        await smtp.AskAsync($"MAIL FROM:<{TestGateway.Staff}> RET={ret}", "250");
        await smtp.AskAsync($"RCPT TO:<{TestGateway.Phone}@{TestGateway.Domain}>", "250");
        await smtp.AskAsync("DATA", "354");
        await smtp.AskAsync("Subject: Note\r\n\r\nBoiler 3 is off\r\n.", "250");
        var report = (Multipart)(await test.NextMailAsync()).Mail.Body!;
        Assert.Equal(
            hasText, ((TextPart)report[0]).Text.Contains("Boiler 3 is off", StringComparison.Ordinal));
        Assert.Equal(hasMail, report[2] is MessagePart and not TextRfc822Headers);
        Assert.Equal(
            hasMail, report[2].ToString().Contains("Boiler 3 is off", StringComparison.Ordinal));
    }

    // The clock looks at what is due at its start.
    private static async Task RestartAsync(TestGateway test)
    {
        await test.StopGatewayAsync();
        await test.StartGatewayAsync();
    }

    private static MimeMessage ToTwo()
    {
        MimeMessage mail = TestGateway.Mail("Hello");
        mail.To.Add(new MailboxAddress("", string.Create(
            CultureInfo.InvariantCulture, $"+447700900124@{TestGateway.Domain}")));
        return mail;
    }
}
