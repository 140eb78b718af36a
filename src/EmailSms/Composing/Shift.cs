using System.Globalization;

namespace EmailSms.Composing;

/// <summary>
/// A line of the weekly calendar: <c>mon-fri 08:00-18:00 anna</c>. A shift that ends at or before its beginning runs
/// into the next day; the days are those on which it begins. <c>00:00-24:00</c> is a whole day.
/// </summary>
internal sealed record Shift(IReadOnlyList<DayOfWeek> Days, TimeSpan From, TimeSpan To, string Person)
{
    private static readonly string[] Names = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    public static bool TryParse(string text, out Shift? shift)
    {
        shift = null;
        string[] words = text.ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length != 3 || !TryDays(words[0], out List<DayOfWeek> days)) return false;
        string[] times = words[1].Split('-');
        if (times.Length != 2 || !TryClock(times[0], out TimeSpan from) || !TryClock(times[1], out TimeSpan to)
            || from >= TimeSpan.FromDays(1))
        {
            return false;
        }

        shift = new Shift(days, from, to, words[2]);
        return true;
    }

    /// <summary>What is wrong with one that is none.</summary>
    public static string Mistake(string text) => $"'{text.Trim()}' is no shift such as mon-fri 08:00-18:00 anna.";

    /// <summary>Whether it holds at a time on the wall.</summary>
    public bool Holds(DateTime local)
    {
        TimeSpan clock = local.TimeOfDay;
        if (To > From) return Days.Contains(local.DayOfWeek) && clock >= From && clock < To;
        return (Days.Contains(local.DayOfWeek) && clock >= From)
            || (Days.Contains(local.AddDays(-1).DayOfWeek) && clock < To);
    }

    public override string ToString() =>
        $"{string.Join(',', Days.Select(day => Names[(int)day]))} {Clock(From)}-{Clock(To)} {Person}";

    private static string Clock(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours:00}:{time.Minutes:00}");

    private static bool TryDays(string text, out List<DayOfWeek> days)
    {
        days = [];
        foreach (string range in text.Split(','))
        {
            string[] ends = range.Split('-');
            int first = Array.IndexOf(Names, ends[0]);
            int last = Array.IndexOf(Names, ends[^1]);
            if (first < 0 || last < 0 || ends.Length > 2) return false;
            for (int day = first; ; day = (day + 1) % Names.Length)
            {
                if (!days.Contains((DayOfWeek)day)) days.Add((DayOfWeek)day);
                if (day == last) break;
            }
        }

        return true;
    }

    private static bool TryClock(string text, out TimeSpan time)
    {
        time = TimeSpan.FromDays(1);
        if (text == "24:00") return true;
        bool isClock = TimeOnly.TryParseExact(
            text, ["HH:mm", "H:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out TimeOnly clock);
        time = clock.ToTimeSpan();
        return isClock;
    }
}

/// <summary>
/// Who takes over for a while: <c>2026-12-24..2026-12-26 carol</c> (whole days, the last one too) or
/// <c>2026-12-24T18:00..2026-12-25T06:00 carol</c>.
/// </summary>
internal sealed record ShiftOverride(DateTime From, DateTime To, string Person)
{
    private const string Day = "yyyy-MM-dd";
    private const string Minute = "yyyy-MM-dd'T'HH:mm";

    public static bool TryParse(string text, out ShiftOverride? found)
    {
        found = null;
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string[] ends = words.Length == 2 ? words[0].ToUpperInvariant().Split("..") : [];
        if (ends.Length is < 1 or > 2 || !TryTime(ends[0], out DateTime from, out _)
            || !TryTime(ends[^1], out DateTime to, out bool isDay))
        {
            return false;
        }

        if (isDay && to < DateTime.MaxValue.Date) to = to.AddDays(1); // the last day is one of them
        if (to <= from) return false;
        found = new ShiftOverride(from, to, words[1].ToLowerInvariant());
        return true;
    }

    /// <summary>What is wrong with one that is none.</summary>
    public static string Mistake(string text) =>
        $"'{text.Trim()}' is no override such as 2026-12-24..2026-12-26 carol.";

    /// <summary>Whether it holds at a time on the wall.</summary>
    public bool Holds(DateTime local) => local >= From && local < To;

    public override string ToString() =>
        From.TimeOfDay == TimeSpan.Zero && To.TimeOfDay == TimeSpan.Zero
            ? $"{Text(From, Day)}..{Text(To.AddDays(-1), Day)} {Person}"
            : $"{Text(From, Minute)}..{Text(To, Minute)} {Person}";

    private static string Text(DateTime time, string format) => time.ToString(format, CultureInfo.InvariantCulture);

    private static bool TryTime(string text, out DateTime time, out bool isDay)
    {
        isDay = DateTime.TryParseExact(text, Day, CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
        return isDay
            || DateTime.TryParseExact(text, Minute, CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
    }
}
