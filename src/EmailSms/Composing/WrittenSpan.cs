using System.Globalization;
using System.Text.RegularExpressions;

namespace EmailSms.Composing;

/// <summary>A length of time as it stands in an address: <c>45s</c>, <c>90m</c>, <c>2h30m</c>, <c>1d</c>.</summary>
internal static partial class WrittenSpan
{
    public static bool TryParse(string text, out TimeSpan span)
    {
        span = default;
        Match match = Form().Match(text);
        if (!match.Success || text.Length == 0) return false;
        span = new TimeSpan(Of(match, 1), Of(match, 2), Of(match, 3), Of(match, 4));
        return span > TimeSpan.Zero;
    }

    /// <summary>The same as text, in the largest unit that fits.</summary>
    public static string Text(TimeSpan span)
    {
        long seconds = (long)span.TotalSeconds;
        return seconds % 3600 == 0 ? $"{seconds / 3600}h" : seconds % 60 == 0 ? $"{seconds / 60}m" : $"{seconds}s";
    }

    private static int Of(Match match, int group) =>
        match.Groups[group].Success ? int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(
        @"^(?:([0-9]{1,3})d)?(?:([0-9]{1,4})h)?(?:([0-9]{1,5})m)?(?:([0-9]{1,6})s)?\z", RegexOptions.IgnoreCase)]
    private static partial Regex Form();
}
