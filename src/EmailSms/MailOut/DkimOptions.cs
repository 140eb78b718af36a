using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.OpenSsl;

namespace EmailSms.MailOut;

/// <summary>One entry of the list <c>Dkim</c>: a key that signs all our mails (RFC 6376).</summary>
internal sealed class DkimOptions : IValidatableObject
{
    public const int RsaBitsMin = 1024; // RFC 8301 3.2: what a shorter one signs counts as not signed

    /// <summary>The <c>d=</c>: of the address in From or above it, or DMARC takes no notice.</summary>
    [Required]
    [StringLength(253)]
    public string Domain { get; set; } = "";

    /// <summary>The <c>s=</c>: the public key lies at <c>selector._domainkey.domain</c>.</summary>
    [Required]
    [StringLength(63)]
    public string Selector { get; set; } = "";

    /// <summary>The private key in PEM, RSA or Ed25519 (RFC 8463).</summary>
    [Required]
    public string KeyFile { get; set; } = "";

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (KeyFile.Length > 0 && !TryMake(out _, out string? wrong))
        {
            yield return new ValidationResult(wrong, [nameof(KeyFile)]);
        }
    }

    /// <summary>The signer, or why the key cannot be used.</summary>
    public bool TryMake([NotNullWhen(true)] out DkimSigner? signer, [NotNullWhen(false)] out string? wrong)
    {
        signer = null;
        AsymmetricKeyParameter? key;
        try
        {
            using StreamReader file = File.OpenText(KeyFile);
            using var pem = new PemReader(file);
            key = pem.ReadObject() switch
            {
                AsymmetricCipherKeyPair pair => pair.Private,
                AsymmetricKeyParameter { IsPrivate: true } alone => alone,
                _ => null,
            };
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException
            or PasswordException or CryptoException or ArgumentException or FormatException)
        {
            wrong = $"{KeyFile} cannot be read: {trouble.Message}";
            return false;
        }

        wrong = key switch
        {
            Ed25519PrivateKeyParameters => null,
            RsaPrivateCrtKeyParameters rsa when rsa.Modulus.BitLength >= RsaBitsMin => null,
            RsaPrivateCrtKeyParameters => $"{KeyFile} is an RSA key of less than {RsaBitsMin} bits.",
            _ => $"{KeyFile} holds no private key of RSA or Ed25519 in PEM.",
        };
        if (wrong is not null) return false;
        signer = new DkimSigner(
            key!, Domain, Selector,
            key is Ed25519PrivateKeyParameters
                ? DkimSignatureAlgorithm.Ed25519Sha256
                : DkimSignatureAlgorithm.RsaSha256)
        {
            // Relays fold headers anew and take spaces from the ends of lines (RFC 6376 3.4).
            HeaderCanonicalizationAlgorithm = DkimCanonicalizationAlgorithm.Relaxed,
            BodyCanonicalizationAlgorithm = DkimCanonicalizationAlgorithm.Relaxed,
            AgentOrUserIdentifier = $"@{Domain}",
        };
        return true;
    }
}
