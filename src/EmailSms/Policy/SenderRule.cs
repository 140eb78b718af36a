using EmailSms.Messages;
using EmailSms.Policy.Proof;

namespace EmailSms.Policy;

/// <summary>
/// An entry of the white-list: who, from which networks or with which account, may text which numbers, and within what
/// limits. Made by <see cref="SenderRuleDraft"/>, so one that exists is valid.
/// </summary>
internal sealed record SenderRule
{
    internal SenderRule(SenderPattern sender, NetworkList? networks, Destinations destinations)
    {
        Sender = sender;
        Networks = networks;
        Destinations = destinations;
    }

    /// <summary>Given by the store; 0 for a rule that is not in it yet.</summary>
    public long Id { get; internal init; }

    /// <summary>The lower goes first; among equals an address, then a domain, then <c>*</c>, then the older.</summary>
    public int Priority { get; internal init; }

    public SenderPattern Sender { get; }

    /// <summary>
    /// The sender is who the From header names, where the origin is trusted, and not the envelope: for hosts that write
    /// an envelope of their own.
    /// </summary>
    public bool MatchesHeader { get; internal init; }

    /// <summary>The recipients that it is for, by the way in which they are written; null: any.</summary>
    public RecipientPattern? For { get; internal init; }

    /// <summary>
    /// Where its mail comes from; null: from anywhere, which only a rule with another proof may.
    /// </summary>
    public NetworkList? Networks { get; }

    /// <summary>The account that must have authenticated; null: none has to.</summary>
    public string? User { get; internal init; }

    /// <summary>The listener that its mail must come in by; null: any.</summary>
    public string? Listener { get; internal init; }

    /// <summary>
    /// What proves the sender, one of them being enough. What the rule names besides must be so all the same; None:
    /// that is proof enough.
    /// </summary>
    public ProofKinds Proofs { get; internal init; }

    /// <summary>Whether other domains of the author's organization count for DKIM and DMARC.</summary>
    public bool IsRelaxed { get; internal init; }

    /// <summary>
    /// What is proof where <see cref="Proofs"/> asks for none, as it is written beside a mail: <c>ip</c>,
    /// <c>smtp-auth</c> or both.
    /// </summary>
    public string Proof => User is null ? "ip" : Networks is null ? "smtp-auth" : "smtp-auth+ip";

    public Destinations Destinations { get; }

    public NoticeSetting Notices { get; internal init; }

    /// <summary>What the mails to its senders are in; null: what the settings say.</summary>
    public string? MailLanguage { get; internal init; }

    /// <summary>The source address on the phone; null leaves it to the route.</summary>
    public string? SenderId { get; internal init; }

    /// <summary>All that its SMS may come from, as far as it names any.</summary>
    public IEnumerable<string> SenderIds =>
        (SenderId is null ? Sending.Pool : Sending.Pool.Append(SenderId)).Concat(Sending.SenderIdsOpen);

    /// <summary>The region of numbers written without their country, such as <c>GB</c>; null for none.</summary>
    public string? DefaultRegion { get; internal init; }

    /// <summary>The most parts that one SMS may have.</summary>
    public int PartsMax { get; internal init; }

    /// <summary>How long an SMS is worth sending.</summary>
    public TimeSpan Validity { get; internal init; }

    /// <summary>The most numbers that one mail may go to.</summary>
    public int RecipientsMax { get; internal init; }

    /// <summary>How a mail becomes the text of an SMS.</summary>
    public TextRules Text { get; internal init; } = TextRules.Default;

    /// <summary>What it makes of words that come again, and of many at once.</summary>
    public RepeatRules Repeats { get; internal init; } = RepeatRules.Off;

    /// <summary>What it owes to the people it texts.</summary>
    public ComplianceRules Compliance { get; internal init; } = ComplianceRules.Usual;
    /// <summary>What its SMS get on their way.</summary>
    public SendingRules Sending { get; internal init; } = SendingRules.Usual;

    /// <summary>How much it lets through.</summary>
    public RuleLimits Limits { get; internal init; } = RuleLimits.None;

    public string? Note { get; internal init; }

    /// <summary>What an address can pin the rule by, besides its id; null for none.</summary>
    public string? Name { get; internal init; }

    /// <summary>What an address may ask for.</summary>
    public RecipientOption Options { get; internal init; }

    /// <summary>The kinds of number that the rule opens besides those of subscribers.</summary>
    public NumberTypes NumberTypes { get; internal init; }

    /// <summary>The secret that an address must have; null for none.</summary>
    public RuleToken? Token { get; internal init; }

    /// <summary>The zone of times in addresses, such as <c>Europe/Berlin</c>; null for that of the domain.</summary>
    public string? TimeZone { get; internal init; }

    /// <summary>
    /// Whether a mail from there is for this rule to decide. Everything it names must be so, but for what it takes for
    /// one of several <see cref="Proofs"/>; a rule that names neither a network nor a user nor those believes nobody.
    /// </summary>
    public bool Believes(Origin origin) => origin.IsFetched ? BelievesFetched(origin) : BelievesClient(origin);

    private bool BelievesClient(Origin origin) =>
        (Networks is not null || User is not null || Proofs is not ProofKinds.None)
        && (Networks is null || Proofs.HasFlag(ProofKinds.Ip) || Networks.Contains(origin.Client))
        && (User is null || Proofs.HasFlag(ProofKinds.SmtpAuth) || User == origin.User)
        && (Listener is null || Listener.Equals(origin.Listener, StringComparison.OrdinalIgnoreCase));

    // There is no client to look at, and a header proves nothing: the rule names the mailbox, and a proof that a mail
    // can bring.
    private bool BelievesFetched(Origin origin) =>
        Listener is not null && Listener.Equals(origin.Listener, StringComparison.OrdinalIgnoreCase)
        && Proofs is not ProofKinds.None
        && (Networks is null || Proofs.HasFlag(ProofKinds.Ip))
        && (User is null || Proofs.HasFlag(ProofKinds.SmtpAuth));
}
