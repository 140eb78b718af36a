using System.Diagnostics.CodeAnalysis;
using EmailSms.Messages;
using MimeKit;

namespace EmailSms.Policy.Proof;

/// <summary>The one author of a mail: DMARC says nothing about a mail that has none or two (RFC 7489 6.6.1).</summary>
internal static class MailAuthor
{
    public const string NotOne = "This mail has a From that is not one address";

    /// <summary>The mailbox in From, and its domain as the DNS has it; or why there is none.</summary>
    public static bool TryFind(
        HeaderList fields, out EmailAddress author, [NotNullWhen(true)] out string? domain,
        [NotNullWhen(false)] out string? wrong)
    {
        author = default;
        domain = null;
        List<Header> from = [.. fields.Where(field => field.Id is HeaderId.From)];
        wrong = from.Count == 0 ? "This mail has no From, so nobody can prove it"
            : from.Count > 1 ? "This mail has more than one From, and nobody can tell which of them is meant"
            : null;
        if (wrong is not null) return false;
        wrong = NotOne;
        if (!InternetAddressList.TryParse(ParserOptions.Default, from[0].RawValue, out InternetAddressList? list)
            || list is not [MailboxAddress mailbox]
            || !EmailAddress.TryParse(mailbox.Address, out author)
            || !DnsName.TryOfMail(author.Domain, out domain))
        {
            return false;
        }

        wrong = null;
        return true;
    }
}
