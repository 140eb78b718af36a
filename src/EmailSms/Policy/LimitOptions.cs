using System.ComponentModel.DataAnnotations;

namespace EmailSms.Policy;

/// <summary>
/// The section <c>Limits</c>: how much this gateway lets through, whatever its rules say. Limits are written such as
/// <c>10/minute 100/hour 500/day</c>, in parts; empty: none.
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

    /// <summary>What everything may cost, such as <c>20/day 300/month</c>, in the currency of the prices.</summary>
    public string Budget { get; set; } = "";

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

        if (!Allowances.TryParseMoney(Budget, out _, out string? mistake))
        {
            yield return new ValidationResult(mistake, [nameof(Budget)]);
        }

        foreach (string region in Countries.Keys.Where(region => !NumberRegion.Exists(region)))
        {
            yield return new ValidationResult(
                $"'{region}' is not a country in two capital letters such as GB.", [$"{nameof(Countries)}:{region}"]);
        }
    }
}
