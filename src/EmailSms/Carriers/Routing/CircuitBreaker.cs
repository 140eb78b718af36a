using EmailSms.Messages;

namespace EmailSms.Carriers.Routing;

/// <summary>Where a breaker stands.</summary>
internal enum BreakerState
{
    /// <summary>SMS go.</summary>
    Closed,

    /// <summary>None go, until a time.</summary>
    Open,

    /// <summary>A few go, to see whether it is over.</summary>
    HalfOpen,
}

/// <summary>What an attempt says of the carrier.</summary>
internal enum BreakerVerdict
{
    /// <summary>Nothing: there was no attempt, or it was about the account or the pace.</summary>
    Nothing,

    /// <summary>It works: it took the SMS, or said a definite no.</summary>
    Works,

    /// <summary>It does not: it gave no answer, could not be reached, or had trouble of its own.</summary>
    Fails,
}

/// <summary>A place for one SMS, given by a breaker and ended once.</summary>
/// <param name="Round">The round of the breaker in which it was given: what an older one says is old news.</param>
/// <param name="IsProbe">It was given while half-open.</param>
internal readonly record struct BreakerPass(int Round, bool IsProbe);

/// <summary>A breaker in one moment.</summary>
/// <param name="State">closed, open or half-open.</param>
/// <param name="SinceMs">When it came to be so, unix milliseconds; null: it always was.</param>
/// <param name="UntilMs">When an open one lets the next probe through; null: it is not open.</param>
/// <param name="Failures">Failures in a row.</param>
internal sealed record BreakerStatus(string State, long? SinceMs, long? UntilMs, int Failures);

/// <summary>
/// Keeps SMS away from a carrier that fails, so that they take the next one at once, and comes back to it carefully.
/// <code>
///            failures in a row, or too many of the last 20
///   closed ──────────────────────────────────────────────► open ◄────────────┐
///      ▲                                                     │ its time is up │ one fails: twice as long
///      └──────────────── so many probes in a row ──────── half-open ──────────┘
/// </code>
/// Safe for several threads.
/// </summary>
internal sealed class CircuitBreaker(BreakerOptions options, TimeProvider time)
{
    private const int AnswersMax = 20;

    private readonly Lock _lock = new();
    private BreakerState _state;
    private int _round;
    private int _inRow; // failures while closed, successes while half-open
    private uint _last; // one bit an answer, set for a failure
    private int _answers;
    private int _probing;
    private int _opened; // times in a row
    private int _failures; // in a row, when it opened
    private long? _sinceMs;
    private long _openedAt; // a moment of the machine, not of its clock, which is put right now and then
    private TimeSpan _openFor;

    /// <summary>Called, outside of any lock, when it opened or closed.</summary>
    public Action<BreakerState>? Changed { get; set; }

    /// <summary>An SMS would be let through now.</summary>
    public bool IsPassable
    {
        get
        {
            lock (_lock)
            {
                return CanPass();
            }
        }
    }

    /// <summary>How many SMS would be let through now.</summary>
    public int PassesMax
    {
        get
        {
            lock (_lock)
            {
                return _state is BreakerState.Closed ? int.MaxValue
                    : !CanPass() ? 0
                    : _state is BreakerState.Open ? options.Probes
                    : options.Probes - _probing;
            }
        }
    }

    /// <summary>When an open one lets a probe through, unix milliseconds; null: it does, or is not open.</summary>
    public long? OpenUntilMs
    {
        get
        {
            lock (_lock)
            {
                return UntilMs;
            }
        }
    }

    public BreakerStatus Status
    {
        get
        {
            lock (_lock)
            {
                long? until = UntilMs;
                string state = _state is BreakerState.Closed ? "closed" : until is null ? "half-open" : "open";
                return new BreakerStatus(
                    state, _sinceMs, until,
                    _state is BreakerState.Closed ? _inRow : _failures);
            }
        }
    }

    /// <summary>A place for one SMS, which has to be ended; null: none now.</summary>
    public BreakerPass? TryPass()
    {
        lock (_lock)
        {
            if (!CanPass()) return null;
            if (_state is BreakerState.Open) Enter(BreakerState.HalfOpen);
            if (_state is BreakerState.Closed) return new BreakerPass(_round, IsProbe: false);
            _probing++;
            return new BreakerPass(_round, IsProbe: true);
        }
    }

    /// <summary>Ends a pass with what came of it.</summary>
    public void End(BreakerPass pass, BreakerVerdict verdict)
    {
        BreakerState before;
        BreakerState after;
        lock (_lock)
        {
            before = _state;
            if (pass.Round != _round) return;
            if (pass.IsProbe) _probing--;
            if (verdict is not BreakerVerdict.Nothing) Note(verdict is BreakerVerdict.Fails);
            after = _state;
        }

        if (after != before) Changed?.Invoke(after);
    }

    /// <summary>What an attempt says of its carrier.</summary>
    public static BreakerVerdict VerdictOf(Outcome outcome) => outcome switch
    {
        Outcome.Accepted or Outcome.Refused => BreakerVerdict.Works,
        Outcome.Unknown => BreakerVerdict.Fails,

        // A code that may mean "never" is about the SMS as likely as about the carrier.
        Outcome.Retry { Code: { Class: FailureClass.Temporary, IsOurOwn: false, AttemptsMax: null } } =>
            BreakerVerdict.Fails,
        _ => BreakerVerdict.Nothing,
    };

    private TimeSpan LeftOpen => _openFor - time.GetElapsedTime(_openedAt);

    private long? UntilMs => _state is BreakerState.Open && LeftOpen is var left && left > TimeSpan.Zero
        ? NowMs() + (long)Math.Ceiling(left.TotalMilliseconds)
        : null;

    private bool CanPass() => _state switch
    {
        BreakerState.Closed => true,
        BreakerState.Open => LeftOpen <= TimeSpan.Zero,
        _ => _probing < options.Probes,
    };

    private void Note(bool failed)
    {
        if (_state is BreakerState.HalfOpen)
        {
            if (failed) Open();
            else if (++_inRow >= options.Probes) Close();
            return;
        }

        _inRow = failed ? _inRow + 1 : 0;
        _last = ((_last << 1) | (failed ? 1u : 0u)) & ((1u << AnswersMax) - 1);
        _answers = Math.Min(_answers + 1, AnswersMax);
        bool isRow = options.FailuresInRow > 0 && _inRow >= options.FailuresInRow;
        bool isShare = options.FailurePercent > 0 && options.FailuresInRow > 0 && _answers == AnswersMax && failed
            && System.Numerics.BitOperations.PopCount(_last) * 100 >= options.FailurePercent * AnswersMax;
        if (isRow || isShare) Open();
    }

    private void Open()
    {
        TimeSpan longest = TimeSpan.FromTicks(
            Math.Min(options.OpenMax.Ticks, options.OpenFirst.Ticks << Math.Min(_opened, 20)));
        _opened++;
        _failures = _state is BreakerState.Closed ? _inRow : _failures + 1;
        Enter(BreakerState.Open);
        (_openedAt, _openFor) = (time.GetTimestamp(), longest);
    }

    private void Close()
    {
        _opened = 0;
        Enter(BreakerState.Closed);
    }

    private void Enter(BreakerState state)
    {
        (_state, _inRow, _last, _answers, _probing) = (state, 0, 0, 0, 0);
        _round++;
        _sinceMs = NowMs();
    }

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
