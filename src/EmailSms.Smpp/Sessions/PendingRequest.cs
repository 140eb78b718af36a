namespace EmailSms.Smpp;

/// <summary>
/// A request on its way: waiting for a slot, or written and waiting for its answer. It ends once; what comes after that
/// is not heard.
/// </summary>
internal abstract class PendingRequest(SmppPdu pdu, bool windowed)
{
    public SmppPdu Pdu => pdu;

    /// <summary>Holds a slot of the window while it is written and not answered.</summary>
    public bool Windowed => windowed;

    /// <summary>Its neighbours in the queue for a slot.</summary>
    public PendingRequest? Before { get; set; }

    public PendingRequest? Behind { get; set; }

    public PendingStage Stage { get; set; }

    public long AskedAt { get; set; }

    public long WrittenAt { get; set; }

    /// <summary>The batch of the output it was put in.</summary>
    public long Batch { get; set; }

    /// <summary>What ends the caller's patience.</summary>
    public CancellationTokenRegistration Patience { get; set; }

    public RequestWindow? Window { get; set; }

    public abstract void Answered(CommandStatus status, SmppPdu? response);

    /// <summary>The same for submit_sm_resp, which comes most and needs no object.</summary>
    public virtual void Answered(CommandStatus status, string messageId) =>
        Answered(status, new SubmitSmResp(messageId));

    public abstract void NotSent(string reason);

    public abstract void Unknown(string reason);

    public abstract void Fail(Exception mistake);
}

/// <summary>Where a request is.</summary>
internal enum PendingStage
{
    New,
    Waiting,
    Written,
    Ended,
}

/// <summary>A request whose answer is handed over as it came.</summary>
internal sealed class PendingAny(SmppPdu pdu, bool windowed) : PendingRequest(pdu, windowed)
{
    private readonly TaskCompletionSource<RequestOutcome> _outcome =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<RequestOutcome> Outcome => _outcome.Task;

    public override void Answered(CommandStatus status, SmppPdu? response) =>
        _outcome.TrySetResult(new RequestOutcome.Answered(status, response));

    public override void NotSent(string reason) => _outcome.TrySetResult(new RequestOutcome.NotSent(reason));

    public override void Unknown(string reason) => _outcome.TrySetResult(new RequestOutcome.Unknown(reason));

    public override void Fail(Exception mistake) => _outcome.TrySetException(mistake);
}

/// <summary>A message: of its answer only the status and the id matter.</summary>
internal sealed class PendingMessage(ShortMessagePdu pdu) : PendingRequest(pdu, windowed: true)
{
    private readonly TaskCompletionSource<SubmitResult> _result =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<SubmitResult> Result => _result.Task;

    public override void Answered(CommandStatus status, SmppPdu? response) =>
        Answered(status, (response as SubmitSmResp)?.MessageId ?? "");

    public override void Answered(CommandStatus status, string messageId) =>
        _result.TrySetResult(
            status is CommandStatus.Ok
                ? new SubmitResult.Accepted(messageId)
                : new SubmitResult.Rejected(status));

    public override void NotSent(string reason) => _result.TrySetResult(new SubmitResult.NotSent(reason));

    public override void Unknown(string reason) => _result.TrySetResult(new SubmitResult.Unknown(reason));

    public override void Fail(Exception mistake) => _result.TrySetException(mistake);
}
