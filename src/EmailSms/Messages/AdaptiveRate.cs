namespace EmailSms.Messages;

/// <summary>
/// A rate that gives way to who says "slower" (additive increase, multiplicative decrease, as TCP does it):
/// <code>
///   full rate ──"slower"──► half ──each second a twentieth of the full rate more──► full rate
/// </code>
/// Without a maximum it begins with what had been sent, and ends when twice that went well. Used by one caller at a
/// time.
/// </summary>
internal sealed class AdaptiveRate
{
    private const double GrowthPerSecond = 1 / 20.0;
    private const double FloorShare = 1 / 32.0;

    private readonly double _max; // per second; infinity: none
    private readonly bool _adapts;
    private readonly TimeProvider _time;
    private double _limit;
    private double _ceiling; // where the way back up ends
    private long _grownAt;
    private long _slowedAt;
    private long _secondAt; // the beginning of the second that _inSecond counts
    private int _inSecond;
    private double _lastSecond;

    /// <param name="perSecondMax">0: none.</param>
    /// <param name="adapts">It gives way. False: it stays.</param>
    /// <param name="time">The clock.</param>
    public AdaptiveRate(double perSecondMax, bool adapts, TimeProvider time)
    {
        (_adapts, _time) = (adapts, time);
        _max = _limit = _ceiling = perSecondMax > 0 ? perSecondMax : double.PositiveInfinity;
        _grownAt = _slowedAt = _secondAt = time.GetTimestamp();
    }

    /// <summary>How many a second now; null: no limit.</summary>
    public double? PerSecond
    {
        get
        {
            Grow();
            return double.IsInfinity(_limit) ? null : _limit;
        }
    }

    /// <summary>100 at full rate; less while it gives way.</summary>
    public int Percent => PerSecond is { } limit ? (int)Math.Round(Math.Min(1, limit / _ceiling) * 100) : 100;

    /// <summary>So many leave now.</summary>
    public void Count(int count)
    {
        double seconds = _time.GetElapsedTime(_secondAt).TotalSeconds;
        if (seconds >= 1) (_lastSecond, _inSecond, _secondAt) = (_inSecond / seconds, 0, _time.GetTimestamp());
        _inSecond += count;
    }

    /// <summary>
    /// Somebody said "slower" to what had left at a moment of the clock: half the rate, once for all that had left
    /// before it was halved last, for that is one complaint. False: it was, or it does not give way.
    /// </summary>
    public bool Slow(long leftAt)
    {
        Grow();
        if (!_adapts || leftAt < _slowedAt) return false;
        if (double.IsInfinity(_limit))
        {
            double seconds = Math.Max(1, _time.GetElapsedTime(_secondAt).TotalSeconds);
            _ceiling = Math.Max(2, Math.Max(_lastSecond, _inSecond / seconds));
            _limit = _ceiling;
        }

        _limit = Math.Max(_ceiling * FloorShare, _limit / 2);
        _slowedAt = _time.GetTimestamp();
        return true;
    }

    private void Grow()
    {
        long now = _time.GetTimestamp();
        double seconds = _time.GetElapsedTime(_grownAt, now).TotalSeconds;
        _grownAt = now;
        if (double.IsInfinity(_limit) || _limit >= _max) return;
        _limit = Math.Min(_max, _limit + (seconds * _ceiling * GrowthPerSecond));
        if (double.IsInfinity(_max) && _limit >= 2 * _ceiling) _limit = _ceiling = double.PositiveInfinity;
    }
}
