using EmailSms.Messages;
using PhoneNumbers;
using PhoneNumber = PhoneNumbers.PhoneNumber;

namespace EmailSms.Composing;

/// <summary>
/// Which kinds of number get no SMS unless a sender rule opens them. Of most the owner shares the revenue, and a
/// mailbox that can be made to text them is a mailbox that pays its attacker.
/// </summary>
internal static class NumberKinds
{
    private const string Example = "+447700900123";

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

    /// <summary>The kind of a whole number, in its own region; none for a subscriber's.</summary>
    public static NumberTypes Of(PhoneNumberUtil plan, PhoneNumber number)
    {
        if (plan.GetRegionCodeForCountryCode(number.CountryCode) == GlobalRegion) return NumberTypes.Satellite;
        return plan.GetNumberType(number) switch
        {
            PhoneNumberType.PREMIUM_RATE => NumberTypes.Premium,
            PhoneNumberType.SHARED_COST => NumberTypes.SharedCost,
            PhoneNumberType.PAGER => NumberTypes.Pager,
            PhoneNumberType.VOICEMAIL => NumberTypes.Voicemail,
            _ when IsInPremiumBlock(plan, number) => NumberTypes.Premium,
            _ => NumberTypes.None,
        };
    }

    /// <summary>
    /// The kind of digits as they are dialled inside a region: an emergency number, a short code, or neither. What has
    /// the length of a short code there is one, assigned or not.
    /// </summary>
    public static NumberTypes OfDialled(string digits, string region)
    {
        ShortNumberInfo plan = ShortNumberInfo.GetInstance();
        if (plan.IsEmergencyNumber(digits, region)) return NumberTypes.Emergency;
        var number = new PhoneNumber.Builder()
            .SetCountryCode(PhoneNumberUtil.GetInstance().GetCountryCodeForRegion(region))
            .SetNationalNumber(ulong.Parse(digits, System.Globalization.CultureInfo.InvariantCulture))
            .Build();
        return plan.IsPossibleShortNumberForRegion(number, region) ? NumberTypes.Short : NumberTypes.None;
    }

    /// <summary>Why a number of this kind gets no SMS, as a sentence for the SMTP reply.</summary>
    public static string Refusal(NumberTypes type) => type switch
    {
        NumberTypes.Satellite => "Satellite and global service numbers get no SMS; use a mobile number",
        NumberTypes.Premium => "Premium-rate numbers get no SMS; use a mobile number",
        NumberTypes.SharedCost => "Shared-cost numbers get no SMS; use a mobile number",
        NumberTypes.Pager => "Pager numbers get no SMS; use a mobile number",
        NumberTypes.Voicemail => "Voicemail numbers get no SMS; use a mobile number",
        _ => $"Emergency, short and service numbers get no SMS from here; write a whole number such as {Example}",
    };

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
