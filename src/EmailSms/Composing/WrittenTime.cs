using System.Globalization;

namespace EmailSms.Composing;

/// <summary>
/// A time as it stands in an address, where no colon can: <c>1830</c> (the next time that a clock shows it),
/// <c>20261125T1830</c> or <c>2026-11-25T1830</c>, with <c>Z</c> behind it for UTC. Colons are taken where they come in
/// a quoted local part.
/// </summary>
internal readonly record struct WrittenTime(DateOnly? Day, TimeOnly Clock, bool IsUtc)
{
    public static bool TryParse(string text, out WrittenTime time)
    {
        time = default;
        bool isUtc = text.EndsWith('Z') || text.EndsWith('z');
        string rest = (isUtc ? text[..^1] : text).Replace(":", "", StringComparison.Ordinal).ToUpperInvariant();
        DateOnly? day = null;
        int separator = rest.IndexOf('T', StringComparison.Ordinal);
        if (separator >= 0)
        {
            if (!DateOnly.TryParseExact(
                rest[..separator], ["yyyyMMdd", "yyyy-MM-dd"], CultureInfo.InvariantCulture, DateTimeStyles.None,
                out DateOnly known))
            {
                return false;
            }

            day = known;
            rest = rest[(separator + 1)..];
        }

        if (!TimeOnly.TryParseExact(
            rest, ["HHmm", "HHmmss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out TimeOnly clock))
        {
            return false;
        }

        time = new WrittenTime(day, clock, isUtc);
        return true;
    }

    /// <summary>
    /// The moment. A clock time that comes twice, when summer time ends, means the first; one that is left out, when it
    /// begins, means nothing: null.
    /// </summary>
    /// <param name="now">What "next" is counted from.</param>
    /// <param name="zone">The zone of a time without <c>Z</c>.</param>
    public DateTimeOffset? Resolve(DateTimeOffset now, TimeZoneInfo zone)
    {
        if (IsUtc) zone = TimeZoneInfo.Utc;
        DateTime local = TimeZoneInfo.ConvertTime(now, zone).DateTime;
        if (Day is { } day) return At(day, zone);
        DateOnly today = DateOnly.FromDateTime(local);
        return At(today, zone) is { } moment && moment > now ? moment : At(today.AddDays(1), zone);
    }

    private DateTimeOffset? At(DateOnly day, TimeZoneInfo zone)
    {
        DateTime local = day.ToDateTime(Clock);
        if (zone.IsInvalidTime(local)) return null;
        TimeSpan offset = zone.IsAmbiguousTime(local)
            ? zone.GetAmbiguousTimeOffsets(local).Max() // the first of the two is the one in summer time
            : zone.GetUtcOffset(local);

        // At the ends of the calendar there is no such moment.
        long ticks = local.Ticks - offset.Ticks;
        return ticks >= DateTime.MinValue.Ticks && ticks <= DateTime.MaxValue.Ticks
            ? new DateTimeOffset(local, offset)
            : null;
    }
}
