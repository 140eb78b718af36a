using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using MimeKit;

namespace EmailSms.Policy.Proof;

/// <summary>The tags of a DKIM-Signature or ARC-Message-Signature (RFC 6376 3.5) that have to be looked at.</summary>
internal sealed record DkimSignature
{
    private static readonly string[] Needed = ["a", "b", "bh", "d", "h", "s"];

    /// <summary>Who signs, <c>d=</c>, in lower case.</summary>
    public required string Domain { get; init; }

    /// <summary>Which of its keys, <c>s=</c>, in lower case.</summary>
    public required string Selector { get; init; }

    /// <summary>Such as <c>rsa-sha256</c>.</summary>
    public required string Algorithm { get; init; }

    /// <summary>The domain of <c>i=</c>, for whom it is signed; that of <c>d=</c> where it is missing.</summary>
    public required string IdentityDomain { get; init; }

    /// <summary>The names of the header fields that are signed, in lower case.</summary>
    public required IReadOnlyList<string> Fields { get; init; }

    /// <summary>When it was made, <c>t=</c>, unix seconds.</summary>
    public long? MadeAt { get; init; }

    /// <summary>Until when it counts, <c>x=</c>, unix seconds.</summary>
    public long? ExpiresAt { get; init; }

    /// <summary>Whether <c>l=</c> leaves the end of the body unsigned, for anybody to add to.</summary>
    public bool LeavesBodyOpen { get; init; }

    /// <summary>Takes the field, or says what is wrong with it.</summary>
    public static bool TryParse(
        Header field, [NotNullWhen(true)] out DkimSignature? signature, [NotNullWhen(false)] out string? wrong)
    {
        signature = null;
        wrong = "it is no list of tags";
        if (!TagList.TryParse(Encoding.Latin1.GetString(field.RawValue), out TagList? tags)) return false;
        bool isArc = field.Id is HeaderId.ArcMessageSignature;
        string? missing = Needed.FirstOrDefault(name => string.IsNullOrEmpty(tags[name]));
        long? madeAt = null;
        long? expiresAt = null;
        string domain = (tags["d"] ?? "").ToLowerInvariant();
        string identity = IdentityDomainOf(tags, domain, isArc);
        wrong = missing is not null ? $"its {missing}= is missing"
            : !isArc && tags["v"] is not "1" ? "its version is not 1"
            : !DnsName.IsAskable($"{tags["s"]}._domainkey.{domain}") ? "its d= and s= are no names"
            : !DnsName.IsOrIsBelow(identity, domain) ? "its i= is not below its d="
            : tags["q"] is not null && !tags.Words("q").Contains("dns/txt") ? "its key is not in the DNS"
            : !TryReadTime(tags["t"], out madeAt) || !TryReadTime(tags["x"], out expiresAt) ? "its t= or x= is no time"
            : expiresAt <= madeAt ? "it expired before it was made"
            : !tags.Words("h").Contains("from") ? "it does not sign From"
            : null;
        if (wrong is not null) return false;
        signature = new DkimSignature
        {
            Domain = domain,
            Selector = tags["s"]!.ToLowerInvariant(),
            Algorithm = tags["a"]!.ToLowerInvariant(),
            IdentityDomain = identity,
            Fields = tags.Words("h"),
            MadeAt = madeAt,
            ExpiresAt = expiresAt,
            LeavesBodyOpen = tags["l"] is not null,
        };
        return true;
    }

    // In ARC, i= is the number of the hop (RFC 8617 4.1.2).
    private static string IdentityDomainOf(TagList tags, string domain, bool isArc) =>
        isArc || tags["i"] is not { } identity
            ? domain
            : identity[(identity.LastIndexOf('@') + 1)..].ToLowerInvariant();

    private static bool TryReadTime(string? text, out long? seconds)
    {
        seconds = null;
        if (text is null) return true;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long read)) return false;
        seconds = read;
        return true;
    }
}
