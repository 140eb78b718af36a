using EmailSms.Composing;
using EmailSms.Messages;
using MimeKit;

namespace EmailSms.MailIn.Mailboxes;

/// <summary>Whom a mail is for, as an address of ours.</summary>
/// <param name="LocalPart">A number or a name, with its options.</param>
/// <param name="Domain">A domain of ours.</param>
internal readonly record struct FetchedRecipient(string LocalPart, string Domain)
{
    /// <summary>As people are told: the options may hold a token, which goes into no mail.</summary>
    public string Shown => WrittenAddress.TryTake(LocalPart, out WrittenAddress? address, out _)
        ? $"{address.Target}@{Domain}"
        : "A recipient";
}

/// <summary>
/// Finds in a mail's header whom it is for, as the mailbox's settings have it. No envelope is there to ask.
/// </summary>
internal static class FetchedRecipients
{
    private static readonly char[] Between = [',', ';'];

    /// <summary>Each once, in the order in which they are written.</summary>
    /// <param name="options">The mailbox.</param>
    /// <param name="fields">The header.</param>
    /// <param name="domains">Our domains, the first of which stands for those that have none.</param>
    public static IReadOnlyList<FetchedRecipient> Find(
        MailboxOptions options, HeaderList fields, IReadOnlyList<string> domains) =>
        [.. All(options, fields, domains).Distinct()];

    private static IEnumerable<FetchedRecipient> All(
        MailboxOptions options, HeaderList fields, IReadOnlyList<string> domains)
    {
        switch (options.Recipients)
        {
            case MailboxRecipients.Subject:
                string subject = fields[HeaderId.Subject] ?? "";
                return subject.Split(Between, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                    .Select(one => new FetchedRecipient(one, domains[0]));
            case MailboxRecipients.Header:
                return Written(fields, options.RecipientHeader)
                    .Select(one => BehindPlus(one, options.Address, domains[0])
                        ?? (domains.Contains(one.Domain, StringComparer.OrdinalIgnoreCase)
                            ? new FetchedRecipient(one.LocalPart, one.Domain) : null))
                    .OfType<FetchedRecipient>();
            default:
                return Written(fields, "To").Concat(Written(fields, "Cc"))
                    .Select(one => BehindPlus(one, options.Address, domains[0]))
                    .OfType<FetchedRecipient>();
        }
    }

    private static IEnumerable<EmailAddress> Written(HeaderList fields, string name)
    {
        foreach (Header field in fields.Where(
            one => one.Field.Equals(name, StringComparison.OrdinalIgnoreCase)))
        {
            foreach (MailboxAddress mailbox in AddressesOf(field).SelectMany(list => list.Mailboxes))
            {
                if (EmailAddress.TryParse(mailbox.Address, out EmailAddress address)) yield return address;
            }
        }
    }

    // Where one of them is none, the others are still meant.
    private static IEnumerable<InternetAddressList> AddressesOf(Header field)
    {
        if (InternetAddressList.TryParse(field.RawValue, out InternetAddressList? all)) return [all];
        return field.Value.Split(Between)
            .Select(one => InternetAddressList.TryParse(one, out InternetAddressList? list) ? list : [])
            .Where(list => list.Count > 0);
    }

    private static FetchedRecipient? BehindPlus(EmailAddress address, string own, string domain)
    {
        if (!EmailAddress.TryParse(own, out EmailAddress mailbox) || address.Domain != mailbox.Domain) return null;
        string front = mailbox.LocalPart + "+";
        return address.LocalPart.StartsWith(front, StringComparison.OrdinalIgnoreCase)
            && address.LocalPart.Length > front.Length
            ? new FetchedRecipient(address.LocalPart[front.Length..], domain)
            : null;
    }
}
