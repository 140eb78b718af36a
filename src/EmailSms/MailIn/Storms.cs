using EmailSms.Composing;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Smpp.Text;
using EmailSms.Store;

namespace EmailSms.MailIn;

/// <summary>Collects what is too much for one phone into one SMS, as part of the write that keeps the mail.</summary>
internal sealed class Storms(SmsQueue queue, TimeProvider time)
{
    /// <summary>The digest that an SMS of this recipient is collected into; null: it goes out by itself.</summary>
    public Guid? FindDigest(StoreSession db, AcceptedRecipient recipient, string senderId, long now) =>
        Repetition.IsStorm(db, recipient, now)
            ? Digests.FindOpen(db, recipient.Number, recipient.Rule.Id, now) ?? Open(db, recipient, senderId, now)
            : null;

    /// <summary>Puts an SMS into a digest and writes the digest's text anew.</summary>
    public static void Collect(StoreSession db, Guid digest, Guid sms, AcceptedRecipient recipient, long now)
    {
        Digests.Collect(db, digest, sms, now);
        (int count, List<string> texts) = Digests.Read(db, digest, StormText.TextsMax);
        SegmentOptions segments = recipient.Rule.Text.Segments;
        string body = StormText.Write(
            count, recipient.Rule.Repeats.StormWindow, texts, recipient.PartsMax, segments);
        SegmentedText parts = SmsSegmenter.Split(body, segments);
        Digests.Write(db, digest, body, EncodingName.Of(parts), parts.Parts.Count);
    }

    // Its senders hear of their own SMS, so nobody hears of the digest itself.
    private Guid Open(StoreSession db, AcceptedRecipient recipient, string senderId, long now)
    {
        RepeatRules rules = recipient.Rule.Repeats;
        Guid id = TimeOrderedId.Next(time);
        long due = now + (long)rules.StormWindow.TotalMilliseconds;
        string body = StormText.Write(0, rules.StormWindow, [], recipient.PartsMax);
        queue.Enqueue(
            db,
            new NewSms(
                id, null, recipient.Number, senderId, "", body, "gsm7", 1, recipient.Rule.Id, NoticeSetting.Never,
                due + (long)recipient.Validity.TotalMilliseconds)
            {
                Class = recipient.Class,
                DueMs = due,
                Carriers = recipient.Rule.Sending.Carriers,
            },
            new { storm = true, rule = recipient.Rule.Id, senderId });
        return id;
    }
}
