using EmailSms.Messages;

namespace EmailSms.Carriers.Http;

/// <summary>So many requests a second and no more, evenly; fewer for a while when the carrier says "slower".</summary>
internal sealed class HttpPace(int perSecondMax, bool adapts, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly AdaptiveRate _rate = new(perSecondMax, adapts, time);
    private long _nextAt; // ticks of the clock

    /// <summary>What is allowed now, a second, and in percent of what usually is; null: no limit.</summary>
    public (double? PerSecond, int Percent) Limit
    {
        get
        {
            lock (_gate)
            {
                return (_rate.PerSecond, _rate.Percent);
            }
        }
    }

    /// <summary>Waits for a turn. False: there is none before the deadline.</summary>
    public async Task<bool> WaitAsync(CancellationToken deadline)
    {
        TimeSpan wait;
        lock (_gate)
        {
            _rate.Count(1);
            if (_rate.PerSecond is not { } perSecond) return true;
            long now = time.GetTimestamp();
            long at = Math.Max(now, _nextAt);
            _nextAt = at + (long)(time.TimestampFrequency / perSecond);
            wait = time.GetElapsedTime(now, at);
        }

        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, time, deadline).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return !deadline.IsCancellationRequested;
    }

    /// <summary>The carrier said "slower" to a request that left at a moment of the clock.</summary>
    public void Slow(long leftAt)
    {
        lock (_gate)
        {
            _rate.Slow(leftAt);
        }
    }
}
