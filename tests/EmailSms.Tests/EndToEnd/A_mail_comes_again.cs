using EmailSms.Queue;
using MailKit.Net.Smtp;
using MimeKit;

namespace EmailSms.Tests.EndToEnd;

public sealed class A_mail_comes_again
{
    [Fact]
    public async Task And_is_answered_with_the_sms_it_made_before()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        using MimeMessage mail = TestGateway.Mail("On battery");
        string first = await test.SendAsync(mail);
        string second = await test.SendAsync(mail);

        SmsRecord sms = Assert.Single(test.Store.Read(db => SmsRecord.Search(db, new SmsSearch())));
        Assert.Contains(sms.Id.ToString(), first, StringComparison.Ordinal);
        Assert.Contains($"taken before, as {sms.Id}", second, StringComparison.Ordinal);
        Assert.Contains(Timeline.Repeat, test.Kinds(sms.Id));
    }

    [Theory]
    [InlineData("Date: Tue, 24 Nov 2026 10:00:00 +0000\r\n", 1)]
    [InlineData("", 2)] // it may be a second alarm in the same words
    public async Task From_a_device_that_writes_no_message_id(string date, int made)
    {
        await using TestGateway test = await TestGateway.StartAsync();
        for (int i = 0; i < 2; i++)
        {
            await using RawSmtp smtp = await RawSmtp.OpenAsync(test.Smtp);
            string answer = await smtp.OfferAsync($"{date}Subject: UPS\r\n\r\nOn battery");
            Assert.StartsWith("250 ", answer, StringComparison.Ordinal);
        }

        Assert.Equal(made, test.Store.Read(db => SmsRecord.Search(db, new SmsSearch())).Count);
    }

    [Fact]
    public async Task As_the_automatic_answer_to_one_of_ours_and_is_refused()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        using MimeMessage mail = TestGateway.Mail("I am back on Monday");
        mail.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        await test.SendAsync(mail);

        mail.MessageId = "2@clinic.example";
        mail.InReplyTo = $"019a0000-0000-7000-8000-000000000001@{TestGateway.Domain}";
        SmtpCommandException no = await test.SendRefusedAsync(mail);
        Assert.Equal("5.7.1 Automatic answers to mails of this gateway get no SMS", no.Message);
    }
}
