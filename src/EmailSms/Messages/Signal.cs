namespace EmailSms.Messages;

/// <summary>
/// Wakes one waiting loop. Set while nobody waits, it is heard by the next wait; set twice, it is heard once.
/// </summary>
internal sealed class Signal
{
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(1);
    private TaskCompletionSource _set = New();

    /// <summary>Wakes the loop, now or at its next wait.</summary>
    public void Set() => Volatile.Read(ref _set).TrySetResult();

    /// <summary>
    /// Waits until it is set, or at the longest so long (<see cref="Timeout.InfiniteTimeSpan"/>: for ever; more than a
    /// day is cut to one, and the loop looks again).
    /// </summary>
    public async Task WaitAsync(TimeSpan longest, TimeProvider time, CancellationToken stopping)
    {
        if (longest == Timeout.InfiniteTimeSpan || longest > LongestTimer) longest = LongestTimer;
        if (longest <= TimeSpan.Zero) longest = TimeSpan.Zero;
        try
        {
            await Volatile.Read(ref _set).Task.WaitAsync(longest, time, stopping).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return; // the time is up; a signal that comes now is for the next wait
        }

        Volatile.Write(ref _set, New());
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
