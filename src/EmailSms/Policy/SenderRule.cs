using EmailSms.Messages;

namespace EmailSms.Policy;

/// <summary>
/// An entry of the white-list: who, from which networks, may text which numbers, and within what limits. Made by
/// <see cref="SenderRuleDraft"/>, so one that exists is valid.
/// </summary>
internal sealed record SenderRule
{
    internal SenderRule(SenderPattern sender, NetworkList networks, Destinations destinations)
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

    public NetworkList Networks { get; }

    public Destinations Destinations { get; }

    public NoticeSetting Notices { get; internal init; }

    /// <summary>The source address on the phone; null leaves it to the route.</summary>
    public string? SenderId { get; internal init; }

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

    public string? Note { get; internal init; }
}
