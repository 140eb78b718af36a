using System.Globalization;
using EmailSms.Policy;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace EmailSms.Tests.EndToEnd;

public sealed class A_limit_is_reached
{
    [Fact]
    public async Task Sessions_at_once_cannot_overrun_a_limit()
    {
        const int sessions = 16;
        const int each = 6;
        const int most = 50;
        await using TestGateway test = await TestGateway.StartAsync(rule: draft => draft with
        {
            Limits = new RuleLimitsDraft { InAll = $"{most}/day" },
        });
        int[] taken = await Task.WhenAll(Enumerable.Range(0, sessions).Select(async session =>
        {
            using var client = new SmtpClient();
            await client.ConnectAsync(test.Smtp.Address.ToString(), test.Smtp.Port, SecureSocketOptions.None);
            int accepted = 0;
            for (int i = 0; i < each; i++)
            {
                MimeMessage mail = TestGateway.Mail($"{session} {i}", to: $"+4477009{session:00}{i:000}");
                try
                {
                    await client.SendAsync(mail);
                    accepted++;
                }
                catch (SmtpCommandException no)
                {
                    Assert.Contains("Sender rule 1 allows 50 parts a day: this takes 1 part, 0 parts left until",
                        no.Message, StringComparison.Ordinal);
                }
            }

            await client.DisconnectAsync(quit: true);
            return accepted;
        }));
        Assert.Equal(most, taken.Sum());
        await TestGateway.UntilAsync(() => test.CountIn("delivered") == most);
    }

    [Fact]
    public async Task A_limit_of_a_minute_is_452_and_one_of_a_month_is_550()
    {
        await using TestGateway test = await TestGateway.StartAsync(rule: draft => draft with
        {
            Limits = new RuleLimitsDraft { PerDestination = "1/hour" },
        });
        await test.SendAsync(TestGateway.Mail("One"));
        SmtpCommandException no = await test.SendRefusedAsync(TestGateway.Mail("Two", from: "bob@clinic.example"));
        Assert.Equal((452, SmtpErrorCode.RecipientNotAccepted), ((int)no.StatusCode, no.ErrorCode)); // plain at RCPT
        no = await test.SendRefusedAsync(TestGateway.Mail("Two")); // it might have been the first again
        Assert.Equal((452, SmtpErrorCode.MessageNotAccepted), ((int)no.StatusCode, no.ErrorCode));
        Assert.StartsWith(
            "4.7.1 Sender rule 1 allows each number 1 part an hour", no.Message, StringComparison.Ordinal);
        await test.SendAsync(TestGateway.Mail("Two", to: "+447700900124"));

        no = await test.SendRefusedAsync(TestGateway.Mail(new string('x', 200), to: "+447700900125"));
        Assert.Equal((550, SmtpErrorCode.MessageNotAccepted), ((int)no.StatusCode, no.ErrorCode)); // never fits
        Assert.Equal(
            "5.7.1 Sender rule 1 allows each number 1 part an hour and this mail alone takes 2 parts", no.Message);
    }

    [Fact]
    public async Task A_compromised_account_hits_its_budget_and_the_admin_hears_of_it_on_the_way()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            settings =>
            {
                settings.Prices.PerPart["+44"] = "0.05";
                settings.Addresses.SameTextPerHourMax = 0;
            },
            rule: draft => draft with
            {
                RecipientsMax = 100,
                Limits = new RuleLimitsDraft { Budget = "1/month" },
            });
        int taken = 0;
        SmtpCommandException? no = null;
        for (int i = 0; i < 30 && no is null; i++)
        {
            try
            {
                await test.SendAsync(TestGateway.Mail("You have won", to: $"+4477009{i * 37:00000}"));
                taken++;
            }
            catch (SmtpCommandException refused)
            {
                no = refused;
            }
        }

        Assert.Equal(20, taken);
        Assert.Equal(550, (int)no!.StatusCode);
        Assert.Contains(
            "allows 1 EUR a month: this takes 0.05 EUR, 0 EUR left until", no.Message, StringComparison.Ordinal);
        string[] told = [await NextAsync(), await NextAsync(), await NextAsync()];
        Assert.Equal(
            ["50", "80", "100"],
            told.Order(Comparer<string>.Create((a, b) => Percent(a) - Percent(b)))
                .Select(subject => Percent(subject).ToString(CultureInfo.InvariantCulture)));

        async Task<string> NextAsync()
        {
            MimeMessage mail = (await test.NextMailAsync()).Mail;
            Assert.Equal("auto-generated", mail.Headers[HeaderId.AutoSubmitted]);
            return mail.Subject!;
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_mail_that_filled_the_limit_and_comes_again_is_answered_250(int numbers)
    {
        await using TestGateway test = await TestGateway.StartAsync(rule: draft => draft with
        {
            Limits = new RuleLimitsDraft { InAll = $"{numbers}/day" },
        });
        using MimeMessage mail = TestGateway.Mail("On battery");
        for (int i = 1; i < numbers; i++) mail.To.Add(MailboxAddress.Parse($"+44770090020{i}@{TestGateway.Domain}"));
        await test.SendAsync(mail);
        Assert.Contains("This mail was taken before, as", await test.SendAsync(mail), StringComparison.Ordinal);

        mail.MessageId = "another@clinic.example";
        SmtpCommandException no = await test.SendRefusedAsync(mail);
        Assert.Equal(SmtpErrorCode.MessageNotAccepted, no.ErrorCode);
        mail.To.Add(MailboxAddress.Parse($"+447700900299@{TestGateway.Domain}")); // nothing to be again
        no = await test.SendRefusedAsync(mail);
        Assert.Equal(SmtpErrorCode.RecipientNotAccepted, no.ErrorCode);
        Assert.StartsWith($"5.7.1 Sender rule 1 allows {numbers} part", no.Message, StringComparison.Ordinal);
        await TestGateway.UntilAsync(() => test.CountIn("delivered") == numbers);
    }

    [Fact]
    public async Task Numbers_in_a_mail_are_refused_one_by_one_where_they_are_too_many()
    {
        await using TestGateway test = await TestGateway.StartAsync(
            settings => settings.Limits.PerSender = "2/mail",
            rule: draft => draft with { Limits = new RuleLimitsDraft { PerCountry = "1/mail" } });
        await using RawSmtp smtp = await RawSmtp.OpenAsync(test.Smtp);
        await smtp.AskAsync($"MAIL FROM:<{TestGateway.Staff}>", "250");
        await smtp.AskAsync($"RCPT TO:<+447700900101@{TestGateway.Domain}>", "250");
        string over = await smtp.AskAsync($"RCPT TO:<+447700900102@{TestGateway.Domain}>");
        Assert.Equal(
            "452 4.5.3 Sender rule 1 allows each country 1 number a mail and this mail alone takes 2 numbers", over);
        await smtp.AskAsync($"RCPT TO:<+12025550143@{TestGateway.Domain}>", "250");
        await smtp.AskAsync(
            $"RCPT TO:<+33639981234@{TestGateway.Domain}>",
            "452 4.5.3 This gateway allows each sender 2 numbers a mail and");
    }

    private static int Percent(string subject) =>
        int.Parse(subject.Split(": ")[1].Split(' ')[0], CultureInfo.InvariantCulture);
}
