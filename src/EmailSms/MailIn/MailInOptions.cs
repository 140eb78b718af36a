using System.ComponentModel.DataAnnotations;
using System.Net;
using EmailSms.Smtp;

namespace EmailSms.MailIn;

/// <summary>The section <c>Smtp</c>: where mail comes in, and the limits of the listener.</summary>
internal sealed class MailInOptions : IValidatableObject
{
    public const string Section = "Smtp";

    /// <summary>Addresses and ports to listen on, such as <c>0.0.0.0:25</c> or <c>[::1]:2525</c>.</summary>
    [Required, MinLength(1)]
    public List<string> Listen { get; set; } = [];

    /// <summary>
    /// A certificate (PEM with its chain, or PKCS #12): then STARTTLS is offered. A renewed file is taken up without a
    /// restart. Empty: no TLS.
    /// </summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>The PEM key, where it is not in the same file.</summary>
    public string CertificateKeyFile { get; set; } = "";

    /// <summary>The password of an encrypted key.</summary>
    public string CertificatePassword { get; set; } = "";

    /// <summary>The limits of a session, each with its default and source in <see cref="SmtpServerOptions"/>.</summary>
    public SmtpServerOptions Limits { get; set; } = new();

    /// <summary>Where to listen, parsed.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints => [.. Listen.Select(IPEndPoint.Parse)];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (CertificateFile.Length > 0 && !File.Exists(CertificateFile))
        {
            yield return new ValidationResult($"There is no file {CertificateFile}.", [nameof(CertificateFile)]);
        }

        if (CertificateKeyFile.Length > 0 && !File.Exists(CertificateKeyFile))
        {
            yield return new ValidationResult($"There is no file {CertificateKeyFile}.", [nameof(CertificateKeyFile)]);
        }

        if (!Directory.Exists(Limits.SpoolFolder))
        {
            yield return new ValidationResult(
                $"There is no folder {Limits.SpoolFolder}.", [$"{nameof(Limits)}:{nameof(Limits.SpoolFolder)}"]);
        }

        for (int i = 0; i < Listen.Count; i++)
        {
            // Without a port IPEndPoint reads port 0, which is right only where it was written.
            if (!IPEndPoint.TryParse(Listen[i], out IPEndPoint? point)
                || (point.Port == 0 && !Listen[i].EndsWith(":0", StringComparison.Ordinal)))
            {
                yield return new ValidationResult(
                    $"'{Listen[i]}' is not an address and port such as 0.0.0.0:25 or [::1]:2525.",
                    [$"{nameof(Listen)}:{i}"]);
            }
        }
    }
}

/// <summary>The section <c>Addresses</c>: which recipients are ours.</summary>
internal sealed class AddressOptions : IValidatableObject
{
    public const string Section = "Addresses";

    /// <summary>
    /// The domains that mail is taken for, such as <c>sms.example.com</c>. Replies are written from the first.
    /// </summary>
    [Required, MinLength(1)]
    public List<string> Domains { get; set; } = [];

    /// <summary>
    /// The country (ISO 3166, two letters) in whose form a number without country code is read; a sender rule can say
    /// another. Empty: such numbers are refused.
    /// </summary>
    public string DefaultRegion { get; set; } = "";

    /// <summary>
    /// Lets numbers from the ranges reserved for films and examples go to real carriers. Off, so that a sample that was
    /// copied never costs money; sandbox carriers take them always.
    /// </summary>
    public bool AllowFictitious { get; set; }

    /// <summary>How long a client that repeats its mail is answered with the SMS it already made.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan RepeatWindow { get; set; } = TimeSpan.FromHours(24);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        for (int i = 0; i < Domains.Count; i++)
        {
            if (Uri.CheckHostName(Domains[i]) is not (UriHostNameType.Dns or UriHostNameType.IPv4))
            {
                yield return new ValidationResult(
                    $"'{Domains[i]}' is not a domain such as sms.example.com.", [$"{nameof(Domains)}:{i}"]);
            }
        }

        if (DefaultRegion.Length > 0 && (DefaultRegion.Length != 2 || !DefaultRegion.All(char.IsAsciiLetterUpper)))
        {
            yield return new ValidationResult(
                $"'{DefaultRegion}' is not a country in two capital letters such as GB.", [nameof(DefaultRegion)]);
        }
    }
}
