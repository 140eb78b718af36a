namespace EmailSms.Smpp;

/// <summary>
/// The requests of one session: which may be written now, and whose answer just came. A request is registered before it
/// is written, so no answer can be too fast; its slot is given back exactly once, by the answer, the time-out, a failed
/// write or the end of the session. In every moment <c>free + in flight = size</c>.
/// <code>
///   Send ──► waiting (first in, first out) ──► in flight ──► answered | timed out | closed
///                 slot free, rate allows          └─ under one lock with the write: the wire has the order
/// </code>
/// Nobody's code runs under the lock: answers are handed over after it.
/// </summary>
internal sealed class RequestWindow : IDisposable
{
    private readonly Lock _gate = new();
    private readonly WaitingLine _waiting = new();
    private readonly Dictionary<uint, PendingRequest> _inFlight = [];
    private readonly PduOutput _output;
    private readonly SubmitPace _pace;
    private readonly SubmitPace? _accountPace;
    private readonly SessionTraffic _traffic;
    private readonly TimeProvider _time;
    private readonly ITimer _nextToken;
    private readonly FullQueues _fullQueues;
    private readonly int _size;
    private int _free;
    private string? _refusal;
    private bool _closed;
    private TaskCompletionSource? _empty;

    public RequestWindow(
        int size, SessionPaces paces, PduOutput output, SessionTraffic traffic, TimeProvider time)
    {
        (_size, _free, _output, _traffic, _time) = (size, size, output, traffic, time);
        (_pace, _accountPace) = (paces.Bind, paces.Account);
        _fullQueues = new FullQueues(time);
        _nextToken = time.CreateTimer(
            static window => ((RequestWindow)window!).Pump(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The last one used; 1 to 0x7FFFFFFF.</summary>
    public uint Sequence { get; set; }

    /// <summary>Slots free, requests holding one, and requests waiting for one, in one moment.</summary>
    public (int Free, int InFlight, int Waiting) Count
    {
        get
        {
            lock (_gate) return (_free, _inFlight.Values.Count(r => r.Windowed), _waiting.Count);
        }
    }

    /// <summary>Requests that hold a slot or wait for one; may be a moment old.</summary>
    public int Load => _size - Volatile.Read(ref _free) + _waiting.Count;

    /// <summary>Sends any request; see <see cref="Send"/>.</summary>
    public Task<RequestOutcome> SendAsync(SmppPdu pdu, bool windowed, CancellationToken deadline)
    {
        var request = new PendingAny(pdu, windowed);
        Send(request, deadline);
        WriteOut();
        return request.Outcome;
    }

    /// <summary>Sends a message; see <see cref="Send"/>.</summary>
    public Task<SubmitResult> SendAsync(ShortMessagePdu message, CancellationToken deadline)
    {
        Task<SubmitResult> result = Queue(message, deadline);
        WriteOut();
        return result;
    }

    /// <summary>
    /// Sends messages behind one another: no other message comes between them, and all go over this session.
    /// </summary>
    public Task<SubmitResult>[] SendAll(IReadOnlyList<ShortMessagePdu> messages, CancellationToken deadline)
    {
        var results = new Task<SubmitResult>[messages.Count];
        lock (_gate) // taken again inside: the line is not left between two of them
        {
            for (int i = 0; i < results.Length; i++) results[i] = Queue(messages[i], deadline);
        }

        WriteOut();
        return results;
    }

    private Task<SubmitResult> Queue(ShortMessagePdu message, CancellationToken deadline)
    {
        var request = new PendingMessage(message);
        Send(request, deadline);
        return request.Result;
    }

    /// <summary>
    /// One request alone is written here and now: nobody is to be woken for it. With more under way, others will join
    /// it before a thread of the pool comes, and all leave with one write.
    /// </summary>
    private void WriteOut()
    {
        if (_size - Volatile.Read(ref _free) <= 1) _output.Flush();
        else _output.Wake();
    }

    /// <summary>Writes a request that has no answer (outbind, alert_notification): no slot, no waiting.</summary>
    /// <exception cref="ArgumentException">It does not fit the standard.</exception>
    public void Tell(SmppPdu pdu)
    {
        lock (_gate)
        {
            if (_closed) return;
            NextSequence();
            _output.Put(pdu, Sequence);
        }

        _output.Flush();
    }

    /// <summary>
    /// Writes the request as soon as a slot and the rate allow, in the order of the calls. When they allow it now, it
    /// is in the output when this returns.
    /// </summary>
    private void Send(PendingRequest request, CancellationToken deadline)
    {
        request.Window = this;
        request.AskedAt = _time.GetTimestamp();
        if (deadline.CanBeCanceled)
        {
            // Before it is queued: whatever ends it later finds the registration and undoes it.
            request.Patience = deadline.UnsafeRegister(
                static state => ((PendingRequest)state!).Window!.Abandon((PendingRequest)state), request);
        }

        string? refusal;
        lock (_gate)
        {
            if (request.Stage is PendingStage.Ended) return; // the deadline had passed
            refusal = request.Windowed || _closed ? _refusal : null;
            if (refusal is not null)
            {
                request.Stage = PendingStage.Ended;
            }
            else if (!request.Windowed)
            {
                Write(request);
            }
            else
            {
                _waiting.Add(request);
                PumpLocked();
            }
        }

        if (refusal is null) return;
        request.Patience.Unregister();
        request.NotSent(refusal);
    }

    /// <summary>
    /// Hands an answer to its request. False: nobody waits for it (late, doubled or made up). What may be written now
    /// that a slot is free is in the output, and the caller flushes it: many answers come at once.
    /// </summary>
    public bool Answer(uint sequence, CommandStatus status, SmppPdu? response)
    {
        if (TakeAnswered(sequence, status, response) is not { } request) return false;
        request.Answered(status, response);
        return true;
    }

    /// <summary>The same for a submit_sm_resp without optional parameters.</summary>
    public bool AnswerMessage(uint sequence, CommandStatus status, string messageId)
    {
        if (TakeAnswered(sequence, status, null) is not { } request) return false;
        request.Answered(status, messageId);
        return true;
    }

    /// <summary>Gives up on answers that are later than <paramref name="answerMax"/>; returns how many.</summary>
    public int Expire(TimeSpan answerMax)
    {
        if (answerMax <= TimeSpan.Zero) return 0;
        List<PendingRequest>? late = null;
        lock (_gate)
        {
            long now = _time.GetTimestamp();
            foreach ((uint sequence, PendingRequest request) in _inFlight)
            {
                if (_time.GetElapsedTime(request.WrittenAt, now) < answerMax) continue;
                (late ??= []).Add(request);
                _inFlight.Remove(sequence); // allowed while enumerating since .NET Core 3
                Release(request, pump: false);
            }

            if (late is not null) PumpLocked();
        }

        _output.Wake();

        if (late is null) return 0;
        foreach (PendingRequest request in late)
        {
            _traffic.Unanswered(request.Pdu.CommandId);
            request.Patience.Unregister();
            request.Unknown($"no answer within {answerMax.TotalSeconds:0.#} s");
        }

        return late.Count;
    }

    /// <summary>
    /// Takes no more requests that need a slot and sends those back that wait. What is in flight goes on.
    /// </summary>
    public void Refuse(string reason)
    {
        List<PendingRequest> waiting = [];
        lock (_gate)
        {
            _refusal ??= reason;
            while (_waiting.TakeFirst() is { } request)
            {
                request.Stage = PendingStage.Ended;
                waiting.Add(request);
            }
        }

        foreach (PendingRequest request in waiting)
        {
            request.Patience.Unregister();
            request.NotSent(reason);
        }
    }

    /// <summary>Done when no request holds a slot.</summary>
    public Task WhenEmptyAsync()
    {
        lock (_gate)
        {
            if (_free == _size) return Task.CompletedTask;
            _empty ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _empty.Task;
        }
    }

    /// <summary>
    /// The connection is gone. What was put into <paramref name="firstUnsentBatch"/> or later never left; the fate of
    /// the rest is unknown.
    /// </summary>
    public void Close(string reason, long firstUnsentBatch)
    {
        Refuse(reason);
        PendingRequest[] lost;
        lock (_gate)
        {
            _closed = true;
            lost = [.. _inFlight.Values];
            _inFlight.Clear();
            foreach (PendingRequest request in lost) Release(request, pump: false);
        }

        foreach (PendingRequest request in lost)
        {
            request.Patience.Unregister();
            if (request.Batch >= firstUnsentBatch) request.NotSent(reason);
            else request.Unknown(reason);
        }
    }

    public void Dispose() => _nextToken.Dispose();

    private PendingRequest? TakeAnswered(uint sequence, CommandStatus status, SmppPdu? response)
    {
        PendingRequest? request;
        lock (_gate)
        {
            if (!_inFlight.Remove(sequence, out request)) return null;
            if (request.Windowed)
            {
                if (IsAboutTheRate(status, request.Pdu)) _pace.Slow(request.WrittenAt);
                if (CongestionOf(response) is { } congestion) _pace.Congestion(congestion, request.WrittenAt);
            }

            Release(request, pump: true);
        }

        _traffic.Answered(request.Pdu.CommandId, status, _time.GetElapsedTime(request.WrittenAt));
        request.Patience.Unregister();
        return request;
    }

    private bool IsAboutTheRate(CommandStatus status, SmppPdu request) =>
        status is not CommandStatus.Ok && status.Class() is CommandStatusClass.Throttled
        && (status is not CommandStatus.MessageQueueFull
            || request is not ShortMessagePdu message
            || _fullQueues.IsOfAll(message.Destination.Digits));

    // Any response may have it (SMPP 5.0 4.8.4.18); these are the ones that keep their parameters.
    private static uint? CongestionOf(SmppPdu? response) => response switch
    {
        SubmitSmResp submit => submit.Tlvs.Find(TlvTag.CongestionState)?.Number,
        DataSmResp data => data.Tlvs.Find(TlvTag.CongestionState)?.Number,
        _ => null,
    };

    private void Pump()
    {
        lock (_gate) PumpLocked();
        _output.Wake();
    }

    private void PumpLocked()
    {
        while (_free > 0 && _waiting.First is { } first)
        {
            if (!_pace.TryTake())
            {
                _nextToken.Change(_pace.UntilNext(), Timeout.InfiniteTimeSpan);
                return;
            }

            if (_accountPace is not null && !_accountPace.TryTake())
            {
                _pace.GiveBack();
                _nextToken.Change(_accountPace.UntilNext(), Timeout.InfiniteTimeSpan);
                return;
            }

            _waiting.TakeFirst();
            _free--;
            Write(first);
        }
    }

    private void Write(PendingRequest request)
    {
        NextSequence();
        _inFlight.Add(Sequence, request);
        request.Stage = PendingStage.Written;
        request.WrittenAt = _time.GetTimestamp();
        if (request.Windowed) _traffic.Waited(_time.GetElapsedTime(request.AskedAt, request.WrittenAt));
        try
        {
            request.Batch = _output.Put(request.Pdu, Sequence);
        }
        catch (ArgumentException mistake)
        {
            _inFlight.Remove(Sequence);
            Release(request, pump: false);
            request.Patience.Unregister();
            request.Fail(mistake);
        }
    }

    private void NextSequence()
    {
        do
        {
            Sequence = Sequence == 0x7FFF_FFFF ? 1 : Sequence + 1; // SMPP 3.4 5.1.4
        }
        while (_inFlight.ContainsKey(Sequence));
    }

    private void Release(PendingRequest request, bool pump)
    {
        request.Stage = PendingStage.Ended;
        if (!request.Windowed) return;
        _free++;
        _traffic.Freed();
        if (pump) PumpLocked();
        if (_free != _size) return;
        _empty?.TrySetResult();
        _empty = null;
    }

    /// <summary>The caller's time is up. What is written keeps its slot: the peer is still at it.</summary>
    private void Abandon(PendingRequest request)
    {
        PendingStage stage;
        lock (_gate)
        {
            stage = request.Stage;
            if (stage is PendingStage.Waiting) _waiting.Remove(request);
            if (stage is PendingStage.New or PendingStage.Waiting) request.Stage = PendingStage.Ended;
        }

        if (stage is PendingStage.New) request.NotSent("the deadline had passed");
        else if (stage is PendingStage.Waiting) request.NotSent("no slot in the window before the deadline");
        else if (stage is PendingStage.Written) request.Unknown("no answer before the deadline");
    }
}
