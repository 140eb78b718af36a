using System.Diagnostics.CodeAnalysis;

namespace EmailSms.Policy.Proof;

/// <summary>What a domain publishes at <c>_dmarc</c> (RFC 7489 6.3), as far as it matters to who sends.</summary>
/// <param name="Domain">Where it was found: the author's domain, or its organizational domain.</param>
/// <param name="Policy">What the domain asks for where nothing is aligned: none, quarantine or reject.</param>
/// <param name="IsDkimStrict">Whether signatures of other domains of the organization do not count.</param>
/// <param name="IsSpfStrict">The same for envelope senders.</param>
internal sealed record DmarcPolicy(string Domain, string Policy, bool IsDkimStrict, bool IsSpfStrict)
{
    private const string Version = "DMARC1";

    /// <summary>Takes a record; what is no policy, and one that asks for nothing that is known, is none.</summary>
    public static bool TryParse(string domain, string text, [NotNullWhen(true)] out DmarcPolicy? policy)
    {
        policy = null;
        if (!TagList.TryParse(text, out TagList? tags) || tags.First != "v" || tags["v"] != Version) return false;

        // RFC 7489 6.6.3: a wrong p counts as none where reports are asked for, and the record as missing elsewhere.
        string asked = tags["p"]?.ToLowerInvariant() ?? "";
        if (asked is not ("none" or "quarantine" or "reject"))
        {
            if (tags["rua"]?.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase) is not true) return false;
            asked = "none";
        }

        policy = new DmarcPolicy(domain, asked, IsStrict(tags["adkim"]), IsStrict(tags["aspf"]));
        return true;
    }

    private static bool IsStrict(string? mode) => mode is "s" or "S";
}

/// <summary>What was found of a domain's policy.</summary>
/// <param name="Policy">Null where there is none.</param>
/// <param name="IsTemporary">Whether the DNS did not answer.</param>
internal sealed record DmarcAnswer(DmarcPolicy? Policy, bool IsTemporary = false)
{
    /// <summary>There is no policy.</summary>
    public static DmarcAnswer None { get; } = new(Policy: null);

    /// <summary>RFC 7489 6.6.3: asks the domain of the author, then its organizational domain.</summary>
    public static async Task<DmarcAnswer> FindAsync(string authorDomain, PublicSuffixes suffixes, DnsBudget dns)
    {
        string organization = suffixes.OrganizationalDomain(authorDomain);
        string[] places = organization == authorDomain ? [authorDomain] : [authorDomain, organization];
        foreach (string domain in places)
        {
            DnsAnswer<string> answer = await dns.TxtAsync($"_dmarc.{domain}").ConfigureAwait(false);
            if (answer.IsFailed) return new DmarcAnswer(Policy: null, IsTemporary: true);
            List<string> records = [.. answer.Records.Where(IsOne)];
            if (records.Count > 1) return None; // several count as none, and end the search
            if (records.Count == 1)
            {
                return new DmarcAnswer(DmarcPolicy.TryParse(domain, records[0], out DmarcPolicy? found) ? found : null);
            }
        }

        return None;
    }

    private static bool IsOne(string text) =>
        TagList.TryParse(text, out TagList? tags)
            ? tags.First == "v" && tags["v"] == "DMARC1"
            : text.StartsWith("v=DMARC1", StringComparison.Ordinal);
}
