using System.Net;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Policy.Proof;
using MimeKit;

namespace EmailSms.MailIn;

/// <summary>Who sends, as far as it is known before a mail is: what a recipient is decided by.</summary>
/// <param name="Sender">The envelope sender; empty for the null reverse-path.</param>
/// <param name="Client">Where the mail comes from.</param>
internal sealed record MailOrigin(string Sender, IPAddress Client)
{
    /// <summary>The sender, if it is an address.</summary>
    public EmailAddress? Address { get; } =
        EmailAddress.TryParse(Sender, out EmailAddress parsed) ? parsed : null;

    /// <summary>The account that has authenticated; null: nobody has.</summary>
    public string? User { get; init; }

    /// <summary>The listener it came in by; empty for those of <c>Smtp:Listen</c>.</summary>
    public string Listener { get; init; } = "";

    /// <summary>What the client calls itself; nobody has checked it.</summary>
    public string Helo { get; init; } = "";

    /// <summary>SPF of the connection; null: it was not asked.</summary>
    public SpfVerdict? Spf { get; init; }

    /// <summary>Whether the client is a server in front, as <c>Policy:TrustedUpstreams</c> has it.</summary>
    public bool IsUpstream { get; init; }

    /// <summary>Whether it was fetched from a mailbox, whose name is that of the listener.</summary>
    public bool IsFetched { get; init; }

    /// <summary>
    /// The mailbox's own server, where its <c>Authentication-Results</c> are believed; null: they are not.
    /// </summary>
    public UpstreamOptions? Provider { get; init; }

    /// <summary>Where it comes from, as it is written beside the mail.</summary>
    public string ClientText => IsFetched ? "mailbox" : Client.ToString();

    /// <summary>What the mail itself proves; null: it is not here, or no rule asks.</summary>
    public Evidence? Evidence { get; init; }

    /// <summary>
    /// What was found out about the sender, for who asks afterwards why a mail was let in; null: no rule has asked.
    /// </summary>
    public string? Authentication =>
        (Evidence?.ToString() ?? Spf?.ToString()) is { Length: > 0 } found ? found : null;

    /// <summary>Whether the header has come: at RCPT it has not.</summary>
    public bool IsHeaderRead { get; init; }

    /// <summary>The one that From names; null: the header has not come, or it names nobody, or more than one.</summary>
    public EmailAddress? HeaderFrom { get; init; }

    /// <summary>What a rule may believe of it.</summary>
    public Origin Origin => new(Client, User, Listener)
    {
        IsHeaderRead = IsHeaderRead,
        HeaderFrom = HeaderFrom,
        Spf = Spf,
        IsUpstream = IsUpstream,
        IsFetched = IsFetched,
        Evidence = Evidence,
    };

    /// <summary>The same once the header is there. Two From lines name nobody: which of them is meant?</summary>
    public MailOrigin With(MimeMessage mail) => this with
    {
        IsHeaderRead = true,
        HeaderFrom = mail.Headers.Count(header => header.Id is HeaderId.From) == 1
            && mail.From is [MailboxAddress { Address: var from }]
            && EmailAddress.TryParse(from, out EmailAddress one) ? one : null,
    };

    /// <summary>Who hears of an SMS, and gets its replies: whom the rule knows the sender by.</summary>
    public string MailboxFor(SenderRule rule) =>
        rule.MatchesHeader && HeaderFrom is { } from ? from.ToString() : Sender;
}
