using EmailSms.Messages;

namespace EmailSms.Carriers.Http;

/// <summary>What a carrier over HTTP has done since the start, for its status.</summary>
internal sealed class HttpTraffic(TimeProvider time)
{
    private const double Smoothing = 0.125; // as TCP smooths its round trip (RFC 6298 2)

    private readonly Lock _gate = new();
    private readonly long _since = time.GetUtcNow().ToUnixTimeMilliseconds();
    private int _inFlight;
    private long _accepted;
    private long _throttled;
    private long _rejected;
    private long _unanswered;
    private double? _roundTripMs;
    private string? _lastError;

    /// <summary>A request goes out; gives the mark to end it by.</summary>
    public long Begin()
    {
        Interlocked.Increment(ref _inFlight);
        return time.GetTimestamp();
    }

    public void End(long began, HttpVerdict verdict, HttpReply reply)
    {
        Interlocked.Decrement(ref _inFlight);
        double took = time.GetElapsedTime(began).TotalMilliseconds;
        lock (_gate)
        {
            if (reply.Status > 0) _roundTripMs = _roundTripMs is { } old ? old + ((took - old) * Smoothing) : took;
            _lastError = Error(verdict.Outcome);
            switch (verdict.Outcome)
            {
                case Outcome.Accepted:
                    _accepted++;
                    break;
                case Outcome.Unknown:
                    _unanswered++;
                    break;
                case Outcome.Retry when verdict.IsThrottled:
                    _throttled++;
                    break;
                default:
                    _rejected++;
                    break;
            }
        }
    }

    public BindStatus ToStatus(HttpCarrier carrier, string state)
    {
        lock (_gate)
        {
            return new BindStatus(
                carrier.Host, "http", state, _since, carrier.InFlightMax, Volatile.Read(ref _inFlight), 0, null, 100,
                _roundTripMs is { } trip ? Math.Round(trip, 1) : null, _accepted, _throttled, _rejected, _unanswered, 0,
                _lastError);
        }
    }

    private static string? Error(Outcome outcome) => outcome switch
    {
        Outcome.Retry retry => retry.Code.Code,
        Outcome.Refused refused => refused.Code.Code,
        Outcome.Unknown unknown => unknown.Code.Code,
        _ => null,
    };
}

/// <summary>So many requests a second and no more, evenly.</summary>
internal sealed class HttpPace(int perSecondMax, TimeProvider time)
{
    private readonly Lock _gate = new();
    private long _nextAt; // ticks of the clock

    /// <summary>Waits for a turn. False: there is none before the deadline.</summary>
    public async Task<bool> WaitAsync(CancellationToken deadline)
    {
        if (perSecondMax == 0) return true;
        TimeSpan wait;
        lock (_gate)
        {
            long now = time.GetTimestamp();
            long at = Math.Max(now, _nextAt);
            _nextAt = at + (time.TimestampFrequency / perSecondMax);
            wait = time.GetElapsedTime(now, at);
        }

        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, time, deadline).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return !deadline.IsCancellationRequested;
    }
}
