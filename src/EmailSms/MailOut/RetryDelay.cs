namespace EmailSms.MailOut;

/// <summary>
/// Exponential back-off with full jitter: senders that were turned away together do not come back together.
/// </summary>
internal static class RetryDelay
{
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    /// <param name="failures">How many attempts have failed, this one counted: 1 or more.</param>
    /// <param name="first">The ceiling after the first failure; it doubles with each further one.</param>
    /// <param name="max">What the doubling ends at.</param>
    /// <param name="random">From 0 up to 1: where between nothing and the ceiling. Never under a second.</param>
    public static TimeSpan After(int failures, TimeSpan first, TimeSpan max, double random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(failures, 1);
        double ceiling = Math.Min(max.TotalSeconds, first.TotalSeconds * Math.Pow(2, failures - 1)); // at most infinity
        return TimeSpan.FromSeconds(Math.Max(Least.TotalSeconds, ceiling * random));
    }
}
