using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using EmailSms.MailIn;
using EmailSms.Policy;
using EmailSms.Queue;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace EmailSms.Tests.EndToEnd;

/// <summary>The profiles Submission and Submissions: TLS, then AUTH, then mail, with MailKit as the client.</summary>
public sealed class A_mail_is_submitted_with_an_account : IAsyncLifetime
{
    private const string Password = "correct horse";

    private readonly TestFolder _folder = new();
    private TestGateway _test = null!;
    private X509Certificate2 _certificate = null!;

    public async ValueTask InitializeAsync()
    {
        _certificate = TestCertificate.Write(_folder, "cert");
        _test = await TestGateway.StartAsync(settings =>
        {
            settings.Smtp.CertificateFile = _folder.File("cert.pem");
            settings.Smtp.CertificateKeyFile = _folder.File("cert.key");
            settings.Smtp.Listeners =
            [
                new ListenerOptions
                {
                    Name = "office", Profile = ListenerProfile.Submission, Listen = ["127.0.0.1:0"],
                },
                new ListenerOptions
                {
                    Name = "secure", Profile = ListenerProfile.Submissions, Listen = ["127.0.0.1:0"],
                },
            ];
        }, rule => rule with { Sender = "*", Networks = null, User = "ann" });
        await _test.AddUserAsync("ann", Password, "@clinic.example");
    }

    public async ValueTask DisposeAsync()
    {
        await _test.DisposeAsync();
        _certificate.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("office", "SCRAM-SHA-256")]
    [InlineData("office", "PLAIN")]
    [InlineData("office", "LOGIN")]
    [InlineData("secure", "SCRAM-SHA-256")]
    [InlineData("secure", "PLAIN")]
    public async Task And_becomes_a_text(string listener, string mechanism)
    {
        using SmtpClient client = await ConnectAsync(listener);
        client.AuthenticationMechanisms.RemoveWhere(offered => offered != mechanism);
        Assert.Single(client.AuthenticationMechanisms);
        await client.AuthenticateAsync("Ann", Password, Stopping);
        await client.SendAsync(TestGateway.Mail("By my account"), Stopping);
        await client.DisconnectAsync(quit: true, Stopping);

        Assert.Equal("By my account", (await _test.NextSmsAsync()).Text);
        SmsRecord sms = Assert.Single(_test.Store.Read(db => SmsRecord.Search(db, new SmsSearch())));
        JsonElement accepted = JsonDocument.Parse(
            _test.Store.Read(db => Timeline.Of(db, sms.Id))[0].Detail).RootElement;
        Assert.Equal("ann", accepted.GetProperty("user").GetString());
        Assert.Equal("smtp-auth", accepted.GetProperty("proof").GetString());
        Assert.Equal(listener, accepted.GetProperty("listener").GetString());
        Assert.Equal(
            ("ann", "smtp-auth", listener),
            _test.Store.Read(db => db.Query(
                "select smtp_user, proof, listener from mail",
                row => (row.GetString(0), row.GetString(1), row.GetString(2))))[0]);
    }

    [Fact]
    public async Task But_not_with_a_wrong_password_or_a_disabled_account()
    {
        using (SmtpClient client = await ConnectAsync("office"))
        {
            await Assert.ThrowsAsync<AuthenticationException>(
                () => client.AuthenticateAsync("ann", "wrong horse", Stopping));
        }

        await _test.Store.WriteAsync(db => SmtpUsers.SetEnabled(db, "ann", false));
        using (SmtpClient client = await ConnectAsync("office"))
        {
            await Assert.ThrowsAsync<AuthenticationException>(
                () => client.AuthenticateAsync("ann", Password, Stopping));
        }
    }

    [Fact]
    public async Task But_not_any_longer_once_the_account_is_disabled()
    {
        using SmtpClient client = await ConnectAsync("office");
        await client.AuthenticateAsync("ann", Password, Stopping);
        await _test.Store.WriteAsync(db => SmtpUsers.SetEnabled(db, "ann", false));
        SmtpCommandException refused = await Assert.ThrowsAsync<SmtpCommandException>(
            () => client.SendAsync(TestGateway.Mail("Hello"), Stopping));
        Assert.Contains("The user ann was disabled", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task But_not_without_TLS_and_AUTH()
    {
        await using (RawSmtp smtp = await RawSmtp.OpenAsync((IPEndPoint)_test.At("office")))
        {
            await smtp.AskAsync($"MAIL FROM:<{TestGateway.Staff}>", "530 5.7.0 Must issue a STARTTLS command first");
            await smtp.AskAsync("AUTH PLAIN AGFubgBjb3JyZWN0IGhvcnNl", "530 5.7.0 Must issue a STARTTLS command first");
        }

        using SmtpClient client = await ConnectAsync("secure");
        await Assert.ThrowsAsync<MailKit.ServiceNotAuthenticatedException>(
            () => client.SendAsync(TestGateway.Mail("Hello"), Stopping));
    }

    [Theory]
    [InlineData("ann@other.example", "ann@other.example", "The user ann may not write as ann@other.example")]
    [InlineData("ann@clinic.example", "boss@other.example", "The user ann may not write as boss@other.example")]
    public async Task But_not_as_somebody_else(string envelope, string header, string sentence)
    {
        using SmtpClient client = await ConnectAsync("office");
        await client.AuthenticateAsync("ann", Password, Stopping);
        MimeMessage mail = TestGateway.Mail("Hello", from: header);
        SmtpCommandException refused = await Assert.ThrowsAsync<SmtpCommandException>(() => client.SendAsync(
            mail, MailboxAddress.Parse(envelope), mail.To.Mailboxes, Stopping));
        Assert.Equal((SmtpStatusCode)550, refused.StatusCode);
        Assert.Contains(sentence, refused.Message, StringComparison.Ordinal);
        Assert.Empty(_test.Store.Read(SmsRecord.Count));
    }

    [Fact]
    public async Task And_a_rule_for_a_user_is_none_for_the_simple_listener()
    {
        await using RawSmtp smtp = await RawSmtp.OpenAsync(_test.Smtp);
        Assert.DoesNotContain("AUTH", await smtp.AskAsync("EHLO client.example"), StringComparison.Ordinal);
        await smtp.AskAsync($"MAIL FROM:<{TestGateway.Staff}>", "250");
        await smtp.AskAsync(
            $"RCPT TO:<{TestGateway.Phone}@{TestGateway.Domain}>",
            "550 5.7.1 No rule lets ann@clinic.example send SMS from 127.0.0.1; one does for a user who has");
    }

    private static CancellationToken Stopping => TestContext.Current.CancellationToken;

    private async Task<SmtpClient> ConnectAsync(string listener)
    {
        var client = new SmtpClient
        {
            CheckCertificateRevocation = false, // it is its own authority, and has no list
            ServerCertificateValidationCallback = (_, seen, _, _) =>
                seen?.GetCertHashString() == _certificate.GetCertHashString(),
        };
        var at = (IPEndPoint)_test.At(listener);
        await client.ConnectAsync(
            at.Address.ToString(), at.Port,
            listener == "secure" ? SecureSocketOptions.SslOnConnect : SecureSocketOptions.StartTls, Stopping);
        return client;
    }
}
