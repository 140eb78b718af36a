using EmailSms.Composing;
using EmailSms.MailOut;
using EmailSms.MailOut.Templates;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Store;

namespace EmailSms.Replies;

/// <summary>
/// Makes mail of what phones send, as a piece of the write that keeps the text: one mail for each mailbox, in the
/// thread that this mailbox has with the phone.
/// </summary>
internal sealed class ReplyMails(Outbox outbox, RepliesOptions options, string domain, TimeProvider time)
{
    /// <summary>A text for the mailboxes of its route.</summary>
    /// <param name="db">The write.</param>
    /// <param name="text">The text.</param>
    /// <param name="id">What it is kept under.</param>
    /// <param name="route">Whom it is for.</param>
    /// <param name="effect">What a keyword in it did.</param>
    /// <param name="taken">The sentence about the alarm that it took.</param>
    public void Write(
        StoreSession db, InboundText text, Guid id, ReplyRoute route, KeywordEffect? effect, string? taken)
    {
        MailTemplates words = WordsFor(db, text);
        for (int i = 0; i < route.Targets.Count; i++)
        {
            (EmailAddress mailbox, Conversation? conversation) = route.Targets[i];
            conversation ??= Begin(db, text, mailbox);
            string mailId = i == 0 ? id.ToString() : $"{id}.{i + 1}"; // a mail has a Message-ID of its own
            Enqueue(db, id, words, Mail(db, text, mailId, mailbox, conversation) with
            {
                Marker = effect?.Marker ?? (taken is null ? null : "ACK"),
                Remark = effect?.Remark ?? taken ?? Doubt(text),
            });
            if (conversation is not null) Note(db, conversation, id, mailId, mailbox, route.Reason, effect);
        }
    }

    /// <summary>A text that is a mail to somebody.</summary>
    public void Write(StoreSession db, InboundText text, Guid id, TextToMail mail) => Enqueue(
        db, id, WordsFor(db, text), Mail(db, text with { Text = mail.Words }, id.ToString(), mail.To, null) with
        {
            Subject = mail.Subject,
        });

    /// <summary>A text once more, for a mailbox that did not have it.</summary>
    /// <param name="db">The write.</param>
    /// <param name="entry">The text.</param>
    /// <param name="target">The mailbox, and its conversation.</param>
    /// <param name="reason">Why them.</param>
    /// <param name="before">How many had it already.</param>
    /// <param name="remark">The same in a sentence.</param>
    public void WriteAgain(
        StoreSession db, InboxEntry entry, ReplyTarget target, string reason, int before, string remark)
    {
        var text = new InboundText("", entry.From, entry.To, entry.Text, null);
        string mailId = $"{entry.Id}.{before + 1}";
        Conversation? conversation = target.Conversation is { } known
            ? Conversations.ById(db, known.Id)
            : Begin(db, text, target.Mailbox);
        Enqueue(db, entry.Id, WordsFor(db, text), Mail(db, text, mailId, target.Mailbox, conversation) with
        {
            SmsId = (target.Conversation is null ? Inbox.SmsOf(db, entry.Id) : conversation?.LastSms)?.ToString(),
            Remark = remark,
        });
        if (conversation is not null) Note(db, conversation, entry.Id, mailId, target.Mailbox, reason, null);
    }

    private MailTemplates WordsFor(StoreSession db, InboundText text) =>
        outbox.Words.Preferring(OwnNumbers.LanguageOf(db, text.To));

    private void Enqueue(StoreSession db, Guid text, MailTemplates words, Reply reply)
    {
        string token = BounceAddresses.NewToken();
        string mail = outbox.Enqueue(db, ReplyMail.Build(words, reply with
        {
            EnvelopeFrom = options.BounceAddresses ? BounceToken.AddressOf(token, domain) : "",
        }));
        BounceAddresses.Keep(db, token, text, reply.To, mail, time.GetUtcNow().ToUnixTimeMilliseconds());
    }

    // Who texts first has a thread, too, and is answered in it. A name, a short code or a number that may be another's
    // cannot be answered.
    private Conversation? Begin(StoreSession db, InboundText text, EmailAddress mailbox)
    {
        if (text.OrFrom is not null || !PhoneNumber.TryFromE164(text.From, out PhoneNumber their)) return null;
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return Conversations.Begin(
            db, text.To, their, mailbox.ToString(), now - (long)options.ConversationWindow.TotalMilliseconds, now);
    }

    private Reply Mail(
        StoreSession db, InboundText text, string mailId, EmailAddress mailbox, Conversation? conversation)
    {
        IReadOnlyList<string> thread = conversation?.MessageIds ?? [];
        string? name = PhoneNumber.TryFromE164(text.From, out PhoneNumber from)
            ? AddressBook.NameFor(db, from, mailbox.ToString())
            : null;
        return new Reply
        {
            Id = mailId,
            Domain = domain,
            Source = text.From,
            Name = name,
            To = mailbox,
            Text = text.Text,
            ReceivedAt = time.GetUtcNow(),
            InReplyTo = thread.Count > 0 ? thread[^1] : null,
            References = thread,
            SmsId = conversation?.LastSms?.ToString(),
            Token = conversation is null ? null : Conversations.TokenOf(db, conversation),
            AnswerAt = EmailAddress.TryParse(options.AnswerAddress, out EmailAddress at) ? at : null,
            History = conversation is null ? [] : History(db, conversation, text.From, name),
        };
    }

    // What was said before, the latest first: what waits or never arrived was not. The text itself is not in the
    // conversation yet.
    private List<EarlierMessage> History(StoreSession db, Conversation conversation, string from, string? name)
    {
        if (options.History == 0 || !PhoneNumber.TryFromE164(conversation.Their, out PhoneNumber their)) return [];
        List<SmsRecord> ours = SmsRecord.Search(
            db, new SmsSearch(To: their, Mailbox: conversation.Mailbox, HasLeft: true, Limit: options.History));
        return
        [
            .. ours.Select(sms => new EarlierMessage(SaidMs(sms), conversation.Mailbox, sms.Body))
                .Concat(Conversations.TextsOf(db, conversation.Id, options.History)
                    .Select(text => new EarlierMessage(text.ReceivedMs, name ?? from, text.Text)))
                .OrderByDescending(one => one.AtMs)
                .Take(options.History),
        ];
    }

    // One that was scheduled was said when it was due.
    private static long SaidMs(SmsRecord sms) => Math.Max(sms.CreatedMs, sms.DueMs);

    private void Note(
        StoreSession db, Conversation conversation, Guid id, string mailId, EmailAddress mailbox, string reason,
        KeywordEffect? effect)
    {
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        Conversations.NoteReply(db, conversation, $"<{ReplyMail.MessageId(mailId, domain)}>", now);
        Conversations.NoteText(db, conversation.Id, id);
        if (conversation.LastSms is not { } sms) return;
        Timeline.Append(
            db, sms, now, effect is { Changed: true } ? Timeline.OptOut : Timeline.Reply,
            new { reply = id, mailbox = mailbox.ToString(), reason, keyword = effect?.Marker });
    }

    private static string? Doubt(InboundText text) => text.OrFrom is { } other
        ? $"Their number may be {other} as well. An answer goes to {text.From}."
        : null;
}
