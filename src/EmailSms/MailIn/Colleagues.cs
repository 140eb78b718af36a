using EmailSms.Composing;
using EmailSms.Messages;

namespace EmailSms.MailIn;

/// <summary>
/// Lets the colleagues of a mailbox answer a reply that it forwarded to them, where that is set: the word in the
/// Reply-To names the conversation, and the rule of its mailbox decides about them as it would about the mailbox.
/// </summary>
/// <param name="find">The open conversation of a word; null: there is none, or nobody may.</param>
internal sealed class Colleagues(Func<string, NamedConversation?> find)
{
    /// <summary>
    /// The mailbox that a sender stands in for: one of the same domain, in a conversation with that very phone. Null:
    /// none.
    /// </summary>
    public EmailAddress? StandsFor(EmailAddress? sender, WrittenAddress address, string? token)
    {
        if (sender is not { } colleague || token is null || find(token) is not { } named) return null;
        if (!EmailAddress.TryParse(named.Mailbox, out EmailAddress mailbox)) return null;
        return mailbox.Domain == colleague.Domain && IsNumber(address.Target, named.Their) ? mailbox : null;
    }

    // The Reply-To has the digits of the number alone.
    private static bool IsNumber(string written, string number) =>
        written.TrimStart('+').Equals(number.TrimStart('+'), StringComparison.Ordinal);
}
