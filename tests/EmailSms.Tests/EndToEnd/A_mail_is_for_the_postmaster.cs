using EmailSms.Cli.Demo;
using EmailSms.MailIn;
using EmailSms.MailOut;
using EmailSms.Queue;
using MimeKit;

namespace EmailSms.Tests.EndToEnd;

/// <summary>RFC 5321 4.5.1: whoever serves a domain takes mail for its postmaster.</summary>
public sealed class A_mail_is_for_the_postmaster
{
    [Theory]
    [InlineData("<postmaster>", "<stranger@elsewhere.example>")]
    [InlineData($"<Postmaster@{TestGateway.Domain}>", "<stranger@elsewhere.example>")]
    [InlineData($"<postmaster@{TestGateway.Domain}>", "<>")]
    public async Task And_goes_to_the_default_mailbox_whoever_sent_it(string to, string from)
    {
        await using TestGateway test = await TestGateway.StartAsync();
        await using RawSmtp smtp = await RawSmtp.OpenAsync(test.Smtp, "127.0.0.9");
        await smtp.AskAsync($"MAIL FROM:{from}", "250");
        await smtp.AskAsync($"RCPT TO:{to}", "250");
        await smtp.AskAsync("DATA", "354");
        await smtp.AskAsync(
            "From: Pat <pat@elsewhere.example>\r\nSubject: Wh\xE4t?\r\n\r\nWho are you?\r\n.",
            "250 2.0.0 Handed to the postmaster as ");

        CaughtMail caught = await test.NextMailAsync();
        Assert.Equal([TestGateway.Office], caught.Recipients);
        Assert.Equal("\"SMS gateway\" <postmaster@sms.example>", caught.Mail.From.ToString());
        Assert.Equal(from == "<>" ? "" : "stranger@elsewhere.example", caught.Mail.ReplyTo.ToString());
        Assert.StartsWith("For postmaster: Wh", caught.Mail.Subject, StringComparison.Ordinal);
        Assert.Equal("auto-generated", caught.Mail.Headers[HeaderId.AutoSubmitted]);
        var parts = Assert.IsType<Multipart>(caught.Mail.Body);
        Assert.Contains("127.0.0.9", ((TextPart)parts[0]).Text, StringComparison.Ordinal);
        MimeMessage original = Assert.IsType<MessagePart>(parts[1]).Message!;
        Assert.Equal("Who are you?", original.TextBody?.Trim());
        Assert.Equal("pat@elsewhere.example", original.From.Mailboxes.Single().Address);
        Assert.Empty(test.Store.Read(SmsRecord.Count));
    }

    [Fact]
    public async Task And_a_large_one_is_handed_on_by_its_header()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        await using RawSmtp smtp = await RawSmtp.OpenAsync(test.Smtp);
        await smtp.AskAsync("MAIL FROM:<stranger@elsewhere.example>", "250");
        await smtp.AskAsync("RCPT TO:<postmaster>", "250");
        await smtp.AskAsync("DATA", "354");
        string line = new string('x', 70) + "\r\n";
        await smtp.SayAsync("Subject: Long\r\n\r\n");
        await smtp.SayAsync(string.Concat(Enumerable.Repeat(line, ForwardMail.AttachedBytesMax / line.Length + 1)));
        await smtp.AskAsync(".", "250 2.0.0 Handed");

        CaughtMail caught = await test.NextMailAsync();
        var parts = (Multipart)caught.Mail.Body!;
        Assert.Contains("its header is attached", ((TextPart)parts[0]).Text, StringComparison.Ordinal);
        Assert.Equal("Long", Assert.IsType<TextRfc822Headers>(parts[1]).Message!.Subject);
    }

    [Fact]
    public async Task And_for_a_number_as_well()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        await using RawSmtp smtp = await RawSmtp.OpenAsync(test.Smtp);
        await smtp.AskAsync($"MAIL FROM:<{TestGateway.Staff}>", "250");
        await smtp.AskAsync("RCPT TO:<postmaster>", "250");
        await smtp.AskAsync($"RCPT TO:<{TestGateway.Phone}@{TestGateway.Domain}>", "250");
        await smtp.AskAsync("DATA", "354");
        await smtp.AskAsync("Subject: x\r\n\r\nTo both\r\n.", "250 2.0.0 1 SMS kept as ");
        Assert.Equal("To both", (await test.NextSmsAsync()).Text);
        Assert.StartsWith("For postmaster:", (await test.NextMailAsync()).Mail.Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task But_is_refused_when_it_is_one_of_ours_that_went_round()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        await using RawSmtp smtp = await RawSmtp.OpenAsync(test.Smtp);
        await smtp.AskAsync("MAIL FROM:<>", "250");
        await smtp.AskAsync("RCPT TO:<postmaster>", "250");
        await smtp.AskAsync("DATA", "354");
        await smtp.AskAsync(
            $"{OurMail.IdHeader}: 1\r\nSubject: x\r\n\r\nHello\r\n.",
            "550 5.7.1 Mails made by this gateway are not handed to its postmaster");
        Assert.Equal(0, test.Gateway.Outbox.Count().Queued);
    }

    [Fact]
    public async Task But_not_more_than_somebody_reads()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        await using RawSmtp smtp = await RawSmtp.OpenAsync(test.Smtp);
        for (int i = 0; i < PostmasterDesk.PerHourMax; i++)
        {
            await smtp.AskAsync("MAIL FROM:<stranger@elsewhere.example>", "250");
            await smtp.AskAsync("RCPT TO:<postmaster>", "250");
            await smtp.AskAsync("DATA", "354");
            await smtp.AskAsync("Subject: x\r\n\r\nHello\r\n.", "250");
        }

        await smtp.AskAsync("MAIL FROM:<stranger@elsewhere.example>", "250");
        await smtp.AskAsync("RCPT TO:<postmaster>", "451 4.7.1 Too many mails for the postmaster in an hour");
    }

    [Fact]
    public async Task But_not_for_the_postmaster_of_somebody_else()
    {
        await using TestGateway test = await TestGateway.StartAsync();
        await using RawSmtp smtp = await RawSmtp.OpenAsync(test.Smtp);
        await smtp.AskAsync("MAIL FROM:<stranger@elsewhere.example>", "250");
        await smtp.AskAsync("RCPT TO:<postmaster@elsewhere.example>", "550 5.7.1");
    }
}
