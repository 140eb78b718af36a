using System.Globalization;

namespace EmailSms.Policy;

/// <summary>Hours of some days of the week, in whatever zone they are asked for.</summary>
internal sealed class OpenHours
{
    private static readonly string[] Names = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private readonly HashSet<DayOfWeek> _days;
    private readonly HashSet<DateOnly> _holidays;
    private readonly TimeOnly _from;
    private readonly TimeSpan _length;

    public OpenHours(OpenHoursOptions options)
    {
        Purpose = options.Purpose;
        Country = options.Country;
        Action = options.Action;
        _days = DaysOf(options.Days) ?? throw new FormatException(options.Days);
        (_from, _length) = HoursOf(options.Hours) ?? throw new FormatException(options.Hours);
        _holidays = [.. options.Holidays.Select(
            day => DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture))];
    }

    public string Purpose { get; }

    public string Country { get; }

    public QuietAction Action { get; }

    /// <summary>
    /// The first moment from then on that is in them, in a zone; null: none within two weeks. A time that no clock
    /// shows, because summer time begins, is the moment at which it does.
    /// </summary>
    public DateTimeOffset? NextIn(TimeZoneInfo zone, DateTimeOffset from)
    {
        DateOnly today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(from, zone).DateTime);
        for (int i = -1; i <= 14; i++) // yesterday's may last over midnight
        {
            DateOnly day = today.AddDays(i);
            if (!_days.Contains(day.DayOfWeek) || _holidays.Contains(day)) continue;
            DateTime begins = day.ToDateTime(_from);
            DateTimeOffset end = At(begins + _length, zone);
            DateTimeOffset start = At(begins, zone);
            if (from < start) return start;
            if (from < end) return from;
        }

        return null;
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

    private static bool TryTime(string text, out TimeOnly time) =>
        TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out time);

    private static DateTimeOffset At(DateTime local, TimeZoneInfo zone)
    {
        while (zone.IsInvalidTime(local)) local = local.AddMinutes(1);
        return new DateTimeOffset(local, zone.GetUtcOffset(local));
    }
}
