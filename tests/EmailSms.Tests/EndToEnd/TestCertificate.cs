using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EmailSms.MailIn;

namespace EmailSms.Tests.EndToEnd;

/// <summary>Certificates that are their own authority, in files as an admin has them.</summary>
internal static class TestCertificate
{
    /// <summary>Writes <c>name.pem</c> and <c>name.key</c>.</summary>
    public static X509Certificate2 Write(
        TestFolder folder, string name, string host = "sms.example", int daysLeft = 365, int daysOld = 1)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        X509Certificate2 certificate = request.CreateSelfSigned(now.AddDays(-daysOld), now.AddDays(daysLeft));
        File.WriteAllText(folder.File($"{name}.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(folder.File($"{name}.key"), key.ExportPkcs8PrivateKeyPem());
        return certificate;
    }

    /// <summary>What <see cref="Write"/> wrote, as a setting.</summary>
    public static CertificateOptions Setting(TestFolder folder, string name) =>
        new() { File = folder.File($"{name}.pem"), KeyFile = folder.File($"{name}.key") };
}
