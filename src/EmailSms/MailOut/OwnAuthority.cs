using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EmailSms.MailOut;

/// <summary>The authorities of a house, in a file, which are believed instead of the system's.</summary>
internal static class OwnAuthority
{
    /// <summary>Whether they vouch for a certificate that a server has shown.</summary>
    /// <param name="caFile">Their certificates in PEM; read each time, so that a new file needs no restart.</param>
    /// <param name="checkRevocation">Whether revocation lists are asked.</param>
    /// <param name="certificate">The server's; null: it showed none.</param>
    /// <param name="shown">The chain that came with it.</param>
    /// <param name="errors">What the system finds wrong with it.</param>
    /// <exception cref="CryptographicException">The file holds no certificate in PEM.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static bool Trusts(
        string caFile, bool checkRevocation, X509Certificate? certificate, X509Chain? shown, SslPolicyErrors errors)
    {
        // Another name or no certificate is wrong whatever the authority.
        bool isOnlyChain = (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) is SslPolicyErrors.None;
        if (certificate is null || !isOnlyChain) return false;
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(caFile);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.RevocationMode = checkRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck;
        if (shown is not null) chain.ChainPolicy.ExtraStore.AddRange(shown.ChainPolicy.ExtraStore);
        using X509Certificate2 leaf = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return chain.Build(leaf);
    }
}
