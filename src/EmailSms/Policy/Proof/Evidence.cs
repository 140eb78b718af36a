using EmailSms.Messages;

namespace EmailSms.Policy.Proof;

/// <summary>All that was found out about where a mail comes from. It decides nothing.</summary>
internal sealed record Evidence
{
    /// <summary>The one mailbox in From; null where there is none.</summary>
    public EmailAddress? Author { get; init; }

    /// <summary>Its domain in A-labels.</summary>
    public string? AuthorDomain { get; init; }

    /// <summary>Why there is no author.</summary>
    public string? AuthorWrong { get; init; }

    /// <summary>The domain of the envelope sender in A-labels; null for none.</summary>
    public string? EnvelopeDomain { get; init; }

    /// <summary>Null where it was not checked: a server in front hides whose client it was.</summary>
    public SpfVerdict? Spf { get; init; }

    /// <summary>The signatures that could prove the author.</summary>
    public IReadOnlyList<DkimVerdict> Dkim { get; init; } = [];

    /// <summary>Signatures of any kind in the mail.</summary>
    public int Signatures { get; init; }

    /// <summary>What the author's domain publishes.</summary>
    public DmarcAnswer Dmarc { get; init; } = DmarcAnswer.None;

    /// <summary>What a trusted server in front has verified.</summary>
    public ReportedResults? Upstream { get; init; }

    /// <summary>What a trusted forwarder had verified.</summary>
    public ReportedResults? Forwarder { get; init; }

    /// <summary>Tells which domains are one organization's.</summary>
    public PublicSuffixes Suffixes { get; init; } = PublicSuffixes.BuiltIn;

    /// <summary>As it is written on the timeline.</summary>
    public override string ToString() => string.Join("; ", Parts());

    private IEnumerable<string> Parts()
    {
        if (Spf is { } spf) yield return spf.ToString();
        foreach (DkimVerdict dkim in Dkim) yield return dkim.ToString();
        if (Dmarc.Policy is { } policy) yield return $"dmarc policy {policy.Policy} ({policy.Domain})";
        if (Upstream is { } upstream) yield return Told("upstream", upstream);
        if (Forwarder is { } forwarder) yield return Told("arc", forwarder);
    }

    private static string Told(string by, ReportedResults results) =>
        $"{by} {results.Server}: spf {results.SpfDomain ?? "-"}, dkim {string.Join('+', results.DkimDomains)}, "
        + $"dmarc {results.DmarcDomain ?? "-"}";
}
