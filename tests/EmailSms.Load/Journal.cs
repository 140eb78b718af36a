using System.Globalization;

namespace EmailSms.Load;

/// <summary>When each mail of a run was sent, kept and seen again as an SMS.</summary>
internal sealed class Journal(string name, int count)
{
    private readonly long[] _sent = new long[count];
    private readonly long[] _kept = new long[count];
    private readonly long[] _seen = new long[count];
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _seenCount;
    private int _repeats;

    /// <summary>A word of letters that tells this run's texts from those of another.</summary>
    public string Name => name;

    public int Count => count;

    /// <summary>SMS that came a second time.</summary>
    public int Repeats => Volatile.Read(ref _repeats);

    public int SeenCount => Volatile.Read(ref _seenCount);

    /// <summary>Done when the SMSC has seen every SMS.</summary>
    public Task AllSeen => _all.Task;

    /// <summary>Waits until every SMS was seen.</summary>
    /// <exception cref="IOException">The deadline came first; the message says how many are lost.</exception>
    public async Task AllSeenAsync(CancellationToken deadline)
    {
        try
        {
            await AllSeen.WaitAsync(deadline);
        }
        catch (OperationCanceledException late)
        {
            throw new IOException($"{count - SeenCount} of {count} SMS are lost, or are not there yet.", late);
        }
    }

    public static string Text(string name, int number) => string.Create(
        CultureInfo.InvariantCulture, $"{name} {number}: bed 12 calls. Please look after the patient.");

    public void Sent(int number) => _sent[number] = Now();

    public void Kept(int number) => _kept[number] = Now();

    /// <summary>The SMSC has an SMS. False: it is none of this run.</summary>
    public bool See(string text)
    {
        int space = text.IndexOf(' ', StringComparison.Ordinal);
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (space < 0 || colon < space || !text.AsSpan(0, space).SequenceEqual(name)) return false;
        int number = int.Parse(text.AsSpan(space + 1, colon - space - 1), CultureInfo.InvariantCulture);
        if (Interlocked.CompareExchange(ref _seen[number], Now(), 0) != 0) Interlocked.Increment(ref _repeats);
        else if (Interlocked.Increment(ref _seenCount) == count) _all.TrySetResult();
        return true;
    }

    public long FirstSent => _sent.Min();

    public long LastKept => _kept.Max();

    public long FirstSeen => _seen.Min();

    public long LastSeen => _seen.Max();

    /// <summary>From the final dot to its 250, in milliseconds, sorted.</summary>
    public double[] ToKeptMs() => Spans(_kept);

    /// <summary>From the final dot to the submit_sm at the SMSC, in milliseconds, sorted.</summary>
    public double[] ToSeenMs() => Spans(_seen);

    public static double Seconds(long from, long to) => TimeProvider.System.GetElapsedTime(from, to).TotalSeconds;

    public static long Now() => TimeProvider.System.GetTimestamp();

    private double[] Spans(long[] ends) =>
        [.. _sent.Zip(ends, (from, to) => Seconds(from, to) * 1000).Order()];
}
