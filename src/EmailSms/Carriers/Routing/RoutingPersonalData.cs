using EmailSms.Store;
using static EmailSms.Store.PersonalColumn;

namespace EmailSms.Carriers.Routing;

/// <summary>What routing knows of people.</summary>
internal static class RoutingPersonalData
{
    public static PersonalTable[] Tables { get; } =
    [
        new(
            "phone_network", ["number"],
            [Names("number"), .. Nobody("a network, and the name of a carrier", "network", "carrier")])
        {
            IsRemoved = true,
        },
    ];
}
