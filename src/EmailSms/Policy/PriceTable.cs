using System.Diagnostics.CodeAnalysis;
using EmailSms.Messages;

namespace EmailSms.Policy;

/// <summary>What a part costs by the longest prefix of its number, in millionths of one currency.</summary>
internal sealed class PriceTable
{
    private readonly PrefixTable<long> _prices;

    private PriceTable(string currency, PrefixTable<long> prices) => (Currency, _prices) = (currency, prices);

    public static PriceTable Empty { get; } = new("EUR", new PrefixTable<long>(new Dictionary<string, long>()));

    public string Currency { get; }

    /// <summary>No number has a price: there is nothing that a budget could count.</summary>
    public bool IsEmpty => _prices.IsEmpty;

    /// <summary>Takes a price for each prefix, and tells all that is wrong with them, a sentence each.</summary>
    public static bool TryCreate(
        string currency, IEnumerable<KeyValuePair<string, string>> prices, [NotNullWhen(true)] out PriceTable? table,
        out IReadOnlyList<string> mistakes)
    {
        List<string> wrong = [];
        Dictionary<string, long> byPrefix = [];
        foreach ((string prefix, string price) in prices)
        {
            if (!Allowances.TryMoney(price, out long micros))
            {
                wrong.Add($"{price} is no price for {prefix}: write such as 0.0425, with six places at most.");
            }
            else if (!PrefixTable.IsPrefix(prefix))
            {
                wrong.Add($"{prefix} is no prefix: write a plus sign and 1 to 15 digits, or * for all others.");
            }
            else
            {
                byPrefix[prefix] = micros;
            }
        }

        mistakes = wrong;
        table = wrong.Count > 0 ? null : new PriceTable(currency, new PrefixTable<long>(byPrefix));
        return table is not null;
    }

    /// <summary>The price of a part to this number; null: nobody has said.</summary>
    public long? PerPart(PhoneNumber to)
    {
        foreach (long micros in _prices.Of(to)) return micros;
        return null;
    }
}
