using System.Globalization;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace EmailSms.Smtp.Tests;

/// <summary>Clients that others wrote. One that is missing is a skip here and a failure where CI=true.</summary>
public sealed class ForeignClientTests
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

    [Fact]
    public async Task Python_smtplib_sends_a_mail_and_hears_a_refusal()
    {
        await using Mailroom room = await Mailroom.OpenAsync();
        const string script =
            """
            import smtplib, sys
            with smtplib.SMTP("127.0.0.1", int(sys.argv[1]), timeout=15) as client:
                refused = client.sendmail(
                    "ann@a.example", ["bob@gw.example", "refused@gw.example"], "Subject: hi\r\n\r\n.dot\r\n",
                    mail_options=["BODY=8BITMIME"])
                assert refused == {"refused@gw.example": (550, b"5.7.1 Scripted")}, refused
                assert client.noop()[0] == 250
                assert client.verify("bob")[0] == 252
            """;
        await RunAsync("python3", ["-c", script, Port(room)]);
        TakenMail taken = await room.NextMailAsync();
        Assert.True(taken.From.IsEightBit);
        Assert.Equal("Subject: hi\r\n\r\n.dot\r\n", taken.Text);
    }

    [Fact]
    public async Task Swaks_sends_a_mail_with_and_without_pipelining()
    {
        await using Mailroom room = await Mailroom.OpenAsync();
        string[] arguments =
        [
            "--server", "127.0.0.1", "--port", Port(room), "--from", "ann@a.example", "--to", "bob@gw.example",
            "--helo", "client.example", "--body", ".dot", "--timeout", "15",
        ];
        await RunAsync("swaks", arguments);
        Assert.Contains("\r\n\r\n.dot\r\n", (await room.NextMailAsync()).Text, StringComparison.Ordinal);
        await RunAsync("swaks", [.. arguments, "--pipeline"]);
        Assert.Contains("\r\n\r\n.dot\r\n", (await room.NextMailAsync()).Text, StringComparison.Ordinal);
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

    [Fact]
    public async Task Python_smtplib_authenticates_inside_TLS()
    {
        await using Mailroom room = await OpenSubmissionAsync(SmtpTls.Required);
        const string script =
            """
            import smtplib, ssl, sys
            context = ssl._create_unverified_context()
            with smtplib.SMTP("127.0.0.1", int(sys.argv[1]), timeout=15) as client:
                client.starttls(context=context)
                client.login("ann", "pencil")
                client.sendmail("ann@a.example", ["bob@gw.example"], "Subject: hi\r\n\r\ntext\r\n")
            """;
        await RunAsync("python3", ["-c", script, Port(room)]);
        Assert.Equal("Subject: hi\r\n\r\ntext\r\n", (await room.NextMailAsync()).Text);
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

    private static string Port(Mailroom room) => room.Address.Port.ToString(CultureInfo.InvariantCulture);

    private static Task RunAsync(string program, string[] arguments) => ForeignProgram.RunAsync(program, arguments);
}
