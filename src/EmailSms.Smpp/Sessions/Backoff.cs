namespace EmailSms.Smpp;

/// <summary>
/// Exponential with full jitter: anywhere between nothing and a cap that doubles. So many clients that lost one server
/// do not come back at one moment.
/// </summary>
internal static class Backoff
{
    /// <param name="first">The cap of the first pause.</param>
    /// <param name="max">The cap of all later ones.</param>
    /// <param name="attempt">From 1.</param>
    /// <param name="chance">0 to 1.</param>
    public static TimeSpan After(TimeSpan first, TimeSpan max, int attempt, double chance) =>
        Cap(first, max, attempt) * chance;

    /// <summary>The same without luck: never before <paramref name="first"/>, for what must not be hurried.</summary>
    public static TimeSpan AtLeast(TimeSpan first, TimeSpan max, int attempt, double chance) =>
        Max(first, Cap(first, max, attempt) * (0.5 + (chance / 2)));

    private static TimeSpan Cap(TimeSpan first, TimeSpan max, int attempt) =>
        TimeSpan.FromTicks((long)Math.Min(max.Ticks, first.Ticks * Math.Pow(2, Math.Min(attempt, 32) - 1)));

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
