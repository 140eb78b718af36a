using System.Security.Cryptography.X509Certificates;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace EmailSms.Tests.EndToEnd;

public sealed class A_mail_comes_over_TLS
{
    [Fact]
    public async Task Where_a_certificate_is_configured()
    {
        CancellationToken stopping = TestContext.Current.CancellationToken;
        using var folder = new TestFolder();
        using X509Certificate2 certificate = TestCertificate.Write(folder, "cert");
        await using TestGateway test = await TestGateway.StartAsync(settings =>
        {
            settings.Smtp.CertificateFile = folder.File("cert.pem");
            settings.Smtp.CertificateKeyFile = folder.File("cert.key");
        });

        using var client = new SmtpClient
        {
            CheckCertificateRevocation = false, // it is its own authority, and has no list
            ServerCertificateValidationCallback = (_, seen, _, _) =>
                seen?.GetCertHashString() == certificate.GetCertHashString(),
        };
        await client.ConnectAsync(test.Smtp.Address.ToString(), test.Smtp.Port, SecureSocketOptions.StartTls, stopping);
        Assert.True(client.IsSecure);
        await client.SendAsync(TestGateway.Mail("In an envelope"), stopping);
        await client.DisconnectAsync(quit: true, stopping);

        Assert.Equal("In an envelope", (await test.NextSmsAsync()).Text);
    }
}
