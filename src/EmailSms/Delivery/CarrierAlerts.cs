using EmailSms.MailOut;
using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.Delivery;

/// <summary>Tells the admin of carriers that take no SMS, once an hour for each.</summary>
internal sealed class CarrierAlerts(Outbox outbox, string domain, string adminMailbox, TimeProvider time)
{
    private readonly AlertPace _pace = new(time);

    /// <summary>A carrier does not accept our account, and was paused.</summary>
    public void Paused(StoreSession db, string carrier, FailureCode code)
    {
        if (!EmailAddress.TryParse(adminMailbox, out EmailAddress admin)) return;
        outbox.Enqueue(db, CarrierMail.Paused(
            outbox.Words, admin, TimeOrderedId.Next(time).ToString(), carrier, code, time.GetUtcNow(), domain));
    }

    /// <summary>A carrier refuses to be bound: our account is wrong.</summary>
    public void Refused(StoreSession db, string carrier, string status)
    {
        if (!EmailAddress.TryParse(adminMailbox, out EmailAddress admin)) return;
        if (!_pace.IsNews(db, $"{carrier}:refused")) return;
        outbox.Enqueue(db, CarrierMail.Refused(
            outbox.Words, admin, TimeOrderedId.Next(time).ToString(), carrier, status, time.GetUtcNow(), domain));
    }

    /// <summary>A carrier fails, and is left alone.</summary>
    public void Failing(StoreSession db, string carrier)
    {
        if (!EmailAddress.TryParse(adminMailbox, out EmailAddress admin) || !_pace.IsNews(db, carrier)) return;
        outbox.Enqueue(db, CarrierMail.Failing(
            outbox.Words, admin, TimeOrderedId.Next(time).ToString(), carrier, time.GetUtcNow(), domain));
    }
}
