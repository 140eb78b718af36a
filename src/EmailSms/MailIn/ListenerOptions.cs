using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;
using EmailSms.Policy;

namespace EmailSms.MailIn;

/// <summary>An entry of <c>Smtp:Listeners</c>: addresses, and what they are for.</summary>
internal sealed class ListenerOptions : IValidatableObject
{
    public const string UnixPrefix = "unix:";

    /// <summary>
    /// What it is called in the log, on the timeline and in sender rules (<c>--listener</c>): small letters, digits and
    /// hyphens.
    /// </summary>
    [Required, StringLength(32)]
    public string Name { get; set; } = "";

    /// <summary>What it is for.</summary>
    [Required]
    public ListenerProfile? Profile { get; set; }

    /// <summary>
    /// Addresses and ports, such as <c>0.0.0.0:587</c>; for <see cref="ListenerProfile.Lmtp"/> also
    /// <c>unix:/run/emailsms/lmtp</c>.
    /// </summary>
    [Required, MinLength(1)]
    public List<string> Listen { get; set; } = [];

    /// <summary>
    /// The networks that are let in, such as <c>10.20.0.0/16</c>; others hear 554 and no greeting. Empty: everybody,
    /// which <see cref="ListenerProfile.LegacyDevice"/> may not be.
    /// </summary>
    public List<string> Networks { get; set; } = [];

    /// <summary>
    /// Networks of proxies that tell the client's address by a PROXY header. From anybody else such a header is a
    /// fault.
    /// </summary>
    public List<string> ProxyNetworks { get; set; } = [];

    /// <summary>
    /// Its certificates: a client that names a host (SNI) gets the one for it, and any other the first. Empty: that of
    /// <c>Smtp:CertificateFile</c>.
    /// </summary>
    public List<CertificateOptions> Certificates { get; set; } = [];

    /// <summary>
    /// Lets no mail in before STARTTLS. For <see cref="ListenerProfile.Mx"/>; submission does it always.
    /// </summary>
    public bool RequiresTls { get; set; }

    /// <summary>
    /// Lets no mail in before AUTH. For <see cref="ListenerProfile.LegacyDevice"/>; submission does it always.
    /// </summary>
    public bool RequiresAuth { get; set; }

    /// <summary>
    /// Speaks TLS 1.0 and 1.1 as well, where the operating system does. For
    /// <see cref="ListenerProfile.LegacyDevice"/> only (RFC 8996).
    /// </summary>
    public bool AllowsOldTls { get; set; }

    /// <summary>
    /// Lets in only who shows a certificate of <see cref="ClientAuthorityFile"/> in the TLS handshake. It proves that a
    /// client is one of ours, and not which: rules still ask for networks or users.
    /// </summary>
    public bool RequiresClientCertificate { get; set; }

    /// <summary>The certificates, in PEM, of the authority that signs those of clients. Read at the start.</summary>
    public string ClientAuthorityFile { get; set; } = "";

    /// <summary>Limits that are not those of <c>Smtp:Limits</c>.</summary>
    public ListenerLimits Limits { get; set; } = new();

    /// <summary>Where to listen, parsed.</summary>
    public IReadOnlyList<EndPoint> EndPoints => [.. Listen.Select(ParseEndPoint).OfType<EndPoint>()];

    internal bool IsSubmission => Profile is ListenerProfile.Submission or ListenerProfile.Submissions;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Name.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-'))
        {
            yield return Wrong($"'{Name}' is not a name of small letters, digits and hyphens.", nameof(Name));
        }

        foreach (ValidationResult wrong in WrongPlaces()) yield return wrong;
        foreach (ValidationResult wrong in WrongNetworks(Networks, nameof(Networks))) yield return wrong;
        foreach (ValidationResult wrong in WrongNetworks(ProxyNetworks, nameof(ProxyNetworks))) yield return wrong;
        if (Profile is ListenerProfile.LegacyDevice && Networks.Count == 0)
        {
            yield return Wrong(
                "must name the networks of the devices, such as 10.20.0.0/16: it asks nobody for proof.",
                nameof(Networks));
        }

        if (RequiresClientCertificate && ClientAuthorityFile.Length == 0)
        {
            yield return Wrong(
                "is empty: name the authority of the clients' certificates.", nameof(ClientAuthorityFile));
        }

        if (ClientAuthorityFile.Length > 0 && !File.Exists(ClientAuthorityFile))
        {
            yield return Wrong($"There is no file {ClientAuthorityFile}.", nameof(ClientAuthorityFile));
        }

