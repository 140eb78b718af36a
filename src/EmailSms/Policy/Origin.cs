using System.Net;
using EmailSms.Messages;
using EmailSms.Policy.Proof;

namespace EmailSms.Policy;

/// <summary>What is known of where a mail comes from, whatever it says of itself: what a rule may believe.</summary>
/// <param name="Client">The address of the TCP connection, or the one that a trusted proxy named.</param>
/// <param name="User">The account that has proven its password; null: nobody has.</param>
/// <param name="Listener">The name of the listener it came in by; empty for those of <c>Smtp:Listen</c>.</param>
internal sealed record Origin(IPAddress Client, string? User = null, string Listener = "")
{
    /// <summary>Whether the header has come: at RCPT it has not.</summary>
    public bool IsHeaderRead { get; init; }

    /// <summary>There is no mail, only a question about one: its From is told, and what it proves is open.</summary>
    public bool IsQuestion { get; init; }

    /// <summary>
    /// Who the From header names; null: the header has not come, or it names nobody, or more than one.
    /// </summary>
    public EmailAddress? HeaderFrom { get; init; }

    /// <summary>SPF of the connection; null: it was not asked.</summary>
    public SpfVerdict? Spf { get; init; }

    /// <summary>Whether the client is a server in front, which hides whose client it was.</summary>
    public bool IsUpstream { get; init; }

    /// <summary>What the mail itself proves; null: it is not here, or nobody has looked.</summary>
    public Evidence? Evidence { get; init; }

    /// <summary>
    /// Whether it lay in a mailbox of somebody else's server, which has the name of <see cref="Listener"/>: then there
    /// was no client, and only what the mail itself brings can prove anything.
    /// </summary>
    public bool IsFetched { get; init; }

    /// <summary>What is taken for proven, where somebody asks what a rule would say.</summary>
    public ProofKinds Assumed { get; init; }

    /// <summary>A client of which the address is all that is known.</summary>
    public static implicit operator Origin(IPAddress client) => new(client);

    /// <summary>As a sentence of a refusal names it.</summary>
    public override string ToString()
    {
        if (IsFetched) return $"the mailbox {Listener}";
        string at = (Client.IsIPv4MappedToIPv6 ? Client.MapToIPv4() : Client).ToString();
        return User is null ? at : $"{at} as user {User}";
    }
}
