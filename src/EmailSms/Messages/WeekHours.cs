using System.Globalization;

namespace EmailSms.Messages;

/// <summary>Hours of some days of the week, by the clock on the wall of one zone: mon-fri, 08:00-18:00.</summary>
internal sealed class WeekHours
{
    private static readonly string[] Names = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private readonly HashSet<DayOfWeek> _days;
    private readonly TimeOnly _from;
    private readonly TimeSpan _length;
    private readonly TimeZoneInfo _zone;

    private WeekHours(HashSet<DayOfWeek> days, TimeOnly from, TimeSpan length, TimeZoneInfo zone) =>
        (_days, _from, _length, _zone) = (days, from, length, zone);

    /// <summary>Reads days and hours; empty ones are all of them. Null: one of them cannot be read.</summary>
    public static WeekHours? Of(string days, string hours, TimeZoneInfo zone) =>
        DaysOf(days.Length == 0 ? "mon-sun" : days) is { } which
        && HoursOf(hours.Length == 0 ? "00:00-24:00" : hours) is { } when
            ? new WeekHours(which, when.From, when.Length, zone)
            : null;

    /// <summary>Whether the moment lies in them. Hours over midnight belong to the day on which they begin.</summary>
    public bool Contains(DateTimeOffset at)
    {
        DateTime local = TimeZoneInfo.ConvertTime(at, _zone).DateTime;
        var today = DateOnly.FromDateTime(local);
        return IsIn(today, local) || IsIn(today.AddDays(-1), local);
    }

    /// <summary>The next moment after this one at which they may begin or end.</summary>
    public DateTimeOffset NextEdge(DateTimeOffset after)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(after, _zone).DateTime);
        return Enumerable.Range(-1, 10)
            .Select(today.AddDays)
            .Where(day => _days.Contains(day.DayOfWeek))
            .SelectMany(day => new[] { day.ToDateTime(_from), day.ToDateTime(_from) + _length })
            .Select(MomentOf)
            .Where(edge => edge > after)
            .DefaultIfEmpty(after.AddDays(7))
            .Min();
    }

    /// <summary>mon-fri, or sat sun; null: neither.</summary>
    public static HashSet<DayOfWeek>? DaysOf(string text)
    {
        HashSet<DayOfWeek> days = [];
        foreach (string word in text.ToLowerInvariant().Split([' ', ','], StringSplitOptions.RemoveEmptyEntries))
        {
            string[] ends = word.Split('-');
            int first = Array.IndexOf(Names, ends[0]);
            int last = Array.IndexOf(Names, ends[^1]);
            if (first < 0 || last < 0 || ends.Length > 2) return null;
            for (int day = first; ; day = (day + 1) % Names.Length)
            {
                days.Add((DayOfWeek)day);
                if (day == last) break;
            }
        }

        return days.Count > 0 ? days : null;
    }

    /// <summary>08:00-21:00, also over midnight; null: no such times.</summary>
    public static (TimeOnly From, TimeSpan Length)? HoursOf(string text)
    {
        string[] ends = text.Split('-');
        bool isDay = ends is [_, "24:00"];
        if (ends.Length != 2 || !TryTime(ends[0], out TimeOnly from)) return null;
        if (!TryTime(isDay ? "00:00" : ends[1], out TimeOnly to)) return null;
        TimeSpan length = to - from; // over midnight where it is the earlier one
        return (from, length == TimeSpan.Zero ? TimeSpan.FromDays(1) : length);
    }

    private bool IsIn(DateOnly day, DateTime local)
    {
        DateTime begins = day.ToDateTime(_from);
        return _days.Contains(day.DayOfWeek) && local >= begins && local < begins + _length;
    }

    // A time that no clock shows, because summer time begins, is the moment at which it does.
    private DateTimeOffset MomentOf(DateTime local)
    {
        while (_zone.IsInvalidTime(local)) local = local.AddMinutes(1);
        return new DateTimeOffset(local, _zone.GetUtcOffset(local));
    }

    private static bool TryTime(string text, out TimeOnly time) =>
        TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
}
