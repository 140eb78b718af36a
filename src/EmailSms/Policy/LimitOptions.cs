using System.ComponentModel.DataAnnotations;
using EmailSms.Messages;

namespace EmailSms.Policy;

/// <summary>
/// The section <c>Limits</c>: how much this gateway lets through, whatever its rules say. Limits are written such as
/// <c>10/minute 100/hour 500/day 20/mail</c>, in parts, and in numbers where it is a mail; budgets such as
/// <c>20/day 300/month</c> in the currency of the prices; empty: none.
/// </summary>
internal sealed class LimitOptions : IValidatableObject
{
    public const string Section = "Limits";

    /// <summary>Of everything.</summary>
    public string Total { get; set; } = "";

    /// <summary>Of each user who has authenticated.</summary>
    public string PerUser { get; set; } = "";

    /// <summary>Of each sender.</summary>
    public string PerSender { get; set; } = "";

    /// <summary>To each number.</summary>
    public string PerDestination { get; set; } = "";

    /// <summary>To each country.</summary>
    public string PerCountry { get; set; } = "";

    /// <summary>To one country, by its ISO code; goes before <see cref="PerCountry"/>.</summary>
    public Dictionary<string, string> Countries { get; set; } = [];

    /// <summary>What everything may cost.</summary>
    public string Budget { get; set; } = "";

    /// <summary>The same for each user who has authenticated.</summary>
    public string BudgetPerUser { get; set; } = "";

    /// <summary>The same for each sender.</summary>
    public string BudgetPerSender { get; set; } = "";

    /// <summary>The same for each number.</summary>
    public string BudgetPerDestination { get; set; } = "";

    /// <summary>The same for each country.</summary>
    public string BudgetPerCountry { get; set; } = "";

    /// <summary>The same for one country, by its ISO code; goes before <see cref="BudgetPerCountry"/>.</summary>
    public Dictionary<string, string> CountryBudgets { get; set; } = [];

    /// <summary>Limits of a day in parts are told at 50, 80 and 100 %, too, as budgets are.</summary>
    public bool TellsOfParts { get; set; }

    /// <summary>
    /// Numbers of one block of a hundred that a sender may text one after the other within an hour; one more, and mails
    /// of this sender are refused until an admin resumes it. Numbers of the address book do not count. 0: never.
    /// </summary>
    [Range(0, 99)]
    public int ConsecutiveNumbersMax { get; set; } = 20;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        (string Text, string Key)[] parts =
        [
            (Total, nameof(Total)), (PerUser, nameof(PerUser)), (PerSender, nameof(PerSender)),
            (PerDestination, nameof(PerDestination)), (PerCountry, nameof(PerCountry)),
            .. Countries.Select(one => (one.Value, $"{nameof(Countries)}:{one.Key}")),
        ];
        foreach ((string text, string key) in parts)
        {
            if (!Allowances.TryParseParts(text, out _, out string? no)) yield return new ValidationResult(no, [key]);
        }

        foreach ((string text, string key) in Budgets())
        {
            if (!Allowances.TryParseMoney(text, out _, out string? no)) yield return new ValidationResult(no, [key]);
        }

        (string Key, string Region)[] regions =
        [
            .. Countries.Keys.Select(region => (nameof(Countries), region)),
            .. CountryBudgets.Keys.Select(region => (nameof(CountryBudgets), region)),
        ];
        foreach ((string key, string region) in regions.Where(one => !RegionCode.IsOne(one.Region)))
        {
            yield return new ValidationResult(
                $"'{region}' is not a country in two capital letters such as GB.", [$"{key}:{region}"]);
        }
    }

    /// <summary>The budgets that there are, by their keys in the section.</summary>
    public IEnumerable<string> BudgetKeys() =>
        Budgets().Where(one => !string.IsNullOrWhiteSpace(one.Text)).Select(one => one.Key);

    private (string Text, string Key)[] Budgets() =>
    [
        (Budget, nameof(Budget)), (BudgetPerUser, nameof(BudgetPerUser)),
        (BudgetPerSender, nameof(BudgetPerSender)), (BudgetPerDestination, nameof(BudgetPerDestination)),
        (BudgetPerCountry, nameof(BudgetPerCountry)),
        .. CountryBudgets.Select(one => (one.Value, $"{nameof(CountryBudgets)}:{one.Key}")),
    ];
}
