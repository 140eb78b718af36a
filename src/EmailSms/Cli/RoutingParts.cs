using EmailSms.Carriers;
using EmailSms.Carriers.Routing;
using EmailSms.Delivery;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Replies;
using EmailSms.Store;

namespace EmailSms.Cli;

/// <summary>
/// What chooses carriers, put together once for the gateway and for a question: the two cannot answer differently.
/// </summary>
internal static class RoutingParts
{
    /// <summary>The router of settings that are right.</summary>
    public static Router RouterOf(
        GatewaySettings settings, SqliteStore store, NumberCarriers numbers, Tariffs tariffs,
        CarrierQuality quality) => new(
        Read(settings, [], to => store.Read(db => PhoneNetworks.Find(db, to))?.Network),
        settings.Carriers.Keys,
        new RouteKnowledge
        {
            RegionOf = NumberRegion.Of,
            OwnerOf = numbers.CarrierOf,
            PricePerPart = (carrier, to, at) =>
                tariffs.PerPart(carrier, to, at) is { } micros ? (decimal)micros / Money.One : null,
            Quality = quality.Of,
        });

    /// <summary>The same for a command, which knows what is on disk.</summary>
    public static Router RouterOf(GatewaySettings settings, SqliteStore store)
    {
        var numbers = new NumberCarriers(store);
        numbers.Refresh();
        return RouterOf(
            settings, store, numbers, TariffFiles.Read(settings.Prices.Currency, settings.Carriers),
            QualityWatch.Read(store, settings.Quality, TimeProvider.System));
    }

    /// <summary>The throttles; an SMS without a sender ID counts to that of its carrier.</summary>
    public static SendThrottles ThrottlesOf(GatewaySettings settings, ILoggerFactory loggers, TimeProvider time) => new(
        settings.Throttles,
        carrier => settings.Carriers.TryGetValue(carrier, out CarrierOptions? known) ? known.SenderId : "",
        NumberRegion.Of, time, loggers.CreateLogger<SendThrottles>());

    /// <summary>Everything that is wrong with the routes.</summary>
    public static IEnumerable<SettingError> MistakesOf(GatewaySettings settings)
    {
        List<(string Key, string Wrong)> wrong = [];
        Read(settings, wrong, _ => null);
        return wrong.Select(one => new SettingError($"{RouteOptions.Section}:{one.Key}", one.Wrong));
    }

    private static IReadOnlyList<Route> Read(
        GatewaySettings settings, List<(string Key, string Wrong)> wrong, Func<PhoneNumber, MobileNetwork?> networkOf)
    {
        // A zone that there is not is a mistake of its own, told elsewhere.
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(settings.Addresses.TimeZone, out TimeZoneInfo? zone))
        {
            zone = TimeZoneInfo.Utc;
        }

        var around = new RouteSurroundings(settings.Carriers.Keys, zone, NumberRegion.Of, RegionCode.IsOne)
        {
            NetworkOf = networkOf,
        };
        return Route.Read(settings.Routes, around, wrong);
    }
}
