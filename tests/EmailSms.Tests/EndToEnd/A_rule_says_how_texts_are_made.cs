using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Smpp.Simulation;
using EmailSms.Smpp.Text;
using MimeKit;

namespace EmailSms.Tests.EndToEnd;

public sealed class A_rule_says_how_texts_are_made
{
    [Fact]
    public async Task By_template_with_what_the_mail_says()
    {
        await using TestGateway test = await StartAsync(new TextRulesDraft
        {
            Text = "template",
            Template = "{{ found.host | string.upcase }} {{ subject }}",
            Captures = ["host=Host: (\\S+)"],
        });
        MimeMessage mail = TestGateway.Mail("A long report.\n\nHost: db1\n\nMore of it.");
        mail.Subject = "is down";
        await test.SendAsync(mail);
        Assert.Equal("DB1 is down", (await test.NextSmsAsync()).Text);
    }

    [Fact]
    public async Task As_the_mail_says_where_the_template_fails_and_the_timeline_says_why()
    {
        await using TestGateway test = await StartAsync(new TextRulesDraft
        {
            Text = "template",
            Template = "{{ for i in 1..json.count }}x{{ end }}",
        });
        await test.SendAsync(TestGateway.Mail("{\"count\": 2000}"));
        Assert.Equal("{\"count\": 2000}", (await test.NextSmsAsync()).Text);
        SmsRecord record = await test.SmsInStateAsync(SmsState.Delivered);
        string accepted = test.Store.Read(db => Timeline.Of(db, record.Id))[0].Detail;
        Assert.Contains("The template fails at line 1", accepted, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_several_SMS_where_it_splits()
    {
        await using TestGateway test = await StartAsync(new TextRulesDraft { TooLong = "split" }, parts: 1);
        string answer = await test.SendAsync(TestGateway.Mail(
            string.Concat(Enumerable.Repeat("Pump 2 has stopped and the pressure falls. ", 6))));
        string[] texts = [(await test.NextSmsAsync()).Text, (await test.NextSmsAsync()).Text];
        Assert.Contains("2 SMS kept as ", answer, StringComparison.Ordinal);
        Assert.Equal(["(1/2)", "(2/2)"], texts.Select(text => text[..5]).Order());
    }

    [Fact]
    public async Task Not_at_all_where_it_refuses()
    {
        await using TestGateway test = await StartAsync(
            new TextRulesDraft { TooLong = "refuse", Attachments = "refuse", Encoding = "gsm7-strict" }, parts: 1);
        Assert.Equal(
            "5.3.4 The text needs 2 parts of an SMS and your rule allows 1: shorten it",
            await RefusalAsync(test, TestGateway.Mail(new string('x', 200))));
        Assert.StartsWith(
            "5.6.0 The mail has the character U+0142", await RefusalAsync(test, TestGateway.Mail("łódź")),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task And_the_sender_is_told_what_was_cut()
    {
        await using TestGateway test = await StartAsync(new TextRulesDraft(), parts: 1);
        await test.SendAsync(TestGateway.Mail(
            $"{string.Concat(Enumerable.Repeat("Pump 2 has stopped. ", 8))}The spare key is with Ann."));
        SimulatedSms sms = await test.NextSmsAsync();
        Assert.EndsWith("stopped. ...", sms.Text, StringComparison.Ordinal);
        MimeMessage notice = (await test.NextMailAsync()).Mail;
        Assert.Equal("Shortened: SMS to +44 7700 900123", notice.Subject);
        Assert.Contains("It does not show:", notice.TextBody, StringComparison.Ordinal);
        Assert.Contains("The spare key is with Ann.", notice.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Also_where_nothing_is_to_be_told_of_the_first_number()
    {
        await using TestGateway test = await StartAsync(new TextRulesDraft(), parts: 1);
        await using RawSmtp smtp = await RawSmtp.OpenAsync(test.Smtp);
        await smtp.AskAsync($"MAIL FROM:<{TestGateway.Staff}>", "250");
        await smtp.AskAsync($"RCPT TO:<{TestGateway.Phone}@{TestGateway.Domain}> NOTIFY=NEVER", "250");
        await smtp.AskAsync($"RCPT TO:<+447700900124@{TestGateway.Domain}>", "250");
        await smtp.AskAsync("DATA", "354");
        await smtp.AskAsync($"Subject: Pump\r\n\r\n{new string('x', 70)}\r\n{new string('y', 200)}\r\n.", "250");
        Assert.Equal("Shortened: SMS to +44 7700 900124", (await test.NextMailAsync()).Mail.Subject);
    }

    [Fact]
    public async Task With_the_tables_of_a_language()
    {
        await using TestGateway test = await StartAsync(new TextRulesDraft { Languages = ["turkish"] }, parts: 1);
        string text = string.Concat(Enumerable.Repeat("Şalter açık. ", 11)).TrimEnd();
        await test.SendAsync(TestGateway.Mail(text)); // 142 letters, of which 33 cost two: two parts in UCS-2
        SimulatedSms sms = await test.NextSmsAsync();
        Assert.Equal((text, SmsEncoding.Gsm7, 1), (sms.Text, sms.Encoding, sms.Parts));
        Assert.Equal("03 25 01 01", Convert.ToHexString(sms.Submits[0].ShortMessage.Span[..4]).Insert(2, " ")
            .Insert(5, " ").Insert(8, " "));
        SmsRecord record = await test.SmsInStateAsync(SmsState.Delivered);
        Assert.Equal(("gsm7-turkish", 1), (record.Encoding, record.Parts));
        string accepted = test.Store.Read(db => Timeline.Of(db, record.Id))[0].Detail;
        Assert.Contains("\"encoding\":\"gsm7-turkish\"", accepted, StringComparison.Ordinal);
    }

    private static Task<TestGateway> StartAsync(TextRulesDraft text, int parts = 3) =>
        TestGateway.StartAsync(rule: draft => draft with { Text = text, PartsMax = parts });

    private static async Task<string> RefusalAsync(TestGateway test, MimeMessage mail) =>
        (await test.SendRefusedAsync(mail)).Message;
}
