using System.Globalization;
using EmailSms.Messages;
using EmailSms.Queue;

namespace EmailSms.Cli;

/// <summary>A sum as the commands show it: of so many parts, of those that there are.</summary>
internal sealed record CostView(decimal Amount, string Currency, long Parts)
{
    public static IReadOnlyList<CostView> Of(IReadOnlyList<Sum> sums) =>
        [.. sums.Select(one => new CostView((decimal)one.Amount.Micros / Money.One, one.Amount.Currency, one.Parts))];

    /// <summary>For a person: <c>5.95 EUR</c>; with the parts that it is for, where those are not all.</summary>
    public static string Text(IReadOnlyList<Sum> sums, long parts) => sums.Count == 0
        ? "-"
        : string.Join(" + ", sums.Select(one => one.Parts == parts
            ? one.Amount.ToString()
            : string.Create(CultureInfo.InvariantCulture, $"{one.Amount} for {one.Parts}")));
}
