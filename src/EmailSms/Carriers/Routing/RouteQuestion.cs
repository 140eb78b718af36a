using EmailSms.Messages;

namespace EmailSms.Carriers.Routing;

/// <summary>What a route is chosen by: all that is known of an SMS at one moment.</summary>
/// <param name="To">The phone.</param>
/// <param name="SenderId">See <see cref="OutgoingSms.SenderId"/>.</param>
/// <param name="Class">How it is carried.</param>
/// <param name="RuleId">The sender rule that let it in; null for an answer of our own.</param>
/// <param name="Parts">How many parts it makes.</param>
/// <param name="At">The moment.</param>
internal sealed record RouteQuestion(
    PhoneNumber To, string SenderId, SmsClass Class, long? RuleId, int Parts, DateTimeOffset At)
{
    /// <summary>The carriers that its sender rule names; empty: all.</summary>
    public IReadOnlyList<string> Allowed { get; init; } = [];

    /// <summary>
    /// The carrier that may have sent it before, or has some of its parts: no other is asked. Null: none.
    /// </summary>
    public string? StaysWith { get; init; }

    /// <summary>0 to 1, from a source of randomness: which of many SMS probe a carrier.</summary>
    public double Chance { get; init; } = 1;

    /// <summary>The network of the phone, where it need not be looked up.</summary>
    public MobileNetwork? Network { get; init; }

    private string? _region;
    private (MobileNetwork? Known, bool IsAsked) _network;

    /// <summary>The country of destination, looked up once and only if somebody asks; empty: of none.</summary>
    public string RegionBy(Func<PhoneNumber, string?> regionOf) => _region ??= regionOf(To) ?? "";

    /// <summary>The network of the phone, looked up once and only if somebody asks; null: it is not known.</summary>
    public MobileNetwork? NetworkBy(Func<PhoneNumber, MobileNetwork?> networkOf)
    {
        if (Network is not null) return Network;
        if (!_network.IsAsked) _network = (networkOf(To), true);
        return _network.Known;
    }

    /// <summary>The question for an SMS.</summary>
    public static RouteQuestion Of(OutgoingSms sms, DateTimeOffset at, double chance) =>
        new(sms.To, sms.SenderId, sms.Class, sms.RuleId, sms.Parts, at)
        {
            Allowed = sms.AllowedCarriers,
            Chance = chance,
        };
}

/// <summary>A carrier that may have an SMS, with what is known of it for this destination.</summary>
/// <param name="Carrier">Its name.</param>
/// <param name="Weight">Its share.</param>
/// <param name="PricePerPart">In the currency of the house; null: not known.</param>
/// <param name="Quality">0 to 1; null: not known.</param>
internal sealed record RouteCandidate(
    string Carrier, int Weight = 1, decimal? PricePerPart = null, double? Quality = null);

/// <summary>Who is asked for an SMS, in this order.</summary>
/// <param name="Route">The name of the route; null: none fits, and all carriers are asked.</param>
/// <param name="Candidates">Empty: nobody may have it.</param>
internal sealed record RouteDecision(string? Route, IReadOnlyList<RouteCandidate> Candidates);

/// <summary>What is known beside the configuration, asked while an SMS is routed: each answers from memory.</summary>
internal sealed record RouteKnowledge
{
    /// <summary>Nothing is known.</summary>
    public static RouteKnowledge None { get; } = new();

    /// <summary>The country of a number, such as GB; null: of none.</summary>
    public Func<PhoneNumber, string?> RegionOf { get; init; } = _ => null;

    /// <summary>The carrier that owns a sender ID, where it is a number of ours; null: none does.</summary>
    public Func<string, string?> OwnerOf { get; init; } = _ => null;

    /// <summary>
    /// The price of one part over a carrier, to a number, at a moment, in the currency of the house; null: not known.
    /// </summary>
    public Func<string, PhoneNumber, DateTimeOffset, decimal?> PricePerPart { get; init; } = (_, _, _) => null;

    /// <summary>How well a carrier delivers to a country, 0 to 1; null: not known.</summary>
    public Func<string, string?, double?> Quality { get; init; } = (_, _) => null;
}
