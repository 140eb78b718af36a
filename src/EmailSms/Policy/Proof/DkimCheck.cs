using MimeKit;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;

namespace EmailSms.Policy.Proof;

/// <summary>What became of a signature (RFC 8601 2.7.1).</summary>
internal enum DkimResult
{
    /// <summary>It is the domain's, and the mail is as it was signed.</summary>
    Pass,

    /// <summary>It is not, or no longer.</summary>
    Fail,

    /// <summary>It may be the domain's, and is not good enough to rely on.</summary>
    Policy,

    /// <summary>The signature or its key is wrong.</summary>
    PermError,

    /// <summary>The DNS did not answer: later it may be otherwise.</summary>
    TempError,

    /// <summary>It is to be taken for none: its key is on trial.</summary>
    None,
}

/// <summary>A signature and what became of it.</summary>
internal sealed record DkimVerdict(DkimResult Result, string Domain, string Selector, string Reason)
{
    /// <summary>As it is written on the timeline.</summary>
    public override string ToString() =>
        $"dkim={Result.ToString().ToLowerInvariant()} ({Domain}, {Selector}: {Reason})";
}

/// <summary>
/// Verifies signatures with MimeKit, and looks at what MimeKit leaves to its users (RFC 6376 6.1, 8; RFC 8301): expiry,
/// l=, what a key is for, and fields that stand in the mail more often than they were signed.
/// </summary>
internal static class DkimCheck
{
    /// <summary>Signatures of one mail that are looked at; each costs a lookup and a pass over the mail.</summary>
    public const int SignaturesMax = 5;

    // A sender's clock may go ahead of ours, by less than this.
    private const long ClockSkewSeconds = 3600;

    // RFC 5322 3.6: once at most. Programs differ in which of two they show, and a signature covers the last.
    private static readonly HeaderId[] OnceAtMost =
    [
        HeaderId.From, HeaderId.Sender, HeaderId.ReplyTo, HeaderId.To, HeaderId.Subject, HeaderId.Date,
        HeaderId.MessageId, HeaderId.MimeVersion, HeaderId.ContentType, HeaderId.ContentTransferEncoding,
    ];

    /// <summary>The signatures that can prove something about an author, in their order.</summary>
    /// <param name="fields">The header of the mail.</param>
    /// <param name="authorDomain">Whose signatures are looked for.</param>
    /// <param name="suffixes">Tells which domains are one organization's.</param>
    public static IReadOnlyList<Header> Candidates(
        HeaderList fields, string authorDomain, PublicSuffixes suffixes)
    {
        string organization = suffixes.OrganizationalDomain(authorDomain);
        List<Header> all = [.. fields.Where(field => field.Id is HeaderId.DkimSignature)];
        List<Header> theirs =
        [
            .. all.Where(field => DkimSignature.TryParse(field, out DkimSignature? signature, out _)
                && suffixes.OrganizationalDomain(signature.Domain) == organization),
        ];

        // With none of theirs, one that cannot be read is worth its reason.
        return theirs.Count > 0
            ? [.. theirs.Take(SignaturesMax)]
            : [.. all.Where(field => !DkimSignature.TryParse(field, out _, out _)).Take(1)];
    }

    /// <summary>Verifies one, with what was looked up before.</summary>
    public static async Task<DkimVerdict> VerifyAsync(
        MimeMessage mail, Header field, GatheredProof gathered, TimeProvider time, CancellationToken stopping)
    {
        if (!DkimSignature.TryParse(field, out DkimSignature? signature, out string? wrong))
        {
            return new DkimVerdict(DkimResult.PermError, "?", "?", wrong);
        }

        DkimVerdict Say(DkimResult result, string reason) =>
            new(result, signature.Domain, signature.Selector, reason);
        if (NotGoodEnough(gathered.Fields, signature, time) is { } weak) return Say(DkimResult.Policy, weak);
        if (signature.ExpiresAt < time.GetUtcNow().ToUnixTimeSeconds()) return Say(DkimResult.Fail, "it has expired");
        DkimKeyAnswer found = gathered.Keys.Find(signature.Domain, signature.Selector);
        if (found.Key is not { } key)
        {
            return Say(found.IsTemporary ? DkimResult.TempError : DkimResult.PermError, found.Wrong!);
        }

        if (key.IsOnTrial) return Say(DkimResult.None, "its key is on trial");
        if (key.IsForDomainAlone && signature.IdentityDomain != signature.Domain)
        {
            return Say(DkimResult.PermError, "its key is for the domain alone, and its i= is below it");
        }

        if (!signature.Algorithm.StartsWith(key.Kind + "-", StringComparison.Ordinal))
        {
            return Say(DkimResult.PermError, "its key is of another kind");
        }

        try
        {
            var verifier = new DkimVerifier(gathered.Keys) { MinimumRsaKeyLength = DkimKey.RsaBitsMin };
            return await verifier.VerifyAsync(mail, field, stopping).ConfigureAwait(false)
                ? Say(DkimResult.Pass, signature.Algorithm)
                : Say(DkimResult.Fail, "the mail is not as it was signed");
        }
        catch (Exception trouble) when (trouble is FormatException or ParseException or ArgumentException
            or InvalidOperationException or NotSupportedException or CryptoException)
        {
            return Say(DkimResult.PermError, "it cannot be read");
        }
    }

    /// <summary>Why nobody should rely on a signature even if it is right; null where one may.</summary>
    internal static string? NotGoodEnough(HeaderList fields, DkimSignature signature, TimeProvider time)
    {
        if (signature.Algorithm is not ("rsa-sha256" or "ed25519-sha256"))
        {
            return "its algorithm is not rsa-sha256 or ed25519-sha256"; // RFC 8301 3.1: SHA-1 must not count
        }

        if (signature.LeavesBodyOpen) return "its l= lets anybody add to the text"; // RFC 6376 8.2
        if (signature.MadeAt > time.GetUtcNow().ToUnixTimeSeconds() + ClockSkewSeconds)
        {
            return "it was made in the future";
        }

        foreach (HeaderId once in OnceAtMost)
        {
            if (fields.Count(field => field.Id == once) > 1)
            {
                return $"the mail has more than one {once.ToHeaderName()}"; // RFC 6376 8.15
            }
        }

        // The subject may become the text, so it has to be the signer's.
        return fields.Contains(HeaderId.Subject) && !signature.Fields.Contains("subject")
            ? "it does not sign the subject"
            : null;
    }
}
