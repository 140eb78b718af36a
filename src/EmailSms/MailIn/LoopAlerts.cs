using EmailSms.MailOut;
using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.MailIn;

/// <summary>Tells the admin, once an hour for a pair, of words that were stopped because they came too often.</summary>
internal sealed class LoopAlerts(AdminAlerts alerts, AddressOptions options, ILogger<LoopAlerts> log)
{
    /// <summary>Part of the write that found the loop.</summary>
    public void Tell(StoreSession db, string mailbox, RecipientText text)
    {
        PhoneNumber to = text.Recipient.Number;
        log.LoopStopped(mailbox, to, options.SameTextPerHourMax);
        alerts.Tell(db, $"loop of {mailbox} to {to.E164}", alert => LoopMail.Build(
            alert.Words, alert.Id, alert.Admin, mailbox, to, text.Fitted.All[0].Body, options.SameTextPerHourMax,
            alert.At, alert.Domain));
    }
}
