using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EmailSms.Smtp;

/// <summary>
/// What names a TLS connection to both its ends and to nobody between them: <c>tls-server-end-point</c> (RFC 5929 4),
/// the hash of the certificate we showed. Made here, since .NET on Linux gives it to clients only; see
/// docs/decisions/channel-binding.md.
/// </summary>
internal sealed record ChannelBindingToken(string Type, byte[] Data)
{
    /// <summary>Null: the certificate is signed in a way for which RFC 5929 names no hash.</summary>
    public static ChannelBindingToken? Of(X509Certificate? shown)
    {
        if (shown is null) return null;
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(shown.GetRawCertData());
        byte[]? hash = certificate.SignatureAlgorithm.Value switch
        {
            // RFC 5929 4.1: MD5 and SHA-1 are replaced by SHA-256.
            "1.2.840.113549.1.1.4" or "1.2.840.113549.1.1.5" or "1.2.840.113549.1.1.11" // RSA
                or "1.2.840.10045.4.1" or "1.2.840.10045.4.3.2" => SHA256.HashData(certificate.RawDataMemory.Span),
            "1.2.840.113549.1.1.12" or "1.2.840.10045.4.3.3" => SHA384.HashData(certificate.RawDataMemory.Span),
            "1.2.840.113549.1.1.13" or "1.2.840.10045.4.3.4" => SHA512.HashData(certificate.RawDataMemory.Span),
            _ => null,
        };
        return hash is null ? null : new ChannelBindingToken("tls-server-end-point", hash);
    }
}
