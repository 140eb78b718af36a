using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Smtp;
using EmailSms.Store;

namespace EmailSms.MailIn;

/// <summary>What RCPT would answer, and the numbers that the address means.</summary>
internal sealed record DryRunRecipient(string Address, SmtpReply Reply, IReadOnlyList<AcceptedRecipient> Numbers);

/// <summary>What one number would get.</summary>
/// <param name="Text">Whom it is for, what it says, and what was left out of it.</param>
/// <param name="SenderId">What the phone shows as the sender; empty: what the carrier chooses.</param>
/// <param name="Repeat">The SMS that stands for it already: no second one is made.</param>
/// <param name="IsLoop">These words came too often: it is stopped.</param>
/// <param name="IsCollected">It is one of a storm, and goes out with the others of it.</param>
/// <param name="Authentication">What was found out about the sender; null: no rule has asked.</param>
internal sealed record DryRunSms(
    RecipientText Text, string SenderId, Guid? Repeat, bool IsLoop, bool IsCollected, string? Authentication)
{
    /// <summary>What the phone's country makes of the sender ID, a sentence each: it stops nothing.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <summary>What would become of a mail. The refusal is that of DATA; null: it would be taken.</summary>
internal sealed record DryRunAnswer(
    IReadOnlyList<DryRunRecipient> Recipients, SmtpReply? Refusal, IReadOnlyList<DryRunSms> Sms);

/// <summary>
/// Says what would become of a mail, by the very desks that decide about one: it sends nothing and changes nothing.
/// </summary>
internal sealed class DryRun(
    SqliteStore store, RecipientDesk recipients, OriginDesk origins, MailDesk mails, Repetition repetition,
    ConversationLink conversations, TimeProvider time)
{
    /// <summary>Asks for a mail, from a stream that can seek, and the addresses of its envelope.</summary>
    public async Task<DryRunAnswer> AskAsync(
        Stream mail, MailOrigin origin, IReadOnlyList<EmailAddress> envelope, CancellationToken stopping)
    {
        origin = await origins.AtRecipientAsync(origin, stopping).ConfigureAwait(false);
        var taken = new MailRecipients();
        List<DryRunRecipient> told = [];
        foreach (EmailAddress address in envelope)
        {
            RecipientAnswer answer = recipients.Decide(origin, address.LocalPart, address.Domain);
            SmtpReply reply = taken.Take(
                answer, DsnRequest.None, all => recipients.Limits.InMail(origin, all));
            told.Add(new DryRunRecipient(address.ToString(), reply, reply.Code < 300 ? answer.Recipients : []));
        }

        if (taken.All.Count == 0) return new DryRunAnswer(told, null, []);
        var unread = new UnreadMail(origin, taken.All);
        unread = unread with { Gathered = await origins.GatherAsync(mail, unread, stopping).ConfigureAwait(false) };
        mail.Position = 0;
        MailAnswer read = await mails.ReadAsync(mail, unread, stopping).ConfigureAwait(false);
        if (read.Mail is not { } accepted) return new DryRunAnswer(told, read.Refusal, []);
        List<DryRunSms> sms = store.Read(db => accepted.Texts.Select(one => Foresee(db, accepted, one)).ToList());
        SmtpReply? over = recipients.Limits.OfMail(
            [.. sms.Where(one => one.Repeat is null && !one.IsLoop)
                .Select(one => QuotaDesk.CountedOf(accepted, one.Text))]);
        return over is null ? new DryRunAnswer(told, null, sms) : new DryRunAnswer(told, over, []);
    }

    private DryRunSms Foresee(StoreSession db, AcceptedMail mail, RecipientText text)
    {
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        SenderRule rule = text.Recipient.Rule;
        string senderId = conversations.SenderIdOf(db, mail.Origin.MailboxFor(rule), text.Recipient);
        Registration own = conversations.RegistrationOf(db, senderId);
        return new DryRunSms(
            text,
            senderId,
            repetition.FindRepeat(db, mail, text, now),
            repetition.IsLoop(db, mail, text, now),
            Repetition.IsStorm(db, text.Recipient, now),
            mail.Origin.Authentication)
        {
            Warnings =
            [
                .. SenderIdRules.WarningsFor(
                    text.Recipient.Number, senderId, rule.Compliance.Registration?.Or(own) ?? own),
            ],
        };
    }
}
