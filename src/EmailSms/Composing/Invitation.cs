using System.Globalization;
using System.Text;

namespace EmailSms.Composing;

/// <summary>An iCalendar invitation (RFC 5545) in the few words that matter: what, when, where.</summary>
internal static class Invitation
{
    /// <summary>The first event as lines of text; empty where there is none.</summary>
    public static string Read(string calendar)
    {
        bool isCancelled = false, isInEvent = false;
        string summary = "", place = "", start = "", end = "", zone = "";
        foreach (string line in Unfold(calendar))
        {
            if (isInEvent && line.StartsWith("END:VEVENT", StringComparison.OrdinalIgnoreCase)) break;
            isInEvent |= line.StartsWith("BEGIN:VEVENT", StringComparison.OrdinalIgnoreCase);
            if (SplitAt(line) is not { } colon) continue;
            string name = line[..colon].Split(';')[0].ToUpperInvariant();
            string value = line[(colon + 1)..];
            switch (name)
            {
                case "METHOD" or "STATUS":
                    isCancelled |= value.Trim().ToUpperInvariant() is "CANCEL" or "CANCELLED";
                    break;
                case "SUMMARY" when isInEvent:
                    summary = Unescape(value);
                    break;
                case "LOCATION" when isInEvent:
                    place = Unescape(value);
                    break;
                case "DTSTART" when isInEvent:
                    start = value.Trim();
                    zone = ZoneIn(line[..colon]);
                    break;
                case "DTEND" when isInEvent:
                    end = value.Trim();
                    break;
            }
        }

        if (!isInEvent) return "";
        string title = isCancelled ? $"Cancelled: {summary}" : summary;
        return string.Join('\n', new[] { title, Times(start, end, zone), place }.Where(line => line.Length > 0));
    }

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

    private static string Times(string start, string end, string named)
    {
        if (TryDay(start, out DateTime day)) return day.ToString("ddd d MMM yyyy", CultureInfo.InvariantCulture);
        if (!TryTime(start, out DateTime from, out string zone)) return "";
        string text = from.ToString("ddd d MMM yyyy HH:mm", CultureInfo.InvariantCulture);
        if (TryTime(end, out DateTime to, out _))
        {
            string format = to.Date == from.Date ? "HH:mm" : "ddd d MMM yyyy HH:mm";
            text += $"-{to.ToString(format, CultureInfo.InvariantCulture)}";
        }

        return text + (zone.Length > 0 ? zone : named);
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
