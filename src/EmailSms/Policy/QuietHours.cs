using EmailSms.Messages;

namespace EmailSms.Policy;

/// <summary>What the hours say to an SMS.</summary>
/// <param name="At">The first moment at which it may go; null: there is none within two weeks.</param>
/// <param name="Zone">The recipient's zone, the first where there are several.</param>
/// <param name="Action">What becomes of it until then.</param>
internal sealed record QuietAnswer(DateTimeOffset? At, TimeZoneInfo Zone, QuietAction Action);

/// <summary>
/// When people may be texted, by their own clock. Where that may be one of several, it has to be open by all of them.
/// </summary>
internal sealed class QuietHours
{
    private readonly List<OpenHours> _all;

    public QuietHours(QuietHoursOptions options) => _all = [.. options.Open.Select(one => new OpenHours(one))];

    /// <summary>There are hours to be kept at all.</summary>
    public bool AreThere => _all.Count > 0;

    /// <summary>Null: it may go at that moment.</summary>
    /// <param name="to">The phone.</param>
    /// <param name="purpose">The purpose of the rule.</param>
    /// <param name="smsClass">The class of the SMS: an urgent one passes always.</param>
    /// <param name="zone">The zone that the phone is known to be in; null: those of its number.</param>
    /// <param name="at">The moment.</param>
    public QuietAnswer? Ask(PhoneNumber to, string purpose, SmsClass smsClass, string? zone, DateTimeOffset at)
    {
        if (_all.Count == 0 || smsClass is SmsClass.Urgent) return null;
        string? region = NumberRegion.Of(to);
        List<OpenHours> fit = _all.FindAll(one => (one.Purpose.Length == 0 || one.Purpose == purpose)
            && (one.Classes.Count == 0 || one.Classes.Contains(smsClass))
            && (one.Country.Length == 0 || one.Country == region));
        if (fit.Exists(one => one.Purpose.Length > 0)) fit.RemoveAll(one => one.Purpose.Length == 0);
        if (fit.Exists(one => one.Classes.Count > 0)) fit.RemoveAll(one => one.Classes.Count == 0);
        if (fit.Exists(one => one.Country.Length > 0)) fit.RemoveAll(one => one.Country.Length == 0);
        if (fit.Count == 0) return null;

        IReadOnlyList<TimeZoneInfo> zones =
            zone is not null && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out TimeZoneInfo? known)
                ? [known]
                : NumberZones.Of(to);
        DateTimeOffset? next = Next(fit, zones, at);
        return next == at ? null : new QuietAnswer(next, zones[0], fit[0].Action);
    }

    // Each zone says when it opens; the latest of them is asked again, until all say "now".
    private static DateTimeOffset? Next(List<OpenHours> hours, IReadOnlyList<TimeZoneInfo> zones, DateTimeOffset from)
    {
        DateTimeOffset at = from;
        while (at - from < TimeSpan.FromDays(14))
        {
            DateTimeOffset latest = at;
            foreach (TimeZoneInfo zone in zones)
            {
                if (hours.Min(one => one.NextIn(zone, at)) is not { } opens) return null;
                if (opens > latest) latest = opens;
            }

            if (latest == at) return at;
            at = latest;
        }

        return null;
    }
}
