using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace EmailSms.Smtp.Tests.Foreign;

/// <summary>Postfix in front of us, as a mail server of a company is: it takes mails and hands them on.</summary>
public sealed class PostfixTests
{
    private static CancellationToken Stopping => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Shape.Plain)]
    [InlineData(Shape.PlainWithAuth)]
    [InlineData(Shape.StartTls)]
    [InlineData(Shape.Implicit)]
    public async Task Postfix_relays_mails_through_us(Shape shape)
    {
        if (PostfixInstance.Missing() is { } missing) ForeignProgram.Miss(missing);
        await using Mailroom room = await shape.OpenAsync();
        string[] tls = shape switch
        {
            Shape.StartTls => ["smtp_tls_security_level = encrypt"],
            Shape.Implicit => ["smtp_tls_security_level = encrypt", "smtp_tls_wrappermode = yes"],
            _ => ["smtp_tls_security_level = none"],
        };
        string[] name = shape is Shape.Plain ? [] :
        [
            "smtp_sasl_auth_enable = yes", "smtp_sasl_security_options = noanonymous",
            $"smtp_sasl_password_maps = inline:{{ {{ [127.0.0.1]:{room.Address.Port} = ann:pencil }} }}",
        ];
        await using PostfixInstance postfix =
            await PostfixInstance.StartAsync([$"relayhost = [127.0.0.1]:{room.Address.Port}", .. tls, .. name]);

        using var client = new SmtpClient();
        await client.ConnectAsync("127.0.0.1", postfix.Smtp.Port, SecureSocketOptions.None, Stopping);
        string big = string.Concat(Enumerable.Repeat(new string('x', 70) + "\r\n", 2000)); // 144 kB: not one packet
        foreach (string text in new[] { ".dot\r\n..two\r\n", big })
        {
            using var mail = new MimeMessage();
            mail.From.Add(new MailboxAddress("", "ann@a.example"));
            mail.To.Add(new MailboxAddress("", "bob@gw.example"));
            mail.Body = new TextPart("plain") { Text = text };
            await client.SendAsync(mail, Stopping);
            TakenMail taken;
            try
            {
                taken = await shape.NextMailAsync(room);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException(await File.ReadAllTextAsync(postfix.Log, Stopping));
            }

            Assert.StartsWith("Received: from ", taken.Text, StringComparison.Ordinal);
            Assert.EndsWith("\r\n\r\n" + text, taken.Text, StringComparison.Ordinal);
        }

        await client.DisconnectAsync(quit: true, Stopping);
    }
}
