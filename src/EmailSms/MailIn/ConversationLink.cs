using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Store;

namespace EmailSms.MailIn;

/// <summary>A conversation that an address names.</summary>
/// <param name="Own">The number or name of ours in it; empty: what the carrier chose.</param>
/// <param name="Their">The phone, E.164.</param>
/// <param name="Mailbox">Whose it is.</param>
internal sealed record NamedConversation(string Own, string Their, string Mailbox);

/// <summary>
/// What mail-in asks of the conversations and tells them, handed down by whoever composes the house: an answer goes
/// out with the number that the person wrote to, and their next reply must find its mailbox.
/// </summary>
/// <param name="OwnNumber">The sender ID that a mailbox used with a phone, while their conversation lasts.</param>
/// <param name="DefaultNumber">The own number for an SMS whose rule names none.</param>
/// <param name="FromPool">The one of a pool that a mailbox is to use with a phone.</param>
/// <param name="IsShared">
/// Whether another mailbox than the one given, or than that of the conversation, uses its number with its phone now.
/// </param>
/// <param name="ByToken">The conversation that the word in a Reply-To names; null: none that is open.</param>
/// <param name="HaveWritten">
/// Whether a mailbox, or with @ before it any of a domain, has written with a phone or had a text of it: (phone,
/// mailbox).
/// </param>
/// <param name="RegistrationOf">What a sender ID of ours is registered as.</param>
/// <param name="Note">An SMS was accepted: (write, sender ID, phone, mailbox, SMS, Message-ID).</param>
internal sealed record ConversationLink(
    Func<StoreSession, PhoneNumber, string, string?> OwnNumber,
    Func<StoreSession, string?> DefaultNumber,
    Func<StoreSession, IReadOnlyList<string>, PhoneNumber, string, string> FromPool,
    Func<StoreSession, NamedConversation, string, bool> IsShared,
    Func<StoreSession, string, NamedConversation?> ByToken,
    Func<StoreSession, PhoneNumber, string, bool> HaveWritten,
    Func<StoreSession, string, Registration> RegistrationOf,
    Action<StoreSession, string, PhoneNumber, string, Guid, string?> Note)
{
    /// <summary>
    /// What the phone shows as the sender: what the address asks for, the number of the conversation that it names, the
    /// one of the rule's pool, that of the mailbox's conversation, that of the rule, the default; empty: what the
    /// carrier chooses.
    /// </summary>
    public string SenderIdOf(StoreSession db, string mailbox, AcceptedRecipient recipient) =>
        recipient.SenderId ?? OfToken(db, mailbox, recipient) ?? OfPool(db, mailbox, recipient)
        ?? OfConversation(db, mailbox, recipient) ?? recipient.Rule.SenderId ?? DefaultNumber(db) ?? "";

    // Whoever answers in a conversation that was forwarded to them does so from its number. Where there is a pool, that
    // number may be another mailbox's by now, and the answers would be, too.
    private string? OfToken(StoreSession db, string mailbox, AcceptedRecipient recipient) =>
        recipient.Conversation is { } token && ByToken(db, token) is { Own.Length: > 0 } named
            && named.Their == recipient.Number.E164 && recipient.Rule.Sending.Answering is not Answering.Never
            && (recipient.Rule.Sending.Pool.Count == 0 || !IsShared(db, named, mailbox))
            ? named.Own
            : null;

    private string? OfPool(StoreSession db, string mailbox, AcceptedRecipient recipient)
    {
        IReadOnlyList<string> pool = recipient.Rule.Sending.Pool;
        return pool.Count > 0 ? FromPool(db, pool, recipient.Number, mailbox) : null;
    }

    // The number that the person knows, but where nobody is to answer, or nobody could.
    private string? OfConversation(StoreSession db, string mailbox, AcceptedRecipient recipient)
    {
        Answering answering = recipient.Rule.Sending.Answering;
        if (answering is Answering.Never) return null;
        string? known = OwnNumber(db, recipient.Number, mailbox);
        return known is not null && answering is Answering.Always && !SendingRules.IsNumber(known) ? null : known;
    }
}
