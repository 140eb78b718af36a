using EmailSms.MailOut;
using EmailSms.Messages;
using EmailSms.Queue;

namespace EmailSms.Delivery;

/// <summary>Tells mail-out what it needs for a notice about an SMS.</summary>
internal sealed class NoticeDesk(string domain, TimeProvider time)
{
    /// <summary>The notice, ready for the outbox.</summary>
    public OutgoingMail Write(SmsRecord sms, EmailAddress mailbox, SmsState state, FailureCode? why) =>
        NoticeMail.Build(new Notice
        {
            SmsId = sms.Id.ToString(),
            To = mailbox,
            Number = sms.To,
            Domain = domain,
            Failure = state is SmsState.Delivered ? null : why ?? FailureCode.Expired,
            Text = sms.Body,
            At = time.GetUtcNow(),
            AcceptedAt = DateTimeOffset.FromUnixTimeMilliseconds(sms.CreatedMs),
            OriginalMessageId = sms.MessageId,
            OriginalSubject = sms.Subject,
            OriginalRecipient = sms.Dsn.OriginalRecipient,
            OriginalEnvelopeId = sms.EnvelopeId,
        });
}
