namespace EmailSms.Smpp.Simulation;

/// <summary>
/// Chance that can be had again: the same seed and number give the same throws, whatever else goes on at the time.
/// SplitMix64, which a struct can hold.
/// </summary>
internal struct Dice(long seed, long number)
{
    private ulong _state = unchecked((ulong)seed * 0x9E3779B97F4A7C15 + Mix((ulong)number));

    /// <summary>From 0 to below 1.</summary>
    public double Next()
    {
        _state += 0x9E3779B97F4A7C15;
        return (Mix(_state) >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>From 0 to below <paramref name="end"/>.</summary>
    public int Below(int end) => (int)(Next() * end);

    /// <summary>
    /// One of <paramref name="choices"/>, the heavier the likelier; the first when none weighs anything.
    /// </summary>
    public T Pick<T>(IReadOnlyList<T> choices, Func<T, double> weight)
    {
        double thrown = Next() * choices.Sum(weight);
        foreach (T choice in choices)
        {
            thrown -= weight(choice);
            if (thrown < 0) return choice;
        }

        return choices[0];
    }

    internal static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
