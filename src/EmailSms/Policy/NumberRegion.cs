using PhoneNumbers;
using PhoneNumber = EmailSms.Messages.PhoneNumber;

namespace EmailSms.Policy;

/// <summary>What the numbering plans say of a number.</summary>
internal static class NumberRegion
{
    private static readonly PhoneNumberUtil Plans = PhoneNumberUtil.GetInstance();

    /// <summary>
    /// The number's region, such as <c>GB</c>; <c>001</c> for satellite and other numbers of no country; null where the
    /// calling code is nobody's. Ranges that the plans leave empty, as they do those kept for films and examples
    /// (+44 7700 900000), count to the main region of their calling code.
    /// </summary>
    public static string? Of(PhoneNumber number)
    {
        if (Parse(number) is not { } parsed) return null;
        string region = Plans.GetRegionCodeForNumber(parsed) ?? "";
        return region.Length > 0 ? region : Plans.GetRegionCodeForCountryCode(parsed.CountryCode);
    }

    /// <summary>The calling code of a region, such as 44; 0 where it has none.</summary>
    public static int CallingCodeOf(string region) => Plans.GetCountryCodeForRegion(region);

    /// <summary>False for what is only the beginning of a number.</summary>
    public static bool IsFullLength(PhoneNumber number) =>
        Parse(number) is { } parsed
        && Plans.IsPossibleNumberWithReason(parsed) is PhoneNumberUtil.ValidationResult.IS_POSSIBLE;

    /// <summary>The number's digits without its country, such as <c>7700900123</c>; null: it cannot be read.</summary>
    public static string? NationalOf(PhoneNumber number) =>
        Parse(number) is { } parsed ? Plans.GetNationalSignificantNumber(parsed) : null;

    private static PhoneNumbers.PhoneNumber? Parse(PhoneNumber number)
    {
        try
        {
            return Plans.Parse(number.E164, defaultRegion: null);
        }
        catch (NumberParseException) // a calling code that nobody has, or three digits: E.164 in form and no number
        {
            return null;
        }
    }
}
