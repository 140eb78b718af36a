namespace EmailSms.Smpp;

/// <summary>The rate of one bind, and that of all binds of its account together when there is such a limit.</summary>
internal readonly record struct SessionPaces(SubmitPace Bind, SubmitPace? Account = null);

/// <summary>
/// How fast submits may leave: a token bucket whose rate gives way to a carrier that says "slower" (additive increase,
/// multiplicative decrease, as TCP does it). The window says how many may be under way; this says how many a second.
/// <code>
///   full rate ──ESME_RTHROTTLED──► half of what was really sent ──each second a twentieth more──► full rate
/// </code>
/// It outlives sessions, so that a carrier that was too slow a second ago is not flooded after a new bind.
/// </summary>
internal sealed class SubmitPace
{
    /// <summary>However often a carrier says "slower": this much is tried.</summary>
    private const double FloorPerSecond = 1;

    private readonly Lock _gate = new();
    private readonly double _max;
    private readonly bool _adapts;
    private readonly TimeProvider _time;
    private double _limit; // infinity: none
    private double _ceiling; // where the way back up ends: the maximum, or what had been sent when it was first slowed
    private double _tokens;
    private long _filledAt;
    private long _slowedAt;
    private bool _held;
    private long _secondAt; // the beginning of the second that _inSecond counts
    private int _inSecond;
    private double _lastSecond;

    /// <param name="perSecondMax">0: as many as the window lets through.</param>
    /// <param name="time">The clock.</param>
    /// <param name="adapts">It gives way. False: complaints are for the application to act on.</param>
    public SubmitPace(double perSecondMax, TimeProvider time, bool adapts = true)
    {
        (_time, _adapts) = (time, adapts);
        _max = _limit = _ceiling = perSecondMax > 0 ? perSecondMax : double.PositiveInfinity;
        _filledAt = _secondAt = _slowedAt = time.GetTimestamp();
        _tokens = Burst;
    }

    /// <summary>Submits a second that are allowed now; null: no limit.</summary>
    public double? LimitPerSecond
    {
        get
        {
            lock (_gate)
            {
                Fill();
                return double.IsInfinity(_limit) ? null : _limit;
            }
        }
    }

    /// <summary>1 at full rate; less while it gives way.</summary>
    public double Factor
    {
        get
        {
            lock (_gate)
            {
                Fill();
                return double.IsInfinity(_limit) ? 1 : Math.Min(1, _limit / _ceiling);
            }
        }
    }

    private double Burst => Math.Max(1, _limit / 10);

    /// <summary>Takes one token if there is one. Without a limit there always is.</summary>
    public bool TryTake()
    {
        lock (_gate)
        {
            Fill();
            if (!double.IsInfinity(_limit))
            {
                if (_tokens < 1) return false;
                _tokens--;
            }

            _inSecond++;
            return true;
        }
    }

    /// <summary>Gives back a token that was not used after all.</summary>
    public void GiveBack()
    {
        lock (_gate)
        {
            _tokens++;
            _inSecond--;
        }
    }

    /// <summary>How long until the next token is there; never zero, so that a timer set to it does not spin.</summary>
    public TimeSpan UntilNext()
    {
        lock (_gate)
        {
            Fill();
            double seconds = Math.Max(0, 1 - _tokens) / _limit;
            return TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(seconds * 1000)));
        }
    }

    /// <summary>
    /// The carrier said "slower" to a request written at <paramref name="writtenAt"/>. Half the rate, once for all that
    /// had left before it was halved last: they are one complaint.
    /// </summary>
    public void Slow(long writtenAt)
    {
        lock (_gate)
        {
            Fill();
            if (!_adapts || writtenAt < _slowedAt) return;
            if (double.IsInfinity(_limit))
            {
                // A burst of some milliseconds is no rate: the count of a whole second at least.
                double seconds = Math.Max(1, _time.GetElapsedTime(_secondAt).TotalSeconds);
                _ceiling = Math.Max(2 * FloorPerSecond, Math.Max(_lastSecond, _inSecond / seconds));
                _limit = _ceiling;
            }

            _limit = Math.Max(FloorPerSecond, _limit / 2);
            _tokens = Math.Min(_tokens, 1);
            _slowedAt = _time.GetTimestamp();
        }
    }

    /// <summary>
    /// What congestion_state says (SMPP 5.0 4.8.4.18): from 90 on it is nearly congested, from 80 on it is well used
    /// and wants no more than now.
    /// </summary>
    public void Congestion(uint state, long writtenAt)
    {
        if (state >= 90) Slow(writtenAt);
        lock (_gate)
        {
            Fill();
            _held = _adapts && state >= 80;
        }
    }

    private void Fill()
    {
        long now = _time.GetTimestamp();
        double seconds = _time.GetElapsedTime(_filledAt, now).TotalSeconds;
        _filledAt = now;

        double counted = _time.GetElapsedTime(_secondAt, now).TotalSeconds;
        if (counted >= 1) (_lastSecond, _inSecond, _secondAt) = (_inSecond / counted, 0, now);

        if (double.IsInfinity(_limit)) return;
        if (_limit < _max && !_held) Grow(seconds);
        if (double.IsInfinity(_limit)) return;
        _tokens = Math.Min(Burst, _tokens + (seconds * _limit));
    }

    private void Grow(double seconds)
    {
        _limit = Math.Min(_max, _limit + (seconds * Math.Max(FloorPerSecond, _ceiling / 20)));
        // Twice what was too much at first went well: whatever it was is over.
        if (double.IsInfinity(_max) && _limit >= 2 * _ceiling) _limit = _ceiling = double.PositiveInfinity;
    }
}
