using EmailSms.MailOut;
using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.MailIn;

/// <summary>Tells the admin, once an hour for a pair, of words that were stopped because they came too often.</summary>
internal sealed class LoopAlerts(
    Outbox outbox, AddressOptions options, string domain, string adminMailbox, TimeProvider time,
    ILogger<LoopAlerts> log)
{
    private const int ToldMax = 1000;

    // Who was told of whom, and when; touched by the writer's thread alone. Lost with the process: told once more then.
    private readonly Dictionary<(string Mailbox, PhoneNumber To), long> _told = [];

    /// <summary>Part of the write that found the loop.</summary>
    public void Tell(StoreSession db, string mailbox, RecipientText text, long now)
    {
        PhoneNumber to = text.Recipient.Number;
        log.LoopStopped(mailbox, to, options.SameTextPerHourMax);
        if (!EmailAddress.TryParse(adminMailbox, out EmailAddress admin)) return;
        (string, PhoneNumber) pair = (mailbox.ToLowerInvariant(), to);
        if (_told.TryGetValue(pair, out long at) && now - at < Repetition.LoopWindow.TotalMilliseconds) return;

        if (_told.Count >= ToldMax) _told.Clear(); // told once more rather than a memory that grows
        _told[pair] = now;
        db.Afterwards(kept =>
        {
            if (!kept) _told.Remove(pair);
        });
        outbox.Enqueue(db, LoopMail.Build(
            outbox.Words, TimeOrderedId.Next(time).ToString(), admin, mailbox, to, text.Fitted.All[0].Body,
            options.SameTextPerHourMax, time.GetUtcNow(), domain));
    }
}
