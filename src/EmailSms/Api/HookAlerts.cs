using EmailSms.MailOut;
using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.Api;

/// <summary>
/// Tells the admin of what carriers said at hooks and could not be taken further, once an hour for each carrier.
/// </summary>
internal sealed class HookAlerts(Outbox outbox, string domain, string adminMailbox, TimeProvider time)
{
    private readonly AlertPace _pace = new(time);

    /// <summary>Something of a carrier's was given up, and waits for a person.</summary>
    public void GivenUp(StoreSession db, string carrier)
    {
        if (!EmailAddress.TryParse(adminMailbox, out EmailAddress admin) || !_pace.IsNews(db, carrier)) return;
        outbox.Enqueue(db, CarrierMail.Stuck(
            outbox.Words, admin, TimeOrderedId.Next(time).ToString(), carrier, Webhooks.CountStuck(db),
            time.GetUtcNow(), domain));
    }
}
