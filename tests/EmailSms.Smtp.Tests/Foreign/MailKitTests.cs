using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace EmailSms.Smtp.Tests.Foreign;

/// <summary>MailKit, which most programs in .NET use.</summary>
public sealed class MailKitTests
{
    private static CancellationToken Stopping => TestContext.Current.CancellationToken;

    [Fact]
    public async Task MailKit_sends_a_mail()
    {
        await using Mailroom room = await Mailroom.OpenAsync();
        using var client = new SmtpClient { LocalDomain = "client.example" };
        await client.ConnectAsync("127.0.0.1", room.Address.Port, SecureSocketOptions.None, Stopping);
        Assert.True(client.Capabilities.HasFlag(SmtpCapabilities.Pipelining | SmtpCapabilities.EnhancedStatusCodes));
        Assert.Equal(10u * 1024 * 1024, client.MaxSize);

        using var message = new MimeMessage();
        message.From.Add(new MailboxAddress("Ann", "ann@a.example"));
        message.To.Add(new MailboxAddress("A phone", "+447700900123@gw.example"));
        message.Subject = "Größe";
        message.Body = new TextPart("plain") { Text = "Grüße\n.\n.dot\n" };
        await client.SendAsync(message, Stopping);
        await client.DisconnectAsync(quit: true, Stopping);

        TakenMail taken = await room.NextMailAsync();
        Assert.Equal("ann@a.example", taken.From.Address);
        Assert.Equal("+447700900123", Assert.Single(taken.Recipients).LocalPart);
        using MimeMessage read = await MimeMessage.LoadAsync(new MemoryStream(taken.Octets), Stopping);
        Assert.Equal("Größe", read.Subject);
        Assert.Equal("Grüße\n.\n.dot\n", read.TextBody!.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task MailKit_hears_which_recipient_was_refused_and_why()
    {
        await using Mailroom room = await Mailroom.OpenAsync();
        using var client = new SmtpClient();
        await client.ConnectAsync("127.0.0.1", room.Address.Port, SecureSocketOptions.None, Stopping);
        using var message = new MimeMessage();
        message.From.Add(new MailboxAddress("", "ann@a.example"));
        message.To.Add(new MailboxAddress("", "refused@gw.example"));
        message.Body = new TextPart("plain") { Text = "text" };
        SmtpCommandException refused =
            await Assert.ThrowsAsync<SmtpCommandException>(() => client.SendAsync(message, Stopping));
        Assert.Equal(SmtpErrorCode.RecipientNotAccepted, refused.ErrorCode);
        Assert.Equal("refused@gw.example", refused.Mailbox!.Address);
    }

    [Theory]
    [InlineData(SmtpTls.Required, SecureSocketOptions.StartTls, "SCRAM-SHA-256")]
    [InlineData(SmtpTls.Implicit, SecureSocketOptions.SslOnConnect, "SCRAM-SHA-256")]
    [InlineData(SmtpTls.Required, SecureSocketOptions.StartTls, "PLAIN")]
    [InlineData(SmtpTls.Implicit, SecureSocketOptions.SslOnConnect, "LOGIN")]
    public async Task MailKit_authenticates_inside_TLS_and_sends_a_mail(
        SmtpTls tls, SecureSocketOptions socket, string mechanism)
    {
        await using Mailroom room = await OpenSubmissionAsync(tls);
        using var client = new SmtpClient();
        client.ServerCertificateValidationCallback = static (_, seen, _, _) => seen?.Subject == "CN=mx.example";
        await client.ConnectAsync("127.0.0.1", room.Address.Port, socket, Stopping);
        SaslMechanism sasl = mechanism switch
        {
            "SCRAM-SHA-256" => new SaslMechanismScramSha256("ann", "pencil"),
            "PLAIN" => new SaslMechanismPlain("ann", "pencil"),
            _ => new SaslMechanismLogin("ann", "pencil"),
        };
        Assert.Contains(mechanism, client.AuthenticationMechanisms);
        await client.AuthenticateAsync(sasl, Stopping);
        using var message = new MimeMessage();
        message.From.Add(new MailboxAddress("", "ann@a.example"));
        message.To.Add(new MailboxAddress("", "bob@gw.example"));
        message.Body = new TextPart("plain") { Text = "text" };
        await client.SendAsync(message, Stopping);
        await client.DisconnectAsync(quit: true, Stopping);
        await room.NextMailAsync();
        Assert.Equal("ann", Assert.Single(room.Sessions).Identity);
    }

    [Theory]
    [InlineData("SCRAM-SHA-256")]
    [InlineData("PLAIN")]
    public async Task MailKit_hears_that_a_password_is_wrong(string mechanism)
    {
        await using Mailroom room = await OpenSubmissionAsync(SmtpTls.Required);
        using var client = new SmtpClient();
        client.ServerCertificateValidationCallback = static (_, seen, _, _) => seen?.Subject == "CN=mx.example";
        await client.ConnectAsync("127.0.0.1", room.Address.Port, SecureSocketOptions.StartTls, Stopping);
        SaslMechanism sasl = mechanism == "PLAIN"
            ? new SaslMechanismPlain("ann", "wrong")
            : new SaslMechanismScramSha256("ann", "wrong");
        await Assert.ThrowsAsync<AuthenticationException>(() => client.AuthenticateAsync(sasl, Stopping));
    }

    private static Task<Mailroom> OpenSubmissionAsync(SmtpTls tls)
    {
        var ann = SmtpCredential.Create("ann", "pencil");
        return Mailroom.OpenAsync(options =>
        {
            options.Certificate = TestCertificate.Context;
            options.Tls = tls;
            options.RequiresAuthentication = true;
            options.AuthFailureDelay = TimeSpan.Zero;
            options.Credentials = (name, _) => new(name == "ann" ? ann : null);
        });
    }
}
