using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;

namespace EmailSms.Policy.Proof;

/// <summary>What is known of a key: the key itself, or why there is none.</summary>
/// <param name="Key">Null for none.</param>
/// <param name="Wrong">Why; null where there is a key.</param>
/// <param name="IsTemporary">Whether it may be otherwise the next time.</param>
internal sealed record DkimKeyAnswer(DkimKey? Key, string? Wrong, bool IsTemporary = false);

/// <summary>
/// The keys of one mail's signatures, asked for before the mail is parsed: while the DNS is waited for, a mail takes no
/// memory, and when signatures are verified, nothing is waited for.
/// </summary>
internal sealed class DkimKeys : IDkimPublicKeyLocator
{
    private readonly Dictionary<(string Domain, string Selector), DkimKeyAnswer> _keys = [];

    /// <summary>Asks for a key, once.</summary>
    public async Task FetchAsync(string domain, string selector, DnsBudget dns)
    {
        if (_keys.ContainsKey((domain, selector))) return;
        DnsAnswer<string> answer = await dns.TxtAsync($"{selector}._domainkey.{domain}").ConfigureAwait(false);
        _keys[(domain, selector)] = Read(answer);
    }

    /// <summary>The key; one that nobody has asked for is not there.</summary>
    public DkimKeyAnswer Find(string domain, string selector) =>
        _keys.GetValueOrDefault((domain, selector)) ?? new DkimKeyAnswer(null, "its key was not asked for");

    /// <inheritdoc/>
    public AsymmetricKeyParameter LocatePublicKey(
        string methods, string domain, string selector, CancellationToken cancellationToken = default)
    {
        DkimKeyAnswer answer = Find(domain.ToLowerInvariant(), selector.ToLowerInvariant());
        return answer.Key is { IsOnTrial: false } key
            ? key.PublicKey
            : throw new FormatException(answer.Wrong ?? "The key is on trial.");
    }

    /// <inheritdoc/>
    public Task<AsymmetricKeyParameter> LocatePublicKeyAsync(
        string methods, string domain, string selector, CancellationToken cancellationToken = default) =>
        Task.FromResult(LocatePublicKey(methods, domain, selector, cancellationToken));

    private static DkimKeyAnswer Read(DnsAnswer<string> answer)
    {
        if (answer.IsFailed) return new DkimKeyAnswer(null, "the DNS gave no answer about its key", IsTemporary: true);
        if (answer.Records.Count == 0) return new DkimKeyAnswer(null, "there is no such key");

        // RFC 6376 3.6.2.2 leaves it open which of several counts: none does here.
        if (answer.Records.Count > 1) return new DkimKeyAnswer(null, "there is more than one key record");
        return DkimKey.TryParse(answer.Records[0], out DkimKey? key, out string? wrong)
            ? new DkimKeyAnswer(key, null)
            : new DkimKeyAnswer(null, wrong);
    }
}
