namespace EmailSms.Smpp.Simulation;

/// <summary>Counts the submits of a second, for each rule apart.</summary>
internal sealed class RateMeters(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<object, (long Second, int Count)> _counts = new(ReferenceEqualityComparer.Instance);

    /// <summary>Counts one more. True: it is above <paramref name="rateMax"/> in this second.</summary>
    public bool IsAbove(object rule, double rateMax)
    {
        if (rateMax <= 0) return false;
        lock (_gate)
        {
            long second = (long)time.GetElapsedTime(0).TotalSeconds;
            (long Second, int Count) last = _counts.GetValueOrDefault(rule);
            int count = last.Second == second ? last.Count + 1 : 1;
            _counts[rule] = (second, count);
            return count > rateMax;
        }
    }
}
