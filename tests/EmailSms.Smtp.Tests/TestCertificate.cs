using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EmailSms.Smtp.Tests;

/// <summary>Certificates that nobody has signed but we.</summary>
internal static class TestCertificate
{
    private static readonly SslStreamCertificateContext Shared =
        SslStreamCertificateContext.Create(Make("mx.example"), additionalCertificates: null, offline: true);

    public static SslStreamCertificateContext Context() => Shared;

    public static X509Certificate2 Make(string name) => Make(
        name,
        new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero),
        new DateTimeOffset(2120, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public static X509Certificate2 Make(string name, DateTimeOffset from, DateTimeOffset to)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 made = request.CreateSelfSigned(from, to);
        byte[] pfx = made.Export(X509ContentType.Pkcs12);
        return X509CertificateLoader.LoadPkcs12(pfx, null, X509KeyStorageFlags.Exportable);
    }
}
