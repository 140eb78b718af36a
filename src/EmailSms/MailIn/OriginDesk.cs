using EmailSms.Composing;
using EmailSms.Policy;
using EmailSms.Policy.Proof;
using MimeKit;

namespace EmailSms.MailIn;

/// <summary>
/// Looks into where a mail comes from, as far as a rule asks for it: SPF at RCPT, and what the mail itself proves at
/// the end of DATA. Who asks for nothing costs no question to the DNS.
/// </summary>
internal sealed class OriginDesk(SenderRules rules, ProofOfOrigin proof)
{
    /// <summary>The origin of a mail with what is known of it before its recipients are decided.</summary>
    public async ValueTask<MailOrigin> AtRecipientAsync(MailOrigin origin, CancellationToken stopping)
    {
        MailOrigin seen = origin with { IsUpstream = origin.IsFetched || proof.IsUpstream(origin.Client) };
        if (seen.Spf is not null || !rules.NeedsSpf(seen.Address, seen.Origin)) return seen;
        return seen with { Spf = await CheckSpfAsync(seen, stopping).ConfigureAwait(false) };
    }

    /// <summary>
    /// Looks up what the mail's header asks for, if a recipient is open; null: none is. The mail is not parsed yet.
    /// </summary>
    public async Task<GatheredProof?> GatherAsync(Stream mail, UnreadMail unread, CancellationToken stopping)
    {
        MailOrigin origin = unread.Origin;
        if (!unread.Recipients.Any(one => one.AsksForProof)) return null;
        HeaderList fields;
        try
        {
            fields = await HeaderList.LoadAsync(mail, stopping).ConfigureAwait(false);
        }
        catch (FormatException) // octets without a header, as some devices send them: they name no author
        {
            fields = [];
        }

        SpfVerdict? spf = origin.Spf;
        if (spf is null && !origin.IsUpstream) spf = await CheckSpfAsync(origin, stopping).ConfigureAwait(false);
        return await proof.GatherAsync(fields, origin.Client, origin.Sender, spf, stopping, origin.Provider)
            .ConfigureAwait(false);
    }

    /// <summary>
    /// All that can be known of a mail that was fetched, in a stream that can seek. The DNS is asked where a rule may
    /// take its sender; who is a stranger costs no question.
    /// </summary>
    public async Task<MailOrigin> ProveAsync(
        Stream mail, HeaderList fields, MailOrigin origin, CancellationToken stopping)
    {
        mail.Position = 0;
        MimeMessage read = MailComposer.Load(mail, stopping);
        MailOrigin known = (origin with { IsUpstream = true }).With(read); // the mailbox's server hides the client
        if (rules.DecideSender(known.Address, known.Origin) is not Verdict.Allowed) return known;
        GatheredProof gathered = await proof
            .GatherAsync(fields, known.Client, known.Sender, spf: null, stopping, known.Provider).ConfigureAwait(false);
        return known with { Evidence = await ExamineAsync(read, gathered, stopping).ConfigureAwait(false) };
    }

    /// <summary>Whether no rule lets the author of a fetched mail in, whatever the mail proves.</summary>
    public bool IsStranger(MailOrigin origin, HeaderList fields)
    {
        using var mail = new MimeMessage(fields);
        MailOrigin known = (origin with { IsUpstream = true }).With(mail);
        return rules.DecideSender(known.Address, known.Origin) is not Verdict.Allowed;
    }

    /// <summary>Verifies the signatures of the mail with what was gathered.</summary>
    public Task<Evidence> ExamineAsync(MimeMessage mail, GatheredProof gathered, CancellationToken stopping) =>
        proof.ExamineAsync(mail, gathered, stopping);

    private Task<SpfVerdict> CheckSpfAsync(MailOrigin origin, CancellationToken stopping) =>
        proof.CheckSpfAsync(origin.Client, origin.Helo, origin.Sender, stopping);
}
