namespace EmailSms.Carriers;

/// <summary>
/// Slows a carrier down that said "throttled", and lets it go again: every submit waits for the pace, a throttled
/// answer doubles the pause from 100 ms up to 5 s, and an accepted one ends it. The SMS keeps its place; a minute in a
/// penalty box for one answer in a hundred would cost more than the throttling.
/// </summary>
internal sealed class Pace(TimeProvider time)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private TimeSpan _pause = TimeSpan.Zero;
    private long _until;

    /// <summary>Whether submits have to wait now.</summary>
    public bool IsSlowed
    {
        get
        {
            lock (_gate) return _pause > TimeSpan.Zero;
        }
    }

    /// <summary>The carrier said "throttled".</summary>
    public void Slow()
    {
        lock (_gate)
        {
            long now = time.GetTimestamp();
            if (_pause > TimeSpan.Zero && now < _until) return; // one of many answers to the same burst
            _pause = _pause == TimeSpan.Zero ? First : TimeSpan.FromTicks(Math.Min(_pause.Ticks * 2, Longest.Ticks));
            _until = now + (long)(_pause.TotalSeconds * time.TimestampFrequency);
        }
    }

    /// <summary>The carrier accepted one that was sent after the pause.</summary>
    public void Free()
    {
        lock (_gate)
        {
            if (_pause > TimeSpan.Zero && time.GetTimestamp() >= _until) _pause = TimeSpan.Zero;
        }
    }

    /// <summary>Waits until the pause is over; at once when there is none.</summary>
    public ValueTask WaitAsync(CancellationToken deadline)
    {
        TimeSpan left;
        lock (_gate)
        {
            if (_pause == TimeSpan.Zero) return ValueTask.CompletedTask;
            left = TimeSpan.FromSeconds((_until - time.GetTimestamp()) / (double)time.TimestampFrequency);
        }

        return left <= TimeSpan.Zero ? ValueTask.CompletedTask : new ValueTask(Task.Delay(left, time, deadline));
    }
}
