using System.Net;
using EmailSms.Messages;

namespace EmailSms.Policy;

/// <summary>What is known of where a mail comes from, whatever it says of itself: what a rule may believe.</summary>
/// <param name="Client">The address of the TCP connection, or the one that a trusted proxy named.</param>
/// <param name="User">The account that has proven its password; null: nobody has.</param>
/// <param name="Listener">The name of the listener it came in by; empty for those of <c>Smtp:Listen</c>.</param>
internal sealed record Origin(IPAddress Client, string? User = null, string Listener = "")
{
    /// <summary>Whether the header has come: at RCPT it has not.</summary>
    public bool IsHeaderRead { get; init; }

    /// <summary>
    /// Who the From header names; null: the header has not come, or it names nobody, or more than one.
    /// </summary>
    public EmailAddress? HeaderFrom { get; init; }

    /// <summary>A client of which the address is all that is known.</summary>
    public static implicit operator Origin(IPAddress client) => new(client);

    /// <summary>As a sentence of a refusal names it.</summary>
    public override string ToString()
    {
        string at = (Client.IsIPv4MappedToIPv6 ? Client.MapToIPv4() : Client).ToString();
        return User is null ? at : $"{at} as user {User}";
    }
}
