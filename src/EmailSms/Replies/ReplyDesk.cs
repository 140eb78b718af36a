using EmailSms.Carriers.Routing;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Store;

namespace EmailSms.Replies;

/// <summary>
/// Takes what phones send: on disk first, then the carrier is answered.
/// <code>
///   part ──► Inbox, until its siblings are here ──► keyword? ──► ReplyRouting ──► ReplyMails ──► outbox
///                                                 │                │ several, and to be asked
///                                                 │ opt-out        └──► Questions, until the person answers
/// </code>
/// All of it is one write, so a reply that the carrier was told yes for is on its way to somebody.
/// </summary>
internal sealed class ReplyDesk(
    SqliteStore store,
    KeywordDesk keywords,
    Escalations escalations,
    ReplyRouting routing,
    Questions questions,
    ReplyMails mails,
    UnansweredTexts unanswered,
    RepliesOptions options,
    TimeProvider time,
    ILogger<ReplyDesk> log)
{
    /// <summary>Called after something was kept that waits: a part, or a text with a question.</summary>
    public Action? SomethingWaits { get; set; }

    /// <summary>Returns when the text is on disk; throws <see cref="StoreException"/> when it is not.</summary>
    public async Task TakeAsync(InboundText text, CancellationToken stopping)
    {
        long takenMs = NowMs();
        bool isRepeat = false;
        string? reason = await store.WriteAsync(db =>
        {
            text = SurelyFrom(db, text);
            isRepeat = unanswered.IsRepeat(db, text, takenMs) && !keywords.Changes(db, text);
            return isRepeat ? null : Take(db, text, takenMs);
        }).ConfigureAwait(false);
        if (isRepeat) log.TextRepeated(text.Carrier, PhoneNumber.Mask(text.From));
        else if (reason is null) SomethingWaits?.Invoke();
        else log.ReplyTaken(text.Carrier, PhoneNumber.Mask(text.From), reason);
    }

    /// <summary>
    /// Delivers what has waited too long: texts whose parts are missing, with their gaps marked, and texts whose
    /// question nobody answered.
    /// </summary>
    public Task TakeOverdueAsync() => store.WriteAsync(db =>
    {
        long now = NowMs();
        foreach (InboundText text in Inbox.TakeIncomplete(db, now - Ms(options.PartsWaitMax)))
        {
            TakeWhole(db, text, TimeOrderedId.Next(time));
        }

        foreach (Question silent in Questions.FindSilent(db, now - Ms(options.QuestionWaitMax)))
        {
            Questions.End(db, silent, now);
            DeliverHeld(db, silent.Their, silent.Own, chosen: null, now);
        }
    });

    /// <summary>When <see cref="TakeOverdueAsync"/> will have something to do, if ever.</summary>
    public long? NextOverdueMs()
    {
        long? part = store.Read(Inbox.LongestSilentMs) + Ms(options.PartsWaitMax);
        long? question = store.Read(Questions.OldestMs) + Ms(options.QuestionWaitMax);
        return part < question ? part : question ?? part;
    }

    // Of two that it may be from, it is the one that we have texted.
    private InboundText SurelyFrom(StoreSession db, InboundText text)
    {
        if (text.OrFrom is not { } other) return text;
        bool isOther = SmsRecord.IsTo(db, other);
        if (SmsRecord.IsTo(db, text.From) != isOther)
        {
            return text with { From = isOther ? other : text.From, OrFrom = null };
        }

        log.NumberAmbiguous(text.Carrier, PhoneNumber.Mask(text.From), PhoneNumber.Mask(other));
        return text;
    }

    // Why it goes where it goes; null: it waits.
    private string? Take(StoreSession db, InboundText text, long takenMs)
    {
        if (Inbox.IsKnown(db, text, NowMs())) return null;
        if (text is { Network: { } network, OrFrom: null } && PhoneNumber.TryFromE164(text.From, out PhoneNumber from))
        {
            PhoneNetworks.Note(db, from, network, text.Carrier, NowMs());
        }

        bool isPart = text.Part is not null;
        if (text.Part is { } part)
        {
            if (Inbox.TakeOther(db, text, part, NowMs()) is { } other) TakeWhole(db, other, TimeOrderedId.Next(time));
            string? whole = Inbox.AddPart(db, TimeOrderedId.Next(time), text, part, NowMs());
            if (whole is null) return null;
            text = text with { Text = whole, Part = null, CarrierId = null };
        }

        Guid id = TimeOrderedId.Next(time);
        string? reason = TakeWhole(db, text, id);
        if (!isPart) unanswered.Add(db, id, text, takenMs);
        return reason;
    }

    private string? TakeWhole(StoreSession db, InboundText text, Guid id)
    {
        long now = NowMs();
        ReplyRoute route = routing.Find(db, text.To, text.From, text.Text, now);

        // STOP before anything else is done with the message.
        KeywordEffect? effect = keywords.Take(db, text, id, route.Targets[0].Mailbox.ToString());
        string? taken = effect is null ? Acknowledge(db, text) : null;
        if (effect is null && taken is null)
        {
            if (TakeMail(db, text, id, now) is { } mailed) return mailed;
            if (TakeChoice(db, text, id, route, now)) return ReplyRouting.OfChoice;
            if (route.IsOpen && questions.Asks(db, text, route, now))
            {
                Inbox.Hold(db, id, text, now);
                return null;
            }
        }

        if (route.IsOpen) route = Latest(route);
        if (effect is { IsForAdmin: true }) route = WithAdmin(route);
        Inbox.Add(
            db,
            new InboxEntry(id, now, text.From, text.To, text.Text, MailboxesOf(route), route.Reason), text,
            route.Conversation?.LastSms);
        mails.Write(db, text, id, route, effect, taken);
        return route.Reason;
    }

    // A text that begins with an address is a mail to it, from the phones that may.
    private string? TakeMail(StoreSession db, InboundText text, Guid id, long now)
    {
        if (!options.MailFromPhones.Contains(text.From) || !TextToMail.TryRead(text.Text, out TextToMail? mail))
        {
            return null;
        }

        const string Reason = "address in the text";
        Inbox.Add(
            db, new InboxEntry(id, now, text.From, text.To, text.Text, mail.To.ToString(), Reason), text, null);
        mails.Write(db, text, id, mail);
        return Reason;
    }

    // The answer to a question of ours says where the texts before it go, and nothing itself.
    private bool TakeChoice(StoreSession db, InboundText text, Guid id, ReplyRoute route, long now)
    {
        if (questions.FindUnanswered(db, text, route.Targets, now) is not { } question) return false;
        if (Questions.Choice(question, route.Targets, text.Text) is not { } chosen) return false;
        ReplyTarget? target = route.Targets.FirstOrDefault(one => one.Conversation?.Id == chosen);
        if (target is null && question.IsOver) return false;
        if (!question.IsOver) Questions.End(db, question, now);
        Conversations.NoteChoice(db, chosen, now);
        Inbox.Add(
            db,
            new InboxEntry(
                id, now, text.From, text.To, text.Text, target?.Mailbox.ToString(), "answer to our question"),
            text, null);
        if (question.IsOver) DeliverAgain(db, question, target!);
        else DeliverHeld(db, text.From, text.To, target, now);
        return true;
    }

    // What went to the latest since the question, for nobody knew better.
    private void DeliverAgain(StoreSession db, Question question, ReplyTarget chosen)
    {
        foreach (InboxEntry entry in Inbox.Since(db, question.Their, question.Own, question.AskedMs))
        {
            string[] had = entry.Mailbox?.Split(' ') ?? [];
            if (entry.Reason != ReplyRouting.OfLatest
                || had.Contains(chosen.Mailbox.ToString(), StringComparer.OrdinalIgnoreCase))
            {
                continue;
            }

            Inbox.AddMailbox(db, entry.Id, chosen.Mailbox.ToString());
            mails.WriteAgain(
                db, entry, chosen, ReplyRouting.OfChoice,
                Math.Max(had.Length, BounceAddresses.MailboxesOf(db, entry.Id).Count),
                $"It went to {string.Join(", ", had)} before, for the person has said only now whom it is for.");
        }
    }

    private void DeliverHeld(StoreSession db, string from, string to, ReplyTarget? chosen, long now)
    {
        foreach ((Guid id, InboundText text) in Inbox.Held(db, from, to))
        {
            ReplyRoute route = chosen is { Conversation.Id: var known }
                ? new ReplyRoute( // anew, for the text before is in it by now
                    [chosen with { Conversation = Conversations.ById(db, known) }], ReplyRouting.OfChoice)
                : routing.Find(db, to, from, text.Text, now);
            if (route.IsOpen) route = Latest(route);
            Inbox.Release(db, id, MailboxesOf(route), route.Reason, route.Conversation?.LastSms);
            mails.Write(db, text, id, route, null, null);
        }
    }

    private ReplyRoute WithAdmin(ReplyRoute route)
    {
        EmailAddress admin = EmailAddress.Parse(options.DefaultMailbox);
        return route.Targets.Any(one => one.Mailbox.Key == admin.Key)
            ? route
            : route with { Targets = [.. route.Targets, new ReplyTarget(admin, null)] };
    }

    private static ReplyRoute Latest(ReplyRoute route) =>
        new([route.Targets[0]], ReplyRouting.OfLatest);

    private static string MailboxesOf(ReplyRoute route) =>
        string.Join(' ', route.Targets.Select(one => one.Mailbox.ToString()));

    // A sentence for the mail, if the text takes an alarm.
    private string? Acknowledge(StoreSession db, InboundText text)
    {
        if (!AckWords.Read(text.Text) || !PhoneNumber.TryFromE164(text.From, out PhoneNumber from)) return null;
        IReadOnlyList<string> alarms = escalations.Acknowledge(db, from);
        if (alarms.Count == 0) return null;
        log.AlarmTaken(text.Carrier, from, alarms.Count);
        return $"This takes the alarm to {string.Join(", ", alarms.Distinct())}: nobody else is texted.";
    }

    private static long Ms(TimeSpan span) => (long)span.TotalMilliseconds;

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
