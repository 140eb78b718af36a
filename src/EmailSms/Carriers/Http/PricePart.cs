using System.Globalization;
using EmailSms.Messages;

namespace EmailSms.Carriers.Http;

/// <summary>Where a carrier says what it takes for an SMS.</summary>
internal sealed record PricePart
{
    private const decimal Most = 1_000_000m; // of one SMS: above it, this is no price

    /// <summary>The amount; one for each id where there are several. A minus sign says that it was taken.</summary>
    public required Fields Amount { get; init; }

    /// <summary>What is taken besides, such as a fee of the network.</summary>
    public required Fields Plus { get; init; }

    /// <summary>How many parts the amount is for, each.</summary>
    public required Fields Parts { get; init; }

    public required Fields Currency { get; init; }

    /// <summary>The currency where the carrier does not say it.</summary>
    public required string Otherwise { get; init; }

    /// <summary>Reads the key <c>price</c>; null where it is not there.</summary>
    public static PricePart? Read(JsonWalk walk)
    {
        if (walk.Object("price") is not { } price) return null;
        var part = new PricePart
        {
            Amount = Fields.Read(price, "amount"),
            Plus = Fields.Read(price, "plus"),
            Parts = Fields.Read(price, "parts"),
            Currency = Fields.Read(price, "currency"),
            Otherwise = price.Text("otherwise") ?? "",
        };
        price.Done();
        if (part.Amount.IsNone) price.Wrong("is missing: where the amount is.", "amount");
        if (part.Currency.IsNone && part.Otherwise.Length == 0)
        {
            price.Wrong("is missing: where the currency is, or which one it is in otherwise.", "currency");
        }

        if (part.Otherwise.Length > 0 && !Money.IsCurrency(part.Otherwise))
        {
            price.Wrong($"'{part.Otherwise}' is no currency such as EUR.", "otherwise");
        }

        return part;
    }

    /// <summary>
    /// The price of each of so many ids; of all in the first, where the amounts are not as many. Empty: it does not
    /// say.
    /// </summary>
    public IReadOnlyList<Money> Of(Said said, int ids)
    {
        string currency = (Currency.First(said) ?? Otherwise).ToUpperInvariant();
        if (!Money.IsCurrency(currency)) return [];
        List<decimal> amounts = [.. Amount.All(said).Select(Number).OfType<decimal>()];
        if (amounts.Count == 0) return [];
        decimal plus = Plus.All(said).Select(Number).OfType<decimal>().Sum();
        int parts = int.TryParse(Parts.First(said), NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            ? Math.Clamp(count, 1, 255)
            : 1;
        if (amounts.Count != ids) amounts = [amounts.Sum()];
        amounts[0] += plus;
        return [.. amounts.Select(amount => new Money((long)decimal.Round(amount * parts * Money.One), currency))];
    }

    private static decimal? Number(string text) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal amount)
        && Math.Abs(amount) <= Most
            ? Math.Abs(amount)
            : null;
}
