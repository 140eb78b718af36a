using EmailSms.Composing;
using EmailSms.Messages;
using EmailSms.Policy;

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
        return IsOneHouse(mailbox, colleague) && IsNumber(address.Target, named.Their) ? mailbox : null;
    }

    /// <summary>
    /// The two share a domain that is not a provider's where anybody has an address: there they have nothing else in
    /// common.
    /// </summary>
    public static bool IsOneHouse(EmailAddress one, EmailAddress other) =>
        one.Domain == other.Domain && !PublicMailDomains.Contains(one.Domain);

    /// <summary>Whether what stands in an address has the digits of a number: our Reply-To has no plus.</summary>
    public static bool IsNumber(string written, string number) =>
        WrittenNumber.TryTake(written, out WrittenNumber read, out _)
        && number.AsSpan().TrimStart('+').SequenceEqual(read.Digits);
}
