namespace EmailSms.Smpp;

/// <summary>What came of a request. What the peer does is a value here, never an exception.</summary>
public abstract record RequestOutcome
{
    private RequestOutcome()
    {
    }

    /// <summary>The peer answered.</summary>
    /// <param name="Status">Its command_status, that of a generic_nack included.</param>
    /// <param name="Response">The body; null when it could not be read.</param>
    public sealed record Answered(CommandStatus Status, SmppPdu? Response) : RequestOutcome;

    /// <summary>It surely did not leave.</summary>
    public sealed record NotSent(string Reason) : RequestOutcome;

    /// <summary>It went out and no answer came: the peer may have it.</summary>
    public sealed record Unknown(string Reason) : RequestOutcome;
}

/// <summary>What came of a message. One of the four below; there are no others.</summary>
public abstract record SubmitResult
{
    private SubmitResult()
    {
    }

    /// <summary>The peer has it. Receipts will name this id.</summary>
    /// <param name="MessageId">As it came. Empty from some peers: then receipts cannot be matched by it.</param>
    public sealed record Accepted(string MessageId) : SubmitResult;

    /// <summary>The peer said no; <see cref="CommandStatuses.Class"/> says what that means.</summary>
    public sealed record Rejected(CommandStatus Status) : SubmitResult;

    /// <summary>
    /// It surely did not leave: not bound, no slot before the deadline, or lost in the connection before the first
    /// octet went out. Sending it again cannot make two of it.
    /// </summary>
    public sealed record NotSent(string Reason) : SubmitResult;

    /// <summary>It went out and no answer came. Sending it again may make two of it.</summary>
    public sealed record Unknown(string Reason) : SubmitResult;
}
