using EmailSms.Messages;
using MimeKit;

namespace EmailSms.MailOut;

/// <summary>Writes mails to the admin about what waits for a decision of theirs.</summary>
internal static class AlertMail
{
    /// <summary>The first SMS to a country waits.</summary>
    /// <param name="admin">Who decides.</param>
    /// <param name="sms">The SMS.</param>
    /// <param name="mailbox">Whose it is.</param>
    /// <param name="number">Where it goes.</param>
    /// <param name="region">The country.</param>
    /// <param name="ruleId">The rule that holds it.</param>
    /// <param name="at">Now.</param>
    /// <param name="domain">Ours.</param>
    public static OutgoingMail Held(
        EmailAddress admin, Guid sms, string mailbox, PhoneNumber number, string region, long ruleId,
        DateTimeOffset at, string domain) => Build(
            $"held.{sms}", admin, $"An SMS to {region} waits for you",
            $"""
             {MailText.Line(mailbox)} texts {NumberText.International(number)}, which is in {region}.
             Nothing was sent to that country before, and sender rule {ruleId} holds it until somebody says that it may.

             To let it through, and what follows to that country:  emailsms sms approve {sms}
             To refuse it, which its sender is told:               emailsms sms reject {sms}
             """,
            at, domain);

    /// <summary>A sender was stopped who texted one number after the other.</summary>
    /// <param name="admin">Who decides.</param>
    /// <param name="id">Makes its Message-ID.</param>
    /// <param name="sender">Who was stopped.</param>
    /// <param name="count">How many numbers stood in a row.</param>
    /// <param name="at">Now.</param>
    /// <param name="domain">Ours.</param>
    public static OutgoingMail Stopped(
        EmailAddress admin, string id, string sender, int count, DateTimeOffset at, string domain) => Build(
            $"stopped.{id}", admin, $"Stopped: {MailText.Line(sender)} texts one number after the other",
            $"""
             {MailText.Line(sender)} has texted {count} numbers in a row within an hour, as somebody does who guesses
             numbers. Mails of this sender are refused until somebody says that they may:

             emailsms resume sender {MailText.Line(sender)}

             Numbers of the address book do not count. Where such rows are right, raise Limits:ConsecutiveNumbersMax.
             """,
            at, domain);

    private static OutgoingMail Build(
        string id, EmailAddress admin, string subject, string text, DateTimeOffset at, string domain)
    {
        using var message = new MimeMessage();
        OurMail.Address(
            message, new MailboxAddress("SMS gateway", $"postmaster@{domain}"), admin, at, $"{id}@{domain}", id);
        message.Subject = subject;
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        message.Body = OurMail.Text(text);
        return new OutgoingMail(MailKind.Notice, "", admin, OurMail.Write(message), null);
    }
}
