using EmailSms.MailOut;
using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.Api;

/// <summary>
/// Tells the admin of what carriers said at hooks and could not be taken further, once an hour for each carrier.
/// </summary>
internal sealed class HookAlerts(Outbox outbox, string domain, string adminMailbox, TimeProvider time)
{
    private static readonly TimeSpan Between = TimeSpan.FromHours(1);

    // Touched by the writer's thread alone. Lost with the process: told once more then.
    private readonly Dictionary<string, long> _told = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Something of a carrier's was given up, and waits for a person.</summary>
    public void GivenUp(StoreSession db, string carrier)
    {
        DateTimeOffset at = time.GetUtcNow();
        long now = at.ToUnixTimeMilliseconds();
        if (!EmailAddress.TryParse(adminMailbox, out EmailAddress admin)) return;
        if (_told.TryGetValue(carrier, out long last) && now - last < Between.TotalMilliseconds) return;
        _told[carrier] = now;
        outbox.Enqueue(db, CarrierMail.Stuck(
            outbox.Words, admin, TimeOrderedId.Next(time).ToString(), carrier, Webhooks.CountStuck(db), at, domain));
    }
}
