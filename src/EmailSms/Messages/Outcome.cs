using EmailSms.Smpp;

namespace EmailSms.Messages;

/// <summary>
/// What came of one attempt to send. A carrier returns one of these four and never throws for what the other side
/// says; an exception out of a carrier is a fault of our own.
/// </summary>
internal abstract record Outcome
{
    private Outcome()
    {
    } // closed: the four below are all there are

    /// <summary>The carrier has all of it.</summary>
    internal sealed record Accepted : Outcome;

    /// <summary>What is missing surely did not leave. The same attempt may work later.</summary>
    internal sealed record Retry(FailureCode Code, TimeSpan? NotBefore = null) : Outcome;

    /// <summary>It surely did not leave, and never will as it stands. The sender is told.</summary>
    internal sealed record Refused(FailureCode Code) : Outcome;

    /// <summary>
    /// A request went out and no answer came: it may have been sent. Sending again risks a second SMS, so policy
    /// decides, not the carrier.
    /// </summary>
    internal sealed record Unknown(FailureCode Code) : Outcome;
}

/// <summary>One part of an SMS that a carrier acknowledged, with the id that its receipts will name.</summary>
internal sealed record AcceptedPart(int Part, string CarrierId)
{
    /// <summary>What the carrier takes for it; null: it does not say.</summary>
    public Money? Price { get; init; }
}

/// <summary>One attempt: the parts that a carrier took, and what that makes of the SMS.</summary>
internal sealed record Attempt(string Carrier, IReadOnlyList<AcceptedPart> Accepted, Outcome Outcome)
{
    /// <summary>How many parts this carrier makes of the SMS; null when it is as the queue has it.</summary>
    public int? Parts { get; init; }

    /// <summary>
    /// How many submissions the SMS is at this carrier, each with receipts of its own, where that is not one a part;
    /// null: one a part.
    /// </summary>
    public int? Submissions { get; init; }

    /// <summary>The one submission carries all parts: the carrier cuts the text, or the phone joins nothing.</summary>
    public bool IsWhole { get; init; }

    /// <summary>How this carrier's receipts name its ids.</summary>
    public MessageIdMatcher Ids { get; init; } = AlikeIds;

    /// <summary>If its fate is unknown, it is held until somebody decides, and not sent again.</summary>
    public bool HoldsUnknown { get; init; }

    /// <summary>If its fate is unknown, another carrier may have it all the same.</summary>
    public bool IsFreeAfterUnknown { get; init; }

    /// <summary>The route that led to the carrier; null: none did.</summary>
    public string? Route { get; init; }

    /// <summary>For carriers whose receipts name an id as their answers do.</summary>
    public static MessageIdMatcher AlikeIds { get; } = new();
}
