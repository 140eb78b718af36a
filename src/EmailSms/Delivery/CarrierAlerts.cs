using EmailSms.MailOut;
using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.Delivery;

/// <summary>Tells the admin of carriers that take no SMS, once an hour for each.</summary>
internal sealed class CarrierAlerts(AdminAlerts alerts)
{
    /// <summary>A carrier does not accept our account, and was paused.</summary>
    public void Paused(StoreSession db, string carrier, FailureCode code) => alerts.Tell(
        db, null, to => CarrierMail.Paused(to.Words, to.Admin, to.Id, carrier, code, to.At, to.Domain));

    /// <summary>A carrier refuses to be bound: our account is wrong.</summary>
    public void Refused(StoreSession db, string carrier, string status) => alerts.Tell(
        db, $"{carrier} refuses",
        to => CarrierMail.Refused(to.Words, to.Admin, to.Id, carrier, status, to.At, to.Domain));

    /// <summary>A carrier fails, and is left alone.</summary>
    public void Failing(StoreSession db, string carrier) => alerts.Tell(
        db, $"{carrier} fails", to => CarrierMail.Failing(to.Words, to.Admin, to.Id, carrier, to.At, to.Domain));
}
