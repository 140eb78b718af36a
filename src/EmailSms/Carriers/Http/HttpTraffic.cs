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
                case Outcome.Retry { Code.Class: FailureClass.Throttled }:
                    _throttled++;
                    break;
                default:
                    _rejected++;
                    break;
            }
        }
    }

    public BindStatus ToStatus(HttpCarrier carrier, string state, (double? PerSecond, int Percent) limit)
    {
        lock (_gate)
        {
            return new BindStatus(
                carrier.Host, "http", state, _since, carrier.InFlightMax, Volatile.Read(ref _inFlight), 0,
                limit.PerSecond is { } rate ? Math.Round(rate, 1) : null, limit.Percent,
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
