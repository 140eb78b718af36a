using System.ComponentModel.DataAnnotations;
using System.Net;
using EmailSms.Messages;
using EmailSms.Smtp;

namespace EmailSms.MailIn;

/// <summary>The section <c>Smtp</c>: where mail comes in, and the limits of the listener.</summary>
internal sealed class MailInOptions : IValidatableObject
{
    public const string Section = "Smtp";

    /// <summary>
    /// Addresses and ports to listen on, such as <c>127.0.0.1:2525</c>: the simple form, without AUTH, and with
    /// STARTTLS where there is a certificate.
    /// </summary>
    public List<string> Listen { get; set; } = [];

    /// <summary>Listeners with a profile, beside those or instead of them.</summary>
    public List<ListenerOptions> Listeners { get; set; } = [];

    /// <summary>
    /// A certificate (PEM with its chain, or PKCS #12): then STARTTLS is offered. A renewed file is taken up without a
    /// restart. Empty: no TLS.
    /// </summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>The PEM key, where it is not in the same file.</summary>
    public string CertificateKeyFile { get; set; } = "";

    /// <summary>The password of an encrypted key.</summary>
    public string CertificatePassword { get; set; } = "";

    /// <summary>A file that has it in its first line.</summary>
    public string CertificatePasswordFile { get; set; } = "";

    /// <summary>The limits of a session, each with its default and source in <see cref="SmtpServerOptions"/>.</summary>
    public SmtpServerOptions Limits { get; set; } = new();

    /// <summary>Where to listen, parsed.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints => [.. Listen.Select(IPEndPoint.Parse)];

    /// <summary>The certificate of listeners that name none of their own; none, or one.</summary>
    public IReadOnlyList<CertificateOptions> Certificates => CertificateFile.Length == 0
        ? []
        :
        [
            new CertificateOptions
            {
                File = CertificateFile,
                KeyFile = CertificateKeyFile,
                Password = CertificatePassword,
                PasswordFile = CertificatePasswordFile,
            },
        ];

    /// <summary>All certificates, each with the setting that names it.</summary>
    public IEnumerable<(string Key, CertificateOptions Certificate)> CertificatesByKey =>
    [
        .. Certificates.Select(one => ($"{Section}:{nameof(CertificateFile)}", one)),
        .. from listener in Listeners.Index()
           from certificate in listener.Item.Certificates.Index()
           select (
               $"{Section}:{nameof(Listeners)}:{listener.Index}:{nameof(ListenerOptions.Certificates)}:"
                   + $"{certificate.Index}:{nameof(CertificateOptions.File)}",
               certificate.Item),
    ];

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

        if (Listen.Count == 0 && Listeners.Count == 0)
        {
            yield return new ValidationResult(
                $"is empty, and so is {Section}:{nameof(Listeners)}: name an address such as 127.0.0.1:2525.",
                [nameof(Listen)]);
        }

        foreach (ValidationResult wrong in WrongListeners()) yield return wrong;
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

