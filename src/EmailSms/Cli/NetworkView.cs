using EmailSms.Carriers.Routing;

namespace EmailSms.Cli;

/// <summary>What is known of the network of a phone, for a person and for a program.</summary>
internal static class NetworkView
{
    /// <summary>Such as <c>234-10, told by web 2026-11-25T09:00:00Z</c>.</summary>
    public static string Text(PhoneNetwork known) =>
        $"{known.Network}, told by {known.Carrier} {JsonOutput.Time(known.ToldMs)}";

    /// <summary>The same as an object; null: nothing is known.</summary>
    public static object? Of(PhoneNetwork? known) => known is null ? null : new
    {
        code = known.Network.ToString(),
        mcc = known.Network.Mcc,
        mnc = known.Network.Mnc,
        carrier = known.Carrier,
        told = JsonOutput.Time(known.ToldMs),
    };
}
