namespace EmailSms.Policy;

/// <summary>When windows end: minutes and hours with the clock, days and months with the calendar of a zone.</summary>
internal static class Window
{
    /// <summary>The first moment of the next one.</summary>
    public static DateTimeOffset EndOf(QuotaWindow window, DateTimeOffset now, TimeZoneInfo zone)
    {
        DateTime utc = now.UtcDateTime;
        switch (window)
        {
            case QuotaWindow.Mail:
                return now;
            case QuotaWindow.Minute:
                return new DateTimeOffset(utc.Ticks - (utc.Ticks % TimeSpan.TicksPerMinute), TimeSpan.Zero)
                    .AddMinutes(1);
            case QuotaWindow.Hour:
                return new DateTimeOffset(utc.Ticks - (utc.Ticks % TimeSpan.TicksPerHour), TimeSpan.Zero).AddHours(1);
            default:
                DateTime local = TimeZoneInfo.ConvertTime(now, zone).Date;
                DateTime next = window is QuotaWindow.Day
                    ? local.AddDays(1)
                    : new DateTime(local.Year, local.Month, 1).AddMonths(1);

                // Where summer time begins at midnight, that day begins an hour later.
                while (zone.IsInvalidTime(next)) next = next.AddMinutes(30);
                return new DateTimeOffset(next, zone.GetUtcOffset(next)).ToUniversalTime();
        }
    }

    /// <summary>As a limit is told: <c>an hour</c>.</summary>
    public static string Each(QuotaWindow window) =>
        window is QuotaWindow.Hour ? "an hour" : $"a {Allowances.Word(window)}";
}
