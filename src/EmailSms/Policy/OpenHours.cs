using System.Globalization;
using EmailSms.Messages;

namespace EmailSms.Policy;

/// <summary>Hours of some days of the week, in whatever zone they are asked for.</summary>
internal sealed class OpenHours
{
    private readonly HashSet<DayOfWeek> _days;
    private readonly HashSet<DateOnly> _holidays;
    private readonly TimeOnly _from;
    private readonly TimeSpan _length;

    public OpenHours(OpenHoursOptions options)
    {
        Purpose = options.Purpose;
        Classes = [.. options.Classes.Select(word =>
            Words<SmsClass>.TryParse(word, out SmsClass one) ? one : throw new FormatException(word))];
        Country = options.Country;
        Action = options.Action;
        _days = WeekHours.DaysOf(options.Days) ?? throw new FormatException(options.Days);
        (_from, _length) = WeekHours.HoursOf(options.Hours) ?? throw new FormatException(options.Hours);
        _holidays = [.. options.Holidays.Select(
            day => DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture))];
    }

    public string Purpose { get; }

    /// <summary>Empty: any.</summary>
    public IReadOnlyList<SmsClass> Classes { get; }

    public string Country { get; }

    public QuietAction Action { get; }

    /// <summary>
    /// The first moment from then on that is in them, in a zone; null: none within two weeks. A time that no clock
    /// shows, because summer time begins, is the moment at which it does; one that comes twice is the first of both.
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

    private static DateTimeOffset At(DateTime local, TimeZoneInfo zone)
    {
        while (zone.IsInvalidTime(local)) local = local.AddMinutes(1);
        TimeSpan offset = zone.IsAmbiguousTime(local)
            ? zone.GetAmbiguousTimeOffsets(local).Max()
            : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset);
    }
}
