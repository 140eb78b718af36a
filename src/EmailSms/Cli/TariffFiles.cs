using EmailSms.Carriers;
using EmailSms.Composing;

namespace EmailSms.Cli;

/// <summary>The price lists that carriers name: CSV, one for each carrier, read at the start.</summary>
internal static class TariffFiles
{
    private static readonly string[] Columns = ["prefix", "price", "from", "until"];

    /// <summary>What is wrong with them: the setting, and a sentence with file and line.</summary>
    public static IEnumerable<SettingError> MistakesOf(IReadOnlyDictionary<string, CarrierOptions> carriers) =>
        from one in carriers
        where one.Value.Prices.Length > 0
        from mistake in Read(one.Value.Prices, out _)
        select new SettingError(
            $"{CarrierOptions.Section}:{one.Key}:{nameof(CarrierOptions.Prices)}", $"{one.Value.Prices}: {mistake}");

    /// <summary>The lists of a configuration that was checked.</summary>
    /// <exception cref="FormatException">A file has changed since, and is not good any more.</exception>
    public static Tariffs Read(string currency, IReadOnlyDictionary<string, CarrierOptions> carriers)
    {
        Dictionary<string, Tariff> tariffs = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, CarrierOptions options) in carriers)
        {
            if (options.Prices.Length == 0) continue;
            IReadOnlyList<string> mistakes = Read(options.Prices, out Tariff? tariff);
            tariffs[name] = tariff ?? throw new FormatException($"{options.Prices}: {string.Join(' ', mistakes)}");
        }

        return new Tariffs(currency, tariffs);
    }

    private static IReadOnlyList<string> Read(string file, out Tariff? tariff)
    {
        tariff = null;
        string text;
        try
        {
            text = File.ReadAllText(file);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            return [$"It cannot be read: {trouble.Message}"];
        }

        IReadOnlyList<CsvRow> rows = CsvTable.Read(text, Columns, out IReadOnlyList<string> wrong);
        bool isGood = Tariff.TryCreate(
            rows.Select(row => new TariffLine(
                row.Line, row["prefix"] ?? "", row["price"] ?? "", row["from"], row["until"])),
            out tariff, out IReadOnlyList<string> mistakes);
        if (wrong.Count == 0) return mistakes;
        tariff = null;
        return rows.Count > 0 && !isGood ? [.. wrong, .. mistakes] : wrong;
    }
}
