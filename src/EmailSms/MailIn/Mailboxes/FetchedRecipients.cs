using System.Diagnostics.CodeAnalysis;
using EmailSms.Messages;
using MimeKit;

namespace EmailSms.MailIn.Mailboxes;

/// <summary>
/// Finds in a mail's header whom it is for, as the mailbox's settings have it. No envelope is there to ask.
/// </summary>
internal static class FetchedRecipients
{
    private const int RecipientsMax = 100; // as a listener takes them

    private static readonly char[] Between = [',', ';'];

    /// <summary>Each once, as what stands before the @ and a domain of ours.</summary>
    /// <param name="options">The mailbox.</param>
    /// <param name="fields">The header.</param>
    /// <param name="domains">Our domains, the first of which stands for those that have none.</param>
    public static IReadOnlyList<(string LocalPart, string Domain)> Find(
        MailboxOptions options, HeaderList fields, IReadOnlyList<string> domains) =>
        [.. All(options, fields, domains).Distinct().Take(RecipientsMax)];

    private static IEnumerable<(string LocalPart, string Domain)> All(
        MailboxOptions options, HeaderList fields, IReadOnlyList<string> domains)
    {
        switch (options.Recipients)
        {
            case MailboxRecipients.Subject:
                string subject = fields[HeaderId.Subject] ?? "";
                return subject.Split(Between, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                    .Select(one => (one, domains[0]));
            case MailboxRecipients.Header:
                return Written(fields, options.RecipientHeader)
                    .Select(one => IsBehindPlus(one, options.Address, out string? target) ? (target, domains[0])
                        : domains.Contains(one.Domain, StringComparer.OrdinalIgnoreCase)
                            ? ((string, string)?)(one.LocalPart, one.Domain) : null)
                    .OfType<(string, string)>();
            default:
                return Written(fields, "To").Concat(Written(fields, "Cc"))
                    .Select(one => IsBehindPlus(one, options.Address, out string? target)
                        ? ((string, string)?)(target, domains[0]) : null)
                    .OfType<(string, string)>();
        }
    }

    private static IEnumerable<EmailAddress> Written(HeaderList fields, string name)
    {
        foreach (Header field in fields.Where(
            one => one.Field.Equals(name, StringComparison.OrdinalIgnoreCase)))
        {
            if (!InternetAddressList.TryParse(field.RawValue, out InternetAddressList? list)) continue;
            foreach (MailboxAddress mailbox in list.Mailboxes)
            {
                if (EmailAddress.TryParse(mailbox.Address, out EmailAddress address)) yield return address;
            }
        }
    }

    private static bool IsBehindPlus(EmailAddress address, string own, [NotNullWhen(true)] out string? target)
    {
        target = null;
        if (!EmailAddress.TryParse(own, out EmailAddress mailbox) || address.Domain != mailbox.Domain) return false;
        string front = mailbox.LocalPart + "+";
        bool isOne = address.LocalPart.StartsWith(front, StringComparison.OrdinalIgnoreCase)
            && address.LocalPart.Length > front.Length;
        target = isOne ? address.LocalPart[front.Length..] : null;
        return isOne;
    }
}
