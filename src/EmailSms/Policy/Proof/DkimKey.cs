using System.Diagnostics.CodeAnalysis;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;

namespace EmailSms.Policy.Proof;

/// <summary>
/// A key record of DKIM (RFC 6376 3.6.1, RFC 8463 4) that may be used for mail, with what MimeKit does not look at:
/// what the key is for, whether it is revoked or on trial, and how long it is.
/// </summary>
internal sealed record DkimKey
{
    public const int RsaBitsMin = 1024; // RFC 8301 3.2: a shorter one must not count

    private DkimKey(AsymmetricKeyParameter key) => PublicKey = key;

    public AsymmetricKeyParameter PublicKey { get; }

    /// <summary><c>rsa</c> or <c>ed25519</c>.</summary>
    public string Kind => PublicKey is Ed25519PublicKeyParameters ? "ed25519" : "rsa";

    /// <summary><c>t=y</c>: the domain is only trying; a signature counts as none (RFC 6376 3.6.1).</summary>
    public bool IsOnTrial { get; private init; }

    /// <summary><c>t=s</c>: it is for the domain itself and none below it.</summary>
    public bool IsForDomainAlone { get; private init; }

    /// <summary>Takes the record, or says why it is of no use.</summary>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out DkimKey? key, [NotNullWhen(false)] out string? wrong)
    {
        key = null;
        wrong = "the key record cannot be read";
        if (!TagList.TryParse(text, out TagList? tags)) return false;
        string kind = tags["k"]?.ToLowerInvariant() ?? "rsa";
        wrong = tags["v"] is not (null or "DKIM1") || (tags["v"] is not null && tags.First != "v")
                ? "the key record is of another version"
            : tags["p"] is null ? "the key record has no key"
            : tags["p"]!.Length == 0 ? "the key was revoked"
            : kind is not ("rsa" or "ed25519") ? "the key is of a kind that is not known"
            : tags["h"] is not null && !tags.Words("h").Contains("sha256") ? "the key is not for SHA-256"
            : tags["s"] is not null && !tags.Words("s").Any(word => word is "*" or "email")
                ? "the key is not for mail"
            : null;
        if (wrong is not null) return false;
        try
        {
            AsymmetricKeyParameter made = Reader.Read($"k={kind}; p={tags["p"]}");
            if (made is RsaKeyParameters rsa && rsa.Modulus.BitLength < RsaBitsMin)
            {
                wrong = $"the key has only {rsa.Modulus.BitLength} bits";
                return false;
            }

            if (made is not (RsaKeyParameters or Ed25519PublicKeyParameters) || made.IsPrivate)
            {
                wrong = "the key is of a kind that is not known";
                return false;
            }

            IReadOnlyList<string> flags = tags.Words("t");
            key = new DkimKey(made) { IsOnTrial = flags.Contains("y"), IsForDomainAlone = flags.Contains("s") };
            return true;
        }
        catch (Exception) // a stranger's bytes, and the decoder's many ways to say no
        {
            wrong = "the key cannot be read";
            return false;
        }
    }

    /// <summary>The decoder of MimeKit, which is open only to those who derive from it.</summary>
    private sealed class Reader : DkimPublicKeyLocatorBase
    {
        public static AsymmetricKeyParameter Read(string text) => GetPublicKey(text);

        public override AsymmetricKeyParameter LocatePublicKey(
            string methods, string domain, string selector, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException("It only reads.");

        public override Task<AsymmetricKeyParameter> LocatePublicKeyAsync(
            string methods, string domain, string selector, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException("It only reads.");
    }
}
