using EmailSms.Composing;
using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.Replies;

/// <summary>One mailbox that gets a text, and the conversation in which it does.</summary>
internal sealed record ReplyTarget(EmailAddress Mailbox, Conversation? Conversation);

/// <summary>Whom a text of a phone is for.</summary>
/// <param name="Targets">At least one.</param>
/// <param name="Reason">Why them: it stands on the timeline, in the log and beside the text.</param>
/// <param name="IsOpen">Several mailboxes wait for it, and the person is to be asked; these are the choices.</param>
internal sealed record ReplyRoute(IReadOnlyList<ReplyTarget> Targets, string Reason, bool IsOpen = false)
{
    /// <summary>The conversation of the first; null where none has one.</summary>
    public Conversation? Conversation => Targets[0].Conversation;
}

/// <summary>
/// Decides whom a text is for, in this order: the keyword of the number, the conversation, the owner of the contact,
/// the owner of the number, the default mailbox. There is always somebody.
/// </summary>
internal sealed class ReplyRouting(RepliesOptions options)
{
    /// <summary>The reason where the person said which of several mailboxes they mean.</summary>
    public const string OfChoice = "conversation that the person chose";

    /// <summary>The reason where of several mailboxes the one that wrote last gets a text.</summary>
    public const string OfLatest = "latest of several conversations";

    /// <summary>The way of a text of <paramref name="their"/> to our number <paramref name="own"/>.</summary>
    public ReplyRoute Find(StoreSession db, string own, string their, string text, long nowMs)
    {
        long since = nowMs - (long)options.ConversationWindow.TotalMilliseconds;
        List<Conversation> waiting = Conversations.FindAll(db, own, their, since);
        if (Address(OwnKeywords.MailboxOf(db, own, text)) is { } byWord)
        {
            Conversation? known = waiting.Find(one => one.Mailbox == byWord.Key);
            return new ReplyRoute([new ReplyTarget(byWord, known)], "keyword of the number");
        }

        List<ReplyTarget> targets =
        [
            .. from one in waiting
               let mailbox = Address(one.Mailbox)
               where mailbox is not null
               select new ReplyTarget(mailbox.Value, one),
        ];
        if (targets.Count > 0) return OfConversations(targets, nowMs);
        if (PhoneNumber.TryFromE164(their, out PhoneNumber number)
            && AddressBook.OwnersOf(db, number).Select(Address).FirstOrDefault(one => one is not null) is { } contact)
        {
            return new ReplyRoute([new ReplyTarget(contact, null)], "owner of the contact");
        }

        return Address(OwnNumbers.OwnerOf(db, own)) is { } owner
            ? new ReplyRoute([new ReplyTarget(owner, null)], "owner of the number")
            : new ReplyRoute([new ReplyTarget(EmailAddress.Parse(options.DefaultMailbox), null)], "default mailbox");
    }

    private ReplyRoute OfConversations(List<ReplyTarget> targets, long nowMs)
    {
        if (targets.Count == 1) return new ReplyRoute(targets, "conversation");
        if (options.Conflict is ConflictChoice.All) return new ReplyRoute(targets, "conversation of several mailboxes");

        // The latest is first.
        if (options.Conflict is ConflictChoice.Ask)
        {
            return Chosen(targets, nowMs) is { } chosen
                ? new ReplyRoute([chosen], OfChoice)
                : new ReplyRoute(targets, "conversation that the person is asked for", IsOpen: true);
        }

        return new ReplyRoute([targets[0]], OfLatest);
    }

    // Whoever wrote after the person chose is meant, and asked about, anew.
    private ReplyTarget? Chosen(List<ReplyTarget> targets, long nowMs)
    {
        ReplyTarget? chosen = targets.MaxBy(one => one.Conversation!.ChosenMs);
        return chosen?.Conversation!.ChosenMs is { } at && nowMs - at < options.ChoiceWindow.TotalMilliseconds
            && targets.TrueForAll(one => one == chosen || one.Conversation!.LastMs <= at)
            ? chosen
            : null;
    }

    private static EmailAddress? Address(string? text) =>
        EmailAddress.TryParse(text, out EmailAddress address) ? address : null;
}
