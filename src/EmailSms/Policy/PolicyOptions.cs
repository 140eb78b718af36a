using System.ComponentModel.DataAnnotations;

namespace EmailSms.Policy;

/// <summary>The section <c>Policy</c>: whom to believe about where mail comes from.</summary>
internal sealed class PolicyOptions : IValidatableObject
{
    public const string Section = "Policy";

    /// <summary>Mail servers in front of this one whose <c>Authentication-Results</c> are believed.</summary>
    public List<UpstreamOptions> TrustedUpstreams { get; set; } = [];

    /// <summary>
    /// Domains of forwarders, such as a mailing list's, whose ARC seal (RFC 8617) is believed: what they say they had
    /// verified counts where their forwarding has broken it. Empty: ARC is not looked at.
    /// </summary>
    public List<string> TrustedSealers { get; set; } = [];

    /// <summary>
    /// A Public Suffix List to read at the start instead of the one that the program has, such as Debian's
    /// <c>/usr/share/publicsuffix/public_suffix_list.dat</c>.
    /// </summary>
    public string PublicSuffixFile { get; set; } = "";

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (PublicSuffixFile.Length > 0 && !File.Exists(PublicSuffixFile))
        {
            yield return new ValidationResult($"There is no file {PublicSuffixFile}.", [nameof(PublicSuffixFile)]);
        }

        for (int i = 0; i < TrustedSealers.Count; i++)
        {
            if (Uri.CheckHostName(TrustedSealers[i]) is UriHostNameType.Dns) continue;
            yield return new ValidationResult(
                $"'{TrustedSealers[i]}' is not a domain such as lists.example.org.", [$"{nameof(TrustedSealers)}:{i}"]);
        }
    }
}

/// <summary>An entry of <c>Policy:TrustedUpstreams</c>: a server whose word is taken.</summary>
internal sealed class UpstreamOptions : IValidatableObject
{
    /// <summary>The name in front of its results: its authserv-id (RFC 8601 2.5).</summary>
    [Required, StringLength(253)]
    public string AuthservId { get; set; } = "";

    /// <summary>Where it connects from. A field with its name from anywhere else is a stranger's.</summary>
    [Required, MinLength(1)]
    public List<string> Networks { get; set; } = [];

    /// <summary>
    /// How many <c>Received</c> of its own may stand above the field. 1: the field is directly above or below the line
    /// that the server wrote itself.
    /// </summary>
    [Range(0, 10)]
    public int ReceivedAboveMax { get; set; } = 1;

    /// <summary>The networks, parsed.</summary>
    public NetworkList List => NetworkList.TryParse(string.Join(' ', Networks), out NetworkList? list, out _)
        ? list
        : throw new InvalidOperationException("Options are validated before they are used.");

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        for (int i = 0; i < Networks.Count; i++)
        {
            if (NetworkList.TryParse(Networks[i], out _, out IReadOnlyList<string> mistakes)) continue;
            yield return new ValidationResult(string.Join(' ', mistakes), [$"{nameof(Networks)}:{i}"]);
        }
    }
}
