using System.Net;
using EmailSms.Messages;
using MimeKit;

namespace EmailSms.Policy.Proof;

/// <summary>What was looked up about a mail before it is parsed.</summary>
/// <param name="Fields">The whole header: a parsed mail keeps some of it with its body.</param>
/// <param name="Known">What the header and the DNS say already.</param>
/// <param name="Keys">The keys of its signatures.</param>
internal sealed record GatheredProof(HeaderList Fields, Evidence Known, DkimKeys Keys);

/// <summary>
/// Finds out where a mail comes from: SPF when its sender is known, DKIM, ARC and DMARC when it is here. Used by many
/// sessions at once.
/// <code>
///   RCPT ──► CheckSpfAsync                      DNS
///   DATA ──► GatherAsync: keys, policy          DNS, with the header alone
///        ──► ExamineAsync: signatures           no DNS, with the mail parsed ──► Evidence
/// </code>
/// </summary>
internal sealed class ProofOfOrigin(
    PolicyOptions options, DnsOptions dnsOptions, DnsLookup dns, string hostName, TimeProvider time)
{
    private readonly List<(NetworkList Networks, UpstreamOptions Server)> _upstreams =
        [.. options.TrustedUpstreams.Select(one => (one.List, one))];

    /// <summary>Tells which domains are one organization's.</summary>
    public PublicSuffixes Suffixes { get; } = options.PublicSuffixFile.Length > 0
        ? PublicSuffixes.Load(options.PublicSuffixFile)
        : PublicSuffixes.BuiltIn;

    /// <summary>
    /// Whether mail from there comes by a server in front: then SPF of the connection says nothing, and what that
    /// server says at the end of DATA counts.
    /// </summary>
    public bool IsUpstream(IPAddress client) => UpstreamOf(client) is not null;

    /// <summary>SPF of the connection.</summary>
    /// <param name="client">The client.</param>
    /// <param name="helo">What it calls itself.</param>
    /// <param name="sender">The envelope sender; empty for the null reverse-path.</param>
    /// <param name="stopping">Ends the program.</param>
    public async Task<SpfVerdict> CheckSpfAsync(
        IPAddress client, string helo, string sender, CancellationToken stopping)
    {
        using var budget = new DnsBudget(dns, dnsOptions, time, stopping);
        return await SpfCheck.CheckAsync(budget, client, helo, sender, hostName, time).ConfigureAwait(false);
    }

    /// <summary>Looks up what the header of a mail asks for.</summary>
    /// <param name="fields">The header.</param>
    /// <param name="client">Where it comes from.</param>
    /// <param name="sender">The envelope sender.</param>
    /// <param name="spf">What SPF said at RCPT; null where it was not asked.</param>
    /// <param name="stopping">Ends the program.</param>
    /// <param name="provider">Whose word about it is taken, where it was not the client who wrote it.</param>
    public async Task<GatheredProof> GatherAsync(
        HeaderList fields, IPAddress client, string sender, SpfVerdict? spf, CancellationToken stopping,
        UpstreamOptions? provider = null)
    {
        var keys = new DkimKeys();
        string? envelope = EmailAddress.TryParse(sender, out EmailAddress address)
            && DnsName.TryOfMail(address.Domain, out string? ascii) ? ascii : null;
        var known = new Evidence
        {
            Suffixes = Suffixes,
            EnvelopeDomain = envelope,
            Spf = spf,
            Signatures = fields.Count(field => field.Id is HeaderId.DkimSignature),
            Upstream = (provider ?? UpstreamOf(client)) is { } server
                ? ReportedResults.Of(fields, server.AuthservId, server.ReceivedAboveMax)
                : null,
        };
        if (!MailAuthor.TryFind(fields, out EmailAddress author, out string? domain, out string? wrong))
        {
            return new GatheredProof(fields, known with { AuthorWrong = wrong }, keys);
        }

        using var budget = new DnsBudget(dns, dnsOptions, time, stopping);
        foreach (Header field in DkimCheck.Candidates(fields, domain, Suffixes))
        {
            if (!DkimSignature.TryParse(field, out DkimSignature? signature, out _)) continue;
            await keys.FetchAsync(signature.Domain, signature.Selector, budget).ConfigureAwait(false);
        }

        DmarcAnswer policy = await DmarcAnswer.FindAsync(domain, Suffixes, budget).ConfigureAwait(false);
        await ArcCheck.FetchKeysAsync(fields, options.TrustedSealers, keys, budget).ConfigureAwait(false);
        return new GatheredProof(
            fields, known with { Author = author, AuthorDomain = domain, Dmarc = policy }, keys);
    }

    /// <summary>Verifies the signatures of the mail; nothing is waited for but the processor.</summary>
    public async Task<Evidence> ExamineAsync(MimeMessage mail, GatheredProof gathered, CancellationToken stopping)
    {
        Evidence known = gathered.Known;
        if (known.AuthorDomain is not { } domain) return known;

        // The parsed mail is what becomes the text, so it is the one whose author counts.
        if (!MailAuthor.TryFind(mail.Headers, out EmailAddress author, out _, out string? wrong)
            || author != known.Author)
        {
            return known with { Author = null, AuthorDomain = null, AuthorWrong = wrong ?? MailAuthor.NotOne };
        }

        List<DkimVerdict> signatures = [];
        foreach (Header field in DkimCheck.Candidates(mail.Headers, domain, Suffixes))
        {
            signatures.Add(
                await DkimCheck.VerifyAsync(mail, field, gathered, time, stopping).ConfigureAwait(false));
        }

        return known with
        {
            Dkim = signatures,
            Forwarder = await ArcCheck.VerifyAsync(mail, options.TrustedSealers, gathered, time, stopping)
                .ConfigureAwait(false),
        };
    }

    private UpstreamOptions? UpstreamOf(IPAddress client) =>
        _upstreams.Find(one => one.Networks.Contains(client)).Server;
}
