using System.Globalization;
using System.Net;
using EmailSms.Composing;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Smtp;

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

    /// <summary>What a rule may believe of it.</summary>
    public Origin Origin => new(Client, User, Listener);
}

/// <summary>A recipient that was told 250: the number, and the rule that lets the sender text it.</summary>
internal sealed record AcceptedRecipient(PhoneNumber Number, SenderRule Rule)
{
    /// <summary>What of it the sender wants to hear.</summary>
    public DsnRequest Dsn { get; init; } = DsnRequest.None;
}

/// <summary>
/// What is said to a recipient: the numbers that its address means, or none and the refusal. Nothing is kept by it.
/// </summary>
internal sealed record RecipientAnswer(IReadOnlyList<AcceptedRecipient> Recipients, SmtpReply Reply)
{
    public static RecipientAnswer Refuse(SmtpReply reply) => new([], reply);
}

/// <summary>
/// Decides about recipients: whose address it is, may this sender text that number, has the person opted out. It needs
/// no session and changes nothing, so it answers a question as well as a RCPT.
/// </summary>
internal sealed class RecipientDesk(
    SenderRules rules, SubmissionAccounts accounts, OptOuts optOuts, RecipientParser parser, AddressOptions options,
    bool takesFictitious)
{
    private readonly HashSet<string> _domains = new(options.Domains, StringComparer.OrdinalIgnoreCase);

    /// <summary>The domains that are ours.</summary>
    public IReadOnlySet<string> Domains => _domains;

    /// <summary>What a mail of this origin for <c>localPart@domain</c> would be told.</summary>
    public RecipientAnswer Decide(MailOrigin origin, string localPart, string domain)
    {
        if (!_domains.Contains(domain))
        {
            return RecipientAnswer.Refuse(
                new SmtpReply(550, "5.7.1", $"{domain} is not served here; relaying is denied"));
        }

        if (origin.User is { } user && accounts.RefuseSender(user, origin.Address) is { } notTheirs)
        {
            return RecipientAnswer.Refuse(notTheirs);
        }

        Verdict known = rules.DecideSender(origin.Address, origin.Origin);
        if (known is Verdict.Refused unknown) return RecipientAnswer.Refuse(Refusal(unknown));
        SenderRule rule = ((Verdict.Allowed)known).Rule;

        string region = rule.DefaultRegion ?? options.DefaultRegion;
        RecipientReading reading = parser.Read(localPart, region.Length > 0 ? region : null);
        if (reading is not RecipientReading.Number { Value: var number })
        {
            var wrong = (RecipientReading.Refused)reading;
            return RecipientAnswer.Refuse(wrong.IsSyntax
                ? new SmtpReply(501, "5.1.3", wrong.Sentence)
                : new SmtpReply(550, "5.1.1", wrong.Sentence));
        }

        return Refusal(origin, rule, number) is { } no
            ? RecipientAnswer.Refuse(no)
            : new RecipientAnswer([new AcceptedRecipient(number, rule)], SmtpReply.RecipientOk);
    }

    private SmtpReply? Refusal(MailOrigin origin, SenderRule rule, PhoneNumber number)
    {
        if (!takesFictitious && RecipientParser.IsFictitious(number))
        {
            return new SmtpReply(
                550, "5.1.1", "This number is reserved for examples and films; no phone has it");
        }

        if (!rule.Destinations.Allows(number, out _))
        {
            return Refusal((Verdict.Refused)rules.Decide(origin.Address, origin.Origin, number));
        }

        return optOuts.Find(number) is { } optOut ? OptedOut(optOut) : null;
    }

    private static SmtpReply Refusal(Verdict.Refused refused) =>
        new(refused.Code, refused.EnhancedCode, refused.Sentence);

    private static SmtpReply OptedOut(OptOut optOut)
    {
        string day = DateTimeOffset.FromUnixTimeMilliseconds(optOut.SinceMs)
            .ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return new SmtpReply(
            550, "5.7.1", $"This person has opted out of SMS on {day}; only they can undo it, with START");
    }
}
