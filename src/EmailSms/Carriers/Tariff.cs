using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using EmailSms.Messages;

namespace EmailSms.Carriers;

/// <summary>A line of a price list as it is written, with its number in the file.</summary>
internal sealed record TariffLine(int Line, string Prefix, string Price, string? From, string? Until);

/// <summary>
/// What a carrier takes for a part, by prefix and time: the longest prefix that has a price in force counts, and of its
/// prices the one that began last.
/// </summary>
internal sealed class Tariff
{
    private static readonly string[] TimeForms = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm'Z'", "yyyy-MM-dd'T'HH:mm:ss'Z'"];

    private readonly PrefixTable<Price[]> _prices;

    private Tariff(Dictionary<string, Price[]> prices) => _prices = new PrefixTable<Price[]>(prices);

    /// <summary>Takes the lines of a list, or tells all that is wrong with them, a sentence each.</summary>
    public static bool TryCreate(
        IEnumerable<TariffLine> lines, [NotNullWhen(true)] out Tariff? tariff, out IReadOnlyList<string> mistakes)
    {
        List<string> wrong = [];
        Dictionary<string, List<Price>> byPrefix = [];
        foreach (TariffLine line in lines)
        {
            if (Read(line, wrong) is not { } price) continue;
            if (!byPrefix.TryGetValue(line.Prefix, out List<Price>? known)) byPrefix[line.Prefix] = known = [];
            if (known.Find(one => one.FromMs == price.FromMs) is { } same)
            {
                wrong.Add($"Line {line.Line}: {line.Prefix} has a price from that time on line {same.Line}.");
            }

            known.Add(price);
        }

        if (byPrefix.Count == 0 && wrong.Count == 0) wrong.Add("There is no price in it.");
        mistakes = wrong;
        tariff = wrong.Count > 0 ? null : new Tariff(byPrefix.ToDictionary(
            one => one.Key, one => one.Value.OrderByDescending(price => price.FromMs).ToArray()));
        return tariff is not null;
    }

    /// <summary>What a part to this number costs then, in millionths; null: nobody has said.</summary>
    public long? PerPart(PhoneNumber to, long atMs)
    {
        foreach (Price[] prices in _prices.Of(to))
        {
            foreach (Price price in prices)
            {
                if (price.FromMs <= atMs && atMs < price.UntilMs) return price.Micros;
            }
        }

        return null;
    }

    private static Price? Read(TariffLine line, List<string> wrong)
    {
        int before = wrong.Count;
        if (!PrefixTable.IsPrefix(line.Prefix))
        {
            Note($"'{line.Prefix}' is no prefix: write a plus sign and 1 to 15 digits, or * for all others.");
        }

        if (!Money.TryAmount(line.Price, out long micros))
        {
            Note($"'{line.Price}' is no price: write such as 0.0425, with six places at most.");
        }

        long from = long.MinValue;
        long until = long.MaxValue;
        if (line.From is { } begins && !TryTime(begins, out from)) NoteTime("from", begins);
        if (line.Until is { } ends && !TryTime(ends, out until)) NoteTime("until", ends);
        if (wrong.Count == before && until <= from) Note($"it ends ({line.Until}) before it begins ({line.From}).");
        return wrong.Count == before ? new Price(line.Line, micros, from, until) : null;

        void Note(string sentence) => wrong.Add($"Line {line.Line}: {sentence}");
        void NoteTime(string column, string text) =>
            Note($"'{text}' in {column} is no time: write such as 2026-11-01 or 2026-11-01T06:00Z, in UTC.");
    }

    private static bool TryTime(string text, out long unixMs)
    {
        bool isOne = DateTimeOffset.TryParseExact(
            text, TimeForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at);
        unixMs = at.ToUnixTimeMilliseconds();
        return isOne;
    }

    private sealed record Price(int Line, long Micros, long FromMs, long UntilMs);
}
