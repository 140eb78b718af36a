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
    /// <summary>
    /// The digest that the SMS of this text are collected into; null: they go out by themselves. One that waits for an
    /// admin's word is not to be asked about: it can be approved and rejected only as an SMS of its own.
    /// </summary>
    public Guid? FindDigest(StoreSession db, RecipientText text, string senderId, long now)
    {
        if (!Repetition.IsStorm(db, text.Recipient, now)) return null;
        NewSms digest = DigestOf(text, senderId, now);
        return Digests.FindOpen(db, digest, now) ?? Open(db, digest, text.Recipient.Rule.Id);
    }

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

    private Guid Open(StoreSession db, NewSms digest, long ruleId)
    {
        queue.Enqueue(db, digest, new { storm = true, rule = ruleId, senderId = digest.SenderId });
        return digest.Id;
    }

    // What its SMS carry goes with it, but a template: its text is our own. Its senders hear of their own SMS, so
    // nobody hears of the digest itself.
    private NewSms DigestOf(RecipientText text, string senderId, long now)
    {
        AcceptedRecipient recipient = text.Recipient;
        RepeatRules rules = recipient.Rule.Repeats;
        long due = now + (long)rules.StormWindow.TotalMilliseconds;
        SmsRegistration? registration = text.Registrations.ElementAtOrDefault(0) is { } first
            ? first with { DltTemplate = null }
            : null;
        return new NewSms(
            TimeOrderedId.Next(time), null, recipient.Number, senderId, "",
            StormText.Write(0, rules.StormWindow, [], recipient.PartsMax), "gsm7", 1, recipient.Rule.Id,
            NoticeSetting.Never, due + (long)recipient.Validity.TotalMilliseconds, recipient.DespiteOptOut)
        {
            Class = recipient.Class,
            DueMs = due,
            Carriers = recipient.Rule.Sending.Carriers,
            Registration = registration is { Campaign: null, DltEntity: null, DltTelemarketer: null }
                ? null
                : registration,
        };
    }
}
