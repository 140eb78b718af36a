namespace EmailSms.Smtp;

/// <summary>
/// Counts for each key what happens in a window of time, which begins with the first event. The memory is bounded: when
/// there is no room for another key, the oldest window is forgotten.
/// </summary>
/// <remarks>
/// All windows are equally long, so the order of their beginning is that of their end: a queue finds what is over
/// without a timer and without a search.
/// </remarks>
internal sealed class WindowCounter<TKey>(TimeSpan window, int keysMax, TimeProvider time)
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, int> _counts = [];
    private readonly Queue<(TKey Key, long Start)> _windows = new();

    /// <summary>Keys that are remembered.</summary>
    public int Keys
    {
        get
        {
            lock (_lock) return _counts.Count;
        }
    }

    /// <summary>Counts one event, and gives how many there are with it.</summary>
    public int Add(TKey key)
    {
        lock (_lock)
        {
            ForgetOld();
            if (_counts.TryGetValue(key, out int count)) return _counts[key] = count + 1;
            if (_counts.Count == keysMax) _counts.Remove(_windows.Dequeue().Key);
            _windows.Enqueue((key, time.GetTimestamp()));
            return _counts[key] = 1;
        }
    }

    /// <summary>How many events there are in the key's window.</summary>
    public int Count(TKey key)
    {
        lock (_lock)
        {
            ForgetOld();
            return _counts.GetValueOrDefault(key);
        }
    }

    private void ForgetOld()
    {
        while (_windows.TryPeek(out (TKey Key, long Start) oldest) && time.GetElapsedTime(oldest.Start) >= window)
        {
            _counts.Remove(_windows.Dequeue().Key);
        }
    }
}
