using EmailSms.MailOut;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Store;

namespace EmailSms.Replies;

/// <summary>
/// Takes what phones send: on disk first, then the carrier is answered.
/// <code>
///   part ──► Inbox, until its siblings are here ──► keyword? ──► whose is it? ──► mail in the outbox
///                                                 │ opt-out, and one confirmation
/// </code>
/// All of it is one write, so a reply that the carrier was told yes for is on its way to somebody.
/// </summary>
internal sealed class ReplyDesk(
    SqliteStore store,
    KeywordDesk keywords,
    Escalations escalations,
    Outbox outbox,
    RepliesOptions options,
    string domain,
    TimeProvider time,
    ILogger<ReplyDesk> log)
{
    /// <summary>Called after a part was kept that waits for its siblings.</summary>
    public Action? PartWaits { get; set; }

    /// <summary>Returns when the text is on disk; throws <see cref="StoreException"/> when it is not.</summary>
    public async Task TakeAsync(InboundText text, CancellationToken stopping)
    {
        (Recipient? recipient, bool waits) = await store.WriteAsync(db => Take(db, text)).ConfigureAwait(false);
        if (waits) PartWaits?.Invoke();
        if (recipient is not null) log.ReplyTaken(text.Carrier, PhoneNumber.Mask(text.From), recipient.Reason);
    }

    /// <summary>Delivers the texts whose parts have waited too long, with their gaps marked.</summary>
    public Task TakeIncompleteAsync() => store.WriteAsync(db =>
    {
        long before = NowMs() - (long)options.PartsWaitMax.TotalMilliseconds;
        foreach (InboundText text in Inbox.TakeIncomplete(db, before)) TakeWhole(db, text);
    });

    /// <summary>When <see cref="TakeIncompleteAsync"/> will have something to do, if ever.</summary>
    public long? NextIncompleteMs() => store.Read(Inbox.LongestSilentMs) is { } last
        ? last + (long)options.PartsWaitMax.TotalMilliseconds
        : null;

    private (Recipient? Recipient, bool Waits) Take(StoreSession db, InboundText text)
    {
        if (text.Part is { } part)
        {
            string? whole = Inbox.AddPart(db, TimeOrderedId.Next(time), text, part, NowMs());
            if (whole is null) return (null, true);
            text = text with { Text = whole, Part = null };
        }

        return (TakeWhole(db, text), false);
    }

    private Recipient TakeWhole(StoreSession db, InboundText text)
    {
        long now = NowMs();
        Guid id = TimeOrderedId.Next(time);
        Conversation? conversation = Conversations.FindFor(
            db, text.To, text.From, now - (long)options.ConversationWindow.TotalMilliseconds);
        Recipient recipient = Whose(db, text, conversation);

        // STOP before anything else is done with the message.
        KeywordEffect? effect = keywords.Take(db, text, id, recipient.Mailbox.ToString());
        string? taken = effect is null ? Acknowledge(db, text) : null;
        Inbox.Add(
            db, new InboxEntry(id, now, text.From, text.To, text.Text, recipient.Mailbox.ToString(), recipient.Reason),
            text.Carrier, conversation?.LastSms);

        IReadOnlyList<string> thread = conversation?.MessageIds ?? [];
        outbox.Enqueue(db, ReplyMail.Build(new Reply
        {
            Id = id.ToString(),
            Domain = domain,
            Source = text.From,
            To = recipient.Mailbox,
            Text = text.Text,
            ReceivedAt = time.GetUtcNow(),
            InReplyTo = thread.Count > 0 ? thread[^1] : null,
            References = thread,
            SmsId = conversation?.LastSms?.ToString(),
            Marker = effect?.Marker ?? (taken is null ? null : "ACK"),
            Remark = effect?.Remark ?? taken,
        }));
        if (conversation is not null)
        {
            Conversations.NoteReply(db, conversation, $"<{ReplyMail.MessageId(id.ToString(), domain)}>", now);
            if (conversation.LastSms is { } sms)
            {
                Timeline.Append(
                    db, sms, now, effect is { Changed: true } ? Timeline.OptOut : Timeline.Reply,
                    new
                    {
                        reply = id,
                        mailbox = recipient.Mailbox.ToString(),
                        reason = recipient.Reason,
                        keyword = effect?.Marker,
                    });
            }
        }

        return recipient;
    }

    // A sentence for the mail, if the text takes an alarm.
    private string? Acknowledge(StoreSession db, InboundText text)
    {
        if (!AckWords.Read(text.Text) || !PhoneNumber.TryFromE164(text.From, out PhoneNumber from)) return null;
        IReadOnlyList<string> alarms = escalations.Acknowledge(db, from);
        if (alarms.Count == 0) return null;
        log.AlarmTaken(text.Carrier, from, alarms.Count);
        return $"This takes the alarm to {string.Join(", ", alarms.Distinct())}: nobody else is texted.";
    }

    private Recipient Whose(StoreSession db, InboundText text, Conversation? conversation)
    {
        if (conversation is not null && EmailAddress.TryParse(conversation.Mailbox, out EmailAddress mailbox))
        {
            return new Recipient(mailbox, "conversation");
        }

        return EmailAddress.TryParse(OwnNumbers.OwnerOf(db, text.To), out EmailAddress owner)
            ? new Recipient(owner, "owner of the number")
            : new Recipient(EmailAddress.Parse(options.DefaultMailbox), "default mailbox");
    }

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();

    private sealed record Recipient(EmailAddress Mailbox, string Reason);
}
