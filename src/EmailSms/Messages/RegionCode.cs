using PhoneNumbers;

namespace EmailSms.Messages;

/// <summary>The name of a country with telephone numbers of its own, such as GB (ISO 3166).</summary>
internal static class RegionCode
{
    private static readonly HashSet<string> All = [.. PhoneNumberUtil.GetInstance().GetSupportedRegions()];

    /// <summary>Whether it is one, in capitals.</summary>
    public static bool IsOne(string name) => All.Contains(name);
}
