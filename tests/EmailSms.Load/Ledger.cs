using System.Diagnostics;

namespace EmailSms.Load;

/// <summary>When each mail's dot was sent, when it was answered, and when its submit_sm was seen.</summary>
internal sealed class Ledger(int count)
{
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _seen;

    public long[] Dot { get; } = new long[count];

    public long[] Answered { get; } = new long[count];

    public long[] Submitted { get; } = new long[count];

    /// <summary>Done when every mail was seen as an SMS.</summary>
    public Task All => _all.Task;

    public int Seen => Volatile.Read(ref _seen);

    public long Repeats { get; private set; }

    public void See(string text)
    {
        long now = Stopwatch.GetTimestamp();
        int mail = int.Parse(text.AsSpan(0, 7), System.Globalization.CultureInfo.InvariantCulture);
        if (Interlocked.CompareExchange(ref Submitted[mail], now, 0) != 0)
        {
            Repeats++;
            return;
        }

        if (Interlocked.Increment(ref _seen) == count) _all.TrySetResult();
    }

    /// <summary>The p-th percentile of the milliseconds between two notes, over the mails after the warm-up.</summary>
    public double Percentile(long[] from, long[] to, double p)
    {
        int warm = count / 20;
        double[] times = [.. Enumerable.Range(warm, count - warm)
            .Select(mail => Stopwatch.GetElapsedTime(from[mail], to[mail]).TotalMilliseconds).Order()];
        return times[(int)Math.Min(times.Length - 1, times.Length * p)];
    }
}
