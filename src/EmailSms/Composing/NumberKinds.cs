using PhoneNumbers;

namespace EmailSms.Composing;

/// <summary>
/// Which kinds of number get no SMS whoever asks. These are the kinds whose owner shares the revenue, and a mailbox
/// that can be made to text them is a mailbox that pays its attacker.
/// </summary>
internal static class NumberKinds
{
    private const string GlobalRegion = "001"; // what the library calls the codes that belong to no country

    /// <summary>
    /// Premium blocks, national prefix left out, since the library knows the kind of assigned numbers only and the
    /// gate takes every possible one.
    /// </summary>
    private static readonly (int CountryCode, string[] Prefixes)[] PremiumBlocks =
    [
        (1, ["900"]),
        (31, ["900", "906", "909"]),
        (33, ["81", "82", "89"]),
        (34, ["803", "806", "807", "905", "907"]),
        (39, ["892", "893", "894", "895", "899"]),
        (41, ["900", "901", "906"]),
        (43, ["900", "901", "930", "931", "939"]),
        (44, ["9"]),
        (49, ["137", "180", "190", "900"]),
        (61, ["190"]),
        (353, ["15"]),
    ];

    /// <summary>Why this number gets no SMS, as a sentence for the SMTP reply; null where it may get one.</summary>
    public static string? Refusal(PhoneNumberUtil plan, PhoneNumber number)
    {
        if (plan.GetRegionCodeForCountryCode(number.CountryCode) == GlobalRegion)
        {
            return $"Satellite and global service numbers (+{number.CountryCode}) get no SMS; use a mobile number";
        }

        return plan.GetNumberType(number) switch
        {
            PhoneNumberType.PREMIUM_RATE => "Premium-rate numbers get no SMS; use a mobile number",
            PhoneNumberType.SHARED_COST => "Shared-cost numbers get no SMS; use a mobile number",
            PhoneNumberType.PAGER => "Pager numbers get no SMS; use a mobile number",
            PhoneNumberType.VOICEMAIL => "Voicemail numbers get no SMS; use a mobile number",
            _ when IsInPremiumBlock(plan, number) => "Premium-rate numbers get no SMS; use a mobile number",
            _ => null,
        };
    }

    private static bool IsInPremiumBlock(PhoneNumberUtil plan, PhoneNumber number)
    {
        string national = plan.GetNationalSignificantNumber(number);
        foreach ((int countryCode, string[] prefixes) in PremiumBlocks)
        {
            if (countryCode != number.CountryCode) continue;
            return Array.Exists(prefixes, prefix => national.StartsWith(prefix, StringComparison.Ordinal));
        }

        return false;
    }
}
