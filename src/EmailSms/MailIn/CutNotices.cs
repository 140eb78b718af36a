using EmailSms.MailOut;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Store;

namespace EmailSms.MailIn;

/// <summary>Tells a sender what of a mail is on no phone, where the rule tells fates at all.</summary>
internal sealed class CutNotices(Outbox outbox, string domain, TimeProvider time)
{
    /// <summary>
    /// One mail for the first text that was cut, however many phones it goes to. False: not for this one.
    /// </summary>
    public bool Tell(StoreSession db, AcceptedMail mail, Guid sms, RecipientText text)
    {
        if (text.Fitted.LeftOut.Length == 0 || text.Recipient.Rule.Notices is NoticeSetting.Never) return false;
        if (text.Recipient.Dsn.Notify is DsnNotify.Never) return false; // RFC 3461 4.1: in no case
        if (mail.Origin.Address is not { } sender) return false;
        DateTimeOffset now = time.GetUtcNow();
        outbox.Enqueue(db, CutMail.Build(outbox.Words.Preferring(text.Recipient.Rule.MailLanguage), new CutText(
            sms.ToString(), sender, text.Recipient.Number, domain, text.Fitted.All[0].Body, text.Fitted.LeftOut,
            text.Recipient.PartsMax, now, mail.MessageId, mail.Subject)));
        Timeline.Append(
            db, sms, now.ToUnixTimeMilliseconds(), Timeline.Notice,
            new { about = "cut", to = sender.ToString(), leftOut = text.Fitted.LeftOut.Length });
        return true;
    }
}
