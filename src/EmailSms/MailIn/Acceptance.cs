using EmailSms.Composing;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Smpp.Text;
using EmailSms.Store;

namespace EmailSms.MailIn;

/// <summary>A mail that was read and let in, on its way to disk.</summary>
/// <param name="Origin">Who sent it.</param>
/// <param name="Recipients">Where it goes, each number once.</param>
/// <param name="MessageId">In angle brackets; null where it has none.</param>
/// <param name="RepeatKey">What it is known by when it comes again; null: by nothing.</param>
/// <param name="Subject">As it is shown.</param>
/// <param name="Text">What the SMS are made of, before it is cut to what a rule allows.</param>
/// <param name="SizeBytes">As it came over the wire.</param>
internal sealed record AcceptedMail(
    MailOrigin Origin,
    IReadOnlyList<AcceptedRecipient> Recipients,
    string? MessageId,
    string? RepeatKey,
    string Subject,
    string Text,
    long SizeBytes);

/// <summary>What became of a mail: the SMS that it made, and those that it had made before.</summary>
internal sealed record KeptMail(Guid Id, IReadOnlyList<Guid> Made, IReadOnlyList<Guid> Repeats);

/// <summary>Puts a mail and its SMS on disk, in one write: the moment at which 250 is true.</summary>
internal sealed class Acceptance(
    SqliteStore store, SmsQueue queue, ConversationLink conversations, AddressOptions options, TimeProvider time)
{
    /// <summary>Returns when all of it is on disk.</summary>
    /// <exception cref="StoreException">Nothing of it is.</exception>
    public Task<KeptMail> KeepAsync(AcceptedMail mail)
    {
        Guid mailId = TimeOrderedId.Next(time);
        List<(AcceptedRecipient Recipient, string Body, SegmentedText Parts)> texts =
            [.. mail.Recipients.Select(recipient => Fit(recipient, mail.Text))];
        return store.WriteAsync(db =>
        {
            long now = time.GetUtcNow().ToUnixTimeMilliseconds();
            List<Guid> made = [];
            List<Guid> repeats = [];
            foreach ((AcceptedRecipient recipient, string body, SegmentedText parts) in texts)
            {
                if (FindRepeat(db, mail, recipient, now) is { } earlier)
                {
                    Timeline.Append(
                        db, earlier, now, Timeline.Repeat, new { client = mail.Origin.Client.ToString() });
                    repeats.Add(earlier);
                    continue;
                }

                made.Add(Enqueue(db, mailId, mail, recipient, body, parts, now));
            }

            if (made.Count > 0)
            {
                queue.AddMail(db, new NewMail(
                    mailId, mail.Origin.Sender, mail.MessageId, mail.RepeatKey, mail.Subject,
                    mail.Recipients[0].Rule.Id, "ip", mail.Origin.Client.ToString(), mail.SizeBytes));
            }

            return new KeptMail(mailId, made, repeats);
        });
    }

    private Guid? FindRepeat(StoreSession db, AcceptedMail mail, AcceptedRecipient recipient, long now) =>
        mail.RepeatKey is null
            ? null
            : SmsQueue.FindRepeat(
                db, mail.RepeatKey, mail.Origin.Sender, recipient.Number,
                now - (long)options.RepeatWindow.TotalMilliseconds);

    private Guid Enqueue(
        StoreSession db, Guid mailId, AcceptedMail mail, AcceptedRecipient recipient, string body,
        SegmentedText parts, long now)
    {
        SenderRule rule = recipient.Rule;
        string mailbox = mail.Origin.Sender;
        string senderId = conversations.OwnNumber(db, recipient.Number, mailbox)
            ?? rule.SenderId ?? conversations.DefaultNumber(db) ?? "";
        Guid id = TimeOrderedId.Next(time);
        string encoding = parts.Encoding.ToString().ToLowerInvariant();
        queue.Enqueue(
            db,
            new NewSms(
                id, mailId, recipient.Number, senderId, mailbox, body, encoding, parts.Parts.Count, rule.Id,
                rule.Notices, now + (long)rule.Validity.TotalMilliseconds),
            new
            {
                from = mailbox,
                client = mail.Origin.Client.ToString(),
                proof = "ip",
                rule = rule.Id,
                mail = mailId,
                messageId = mail.MessageId,
                senderId,
                encoding,
                parts = parts.Parts.Count,
            });
        conversations.Note(db, senderId, recipient.Number, mailbox, id, mail.MessageId);
        return id;
    }

    // What a rule allows is counted in parts, so the text is cut to them, and says so by its last characters.
    private static (AcceptedRecipient Recipient, string Body, SegmentedText Parts) Fit(
        AcceptedRecipient recipient, string text)
    {
        string body = TextLimit.Cut(text, recipient.Rule.PartsMax);
        return (recipient, body, SmsSegmenter.Split(body));
    }
}
