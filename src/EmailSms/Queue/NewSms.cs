using EmailSms.Messages;

namespace EmailSms.Queue;

/// <summary>
/// A mail that is being accepted. Its repeat key is what it is known by when it comes again; null: by nothing.
/// </summary>
internal sealed record NewMail(
    Guid Id,
    string EnvelopeFrom,
    string? MessageId,
    string? RepeatKey,
    string Subject,
    long RuleId,
    string Proof,
    string Client,
    long SizeBytes)
{
    /// <summary>The account that submitted it; null: nobody authenticated.</summary>
    public string? User { get; init; }

    /// <summary>The listener it came in by; empty for those of <c>Smtp:Listen</c>.</summary>
    public string Listener { get; init; } = "";

    /// <summary>The sender's own id for it (ENVID, RFC 3461 4.4), for the reports about it.</summary>
    public string? EnvelopeId { get; init; }

    /// <summary>What a report should bring back, <c>full</c> or <c>hdrs</c> (RET, RFC 3461 4.3).</summary>
    public string? DsnReturn { get; init; }
}

/// <summary>An SMS that is being accepted.</summary>
/// <param name="Id">Made by <see cref="TimeOrderedId"/>.</param>
/// <param name="MailId">The mail it came in; null for an answer of our own, such as the confirmation of a STOP.</param>
/// <param name="To">The phone.</param>
/// <param name="SenderId">See <see cref="OutgoingSms.SenderId"/>.</param>
/// <param name="Mailbox">Who hears of its fate; empty for nobody.</param>
/// <param name="Body">The text.</param>
/// <param name="Encoding">See <see cref="EncodingName"/>.</param>
/// <param name="Parts">How many parts it makes.</param>
/// <param name="RuleId">The sender rule that let it in.</param>
/// <param name="Notices">What the sender wants to hear.</param>
/// <param name="ExpiresMs">When it is too late for it.</param>
/// <param name="DespiteOptOut">See <see cref="OutgoingSms.DespiteOptOut"/>.</param>
internal sealed record NewSms(
    Guid Id,
    Guid? MailId,
    PhoneNumber To,
    string SenderId,
    string Mailbox,
    string Body,
    string Encoding,
    int Parts,
    long? RuleId,
    NoticeSetting Notices,
    long ExpiresMs,
    bool DespiteOptOut = false)
{
    /// <summary>What the sender asked to hear of it; goes before <see cref="Notices"/>.</summary>
    public DsnRequest Dsn { get; init; } = DsnRequest.None;

    /// <summary>See <see cref="SmsRecord.TellsEach"/>.</summary>
    public bool TellsEach { get; init; }

    /// <summary>When its sender is to hear that it still waits, unix milliseconds; null: never.</summary>
    public long? LookMs { get; init; }

    /// <summary>How it is carried and shown.</summary>
    public SmsClass Class { get; init; }

    /// <summary>When it is to go out, unix milliseconds; null: at once.</summary>
    public long? DueMs { get; init; }

    /// <summary>The carriers that it may take; empty: all.</summary>
    public IReadOnlyList<string> Carriers { get; init; } = [];

    /// <summary>See <see cref="OutgoingSms.Registration"/>.</summary>
    public SmsRegistration? Registration { get; init; }

    /// <summary>It waits for an admin's word: nothing was sent to its country before.</summary>
    public bool NeedsApproval { get; init; }

    /// <summary>The SMS that stands for this one and the rest of a storm; null: it goes out itself.</summary>
    public Guid? CollectedBy { get; init; }
}
