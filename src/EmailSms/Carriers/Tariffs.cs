using EmailSms.Messages;

namespace EmailSms.Carriers;

/// <summary>The price lists of all carriers that have one, in one currency.</summary>
internal sealed class Tariffs(string currency, IReadOnlyDictionary<string, Tariff> byCarrier)
{
    /// <summary>No carrier has one.</summary>
    public static Tariffs None { get; } = new("EUR", new Dictionary<string, Tariff>());

    /// <summary>Of all their prices.</summary>
    public string Currency => currency;

    /// <summary>What a part to this number costs over a carrier then, in millionths; null: nobody has said.</summary>
    public long? PerPart(string carrier, PhoneNumber to, DateTimeOffset at) =>
        byCarrier.TryGetValue(carrier, out Tariff? tariff) ? tariff.PerPart(to, at.ToUnixTimeMilliseconds()) : null;
}
