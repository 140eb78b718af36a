namespace EmailSms.Smpp.Tests;

/// <summary>The bound of every wait in a test.</summary>
internal static class Deadline
{
    public static readonly TimeSpan Time = TimeSpan.FromSeconds(20);

    public static CancellationToken Token => new CancellationTokenSource(Time).Token;

    public static CancellationToken In(TimeSpan time) => new CancellationTokenSource(time).Token;

    /// <summary>
    /// Waits until something is so that raises no event to wait for, such as a counter. Fails when it never is.
    /// </summary>
    public static async Task UntilAsync(Func<bool> isSo, string what)
    {
        CancellationToken deadline = Token;
        while (!isSo())
        {
            Assert.False(deadline.IsCancellationRequested, $"Not in time: {what}");
            await Task.Delay(5, CancellationToken.None);
        }
    }
}
