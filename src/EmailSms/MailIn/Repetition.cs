using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Store;

namespace EmailSms.MailIn;

/// <summary>
/// Tells what has been said before, or is said too often. Asked within the write that keeps the mail, so that two
/// sessions at once cannot both be the first; it changes nothing, so a question is answered as DATA is.
/// </summary>
internal sealed class Repetition(AddressOptions options)
{
    /// <summary>The time in which <see cref="AddressOptions.SameTextPerHourMax"/> are counted.</summary>
    public static readonly TimeSpan LoopWindow = TimeSpan.FromHours(1);

    /// <summary>The SMS that the same mail made before, or the same words where the rule says so; null: none.</summary>
    public Guid? FindRepeat(StoreSession db, AcceptedMail mail, RecipientText text, long now)
    {
        AcceptedRecipient recipient = text.Recipient;
        if (mail.RepeatKey is { } key && SmsQueue.FindRepeat(
            db, key, mail.Origin.Sender, recipient.Number, now - Ms(options.RepeatWindow)) is { } earlier)
        {
            return earlier;
        }

        TimeSpan window = recipient.Rule.Repeats.SameTextWindow;
        return window > TimeSpan.Zero
            ? SameTexts.Find(db, recipient.Number, recipient.Rule.Id, HashOf(db, text), now - Ms(window))
            : null;
    }

    /// <summary>
    /// Whether the pair of mailbox and phone has had enough of these words: two programs that answer each other by SMS
    /// and mail would go on for ever.
    /// </summary>
    public bool IsLoop(StoreSession db, AcceptedMail mail, RecipientText text, long now)
    {
        int most = options.SameTextPerHourMax;
        return most > 0 && SameTexts.Count(
            db, text.Recipient.Number, mail.Origin.Sender, HashOf(db, text), now - Ms(LoopWindow), most) >= most;
    }

    /// <summary>
    /// Whether the phone has had as much as its rule lets through one by one. An SMS that is scheduled is no part of a
    /// storm.
    /// </summary>
    public static bool IsStorm(StoreSession db, AcceptedRecipient recipient, long now)
    {
        RepeatRules rules = recipient.Rule.Repeats;
        if (rules.StormMax == 0 || recipient.DueMs is not null) return false;
        return Digests.IsOpen(db, recipient.Number, recipient.Rule.Id, now)
            || Digests.Count(
                db, recipient.Number, recipient.Rule.Id, now - Ms(rules.StormWindow), rules.StormMax) >= rules.StormMax;
    }

    private static long HashOf(StoreSession db, RecipientText text) => db.Texts.Hash(text.Fitted.All[0].Body);

    private static long Ms(TimeSpan span) => (long)span.TotalMilliseconds;
}