    private IEnumerable<ValidationResult> WrongListeners()
    {
        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        HashSet<string> places = new(Listen, StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < Listeners.Count; i++)
        {
            ListenerOptions listener = Listeners[i];
            string key = $"{nameof(Listeners)}:{i}";
            if (listener.Name.Length > 0 && !names.Add(listener.Name))
            {
                yield return new ValidationResult(
                    $"'{listener.Name}' is the name of another listener, too.", [$"{key}:{nameof(listener.Name)}"]);
            }

            if ((listener.IsSubmission || listener.RequiresTls || listener.RequiresClientCertificate)
                && listener.Certificates.Count == 0 && CertificateFile.Length == 0)
            {
                yield return new ValidationResult(
                    $"are none, and {Section}:{nameof(CertificateFile)} is empty: this listener needs TLS.",
                    [$"{key}:{nameof(listener.Certificates)}"]);
            }

            for (int at = 0; at < listener.Listen.Count; at++)
            {
                string place = listener.Listen[at];
                if (place.EndsWith(":0", StringComparison.Ordinal) || places.Add(place)) continue;
                yield return new ValidationResult(
                    $"'{place}' is listened on already.", [$"{key}:{nameof(listener.Listen)}:{at}"]);
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
    /// The zone of times in addresses (<c>+at=1830</c>), such as <c>Europe/Berlin</c>; a sender rule can say another.
    /// </summary>
    [Required]
    public string TimeZone { get; set; } = "UTC";

    /// <summary>What is otherwise for one of the domains, under its name.</summary>
    public Dictionary<string, DomainOptions> PerDomain { get; set; } = [];

    /// <summary>How far ahead an SMS may be scheduled from an address.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00")]
    public TimeSpan ScheduleMax { get; set; } = TimeSpan.FromDays(30);

    /// <summary>
    /// Lets numbers from the ranges reserved for films and examples go to real carriers. Off, so that a sample that was
    /// copied never costs money; sandbox carriers take them always.
    /// </summary>
    public bool AllowFictitious { get; set; }

    /// <summary>How long a client that repeats its mail is answered with the SMS it already made.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan RepeatWindow { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// SMS of the same text that one mailbox may send to one number within an hour; more are refused and the admin is
    /// told, since two programs that answer each other go on for ever. 0: no limit. 20: more often than a monitoring
    /// program reminds.
    /// </summary>
    [Range(0, 10_000)]
    public int SameTextPerHourMax { get; set; } = 20;

    /// <summary>The default region, if it is the same for every domain; empty: there are several, or none.</summary>
    internal string OnlyRegion =>
        Domains.Select(RegionOf).Where(one => one.Length > 0).Distinct().ToList() is [var only] ? only : "";

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

        if (!IsRegion(DefaultRegion)) yield return NotRegion(DefaultRegion, nameof(DefaultRegion));
        if (!IsZone(TimeZone)) yield return NotZone(TimeZone, nameof(TimeZone));
        foreach ((string name, DomainOptions domain) in PerDomain)
        {
            if (!Domains.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                yield return new ValidationResult(
                    $"'{name}' is none of the domains in Addresses:Domains.", [$"{nameof(PerDomain)}:{name}"]);
            }

            string key = $"{nameof(PerDomain)}:{name}";
            if (!IsRegion(domain.DefaultRegion))
            {
                yield return NotRegion(domain.DefaultRegion, $"{key}:{nameof(DefaultRegion)}");
            }

            if (domain.TimeZone.Length > 0 && !IsZone(domain.TimeZone))
            {
                yield return NotZone(domain.TimeZone, $"{key}:{nameof(TimeZone)}");
            }
        }
    }

    private string RegionOf(string domain)
    {
        string own = PerDomain.Where(one => one.Key.Equals(domain, StringComparison.OrdinalIgnoreCase))
            .Select(one => one.Value.DefaultRegion).FirstOrDefault("");
        return own.Length > 0 ? own : DefaultRegion;
    }

    private static bool IsRegion(string text) => text.Length == 0 || RegionCode.IsOne(text);

    private static bool IsZone(string text) => TimeZoneInfo.TryFindSystemTimeZoneById(text, out _);

    private static ValidationResult NotRegion(string text, string key) =>
        new($"'{text}' is not a country in two capital letters such as GB.", [key]);

    private static ValidationResult NotZone(string text, string key) =>
        new($"'{text}' is not a time zone such as Europe/Berlin.", [key]);
}

/// <summary>What is otherwise for one domain; empty: as for all.</summary>
internal sealed class DomainOptions
{
    /// <summary>See <see cref="AddressOptions.DefaultRegion"/>.</summary>
    public string DefaultRegion { get; set; } = "";

    /// <summary>See <see cref="AddressOptions.TimeZone"/>.</summary>
    public string TimeZone { get; set; } = "";
}
