namespace EmailSms.Smpp;

/// <summary>
/// A token bucket: so many submits a second, and a tenth of a second's worth at once. Not safe for two threads; its
/// owner has a lock.
/// </summary>
internal sealed class SubmitPace(double perSecondMax, TimeProvider time)
{
    private readonly double _burst = Math.Max(1, perSecondMax / 10);
    private double _tokens = Math.Max(1, perSecondMax / 10);
    private long _filledAt = time.GetTimestamp();

    /// <summary>Takes one token if there is one. Without a rate there always is.</summary>
    public bool TryTake()
    {
        if (perSecondMax <= 0) return true;
        Fill();
        if (_tokens < 1) return false;
        _tokens--;
        return true;
    }

    /// <summary>How long until the next token is there; never zero, so that a timer set to it does not spin.</summary>
    public TimeSpan UntilNext()
    {
        Fill();
        double seconds = Math.Max(0, 1 - _tokens) / perSecondMax;
        return TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(seconds * 1000)));
    }

    private void Fill()
    {
        long now = time.GetTimestamp();
        _tokens = Math.Min(_burst, _tokens + (time.GetElapsedTime(_filledAt, now).TotalSeconds * perSecondMax));
        _filledAt = now;
    }
}
