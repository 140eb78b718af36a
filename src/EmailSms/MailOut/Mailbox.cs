using EmailSms.Messages;
using MimeKit;
using MimeKit.Utils;

namespace EmailSms.MailOut;

/// <summary>An address in the terms of the mail library, which is stricter than mailboxes in use are.</summary>
internal static class Mailbox
{
    /// <summary>Null for an address that cannot be written in a header even with its local part in quotes.</summary>
    public static MailboxAddress? TryMake(EmailAddress address) =>
        TryMake(address.ToString()) ?? TryMake($"{MimeUtils.Quote(address.LocalPart)}@{address.Domain}");

    private static MailboxAddress? TryMake(string text)
    {
        try
        {
            return new MailboxAddress(null, text);
        }
        catch (ParseException)
        {
            return null;
        }
    }
}
