using EmailSms.Composing;
using EmailSms.MailOut;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Smpp.Text;
using EmailSms.Store;

namespace EmailSms.MailIn;

/// <summary>
/// What has been said before, or is said too often: a mail that comes again makes no second SMS, the same words without
/// end are stopped, and of a storm the rest goes out as one. Asked and told within the write that keeps the mail, so
/// that two sessions at once cannot both be the first.
/// </summary>
internal sealed class Repetition(
    SmsQueue queue, Outbox outbox, AddressOptions options, string domain, string adminMailbox, TimeProvider time,
    ILogger<Repetition> log)
{
    private static readonly TimeSpan LoopWindow = TimeSpan.FromHours(1);

    private const int ToldMax = 1000;

    // Who was told of whom, and when. Lost with the process: told once more then.
    private readonly Dictionary<(string Mailbox, PhoneNumber To), long> _told = [];

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
            ? SameTexts.Find(db, recipient.Number, recipient.Rule.Id, HashOf(text), now - Ms(window))
            : null;
    }

    /// <summary>
    /// Whether the pair has had enough of these words: two programs that answer each other by SMS and mail would go on
    /// for ever. The admin is told once an hour.
    /// </summary>
    public bool IsLoop(StoreSession db, AcceptedMail mail, RecipientText text, long now)
    {
        int most = options.SameTextPerHourMax;
        if (most == 0) return false;
        PhoneNumber to = text.Recipient.Number;
        if (SameTexts.Count(db, to, mail.Origin.Sender, HashOf(text), now - Ms(LoopWindow), most) < most) return false;

        log.LoopStopped(mail.Origin.Sender, to, most);
        TellAdmin(db, mail.Origin.Sender, text, now);
        return true;
    }

    /// <summary>
    /// The digest that an SMS of this recipient is to be collected into; null: it goes out by itself. An SMS that is
    /// scheduled is no part of a storm.
    /// </summary>
    public Guid? FindDigest(StoreSession db, AcceptedRecipient recipient, string senderId, long now)
    {
        RepeatRules rules = recipient.Rule.Repeats;
        if (rules.StormMax == 0 || recipient.DueMs is not null) return null;
        if (Digests.FindOpen(db, recipient.Number, recipient.Rule.Id, now) is { } open) return open;

        long since = now - Ms(rules.StormWindow);
        int before = Digests.Count(db, recipient.Number, recipient.Rule.Id, since, rules.StormMax);
        return before < rules.StormMax ? null : Open(db, recipient, senderId, now);
    }

    /// <summary>Puts an SMS into a digest and writes the digest's text anew.</summary>
    public static void Collect(StoreSession db, Guid digest, Guid sms, AcceptedRecipient recipient, long now)
    {
        Digests.Collect(db, digest, sms, now);
        (int count, List<string> texts) = Digests.Read(db, digest, StormText.TextsMax);
        string body = StormText.Write(count, recipient.Rule.Repeats.StormWindow, texts, recipient.PartsMax);
        SegmentedText parts = SmsSegmenter.Split(body);
        Digests.Write(db, digest, body, EncodingOf(parts), parts.Parts.Count);
    }

    // Its senders hear of their own SMS, so nobody hears of the digest itself.
    private Guid Open(StoreSession db, AcceptedRecipient recipient, string senderId, long now)
    {
        RepeatRules rules = recipient.Rule.Repeats;
        Guid id = TimeOrderedId.Next(time);
        long due = now + Ms(rules.StormWindow);
        string body = StormText.Write(0, rules.StormWindow, [], recipient.PartsMax);
        queue.Enqueue(
            db,
            new NewSms(
                id, null, recipient.Number, senderId, "", body, "gsm7", 1, recipient.Rule.Id, NoticeSetting.Never,
                due + Ms(recipient.Validity))
            {
                Class = recipient.Class,
                DueMs = due,
            },
            new { storm = true, rule = recipient.Rule.Id, senderId });
        return id;
    }

    private void TellAdmin(StoreSession db, string mailbox, RecipientText text, long now)
    {
        if (!EmailAddress.TryParse(adminMailbox, out EmailAddress admin)) return;
        (string, PhoneNumber) pair = (mailbox.ToLowerInvariant(), text.Recipient.Number);
        if (_told.TryGetValue(pair, out long at) && now - at < Ms(LoopWindow)) return;

        if (_told.Count >= ToldMax) _told.Clear(); // told once more rather than a memory that grows
        _told[pair] = now;
        db.Afterwards(kept =>
        {
            if (!kept) _told.Remove(pair);
        });
        outbox.Enqueue(db, LoopMail.Build(
            TimeOrderedId.Next(time).ToString(), admin, mailbox, text.Recipient.Number, text.Fitted.All[0].Body,
            options.SameTextPerHourMax, time.GetUtcNow(), domain));
    }

    private static long HashOf(RecipientText text) => SameTexts.Hash(text.Fitted.All[0].Body);

    private static string EncodingOf(SegmentedText parts) => parts.Encoding.ToString().ToLowerInvariant();

    private static long Ms(TimeSpan span) => (long)span.TotalMilliseconds;
}
