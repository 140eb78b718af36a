using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Smtp;
using EmailSms.Store;

namespace EmailSms.MailIn;

/// <summary>
/// Says what plainly does not fit before a mail is taken. It only reads: <see cref="QuotaDesk"/> counts, in the write
/// that keeps the mail, and has the last word.
/// </summary>
internal sealed class LimitDesk(SqliteStore store, Quotas quotas, TimeSpan repeatWindow, TimeProvider time)
{
    /// <summary>The refusal of recipients that an address means; null: there may be room for them.</summary>
    public SmtpReply? AtRecipient(MailOrigin origin, IReadOnlyList<AcceptedRecipient> recipients)
    {
        Counted[] sms = CountedOf(origin, recipients);
        return store.Read(db =>
        {
            if (IsStopped(db, sms)) return QuotaDesk.Stopped;
            if (quotas.Look(db, sms, time.GetUtcNow()) is not { } over) return null;

            // A client that never saw our 250 sends its mail again, and that mail itself may have filled the limit.
            // Whether it is that one only the mail tells, at DATA; where none can be, the answer is given here.
            long since = (time.GetUtcNow() - repeatWindow).ToUnixTimeMilliseconds();
            bool mayRepeat = over.ResetsAt is not null
                && recipients.All(one => SmsQueue.HasTexted(db, origin.Sender, one.Number, since));
            return mayRepeat ? null : QuotaDesk.ReplyOf(over, time.GetUtcNow());
        });
    }

    /// <summary>The refusal of one more recipient than a mail may have; null: they may all be in it.</summary>
    public SmtpReply? InMail(MailOrigin origin, IReadOnlyList<AcceptedRecipient> all) =>
        quotas.LookAtMail(CountedOf(origin, all), time.GetUtcNow()) is { } over
            ? new SmtpReply(452, "4.5.3", over.Sentence)
            : null;

    /// <summary>What a mail that is here would be told.</summary>
    public SmtpReply? OfMail(IReadOnlyList<Counted> sms) => store.Read(db =>
        IsStopped(db, sms) ? QuotaDesk.Stopped
        : quotas.Look(db, sms, time.GetUtcNow()) is { } over ? QuotaDesk.ReplyOf(over, time.GetUtcNow())
        : null);

    private static bool IsStopped(StoreSession db, IReadOnlyList<Counted> sms) => sms
        .Select(one => one.Sender).Distinct()
        .Any(sender => Pauses.Find(db, Pause.OfSender(sender)) is not null);

    // Only the end of DATA knows the parts.
    private static Counted[] CountedOf(MailOrigin origin, IReadOnlyList<AcceptedRecipient> recipients) =>
    [
        .. recipients.Select(one => new Counted(one.Rule, origin.MailboxFor(one.Rule), origin.User, one.Number, 1)),
    ];
}
