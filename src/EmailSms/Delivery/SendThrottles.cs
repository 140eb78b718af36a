using EmailSms.Messages;

namespace EmailSms.Delivery;

/// <summary>
/// The throttles of the configuration, by what has a rate of its own. An SMS goes when all that fit it say yes, and is
/// counted by all of them. Safe for several threads.
/// </summary>
internal sealed class SendThrottles(
    IReadOnlyList<ThrottleOptions> throttles, Func<string, string> senderIdOf, Func<PhoneNumber, string?> regionOf,
    TimeProvider time, ILogger<SendThrottles> log)
{
    private const int LinesMax = 10_000;

    // Answers that come within it are one complaint.
    private static readonly TimeSpan Complaint = TimeSpan.FromSeconds(1);

    private readonly Dictionary<(int Throttle, string Key), ThrottleLine> _lines = [];
    private readonly Lock _gate = new();
    private readonly bool _needsRegion =
        throttles.Any(one => one.Countries.Count > 0 || one.Each is ThrottleEach.Country);

    /// <summary>See <see cref="SendThrottle"/>.</summary>
    public long? Ask(OutgoingSms sms, string carrier)
    {
        if (throttles.Count == 0) return null;
        string region = RegionOf(sms);
        bool isUrgent = sms.Class is SmsClass.Urgent;
        lock (_gate)
        {
            double now = time.GetUtcNow().ToUnixTimeMilliseconds();
            List<(int, ThrottleLine Line)> lines = LinesOf(sms, carrier, region, now);
            double? until = null;
            foreach ((_, ThrottleLine line) in lines)
            {
                if (line.Ask(sms.Parts, isUrgent, sms.WasPutOff, now) is { } at) until = Math.Max(until ?? at, at);
            }

            if (until is { } moment) return Math.Min((long)Math.Ceiling(moment), sms.ExpiresMs);
            foreach ((_, ThrottleLine line) in lines) line.Take(sms.Parts, isUrgent, now);
            return null;
        }
    }

    /// <summary>Hears what came of an attempt.</summary>
    public void Hear(OutgoingSms sms, Attempt attempt)
    {
        if (throttles.Count == 0 || attempt.Outcome is not Outcome.Retry { Code.Class: FailureClass.Throttled }) return;
        string region = RegionOf(sms);
        lock (_gate)
        {
            long leftAt = time.GetTimestamp() - (long)(Complaint.TotalSeconds * time.TimestampFrequency);
            double now = time.GetUtcNow().ToUnixTimeMilliseconds();
            foreach ((int throttle, ThrottleLine line) in LinesOf(sms, attempt.Carrier, region, now))
            {
                if (line.Slow(leftAt)) log.ThrottleSlowed(attempt.Carrier, throttle, line.Percent);
            }
        }
    }

    private string RegionOf(OutgoingSms sms) => _needsRegion && !sms.To.IsShort ? regionOf(sms.To) ?? "" : "";

    private List<(int Throttle, ThrottleLine Line)> LinesOf(
        OutgoingSms sms, string carrier, string region, double nowMs)
    {
        string sender = sms.SenderId.Length > 0 ? sms.SenderId : senderIdOf(carrier);
        List<(int, ThrottleLine)> lines = [];
        for (int i = 0; i < throttles.Count; i++)
        {
            ThrottleOptions one = throttles[i];
            if (Fits(one.Carriers, carrier) && Fits(one.Countries, region) && Fits(one.SenderIds, sender))
            {
                string key = one.Each switch
                {
                    ThrottleEach.SenderId => sender,
                    ThrottleEach.Country => region,
                    ThrottleEach.Carrier => carrier,
                    _ => "",
                };
                lines.Add((i, LineOf(i, key, nowMs)));
            }
        }

        return lines;
    }

    private ThrottleLine LineOf(int throttle, string key, double nowMs)
    {
        if (_lines.TryGetValue((throttle, key), out ThrottleLine? line)) return line;
        if (_lines.Count >= LinesMax)
        {
            // One that is idle is as good as new. Where none is, what is new shares one: slow rather than unbounded.
            List<(int, string)> idle = [.. _lines.Where(one => one.Value.IsIdle(nowMs)).Select(one => one.Key)];
            foreach ((int, string) one in idle) _lines.Remove(one);
            if (idle.Count == 0 && key.Length > 0) return LineOf(throttle, "", nowMs);
        }

        ThrottleOptions options = throttles[throttle];
        return _lines[(throttle, key)] =
            new ThrottleLine(options.PartsPerMinute / 60.0, options.Burst, options.AdaptRate, time);
    }

    private static bool Fits(List<string> wanted, string word) =>
        wanted.Count == 0 || wanted.Contains(word, StringComparer.OrdinalIgnoreCase);
}
