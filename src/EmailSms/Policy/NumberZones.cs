using PhoneNumbers;
using PhoneNumber = EmailSms.Messages.PhoneNumber;

namespace EmailSms.Policy;

/// <summary>
/// The time zones that a phone may be in: those of its area code, else those of its country's mobile numbers. A mobile
/// of a wide country may be in any of them.
/// </summary>
internal static class NumberZones
{
    private const string Unknown = "Etc/Unknown";

    private static readonly PhoneNumberUtil Plans = PhoneNumberUtil.GetInstance();

    // Its tables take a while to read: only a house with quiet hours asks.
    private static readonly Lazy<PhoneNumberToTimeZonesMapper> Mapper = new(PhoneNumberToTimeZonesMapper.GetInstance);

    /// <summary>Never empty: what is in no country is taken to be in UTC.</summary>
    public static IReadOnlyList<TimeZoneInfo> Of(PhoneNumber number)
    {
        List<string> names = [];
        if (!number.IsShort && Parse(number) is { } parsed) names = Known(Mapper.Value.GetTimeZonesForNumber(parsed));
        if (names.Count == 0 && NumberRegion.Of(number) is { } region
            && (Plans.GetExampleNumberForType(region, PhoneNumberType.MOBILE)
                ?? Plans.GetExampleNumber(region)) is { } example)
        {
            names = Known(Mapper.Value.GetTimeZonesForNumber(example)); // of a range that is nobody's, for examples
        }

        List<TimeZoneInfo> zones = [];
        foreach (string name in names)
        {
            if (TimeZoneInfo.TryFindSystemTimeZoneById(name, out TimeZoneInfo? zone)) zones.Add(zone);
        }

        return zones.Count > 0 ? zones : [TimeZoneInfo.Utc];
    }

    private static List<string> Known(IEnumerable<string> names) => [.. names.Where(name => name != Unknown)];

    private static PhoneNumbers.PhoneNumber? Parse(PhoneNumber number)
    {
        try
        {
            return Plans.Parse(number.E164, defaultRegion: null);
        }
        catch (NumberParseException)
        {
            return null;
        }
    }
}
