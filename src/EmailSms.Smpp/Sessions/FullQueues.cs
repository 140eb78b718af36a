namespace EmailSms.Smpp;

/// <summary>
/// What an ESME_RMSGQFUL is about: the queue of one phone, or of the whole SMSC; the standard leaves it open. One
/// phone's says nothing of the rate: it is switched off, and texts wait there. Those of several phones within some
/// seconds do. Its owner has a lock.
/// </summary>
internal sealed class FullQueues(TimeProvider time)
{
    /// <summary>So many phones at once are the SMSC.</summary>
    public const int PhonesMin = 3;

    private static readonly TimeSpan Together = TimeSpan.FromSeconds(5);

    private readonly List<(string Phone, long At)> _seen = []; // at most PhonesMin

    /// <summary>The queue of this phone is full, and with it those of so many that it is the SMSC's.</summary>
    public bool IsOfAll(string phone)
    {
        _seen.RemoveAll(one => one.Phone == phone || time.GetElapsedTime(one.At) > Together);
        _seen.Add((phone, time.GetTimestamp()));
        if (_seen.Count > PhonesMin) _seen.RemoveAt(0);
        return _seen.Count == PhonesMin;
    }
}
