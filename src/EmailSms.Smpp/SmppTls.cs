using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EmailSms.Smpp;

/// <summary>
/// TLS at the ESME. With nothing set, the carrier's certificate has to be valid, for the name of the host, by the trust
/// of the system.
/// </summary>
public sealed record SmppClientTls
{
    /// <summary>The name sent (SNI) and expected in the certificate; null: the host that is connected to.</summary>
    public string? ServerName { get; init; }

    /// <summary>
    /// The authorities to trust instead of those of the system, for a carrier that has its own; null: the system's.
    /// </summary>
    public X509Certificate2Collection? TrustedRoots { get; init; }

    /// <summary>Shown to a carrier that asks for one; with its private key.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>
    /// SHA-256 of the public keys (SubjectPublicKeyInfo, RFC 7469 2.4) of which the carrier's certificate must have
    /// one, in hexadecimal or base64; see <see cref="SmppPins.Of"/>. Empty: any key.
    /// </summary>
    public IReadOnlyList<string> Pins { get; init; } = [];

    /// <summary>
    /// A pinned key is trust enough: the certificate may be of nobody known, expired or for another name. For carriers
    /// that sign their own. Without pins it changes nothing.
    /// </summary>
    public bool TrustPinsAlone { get; init; }

    /// <summary>Asks whether certificates were revoked.</summary>
    public bool CheckRevocation { get; init; }

    internal SslClientAuthenticationOptions ToSslOptions(string host)
    {
        var pins = new SmppPins(Pins);
        return new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = ChainPolicy(),
            TargetHost = ServerName ?? host,
            ClientCertificates = ClientCertificate is null ? null : [ClientCertificate],
            CertificateRevocationCheckMode = CheckRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck,
            RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
                pins.Accept(certificate, errors, TrustPinsAlone),
        };
    }

    private X509ChainPolicy? ChainPolicy()
    {
        if (TrustedRoots is null) return null;
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = CheckRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.AddRange(TrustedRoots);
        return policy;
    }
}

/// <summary>TLS at the SMSC.</summary>
public sealed record SmppServerTls
{
    /// <summary>Shown to ESMEs; with its private key.</summary>
    public required X509Certificate2 Certificate { get; init; }

    /// <summary>An ESME has to show a certificate that is valid by the trust of the system, or pinned.</summary>
    public bool ClientCertificateRequired { get; init; }

    /// <summary>As <see cref="SmppClientTls.Pins"/>, for the certificates of ESMEs.</summary>
    public IReadOnlyList<string> ClientPins { get; init; } = [];

    /// <summary>As <see cref="SmppClientTls.TrustPinsAlone"/>.</summary>
    public bool TrustPinsAlone { get; init; }

    internal SslServerAuthenticationOptions ToSslOptions()
    {
        var pins = new SmppPins(ClientPins);
        return new SslServerAuthenticationOptions
        {
            ServerCertificate = Certificate,
            ClientCertificateRequired = ClientCertificateRequired,
            RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
                !ClientCertificateRequired || pins.Accept(certificate, errors, TrustPinsAlone),
        };
    }
}

/// <summary>Pinned public keys: SHA-256 of SubjectPublicKeyInfo (RFC 7469 2.4).</summary>
public sealed class SmppPins
{
    private readonly byte[][] _hashes;

    /// <summary>Reads pins.</summary>
    /// <exception cref="ArgumentException">One is neither hexadecimal nor base64 of 32 octets.</exception>
    public SmppPins(IEnumerable<string> pins) => _hashes = [.. pins.Select(Read)];

    /// <summary>The pin of a certificate, in base64.</summary>
    public static string Of(X509Certificate certificate) => Convert.ToBase64String(Hash(certificate));

    internal bool Accept(X509Certificate? certificate, SslPolicyErrors errors, bool trustPinsAlone)
    {
        if (certificate is null) return false;
        if (_hashes.Length == 0) return errors is SslPolicyErrors.None;
        if (errors is not SslPolicyErrors.None && !trustPinsAlone) return false;
        byte[] hash = Hash(certificate);
        return Array.Exists(_hashes, pin => pin.AsSpan().SequenceEqual(hash));
    }

    private static byte[] Hash(X509Certificate certificate)
    {
        using X509Certificate2 loaded = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return SHA256.HashData(loaded.PublicKey.ExportSubjectPublicKeyInfo());
    }

    private static byte[] Read(string pin)
    {
        string text = pin.Trim();
        string hex = text.Replace(":", "", StringComparison.Ordinal);
        if (hex.Length == 64 && hex.All(char.IsAsciiHexDigit)) return Convert.FromHexString(hex);
        byte[] hash = new byte[32];
        return Convert.TryFromBase64String(text, hash, out int octets) && octets == 32
            ? hash
            : throw new ArgumentException(
                "A pin is the SHA-256 of a public key, 64 hexadecimal digits or base64 of 32 octets.", nameof(pin));
    }
}
