namespace EmailSms.Carriers;

/// <summary>
/// Phones whose queue at the carrier is full (ESME_RMSGQFUL): switched off, mostly, with texts that wait there. Each is
/// left alone for a second, then for twice as long each time, up to a minute; the others go on meanwhile.
/// </summary>
internal sealed class FullPhones(TimeProvider time)
{
    private const int PhonesMax = 10_000;

    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (int Times, DateTimeOffset FreeAt)> _phones = [];

    /// <summary>Its queue is full. For how long it is left alone from now on.</summary>
    /// <param name="phone">The phone.</param>
    /// <param name="luck">From 0 to 1: spreads what would come back at the same moment.</param>
    public TimeSpan Refused(string phone, double luck)
    {
        lock (_gate)
        {
            DateTimeOffset now = time.GetUtcNow();
            int times = _phones.TryGetValue(phone, out var known) ? known.Times : 0;
            TimeSpan longest = TimeSpan.FromTicks(Math.Min(Longest.Ticks, First.Ticks << Math.Min(times, 10)));
            TimeSpan pause = longest * (0.5 + (luck / 2));
            if (_phones.Count >= PhonesMax) Forget(now);
            if (_phones.Count < PhonesMax || times > 0) _phones[phone] = (times + 1, now + pause);
            return pause;
        }
    }

    /// <summary>How long it is still to be left alone; null: it may be tried.</summary>
    public TimeSpan? Left(string phone)
    {
        lock (_gate)
        {
            if (!_phones.TryGetValue(phone, out var known)) return null;
            TimeSpan left = known.FreeAt - time.GetUtcNow();
            return left > TimeSpan.Zero ? left : null;
        }
    }

    /// <summary>The carrier took something for it.</summary>
    public void Taken(string phone)
    {
        lock (_gate) _phones.Remove(phone);
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (string phone in _phones.Where(one => one.Value.FreeAt <= now).Select(one => one.Key).ToArray())
        {
            _phones.Remove(phone);
        }
    }
}
