using System.Globalization;

namespace EmailSms.Smtp;

/// <summary>The argument of BDAT (RFC 3030 2): how many octets follow, and whether they are the last.</summary>
internal readonly record struct ChunkCommand(long Bytes, bool IsLast)
{
    private const int DigitsMax = 20; // as SIZE, RFC 1870 4

    public static bool TryParse(string argument, out ChunkCommand chunk)
    {
        chunk = default;
        string[] words = argument.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length is not (1 or 2) || words[0].Length > DigitsMax) return false;
        bool isLast = words.Length == 2;
        if (isLast && !words[1].Equals("LAST", StringComparison.OrdinalIgnoreCase)) return false;
        if (words[0].AsSpan().ContainsAnyExceptInRange('0', '9')) return false;
        // What does not fit a long is too large in any case.
        bool fits = long.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out long bytes);
        chunk = new ChunkCommand(fits ? bytes : long.MaxValue, isLast);
        return true;
    }
}
