using System.Diagnostics.CodeAnalysis;
using EmailSms.Composing;
using EmailSms.Policy;

namespace EmailSms.Cli;

/// <summary>The prices of the configuration: those that stand in it, and those of the CSV file that it names.</summary>
internal static class PriceFile
{
    private static readonly string[] Columns = ["prefix", "price"];

    /// <summary>Reads both, and tells all that is wrong with them, a sentence each.</summary>
    public static bool TryRead(
        PriceOptions options, [NotNullWhen(true)] out PriceTable? prices, out IReadOnlyList<string> mistakes)
    {
        prices = null;
        Dictionary<string, string> all = [];
        if (options.File.Length > 0)
        {
            string text;
            try
            {
                text = File.ReadAllText(options.File);
            }
            catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
            {
                mistakes = [$"{options.File} cannot be read: {trouble.Message}"];
                return false;
            }

            IReadOnlyList<CsvRow> rows = CsvTable.Read(text, Columns, out mistakes);
            if (mistakes.Count > 0) return false;
            foreach (CsvRow row in rows) all[row["prefix"] ?? ""] = row["price"] ?? "";
        }

        foreach ((string prefix, string price) in options.PerPart) all[prefix] = price;
        return PriceTable.TryCreate(options.Currency, all, out prices, out mistakes);
    }

    /// <summary>The prices of a configuration that was checked.</summary>
    /// <exception cref="FormatException">The file has changed since, and is not good any more.</exception>
    public static PriceTable Read(PriceOptions options) =>
        TryRead(options, out PriceTable? prices, out IReadOnlyList<string> mistakes)
            ? prices
            : throw new FormatException(string.Join(' ', mistakes));
}
