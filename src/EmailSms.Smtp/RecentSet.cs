namespace EmailSms.Smtp;

/// <summary>
/// Remembers keys for at least a time since they were last added, in bounded memory: two generations, of which the
/// older is dropped when the younger is old or full.
/// </summary>
internal sealed class RecentSet<TKey>(TimeSpan keepMin, int keysMax, TimeProvider time)
{
    private readonly Lock _lock = new();
    private HashSet<TKey> _young = [];
    private HashSet<TKey> _old = [];
    private long _since = time.GetTimestamp();

    public void Add(TKey key)
    {
        lock (_lock)
        {
            Age();
            _young.Add(key);
        }
    }

    public bool Contains(TKey key)
    {
        lock (_lock)
        {
            Age();
            return _young.Contains(key) || _old.Contains(key);
        }
    }

    private void Age()
    {
        TimeSpan age = time.GetElapsedTime(_since);
        if (age < keepMin && _young.Count < keysMax) return;
        _old = age >= 2 * keepMin ? [] : _young; // nobody has looked for so long that all of it is old
        _young = [];
        _since = time.GetTimestamp();
    }
}
