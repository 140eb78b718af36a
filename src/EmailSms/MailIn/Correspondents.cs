using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Store;

namespace EmailSms.MailIn;

/// <summary>
/// Tells with whom a sender has written before, for the rules that open nobody else. It costs one read of an index, and
/// only where the rule asks.
/// </summary>
internal sealed class Correspondents(SqliteStore store, ConversationLink conversations)
{
    /// <summary>The names that lead to a number, with those that the sender's own past gives it.</summary>
    /// <param name="recipient">The number, its rule, and the conversation that the address names.</param>
    /// <param name="mailbox">Whose SMS it would be.</param>
    /// <param name="via">The names that the address book gives it.</param>
    public IReadOnlyList<string> NamesOf(
        AcceptedRecipient recipient, string mailbox, IReadOnlyList<string> via)
    {
        Destinations destinations = recipient.Rule.Destinations;
        if (!destinations.AsksForCorrespondents || !EmailAddress.TryParse(mailbox, out EmailAddress own)) return via;
        return store.Read<IReadOnlyList<string>>(db =>
        {
            if (conversations.HaveWritten(db, recipient.Number, own.Key) || IsNamed(db, recipient, own))
            {
                return [.. via, Destination.Correspondents, Destination.OfDomain];
            }

            // Of a provider where anybody has an address, those who share the domain have nothing else in common.
            bool isShared = PublicMailDomains.Contains(own.Domain);
            return !isShared && conversations.HaveWritten(db, recipient.Number, $"@{own.Domain}")
                ? [.. via, Destination.OfDomain]
                : via;
        });
    }

    /// <summary>The open conversation that an address names; null: none.</summary>
    public NamedConversation? Named(string? token) =>
        token is null ? null : store.Read(db => conversations.ByToken(db, token));

    // Somebody of the mailbox's domain answers in a conversation that was forwarded to them.
    private bool IsNamed(StoreSession db, AcceptedRecipient recipient, EmailAddress own) =>
        recipient.Conversation is { } token && conversations.ByToken(db, token) is { } named
        && named.Their == recipient.Number.E164
        && EmailAddress.TryParse(named.Mailbox, out EmailAddress mailbox)
        && (mailbox.Key == own.Key || Colleagues.IsOneHouse(mailbox, own));
}
