namespace EmailSms.Messages;

/// <summary>What a failure means for the SMS and for the carrier that gave it.</summary>
internal enum FailureClass
{
    /// <summary>It never will be sent as it stands: the sender is told.</summary>
    Permanent,

    /// <summary>The carrier knows that this person wants no SMS: recorded as an opt-out.</summary>
    OptedOut,

    /// <summary>The carrier does not know us: the whole carrier waits, and somebody must be told.</summary>
    Authentication,

    /// <summary>The carrier wants it slower.</summary>
    Throttled,

    /// <summary>The same attempt may work later.</summary>
    Temporary,

    /// <summary>It went out and no answer came: it may have been sent.</summary>
    Uncertain,
}

/// <summary>
/// Why something was not sent or did not arrive.
/// </summary>
/// <param name="Class">What follows from it.</param>
/// <param name="Code">The raw code, stable and searchable, such as <c>smpp:ESME_RINVDSTADR</c>.</param>
/// <param name="EnhancedStatus">The same in the terms of mail (RFC 3463), such as <c>5.1.1</c>.</param>
/// <param name="Sentence">The same for a person, such as "The number does not exist."</param>
internal sealed record FailureCode(FailureClass Class, string Code, string EnhancedStatus, string Sentence)
{
    /// <summary>
    /// Attempts after which a temporary failure counts as permanent: for codes that may mean either. Null for those
    /// that are retried until the validity ends.
    /// </summary>
    public int? AttemptsMax { get; init; }

    /// <summary>It says nothing of the carrier: our own pace, window or disk kept the SMS back.</summary>
    public bool IsOurOwn { get; init; }

    /// <summary>The end of an SMS that was held, and nobody decided.</summary>
    public static FailureCode HeldTooLong { get; } = new(
        FailureClass.Permanent, "held", "4.4.7",
        "The carrier did not answer, so it may have been sent; it was not sent again.");

    /// <summary>The end of an SMS that was held, by somebody's word.</summary>
    public static FailureCode GivenUp { get; } = new(
        FailureClass.Permanent, "given-up", "5.4.2",
        "The carrier did not answer, so it may have been sent; an operator gave it up.");

    /// <summary>The end of an SMS to a country of its own that nobody let through in time.</summary>
    public static FailureCode NeverApproved { get; } = new(
        FailureClass.Permanent, "approval", "4.7.1",
        "It waited for the admin, since nothing was sent to its country before, until its validity ended.");

    /// <summary>The end of one that was not to be sent.</summary>
    public static FailureCode Rejected { get; } = new(
        FailureClass.Permanent, "rejected", "5.7.1", "The admin did not let it through.");

    /// <summary>The end of an SMS that waited while the person it was to or from was forgotten.</summary>
    public static FailureCode Erased { get; } = new(
        FailureClass.Permanent, "erased", "5.7.1", "The person's data were erased while it waited.");

    /// <summary>The end of an SMS whose text somebody, or a fault of the disk, has changed.</summary>
    public static FailureCode Broken { get; } = new(
        FailureClass.Permanent, "broken", "5.3.0", "Its text was changed on disk and cannot be read.");

    /// <summary>The end of an SMS that waited too long.</summary>
    public static FailureCode Expired { get; } =
        new(FailureClass.Permanent, "expired", "4.4.7", "It could not be sent before its validity ended.");
}
