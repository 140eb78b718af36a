using EmailSms.Store;

namespace EmailSms.MailOut;

/// <summary>Says whether the admin is to be told of a trouble that lasts: once an hour for each.</summary>
internal sealed class AlertPace(TimeProvider time)
{
    private const int ToldMax = 1000;
    private static readonly TimeSpan Between = TimeSpan.FromHours(1);

    // Touched by the writer's thread alone. Lost with the process: told once more then.
    private readonly Dictionary<string, long> _told = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether to tell of it now, as a part of a write; one that is not kept has told nobody.</summary>
    public bool IsNews(StoreSession db, string what)
    {
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (_told.TryGetValue(what, out long at) && now - at < Between.TotalMilliseconds) return false;
        if (_told.Count >= ToldMax) _told.Clear(); // told once more rather than a memory that grows
        _told[what] = now;
        db.Afterwards(kept =>
        {
            if (!kept) _told.Remove(what);
        });
        return true;
    }
}
