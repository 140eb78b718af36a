using EmailSms.MailOut;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Smpp.Text;
using EmailSms.Store;

namespace EmailSms.Replies;

/// <summary>
/// Takes what phones send: on disk first, then the carrier is answered.
/// <code>
///   part ──► Inbox, until its siblings are here ──► STOP / START? ──► whose is it? ──► mail in the outbox
///                                                    │ opt-out and one confirmation
/// </code>
/// All of it is one write, so a reply that the carrier was told yes for is on its way to somebody.
/// </summary>
internal sealed class ReplyDesk(
    SqliteStore store,
    SmsQueue queue,
    Escalations escalations,
    Outbox outbox,
    RepliesOptions options,
    string domain,
    TimeProvider time,
    ILogger<ReplyDesk> log)
{
    private static readonly TimeSpan AnswerValidity = TimeSpan.FromHours(1);

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
        KeywordMatch keyword = OptOutWords.Read(text.Text);
        Conversation? conversation = Conversations.FindFor(
            db, text.To, text.From, now - (long)options.ConversationWindow.TotalMilliseconds);
        Recipient recipient = Whose(db, text, conversation);

        // STOP before anything else is done with the message.
        string? effect = keyword.Keyword switch
        {
            Keyword.Stop => Stop(db, text, keyword.Word, id, conversation),
            Keyword.Start => Start(db, text),
            _ => null,
        };
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
            Marker = effect is not null ? keyword.Keyword.ToString().ToUpperInvariant() : taken is null ? null : "ACK",
            Remark = effect ?? taken,
        }));
        if (conversation is not null)
        {
            Conversations.NoteReply(db, conversation, $"<{ReplyMail.MessageId(id.ToString(), domain)}>", now);
            if (conversation.LastSms is { } sms)
            {
                Timeline.Append(
                    db, sms, now, effect is null ? Timeline.Reply : Timeline.OptOut,
                    new { reply = id, mailbox = recipient.Mailbox.ToString(), reason = recipient.Reason, effect });
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

    private string? Stop(
        StoreSession db, InboundText text, string word, Guid inbound, Conversation? conversation)
    {
        if (!PhoneNumber.TryFromE164(text.From, out PhoneNumber from)) return null; // a short code cannot be texted
        bool isNew = OptOuts.Record(
            db, from, OptOuts.Everything, word, inbound.ToString(), NowMs());
        log.OptedOut(text.Carrier, from, conversation is not null);
        if (isNew) Answer(db, text, from, options.StopAnswer);
        return "This person has opted out: EmailSms sends them no more messages.";
    }

    private string? Start(StoreSession db, InboundText text)
    {
        if (!PhoneNumber.TryFromE164(text.From, out PhoneNumber from)) return null;
        if (!OptOuts.Remove(db, from, OptOuts.Everything)) return null; // not opted out: a word like others
        Answer(db, text, from, options.StartAnswer);
        return "This person has opted in again: messages can be sent to them.";
    }

    private void Answer(StoreSession db, InboundText text, PhoneNumber to, string answer)
    {
        if (answer.Length == 0) return;
        SegmentedText parts = SmsSegmenter.Split(answer);
        Guid id = TimeOrderedId.Next(time);
        queue.Enqueue(
            db,
            new NewSms(
                id, null, to, text.To, "", answer, parts.Encoding.ToString().ToLowerInvariant(), parts.Parts.Count,
                null, NoticeSetting.Never, NowMs() + (long)AnswerValidity.TotalMilliseconds, DespiteOptOut: true),
            new { automatic = "answer to a keyword", parts = parts.Parts.Count });
    }

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();

    private sealed record Recipient(EmailAddress Mailbox, string Reason);
}
