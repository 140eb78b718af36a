using System.Text;
using EmailSms.MailIn;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Smpp;
using EmailSms.Smpp.Simulation;
using MimeKit;

namespace EmailSms.Tests.EndToEnd;

/// <summary>What people try with a machine that sends paid messages.</summary>
public sealed class Somebody_abuses_it
{
    [Theory]
    [InlineData("victim@elsewhere.example")]
    [InlineData("victim%elsewhere.example@relay.example")]
    [InlineData("@sms.example:victim@elsewhere.example")]
    [InlineData("elsewhere.example!victim@relay.example")]
    [InlineData("447700900123@[127.0.0.1]")]
    public async Task As_an_open_relay(string recipient)
    {
        await using TestGateway test = await TestGateway.StartAsync();
        await using RawSmtp smtp = await RawSmtp.OpenAsync(test.Smtp);
        await smtp.AskAsync($"MAIL FROM:<{TestGateway.Staff}>", "250");
        string reply = await smtp.AskAsync($"RCPT TO:<{recipient}>");
        Assert.Matches(@"^5\d\d 5\.[17]\.", reply);
        await smtp.AskAsync("DATA", "503");
        Assert.Equal(0, test.Store.Read(db => (long)db.Scalar("select count(*) from outbox")!));
    }

    [Fact]
    public async Task With_guessed_tokens_until_no_token_of_that_address_is_looked_at()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            rule: draft => draft with { Token = "right-token" });
        int asked = 0;
        string reply = "550";
        for (; reply.StartsWith("550", StringComparison.Ordinal); asked++)
        {
            await using RawSmtp smtp = await RawSmtp.OpenAsync(test.Smtp);
            await smtp.AskAsync($"MAIL FROM:<{TestGateway.Staff}>", "250");
            reply = await smtp.AskAsync($"RCPT TO:<{TestGateway.Phone}+token=guess-{asked:0000}@{TestGateway.Domain}>");
            Assert.DoesNotContain("guess-", reply, StringComparison.Ordinal);
            Assert.InRange(asked, 0, 100);
        }

        Assert.Equal(TokenGuesses.WrongMax + 1, asked);
        Assert.StartsWith("451 4.7.1 Too many wrong tokens from your address", reply, StringComparison.Ordinal);
        await using (RawSmtp barred = await RawSmtp.OpenAsync(test.Smtp))
        {
            await barred.AskAsync($"MAIL FROM:<{TestGateway.Staff}>", "250");
            await barred.AskAsync($"RCPT TO:<{TestGateway.Phone}+token=right-token@{TestGateway.Domain}>", "451");
        }

        await using RawSmtp other = await RawSmtp.OpenAsync(test.Smtp, from: "127.0.0.2");
        string taken = await other.OfferAsync(
            "Subject: Hello\r\n\r\nHello", to: $"{TestGateway.Phone}+token=right-token");
        Assert.StartsWith("250", taken, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_ten_thousand_recipients_in_one_mail()
    {
        const int recipients = 10_000;
        await using TestGateway test = await TestGateway.StartAsync();
        await using RawSmtp smtp = await RawSmtp.OpenAsync(test.Smtp);
        await smtp.AskAsync($"MAIL FROM:<{TestGateway.Staff}>", "250");
        int taken = 0;
        for (int i = 0; i < recipients; i++)
        {
            string reply = await smtp.AskAsync($"RCPT TO:<+4477009{i:00000}@{TestGateway.Domain}>");
            if (reply.StartsWith("250", StringComparison.Ordinal)) taken++;
            else Assert.StartsWith("452 4.5.3", reply, StringComparison.Ordinal);
        }

        Assert.Equal(SenderRuleDraft.RecipientsDefault, taken);
        await smtp.AskAsync("DATA", "354");
        await smtp.SayAsync("Subject: You have won\r\n\r\nCall now\r\n.\r\n");
        Assert.StartsWith("250 2.0.0 10 SMS kept", await smtp.HearAsync(), StringComparison.Ordinal);
        await TestGateway.UntilAsync(() => test.CountIn("delivered") == taken);
        for (int i = 0; i < taken; i++) await test.NextSmsAsync();
        await test.SendAsync(TestGateway.Mail("Others are served"));
        Assert.Equal("Others are served", (await test.NextSmsAsync()).Text);
    }

    [Fact]
    public async Task With_line_ends_in_display_names_and_subjects()
    {
        const string evil = "=?utf-8?Q?Ann=0D=0ABcc:_eve@elsewhere.example=0D=0A=0D=0Abody?=";
        await using TestGateway test = await TestGateway.StartAsync(
            rule: draft => draft with { Notices = NoticeSetting.Always },
            behaviour: new SmscBehaviour { RejectStatus = CommandStatus.InvalidDestinationAddress });
        await using (RawSmtp smtp = await RawSmtp.OpenAsync(test.Smtp))
        {
            string reply = await smtp.OfferAsync(
                $"From: {evil} <{TestGateway.Staff}>\r\nSubject: {evil}\r\n"
                + $"Message-ID: <x@elsewhere.example>\r\nDate: Wed, 25 Nov 2026 10:00:00 +0000\r\n\r\nHello");
            Assert.StartsWith("250", reply, StringComparison.Ordinal);
        }

        MimeMessage notice = (await test.NextMailAsync()).Mail;
        AssertIsClean(notice);
        test.Phones.Behaviour.RejectStatus = CommandStatus.Ok;
        await using (RawSmtp smtp = await RawSmtp.OpenAsync(test.Smtp))
        {
            await smtp.OfferAsync($"From: {evil} <{TestGateway.Staff}>\r\nSubject: {evil}\r\n\r\nHello again");
        }

        SimulatedSms sms = await test.NextSmsAsync();
        AssertIsClean((await test.NextMailAsync()).Mail); // that it was delivered
        await test.TextAsync("Sure\r\nBcc: eve@elsewhere.example", to: sms.From);
        MimeMessage answer = (await test.NextMailAsync()).Mail;
        AssertIsClean(answer);
        Assert.StartsWith("Sure", answer.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_an_answering_machine_at_either_end_and_it_ends_by_itself()
    {
        const int most = 3;
        await using TestGateway test = await TestGateway.StartAsync(
            settings => settings.Addresses.SameTextPerHourMax = most);
        await test.SendAsync(TestGateway.Mail("Can you come?"));
        SimulatedSms sms = await test.NextSmsAsync();
        int turns = 0;
        bool isOver = false;
        for (; !isOver && turns < 50; turns++)
        {
            // The phone's machine answers each SMS, and the mailbox's each mail, without a word that it is a machine.
            await test.TextAsync("I am driving and will call back", to: sms.From);
            MimeMessage reply = (await test.NextMailAsync()).Mail;
            MimeMessage vacation = TestGateway.Mail(
                "I am away until Monday", to: reply.From.Mailboxes.First().LocalPart, subject: $"Re: {reply.Subject}");
            try
            {
                await test.SendAsync(vacation);
                await test.NextSmsAsync();
            }
            catch (MailKit.Net.Smtp.SmtpCommandException no)
            {
                Assert.Contains("too often within an hour", no.Message, StringComparison.Ordinal);
                isOver = true;
            }
        }

        Assert.Equal((true, most + 1), (isOver, turns));

        // One that says what it is gets no SMS at all.
        MimeMessage polite = TestGateway.Mail("I am away until Tuesday");
        polite.Headers.Add("Auto-Submitted", "auto-replied");
        Assert.Contains(
            "Automatic replies get no SMS", (await test.SendRefusedAsync(polite)).Message, StringComparison.Ordinal);
    }

    private static void AssertIsClean(MimeMessage mail)
    {
        Assert.Empty(mail.Bcc);
        Assert.Equal(1, mail.Headers.Count(header => header.Id is HeaderId.Subject));
        string head = Encoding.ASCII.GetString(Bytes(mail));
        head = head[..head.IndexOf("\n\n", StringComparison.Ordinal)];
        Assert.DoesNotContain(head.Split('\n'), line => line.StartsWith("Bcc:", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain('\n', mail.Subject ?? "");
    }

    private static byte[] Bytes(MimeMessage mail)
    {
        FormatOptions format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Unix;
        using var bytes = new MemoryStream();
        mail.WriteTo(format, bytes);
        return bytes.ToArray();
    }
}
