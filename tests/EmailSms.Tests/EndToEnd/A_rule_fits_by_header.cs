using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace EmailSms.Tests.EndToEnd;

/// <summary>A host that writes an envelope of its own, as ticket systems and list servers do.</summary>
public sealed class A_rule_fits_by_header
{
    [Fact]
    public async Task The_From_header_decides_where_the_network_is_trusted_and_replies_go_to_it()
    {
        await using TestGateway test = await StartAsync();
        await SendAsync(test, "bounce-71@host.example", TestGateway.Mail("The ward is full"));
        Assert.Equal("The ward is full", (await test.NextSmsAsync()).Text);
        SmsRecord sms = await test.SmsInStateAsync(SmsState.Delivered);
        Assert.Equal(TestGateway.Staff, sms.Mailbox);

        await test.TextAsync("On my way", to: sms.SenderId);
        Assert.Equal(TestGateway.Staff, Assert.Single((await test.NextMailAsync()).Recipients));
    }

    [Fact]
    public async Task Another_From_header_is_refused_when_it_comes_and_nothing_is_kept()
    {
        await using TestGateway test = await StartAsync();
        SmtpCommandException no = await Assert.ThrowsAsync<SmtpCommandException>(() => SendAsync(
            test, "bounce-71@host.example", TestGateway.Mail("Hello", from: "eve@elsewhere.example")));
        Assert.Equal(SmtpErrorCode.MessageNotAccepted, no.ErrorCode);
        Assert.Equal("5.7.1 No rule lets bounce-71@host.example send SMS.", no.Message);

        MimeMessage two = TestGateway.Mail("Hello");
        two.From.Add(MailboxAddress.Parse("eve@elsewhere.example"));
        no = await Assert.ThrowsAsync<SmtpCommandException>(() => SendAsync(test, "bounce-71@host.example", two));
        Assert.Equal(SmtpErrorCode.MessageNotAccepted, no.ErrorCode);
        Assert.Equal(0, test.CountIn("sent") + test.CountIn("queued"));
    }

    [Fact]
    public async Task The_first_rule_by_priority_decides_once_the_header_is_there()
    {
        await using TestGateway test = await StartAsync("WARD");
        await test.AddRuleAsync(new SenderRuleDraft
        {
            Sender = "bounce-71@host.example",
            Networks = "127.0.0.0/8",
            Destinations = "*",
            SenderId = "HOST",
        });
        await SendAsync(test, "bounce-71@host.example", TestGateway.Mail("One"));
        Assert.Equal("WARD", (await test.NextSmsAsync()).From);
        await SendAsync(test, "bounce-71@host.example", TestGateway.Mail("Two", from: "eve@elsewhere.example"));
        Assert.Equal("HOST", (await test.NextSmsAsync()).From);
    }

    private static Task<TestGateway> StartAsync(string? senderId = null) => TestGateway.StartAsync(
        rule: draft => draft with
        {
            Priority = 1,
            MatchesHeader = true,
            SenderId = senderId,
        });

    private static async Task SendAsync(TestGateway test, string envelope, MimeMessage mail)
    {
        using var client = new SmtpClient();
        await client.ConnectAsync(test.Smtp.Address.ToString(), test.Smtp.Port, SecureSocketOptions.None);
        await client.SendAsync(mail, MailboxAddress.Parse(envelope), mail.To.Mailboxes);
        await client.DisconnectAsync(quit: true);
    }
}
