using System.Diagnostics.CodeAnalysis;
using EmailSms.Messages;

namespace EmailSms.Policy;

/// <summary>What a part costs by the longest prefix of its number, in millionths of one currency.</summary>
internal sealed class PriceTable
{
    /// <summary>What stands for every number that no prefix is for, short codes too.</summary>
    public const string Otherwise = "*";

    private readonly Dictionary<string, long> _byPrefix;
    private readonly int _longest;
    private readonly long? _otherwise;

    private PriceTable(string currency, Dictionary<string, long> byPrefix, long? otherwise)
    {
        (Currency, _byPrefix, _otherwise) = (currency, byPrefix, otherwise);
        _longest = byPrefix.Keys.Select(prefix => prefix.Length).DefaultIfEmpty().Max();
    }

    public static PriceTable Empty { get; } = new("EUR", [], null);

    public string Currency { get; }

    /// <summary>No number has a price: there is nothing that a budget could count.</summary>
    public bool IsEmpty => _byPrefix.Count == 0 && _otherwise is null;

    /// <summary>Takes a price for each prefix, and tells all that is wrong with them, a sentence each.</summary>
    public static bool TryCreate(
        string currency, IEnumerable<KeyValuePair<string, string>> prices, [NotNullWhen(true)] out PriceTable? table,
        out IReadOnlyList<string> mistakes)
    {
        List<string> wrong = [];
        Dictionary<string, long> byPrefix = [];
        long? otherwise = null;
        foreach ((string prefix, string price) in prices)
        {
            if (!Allowances.TryMoney(price, out long micros))
            {
                wrong.Add($"{price} is no price for {prefix}: write such as 0.0425, with six places at most.");
            }
            else if (prefix == Otherwise)
            {
                otherwise = micros;
            }
            else if (!IsPrefix(prefix))
            {
                wrong.Add($"{prefix} is no prefix: write a plus sign and 1 to 15 digits, or * for all others.");
            }
            else
            {
                byPrefix[prefix] = micros;
            }
        }

        mistakes = wrong;
        table = wrong.Count > 0 ? null : new PriceTable(currency, byPrefix, otherwise);
        return table is not null;
    }

    /// <summary>The price of a part to this number; null: nobody has said.</summary>
    public long? PerPart(PhoneNumber to)
    {
        string number = to.E164;
        for (int length = Math.Min(_longest, number.Length); length >= 2; length--)
        {
            if (_byPrefix.TryGetValue(number[..length], out long micros)) return micros;
        }

        return _otherwise;
    }

    private static bool IsPrefix(string text) =>
        text.Length is >= 2 and <= 16 && text[0] == '+' && text[1] != '0'
        && !text.AsSpan(1).ContainsAnyExceptInRange('0', '9');
}
