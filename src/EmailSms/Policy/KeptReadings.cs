using System.Collections.Concurrent;

namespace EmailSms.Policy;

/// <summary>
/// What texts in the store mean, kept by the text: rules have their networks, destinations and limits in common more
/// often than not, and to read one anew costs more than to find it. Bounded, and long texts are not kept.
/// </summary>
/// <param name="read">Reads a text; null: it is none of its kind. What it makes never changes.</param>
internal sealed class KeptReadings<T>(Func<string, T?> read) where T : class
{
    private const int KeptMax = 1024;
    private const int CharsMax = 256;

    private readonly ConcurrentDictionary<string, T> _kept = new(StringComparer.Ordinal);
    private int _count; // the dictionary takes all its locks to tell its own

    /// <summary>What the text means; null: nothing.</summary>
    public T? Of(string text)
    {
        if (_kept.TryGetValue(text, out T? known)) return known;
        if (read(text) is not { } made) return null;
        if (text.Length > CharsMax) return made;
        if (Interlocked.Increment(ref _count) > KeptMax)
        {
            _kept.Clear(); // each of its own: the rest is read again
            Volatile.Write(ref _count, 0);
        }

        return _kept[text] = made;
    }
}
