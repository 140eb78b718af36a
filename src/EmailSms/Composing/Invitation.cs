using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace EmailSms.Composing;

/// <summary>An iCalendar invitation (RFC 5545) in the few words that matter: what, when, where.</summary>
internal static class Invitation
{
    private static readonly Regex Duration = new(
        @"^\+?P((?<w>\d{1,4})W|(?<d>\d{1,5})D)?(T((?<h>\d{1,6})H)?((?<m>\d{1,6})M)?((?<s>\d{1,6})S)?)?$",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase
            | RegexOptions.CultureInvariant);

    /// <summary>The first event as lines of text; empty where there is none.</summary>
    public static string Read(string calendar)
    {
        bool isCancelled = false, isInEvent = false, isInAlarm = false;
        string summary = "", place = "", start = "", end = "", duration = "", zone = "";
        foreach (string line in Unfold(calendar))
        {
            if (isInEvent && line.StartsWith("END:VEVENT", StringComparison.OrdinalIgnoreCase)) break;
            isInEvent |= line.StartsWith("BEGIN:VEVENT", StringComparison.OrdinalIgnoreCase);
            if (SplitAt(line) is not { } colon) continue;
            string name = line[..colon].Split(';')[0].ToUpperInvariant();
            string value = line[(colon + 1)..];
            if (name is "BEGIN" or "END" && IsAlarm(value)) isInAlarm = name is "BEGIN";
            switch (name)
            {
                case "METHOD" or "STATUS":
                    isCancelled |= value.Trim().ToUpperInvariant() is "CANCEL" or "CANCELLED";
                    break;
                case var _ when !isInEvent || isInAlarm:
                    break;
                case "SUMMARY":
                    summary = Unescape(value);
                    break;
                case "LOCATION":
                    place = Unescape(value);
                    break;
                case "DTSTART":
                    start = value.Trim();
                    zone = ZoneIn(line[..colon]);
                    break;
                case "DTEND":
                    end = value.Trim();
                    break;
                case "DURATION":
                    duration = value.Trim();
                    break;
            }
        }

        if (!isInEvent) return "";
        string title = isCancelled ? $"Cancelled: {summary}" : summary;
        string times = Times(start, end, LengthOf(duration), zone);
        return string.Join('\n', new[] { title, times, place }.Where(line => line.Length > 0));
    }

    /// <summary>A reminder in an event has a summary and a duration of its own (RFC 5545 3.6.6).</summary>
    private static bool IsAlarm(string value) => value.Trim().Equals("VALARM", StringComparison.OrdinalIgnoreCase);

    /// <summary>RFC 5545 3.1: a line that starts with white space goes on from the one before.</summary>
    private static List<string> Unfold(string calendar)
    {
        var lines = new List<string>();
        var current = new StringBuilder();
        foreach (string line in calendar.Split('\n'))
        {
            string written = line.TrimEnd('\r');
            if (written.Length > 0 && written[0] is ' ' or '\t')
            {
                current.Append(written, 1, written.Length - 1);
                continue;
            }

            lines.Add(current.ToString());
            current.Clear().Append(written);
        }

        lines.Add(current.ToString());
        return lines;
    }

    /// <summary>The colon that ends the name and its parameters; one in quotes belongs to a parameter.</summary>
    private static int? SplitAt(string line)
    {
        bool isQuoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            if (line[i] == '"') isQuoted = !isQuoted;
            else if (line[i] == ':' && !isQuoted) return i;
        }

        return null;
    }

    private static string Unescape(string value)
    {
        var text = new StringBuilder(value.Length);
        for (int i = 0; i < value.Length; i++)
        {
            if (value[i] != '\\' || i + 1 == value.Length)
            {
                text.Append(value[i]);
                continue;
            }

            i++;
            text.Append(value[i] is 'n' or 'N' ? ' ' : value[i]);
        }

        return text.ToString().Trim();
    }

    /// <summary>An event has an end, a length instead, or neither (RFC 5545 3.6.1).</summary>
    private static string Times(string start, string end, TimeSpan? length, string named)
    {
        if (TryDay(start, out DateTime first))
        {
            DateTime? after = TryDay(end, out DateTime day) ? day : After(first, length); // the day after the last
            return after > first.AddDays(1) ? $"{Day(first)}-{Day(after.Value.AddDays(-1))}" : Day(first);
        }

        if (!TryTime(start, out DateTime from, out string zone)) return "";
        string text = $"{Day(from)} {Clock(from)}";
        if ((TryTime(end, out DateTime time, out _) ? time : After(from, length)) is { } to)
        {
            text += to.Date == from.Date ? $"-{Clock(to)}" : $"-{Day(to)} {Clock(to)}";
        }

        return text + (zone.Length > 0 ? zone : named);
    }

    private static string Day(DateTime time) => time.ToString("ddd d MMM yyyy", CultureInfo.InvariantCulture);

    private static string Clock(DateTime time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);

    private static DateTime? After(DateTime start, TimeSpan? length) =>
        length is { } known && start <= DateTime.MaxValue - known ? start + known : null;

    /// <summary>RFC 5545 3.3.6: <c>P2W</c>, <c>P1DT2H</c>, <c>PT1H30M</c>. Null for what is none.</summary>
    private static TimeSpan? LengthOf(string duration)
    {
        if (Duration.Match(duration) is not { Success: true } match) return null;
        int Number(string unit) => match.Groups[unit] is { Success: true } group
            ? int.Parse(group.ValueSpan, CultureInfo.InvariantCulture)
            : 0;
        return new TimeSpan((7 * Number("w")) + Number("d"), Number("h"), Number("m"), Number("s"));
    }

    private static bool TryDay(string value, out DateTime day) => DateTime.TryParseExact(
        value, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);

    /// <summary>
    /// The zone of a local time (RFC 5545 3.2.19), with a space before it: the phone's owner may live in another. Some
    /// programs put a registry in front of its name.
    /// </summary>
    private static string ZoneIn(string nameAndParameters)
    {
        foreach (string parameter in nameAndParameters.Split(';'))
        {
            if (!parameter.StartsWith("TZID=", StringComparison.OrdinalIgnoreCase)) continue;
            string zone = parameter["TZID=".Length..].Trim('"', ' ');
            string[] names = zone.Split('/', StringSplitOptions.RemoveEmptyEntries);
            return names.Length == 0 ? "" : $" {string.Join('/', names.TakeLast(zone.StartsWith('/') ? 2 : 3))}";
        }

        return "";
    }

    /// <summary>Local times are shown as they are: whoever is invited lives by them. UTC says so.</summary>
    private static bool TryTime(string value, out DateTime time, out string zone)
    {
        zone = value.EndsWith('Z') ? " UTC" : "";
        return DateTime.TryParseExact(
            value.TrimEnd('Z'), "yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
    }
}
