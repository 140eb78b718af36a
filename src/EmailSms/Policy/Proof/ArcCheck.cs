using System.Globalization;
using System.Text;
using MimeKit;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;

namespace EmailSms.Policy.Proof;

/// <summary>
/// The chain of seals of a mail that was forwarded (RFC 8617). It says what a forwarder had verified before it changed
/// the mail, and is worth what that forwarder is worth: only a chain whose last seal is by somebody trusted is looked
/// at.
/// </summary>
internal static class ArcCheck
{
    /// <summary>Hops of a chain; RFC 8617 4.2.1 allows 50, and each costs a lookup.</summary>
    public const int HopsMax = 10;

    /// <summary>Asks for the keys of all seals and of the last signature, if somebody trusted was the last.</summary>
    public static async Task FetchKeysAsync(
        HeaderList fields, IReadOnlyCollection<string> trusted, DkimKeys keys, DnsBudget dns)
    {
        if (LastHop(fields, trusted) is not { } last) return;
        foreach (Header seal in fields.Where(field => field.Id is HeaderId.ArcSeal))
        {
            if (SealOf(seal) is not { } one) return;
            await keys.FetchAsync(one.Domain, one.Selector, dns).ConfigureAwait(false);
        }

        if (SignatureOf(fields, last) is { } signature)
        {
            await keys.FetchAsync(signature.Domain, signature.Selector, dns).ConfigureAwait(false);
        }
    }

    /// <summary>What the last forwarder says it had verified; null where there is none to believe.</summary>
    public static async Task<ReportedResults?> VerifyAsync(
        MimeMessage mail, IReadOnlyCollection<string> trusted, GatheredProof gathered, TimeProvider time,
        CancellationToken stopping)
    {
        if (LastHop(mail.Headers, trusted) is not { } last
            || SignatureOf(mail.Headers, last) is not { } signature
            || DkimCheck.NotGoodEnough(gathered.Fields, signature, time) is not null
            || ResultsOf(mail.Headers, last) is not { } results)
        {
            return null;
        }

        try
        {
            var verifier = new ArcVerifier(gathered.Keys) { MinimumRsaKeyLength = DkimKey.RsaBitsMin };
            ArcValidationResult found = await verifier.VerifyAsync(mail, stopping).ConfigureAwait(false);
            return found.Chain is ArcSignatureValidationResult.Pass ? results : null;
        }
        catch (Exception trouble) when (trouble is FormatException or ParseException or ArgumentException
            or InvalidOperationException or NotSupportedException or CryptoException)
        {
            return null;
        }
    }

    // The number of the last hop, if its seal is by somebody trusted and the chain is not too long.
    private static int? LastHop(HeaderList fields, IReadOnlyCollection<string> trusted)
    {
        List<(string Domain, string Selector, int Hop)?> seals =
            [.. fields.Where(field => field.Id is HeaderId.ArcSeal).Select(SealOf)];
        if (seals.Count is 0 or > HopsMax || seals.Contains(null)) return null;
        (string domain, _, int hop) = seals.MaxBy(seal => seal!.Value.Hop)!.Value;
        return hop == seals.Count && trusted.Contains(domain, StringComparer.OrdinalIgnoreCase) ? hop : null;
    }

    private static (string Domain, string Selector, int Hop)? SealOf(Header field) =>
        TagsOf(field) is { } tags && HopOf(tags) is { } hop && tags["d"] is { } domain && tags["s"] is { } selector
            ? (domain.ToLowerInvariant(), selector.ToLowerInvariant(), hop)
            : null;

    private static DkimSignature? SignatureOf(HeaderList fields, int hop) => fields
        .Where(field => field.Id is HeaderId.ArcMessageSignature)
        .Where(field => TagsOf(field) is { } tags && HopOf(tags) == hop)
        .Select(field => DkimSignature.TryParse(field, out DkimSignature? signature, out _) ? signature : null)
        .FirstOrDefault();

    private static ReportedResults? ResultsOf(HeaderList fields, int hop) => fields
        .Where(field => field.Id is HeaderId.ArcAuthenticationResults)
        .Select(field => AuthenticationResults.TryParse(field.RawValue, out AuthenticationResults? read) ? read : null)
        .Where(read => read?.Instance == hop)
        .Select(read => ReportedResults.Of(read!))
        .FirstOrDefault();

    private static TagList? TagsOf(Header field) =>
        TagList.TryParse(Encoding.Latin1.GetString(field.RawValue), out TagList? tags) ? tags : null;

    private static int? HopOf(TagList tags) =>
        int.TryParse(tags["i"], NumberStyles.None, CultureInfo.InvariantCulture, out int hop) ? hop : null;
}
