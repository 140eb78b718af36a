using System.Globalization;
using EmailSms.Messages;
using MimeKit;

namespace EmailSms.MailOut;

/// <summary>
/// Tells the owner of an on-call list of an alarm that nobody took. It says that a machine made it, and has the null
/// reverse-path, as notices have.
/// </summary>
internal static class UntakenAlarmMail
{
    /// <param name="id">The alarm, and with it the Message-ID.</param>
    /// <param name="onCall">The on-call list.</param>
    /// <param name="owner">Who is told.</param>
    /// <param name="people">Who was texted, in order.</param>
    /// <param name="text">The text they got.</param>
    /// <param name="began">When the mail was accepted.</param>
    /// <param name="at">Now.</param>
    /// <param name="domain">Our domain.</param>
    /// <param name="smsId">The last SMS, whose timeline is to tell of the mail.</param>
    public static OutgoingMail Build(
        string id, string onCall, EmailAddress owner, IEnumerable<string> people, string text, DateTimeOffset began,
        DateTimeOffset at, string domain, string smsId)
    {
        using var message = new MimeMessage();
        OurMail.Address(
            message, new MailboxAddress("SMS gateway", $"postmaster@{domain}"), owner, at,
            $"untaken.{id}@{domain}", id);
        message.Subject = $"Nobody took the alarm to {onCall}";
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        message.Priority = MessagePriority.Urgent;
        string since = began.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
        message.Body = OurMail.Text(
            $"""
            The alarm to {onCall} of {since} was taken by nobody.

            These were texted, in this order:
            {string.Join("\n", people.Select((person, i) => $"{i + 1}. {person}"))}

            The text was:

            {text}

            --
            SMS: {smsId}
            """);
        return new OutgoingMail(MailKind.Notice, "", owner, OurMail.Write(message), smsId);
    }
}