        foreach ((string key, bool isOn, ListenerProfile only) in new[]
        {
            (nameof(RequiresTls), RequiresTls, ListenerProfile.Mx),
            (nameof(RequiresAuth), RequiresAuth, ListenerProfile.LegacyDevice),
            (nameof(AllowsOldTls), AllowsOldTls, ListenerProfile.LegacyDevice),
        })
        {
            if (isOn && Profile is { } profile && profile != only)
            {
                yield return Wrong($"is for the profile {only} only, and this one is {profile}.", key);
            }
        }
    }

    private static EndPoint? ParseEndPoint(string text)
    {
        if (text.StartsWith(UnixPrefix, StringComparison.Ordinal))
        {
            string path = text[UnixPrefix.Length..];
            return Path.IsPathRooted(path) && path.Length < 100 ? new UnixDomainSocketEndPoint(path) : null;
        }

        // Without a port IPEndPoint reads port 0, which is right only where it was written.
        return IPEndPoint.TryParse(text, out IPEndPoint? point)
            && (point.Port != 0 || text.EndsWith(":0", StringComparison.Ordinal)) ? point : null;
    }

    private static ValidationResult Wrong(string sentence, string key) => new(sentence, [key]);

    private static IEnumerable<ValidationResult> WrongNetworks(List<string> networks, string key)
    {
        for (int i = 0; i < networks.Count; i++)
        {
            if (!NetworkList.TryParse(networks[i], out _, out IReadOnlyList<string> mistakes))
            {
                yield return Wrong(mistakes[0], $"{key}:{i}");
            }
        }
    }

    private IEnumerable<ValidationResult> WrongPlaces()
    {
        bool isLmtp = Profile is ListenerProfile.Lmtp;
        for (int i = 0; i < Listen.Count; i++)
        {
            string? sentence = ParseEndPoint(Listen[i]) switch
            {
                null => $"'{Listen[i]}' is not an address and port such as 0.0.0.0:587 or [::1]:465"
                    + (isLmtp ? ", nor a socket such as unix:/run/emailsms/lmtp." : "."),
                UnixDomainSocketEndPoint when !isLmtp => "is a Unix socket, which only the profile Lmtp listens on.",
                IPEndPoint { Port: 25 } when isLmtp =>
                    "is port 25, where a peer would take LMTP for SMTP (RFC 2033 5).",
                IPEndPoint { Address: var at } when isLmtp && !IPAddress.IsLoopback(at) && Networks.Count == 0 =>
                    "is not this machine alone: name the networks that are let in, or listen on 127.0.0.1.",
                _ => null,
            };
            if (sentence is not null) yield return Wrong(sentence, $"{nameof(Listen)}:{i}");
        }
    }
}

/// <summary>A certificate in files that somebody renews.</summary>
internal sealed class CertificateOptions : IValidatableObject
{
    /// <summary>PEM with its chain, or PKCS #12. A renewed file is taken up without a restart.</summary>
    [Required]
    public string File { get; set; } = "";

    /// <summary>The PEM key, where it is not in the same file.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>The password of an encrypted key.</summary>
    public string Password { get; set; } = "";

    /// <summary>A file that has it in its first line.</summary>
    public string PasswordFile { get; set; } = "";

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (File.Length > 0 && !System.IO.File.Exists(File))
        {
            yield return new ValidationResult($"There is no file {File}.", [nameof(File)]);
        }

        if (KeyFile.Length > 0 && !System.IO.File.Exists(KeyFile))
        {
            yield return new ValidationResult($"There is no file {KeyFile}.", [nameof(KeyFile)]);
        }
    }
}

/// <summary>
/// Limits of one listener; what is not said is as in <c>Smtp:Limits</c>, but small for
/// <see cref="ListenerProfile.LegacyDevice"/>.
/// </summary>
internal sealed class ListenerLimits
{
    /// <summary>The name in the greeting and in the reply to EHLO.</summary>
    [StringLength(255), RegularExpression(@"[\x21-\x7e]+")]
    public string? HostName { get; set; }

    /// <summary>The largest mail, in octets. 1 MiB for devices.</summary>
    [Range(1024, 1024 * 1024 * 1024)]
    public int? MailBytesMax { get; set; }

    /// <summary>Recipients in one mail. 10 for devices.</summary>
    [Range(1, 10_000)]
    public int? RecipientsMax { get; set; }

    /// <summary>
    /// Sessions at one time, those of all listeners counted: a lower number here keeps room for the others.
    /// </summary>
    [Range(1, 100_000)]
    public int? ConnectionsMax { get; set; }

    /// <summary>Sessions at one time from one IPv4 address or IPv6 /64. 5 for devices.</summary>
    [Range(1, 100_000)]
    public int? ConnectionsPerAddressMax { get; set; }

    /// <summary>Mails in one session. 20 for devices.</summary>
    [Range(1, 1_000_000)]
    public int? MailsPerSessionMax { get; set; }

    /// <summary>
    /// Mails in a minute from one address; the next is told 451. 30 for devices, else no limit of the listener.
    /// </summary>
    [Range(1, 100_000)]
    public int? MailsPerMinuteMax { get; set; }

    /// <summary>How long a client may be silent.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan? SilenceMax { get; set; }

    /// <summary>How long a session may last.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan? SessionMax { get; set; }
}
