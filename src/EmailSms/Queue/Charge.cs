namespace EmailSms.Queue;

/// <summary>What a part of an SMS costs at the carrier that took it.</summary>
/// <param name="Country">Where it goes, as ISO code; null: nobody's calling code, or a short code.</param>
/// <param name="PartMicros">In millionths; null: the carrier has no price list, or none for this number.</param>
/// <param name="Currency">Of the price list.</param>
internal sealed record Charge(string? Country, long? PartMicros, string Currency)
{
    /// <summary>Nothing is known of prices.</summary>
    public static Charge Unknown { get; } = new(null, null, "");

    /// <summary>The price of so many parts.</summary>
    public long? Of(int parts) => PartMicros * parts;

    /// <summary>The currency, where there is a price.</summary>
    public string? CurrencyOfPrice => PartMicros is null ? null : Currency;
}
