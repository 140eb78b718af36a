using System.ComponentModel.DataAnnotations;

namespace EmailSms.Policy;

/// <summary>The section <c>Prices</c>: what a part of an SMS costs, for the budgets.</summary>
internal sealed class PriceOptions : IValidatableObject
{
    public const string Section = "Prices";

    /// <summary>The currency of all prices and budgets.</summary>
    [Required, RegularExpression("^[A-Z]{3}$", ErrorMessage = "The currency is three capital letters such as EUR.")]
    public string Currency { get; set; } = "EUR";

    /// <summary>The price of a part by prefix (<c>+44</c>), the longest first; <c>*</c> for all others.</summary>
    public Dictionary<string, string> PerPart { get; set; } = [];

    /// <summary>More of them: CSV with the columns prefix and price. What stands above goes before.</summary>
    public string File { get; set; } = "";

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!PriceTable.TryCreate(Currency, PerPart, out _, out IReadOnlyList<string> mistakes))
        {
            foreach (string mistake in mistakes) yield return new ValidationResult(mistake, [nameof(PerPart)]);
        }

        if (File.Length > 0 && !System.IO.File.Exists(File))
        {
            yield return new ValidationResult($"There is no file {File}.", [nameof(File)]);
        }
    }
}
