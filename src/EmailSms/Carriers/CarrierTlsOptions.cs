using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography.X509Certificates;
using EmailSms.Messages;
using EmailSms.Smpp;

namespace EmailSms.Carriers;

/// <summary>The section <c>Tls</c> of a carrier.</summary>
internal sealed class CarrierTlsOptions : IValidatableObject
{
    /// <summary>Speaks TLS from the first octet.</summary>
    public bool Enabled { get; set; }

    /// <summary>The name that the certificate has to have, where it is not that of the host.</summary>
    [StringLength(253)]
    public string ServerName { get; set; } = "";

    /// <summary>Certificates (PEM) of the authorities to trust instead of the system's.</summary>
    public string CaFile { get; set; } = "";

    /// <summary>A certificate of ours (PEM or PKCS #12), for a carrier that asks for one.</summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>Its key (PEM), where it lies in a file of its own.</summary>
    public string CertificateKeyFile { get; set; } = "";

    /// <summary>The password of the key, or of the PKCS #12 file.</summary>
    public string CertificatePassword { get; set; } = "";

    /// <summary>A file that has it in its first line.</summary>
    public string CertificatePasswordFile { get; set; } = "";

    /// <summary>SHA-256 of public keys, in hexadecimal or base64: the carrier has to have one of them.</summary>
    public List<string> Pins { get; set; } = [];

    /// <summary>A pinned key is trust enough, for carriers that sign their own certificates.</summary>
    public bool TrustPinsAlone { get; set; }

    /// <summary>Asks whether certificates were revoked.</summary>
    public bool CheckRevocation { get; set; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (string pin in Pins)
        {
            if (IsPin(pin)) continue;
            yield return new ValidationResult(
                $"'{pin}' is no SHA-256 of a public key: 64 hexadecimal digits, or base64 of 32 octets.",
                [nameof(Pins)]);
        }

        if (TrustPinsAlone && Pins.Count == 0)
        {
            yield return new ValidationResult("There are no pins to trust.", [nameof(TrustPinsAlone)]);
        }

        foreach ((string file, string key) in new[]
        {
            (CaFile, nameof(CaFile)), (CertificateFile, nameof(CertificateFile)),
            (CertificateKeyFile, nameof(CertificateKeyFile)),
        })
        {
            if (file.Length == 0 || File.Exists(file)) continue;
            yield return new ValidationResult($"There is no file {file}.", [key]);
        }
    }

    /// <summary>The same in the words of the library, with the files read; null without TLS.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A file holds no certificate, or not the
    /// key of its own.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public SmppClientTls? ToTls() => !Enabled ? null : new SmppClientTls
    {
        ServerName = ServerName.Length > 0 ? ServerName : null,
        TrustedRoots = CaFile.Length > 0 ? Roots() : null,
        ClientCertificate = CertificateFile.Length > 0 ? Own() : null,
        Pins = Pins,
        TrustPinsAlone = TrustPinsAlone,
        CheckRevocation = CheckRevocation,
    };

    private static bool IsPin(string pin)
    {
        try
        {
            _ = new SmppPins([pin]);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>The authorities of <see cref="CaFile"/>.</summary>
    public X509Certificate2Collection Roots()
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(CaFile);
        return roots.Count > 0
            ? roots
            : throw new System.Security.Cryptography.CryptographicException($"{CaFile} holds no certificate in PEM.");
    }

    /// <summary>The certificate of <see cref="CertificateFile"/>.</summary>
    public X509Certificate2 Own()
    {
        string? password = SecretFile.Read(CertificatePassword, CertificatePasswordFile);
        if (Path.GetExtension(CertificateFile).ToLowerInvariant() is ".pfx" or ".p12")
        {
            return X509CertificateLoader.LoadPkcs12FromFile(CertificateFile, password);
        }

        string? keyFile = CertificateKeyFile.Length > 0 ? CertificateKeyFile : null;
        using X509Certificate2 read = password is null
            ? X509Certificate2.CreateFromPemFile(CertificateFile, keyFile)
            : X509Certificate2.CreateFromEncryptedPemFile(CertificateFile, password, keyFile);

        // Windows shows no key that was only read from PEM.
        return X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), null);
    }
}
