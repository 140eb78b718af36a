namespace EmailSms.Smpp;

/// <summary>
/// The requests of one session: which may be written now, and whose answer just came. A request is registered before it
/// is written, so no answer can be too fast; its slot is given back exactly once, by the answer, the time-out or the
/// end of the session. In every moment <c>free + in flight = size</c>.
/// <code>
///   SendAsync ──► waiting (first in, first out) ──► in flight ──► answered | timed out | closed
///                     slot free, rate allows             └─ under one lock with the write: the wire has the order
/// </code>
/// </summary>
internal sealed class RequestWindow : IDisposable
{
    private readonly Lock _gate = new();
    private readonly LinkedList<PendingRequest> _waiting = new();
    private readonly Dictionary<uint, PendingRequest> _inFlight = [];
    private readonly PduOutput _output;
    private readonly SubmitPace _pace;
    private readonly TimeProvider _time;
    private readonly ITimer _nextToken;
    private readonly int _size;
    private int _free;
    private string? _refusal;
    private bool _closed;
    private TaskCompletionSource? _empty;

    public RequestWindow(int size, double perSecondMax, PduOutput output, TimeProvider time)
    {
        (_size, _free, _output, _time) = (size, size, output, time);
        _pace = new SubmitPace(perSecondMax, time);
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

    /// <summary>
    /// Writes the request as soon as a slot and the rate allow, in the order of the calls. When they allow it now, it
    /// is in the output when this returns.
    /// </summary>
    /// <exception cref="ArgumentException">The request does not fit the standard.</exception>
    public async Task<RequestOutcome> SendAsync(SmppPdu pdu, bool windowed, CancellationToken deadline)
    {
        if (deadline.IsCancellationRequested) return new RequestOutcome.NotSent("the deadline had passed");

        var request = new PendingRequest(pdu, windowed);
        lock (_gate)
        {
            if (_refusal is not null && (windowed || _closed)) return new RequestOutcome.NotSent(_refusal);
            if (!windowed)
            {
                Write(request);
            }
            else
            {
                request.Waiting = _waiting.AddLast(request);
                PumpLocked();
            }
        }

        await using CancellationTokenRegistration patience = deadline.UnsafeRegister(
            static (state, _) =>
            {
                (RequestWindow window, PendingRequest request) = ((RequestWindow, PendingRequest))state!;
                window.Abandon(request);
            },
            deadline.CanBeCanceled ? (this, request) : null);
        return await request.Task;
    }

    /// <summary>Hands an answer to its request. False: nobody waits for it (late, doubled or made up).</summary>
    public bool Answer(uint sequence, CommandStatus status, SmppPdu? response)
    {
        PendingRequest? request;
        lock (_gate)
        {
            if (!_inFlight.Remove(sequence, out request)) return false;
            Release(request);
        }

        return request.TrySetResult(new RequestOutcome.Answered(status, response));
    }

    /// <summary>Gives up on answers that are later than <paramref name="answerMax"/>; returns how many.</summary>
    public int Expire(TimeSpan answerMax)
    {
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

        foreach (PendingRequest request in late ?? [])
            request.TrySetResult(new RequestOutcome.Unknown($"no answer within {answerMax.TotalSeconds:0.#} s"));
        return late?.Count ?? 0;
    }

    /// <summary>
    /// Takes no more requests that need a slot and sends those back that wait. What is in flight goes on.
    /// </summary>
    public void Refuse(string reason)
    {
        PendingRequest[] waiting;
        lock (_gate)
        {
            _refusal ??= reason;
            waiting = [.. _waiting];
            _waiting.Clear();
            foreach (PendingRequest request in waiting) request.Waiting = null;
        }

        foreach (PendingRequest request in waiting) request.TrySetResult(new RequestOutcome.NotSent(reason));
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
            request.TrySetResult(
                request.Batch >= firstUnsentBatch
                    ? new RequestOutcome.NotSent(reason)
                    : new RequestOutcome.Unknown(reason));
        }
    }

    public void Dispose() => _nextToken.Dispose();

    private void Pump()
    {
        lock (_gate) PumpLocked();
    }

    private void PumpLocked()
    {
        while (_free > 0 && _waiting.First is { Value: PendingRequest first })
        {
            if (!_pace.TryTake())
            {
                _nextToken.Change(_pace.UntilNext(), Timeout.InfiniteTimeSpan);
                return;
            }

            _waiting.RemoveFirst();
            first.Waiting = null;
            _free--;
            Write(first);
        }
    }

    private void Write(PendingRequest request)
    {
        do
        {
            Sequence = Sequence == 0x7FFF_FFFF ? 1 : Sequence + 1; // SMPP 3.4 5.1.4
        }
        while (_inFlight.ContainsKey(Sequence));

        _inFlight.Add(Sequence, request);
        request.WrittenAt = _time.GetTimestamp();
        try
        {
            request.Batch = _output.Put(request.Pdu, Sequence);
        }
        catch (ArgumentException mistake)
        {
            _inFlight.Remove(Sequence);
            Release(request, pump: false);
            request.TrySetException(mistake);
        }
    }

    private void Release(PendingRequest request, bool pump = true)
    {
        if (!request.Windowed) return;
        _free++;
        if (pump) PumpLocked();
        if (_free != _size) return;
        _empty?.TrySetResult();
        _empty = null;
    }

    /// <summary>The caller's time is up. What is written keeps its slot: the peer is still at it.</summary>
    private void Abandon(PendingRequest request)
    {
        bool left;
        lock (_gate)
        {
            left = request.Waiting is null;
            if (request.Waiting is { } place) _waiting.Remove(place);
            request.Waiting = null;
        }

        request.TrySetResult(
            left
                ? new RequestOutcome.Unknown("no answer before the deadline")
                : new RequestOutcome.NotSent("no slot in the window before the deadline"));
    }
}
