using System.Globalization;
using System.Text;
using EmailSms.Smpp.Text;

namespace EmailSms.Composing;

/// <summary>
/// The one text for the many that came in a storm: how many there were, and the beginning of the first of them, as far
/// as the parts allow.
/// </summary>
internal static class StormText
{
    /// <summary>As many beginnings as can ever be of use: ten parts hold fewer of them.</summary>
    public const int TextsMax = 40;

    private const int BeginningMax = 60;

    /// <summary>
    /// Writes it: <c>+14 more in 5 min: HOST-A down, HOST-B down...</c>, each beginning once. The result has at most
    /// <paramref name="partsMax"/> parts; where not all are told, it ends in dots.
    /// </summary>
    /// <param name="count">How many texts it stands for.</param>
    /// <param name="window">The time in which they were collected.</param>
    /// <param name="texts">The first of them, oldest first.</param>
    /// <param name="partsMax">The parts that the sender rule allows.</param>
    /// <param name="segments">How they are counted.</param>
    public static string Write(
        int count, TimeSpan window, IReadOnlyList<string> texts, int partsMax, SegmentOptions? segments = null)
    {
        var line = new StringBuilder(
            string.Create(CultureInfo.InvariantCulture, $"+{count} more in {Words(window)}: "));
        HashSet<string> told = new(StringComparer.Ordinal);
        foreach (string text in texts)
        {
            string beginning = Beginning(text);
            if (beginning.Length == 0 || !told.Add(beginning)) continue;
            if (told.Count > 1) line.Append(", ");
            line.Append(beginning);
        }

        // More came than were handed in: the dots of the cut say so.
        if (count > texts.Count) line.Append(", ...");
        return TextLimit.Cut(line.ToString(), partsMax, segments);
    }

    private static string Beginning(string text)
    {
        string first = text.AsSpan().TrimStart().ToString().Split('\n', 2)[0].TrimEnd(' ', '.', ',', ';', ':');
        if (first.Length <= BeginningMax) return first;
        int word = first.LastIndexOf(' ', BeginningMax);
        int end = word > BeginningMax / 2 ? word : BeginningMax;
        return first[..(char.IsHighSurrogate(first[end - 1]) ? end - 1 : end)].TrimEnd(' ', '.', ',', ';', ':');
    }

    private static string Words(TimeSpan window) => window < TimeSpan.FromMinutes(2)
        ? $"{(int)window.TotalSeconds} s"
        : window < TimeSpan.FromHours(2) ? $"{(int)window.TotalMinutes} min" : $"{(int)window.TotalHours} h";
}
