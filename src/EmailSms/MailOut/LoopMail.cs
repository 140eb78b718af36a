using EmailSms.Messages;
using MimeKit;

namespace EmailSms.MailOut;

/// <summary>Writes the mail that tells the admin of a sender who was stopped because of the same words again.</summary>
internal static class LoopMail
{
    public static OutgoingMail Build(
        string id, EmailAddress admin, string mailbox, PhoneNumber number, string text, int perHourMax,
        DateTimeOffset at, string domain)
    {
        string phone = NumberText.International(number);
        using var message = new MimeMessage();
        OurMail.Address(
            message, new MailboxAddress("SMS gateway", $"postmaster@{domain}"), admin, at, $"loop.{id}@{domain}", id);
        message.Subject = $"Stopped: the same SMS to {phone} again and again";
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        message.Body = OurMail.Text(
            $"""
             {MailText.Line(mailbox)} has sent the same text to {phone} {perHourMax} times within an hour.
             More of them are refused until fewer lie within the last hour. If no program is answering another here,
             raise Addresses:SameTextPerHourMax.

             The text is:

             {text}
             """);
        return new OutgoingMail(MailKind.Notice, "", admin, OurMail.Write(message), null);
    }
}
