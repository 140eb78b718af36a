using EmailSms.Composing;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Store;

namespace EmailSms.Replies;

/// <summary>
/// What becomes of a text whose mail did not arrive: it goes to the next in line, who is the owner of the contact, else
/// of the number, else the default mailbox. Whoever had it is not asked again, so it comes to an end; the end is loud.
/// </summary>
internal sealed class DeadMailboxes(
    SqliteStore store, ReplyMails mails, RepliesOptions options, TimeProvider time, ILogger<DeadMailboxes> log)
{
    /// <summary>Whether there is such an address.</summary>
    public bool IsKnown(string token) => store.Read(db => BounceAddresses.Find(db, token)) is not null;

    /// <summary>A bounce came back to it. Returns when what follows is on disk.</summary>
    /// <exception cref="StoreException">It is not.</exception>
    public Task TakeBounceAsync(string token, string answer) => store.WriteAsync(db => Take(db, token, answer));

    /// <summary>
    /// The same for a mail that never left, by its id in the outbox, as a piece of the write that says so. True:
    /// somebody else gets the text.
    /// </summary>
    public bool TakeFailure(StoreSession db, string mail, string answer) =>
        BounceAddresses.TokenOf(db, mail) is { } token && Take(db, token, answer);

    private bool Take(StoreSession db, string token, string answer)
    {
        if (BounceAddresses.Find(db, token) is not { IsDead: false } dead) return false; // a bounce may come twice
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        BounceAddresses.MarkDead(db, token, now);
        if (Inbox.Find(db, dead.Text) is not { } text) return false; // it was forgotten since
        List<string> had = BounceAddresses.MailboxesOf(db, dead.Text);
        (EmailAddress Mailbox, string Reason)? next = NextInLine(db, text, had);
        if (Inbox.SmsOf(db, dead.Text) is { } sms)
        {
            Timeline.Append(db, sms, now, Timeline.Bounced, new
            {
                reply = dead.Text,
                mailbox = dead.Mailbox,
                error = answer,
                next = next?.Mailbox.ToString(),
                reason = next?.Reason,
            });
        }

        if (next is not { } other)
        {
            log.ReplyReachesNobody(dead.Text, had.Count, ForeignText.Masked(answer));
            return false;
        }

        log.MailboxDead(dead.Text, other.Reason, ForeignText.Masked(answer));
        Inbox.Reroute(db, dead.Text, dead.Mailbox, other.Mailbox.ToString(), other.Reason);
        mails.WriteAgain(
            db, text, new ReplyTarget(other.Mailbox, null), other.Reason, had.Count,
            $"It was for {dead.Mailbox}, where it could not be delivered: {answer}");
        return true;
    }

    private (EmailAddress Mailbox, string Reason)? NextInLine(StoreSession db, InboxEntry text, List<string> had)
    {
        IReadOnlyList<string> owners = PhoneNumber.TryFromE164(text.From, out PhoneNumber from)
            ? [.. AddressBook.OwnersOf(db, from)]
            : [];
        (string? Mailbox, string Reason)[] line =
        [
            .. owners.Select(owner => (owner, "owner of the contact")),
            (OwnNumbers.OwnerOf(db, text.To), "owner of the number"),
            (options.DefaultMailbox, "default mailbox"),
        ];
        foreach ((string? mailbox, string reason) in line)
        {
            if (EmailAddress.TryParse(mailbox, out EmailAddress address)
                && !had.Contains(address.ToString(), StringComparer.OrdinalIgnoreCase))
            {
                return (address, reason);
            }
        }

        return null;
    }
}
