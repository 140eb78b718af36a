using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EmailSms.MailIn;

/// <summary>
/// Whose certificates a listener takes for a client's: those of an authority of ours, and of nobody else.
/// </summary>
internal static class ClientAuthority
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2"; // RFC 5280 4.2.1.12

    /// <summary>Reads the authority's certificates once, and judges those of clients by them.</summary>
    /// <exception cref="CryptographicException">The file holds no certificate.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Func<X509Certificate2, X509Chain?, SslPolicyErrors, bool> Load(string file)
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(file);
        if (roots.Count == 0) throw new CryptographicException($"{file} holds no certificate.");
        return (certificate, shown, _) => IsOf(roots, certificate, shown);
    }

    private static bool IsOf(X509Certificate2Collection roots, X509Certificate2 certificate, X509Chain? shown)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck; // an authority of one house seldom has a list
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        if (shown is not null) chain.ChainPolicy.ExtraStore.AddRange(shown.ChainPolicy.ExtraStore);

        return chain.Build(certificate);
    }
}
