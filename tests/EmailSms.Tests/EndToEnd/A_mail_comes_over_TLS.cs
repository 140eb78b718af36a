using System.Security.Cryptography;
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
        using X509Certificate2 certificate = WriteCertificate(folder);
        await using TestGateway test = await TestGateway.StartAsync(settings =>
        {
            settings.Smtp.CertificateFile = folder.File("cert.pem");
            settings.Smtp.CertificateKeyFile = folder.File("key.pem");
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

    private static X509Certificate2 WriteCertificate(TestFolder folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=sms.example", key, HashAlgorithmName.SHA256);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        X509Certificate2 certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(folder.File("cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(folder.File("key.pem"), key.ExportPkcs8PrivateKeyPem());
        return certificate;
    }
}
