namespace EmailSms.Smtp;

/// <summary>
/// How long a session waits for its client: the silence of one wait, the length of the session, and the rest that a
/// stopping server allows. The one place where time becomes a reply.
/// </summary>
/// <remarks>
/// One timer for a session, not one for a wait: a wait only notes when it ends, and the timer, when it rings too early,
/// is set again. So a busy session touches no timer at all.
/// </remarks>
internal sealed class Patience : IDisposable
{
    private static readonly TimeSpan Never = TimeSpan.MaxValue;

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _overdue = new();
    private readonly TimeProvider _time;
    private readonly TimeSpan _sessionEnd;
    private readonly TimeSpan _drainMax;
    private readonly Action _giveUp;
    private readonly ITimer _timer;
    private readonly long _start;
    private TimeSpan _armed = Never;
    private TimeSpan _due = Never;
    private TimeSpan _drainEnd = Never;
    private bool _isWaiting;
    private bool _isIdle;
    private bool _isDisposed;

    public Patience(SmtpServerOptions options, TimeProvider time, Action giveUp)
    {
        _time = time;
        _giveUp = giveUp;
        _sessionEnd = options.SessionMax;
        _drainMax = options.DrainMax;
        _start = time.GetTimestamp();
        _timer = time.CreateTimer(
            static self => ((Patience)self!).Ring(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Why no wait may go on; null while there is patience.</summary>
    public SmtpReply? Verdict { get; private set; }

    /// <summary>Cancelled when the server is stopping and no longer waits for what is in flight.</summary>
    public CancellationToken Overdue => _overdue.Token;

    private TimeSpan Now => _time.GetElapsedTime(_start);

    /// <summary>A wait begins. An idle one, for the next command, ends at once when the server stops.</summary>
    public void Begin(TimeSpan silenceMax, bool isIdle)
    {
        lock (_lock)
        {
            _isWaiting = true;
            _isIdle = isIdle;
            _due = Earliest(Now + silenceMax, _sessionEnd);
            if (_drainEnd != Never)
            {
                if (isIdle) Verdict ??= Replies.Stopping;
                _due = Earliest(_due, _drainEnd);
            }

            Arm(_due);
        }
    }

    /// <summary>Something was heard. A verdict that came at the same moment stays.</summary>
    public void End()
    {
        lock (_lock)
        {
            _isWaiting = false;
            _due = Never;
        }
    }

    /// <summary>The server is stopping: idle clients are told at once, a mail in flight has its last seconds.</summary>
    public void Stop()
    {
        bool mustWake;
        lock (_lock)
        {
            if (_isDisposed || _drainEnd != Never) return;
            _drainEnd = Now + _drainMax;
            _due = Earliest(_due, _drainEnd);
            mustWake = _isWaiting && _isIdle;
            if (mustWake) Verdict ??= Replies.Stopping;
            Arm(_drainEnd);
        }

        if (mustWake) _giveUp();
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_isDisposed) return;
            _isDisposed = true;
            _timer.Dispose();
        }

        _overdue.Dispose();
    }

    private static TimeSpan Earliest(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private void Arm(TimeSpan due)
    {
        if (_isDisposed || due >= _armed) return; // rings early enough as it is
        _armed = due;
        TimeSpan wait = due - Now;
        _timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private void Ring()
    {
        bool mustWake;
        lock (_lock)
        {
            if (_isDisposed) return;
            TimeSpan now = Now;
            _armed = Never;
            if (now >= _drainEnd)
            {
                Verdict ??= Replies.Stopping;
                _overdue.CancelAsync(); // what waits on it runs elsewhere, not under this lock
            }
            else if (now >= _sessionEnd)
            {
                Verdict ??= Replies.SessionOver;
            }
            else if (now >= _due)
            {
                Verdict ??= Replies.Silence;
            }

            if (Verdict is null) Arm(Earliest(_due, _sessionEnd));
            if (now < _drainEnd) Arm(_drainEnd);
            mustWake = Verdict is not null && _isWaiting;
        }

        if (mustWake) _giveUp();
    }
}
