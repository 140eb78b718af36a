using System.ComponentModel.DataAnnotations;
using System.Globalization;
using EmailSms.Messages;

namespace EmailSms.Policy;

/// <summary>What becomes of an SMS outside the hours.</summary>
internal enum QuietAction
{
    /// <summary>It waits until they begin.</summary>
    Delay,

    /// <summary>It is refused at RCPT, and the refusal says when they begin.</summary>
    Refuse,
}

/// <summary>The section <c>QuietHours</c>: when people may be texted. Without entries: always.</summary>
internal sealed class QuietHoursOptions
{
    public const string Section = "QuietHours";

    /// <summary>
    /// Each opens some hours. Of those that fit an SMS the ones of its purpose go before those of any, then the ones of
    /// its class, then the ones of its country.
    /// </summary>
    public List<OpenHoursOptions> Open { get; set; } = [];
}

/// <summary>Hours in which SMS of some kind may go to some country, in the recipient's own time.</summary>
internal sealed class OpenHoursOptions : IValidatableObject
{
    /// <summary>The purpose of the sender rule; empty: any.</summary>
    public string Purpose { get; set; } = "";

    /// <summary>The classes of SMS, normal or flash; empty: both. Urgent ones pass at any hour.</summary>
    public List<string> Classes { get; set; } = [];

    /// <summary>The country of the number, such as US; empty: any.</summary>
    public string Country { get; set; } = "";

    /// <summary>Days such as mon-fri or sat sun.</summary>
    public string Days { get; set; } = "mon-sun";

    /// <summary>From and to, such as 08:00-21:00.</summary>
    public string Hours { get; set; } = "08:00-21:00";

    /// <summary>Days on which they are not open, such as 2026-12-25.</summary>
    public List<string> Holidays { get; set; } = [];

    /// <summary>What becomes of an SMS outside them.</summary>
    public QuietAction Action { get; set; } = QuietAction.Delay;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Purpose.Length > 0 && !Consent.IsPurpose(Purpose))
        {
            yield return new ValidationResult(
                $"'{Purpose}' is no purpose: write small letters, such as marketing.", [nameof(Purpose)]);
        }

        foreach (string word in Classes)
        {
            if (!Words<SmsClass>.TryParse(word, out SmsClass one))
            {
                yield return new ValidationResult($"'{word}' is no class: it is normal or flash.", [nameof(Classes)]);
            }
            else if (one is SmsClass.Urgent)
            {
                yield return new ValidationResult(
                    "Urgent SMS pass at any hour: the classes of an entry are normal or flash.", [nameof(Classes)]);
            }
        }

        if (Country.Length > 0 && (!RegionCode.IsOne(Country) || Country.Length != 2))
        {
            yield return new ValidationResult(
                $"'{Country}' is not a country in two capital letters such as GB.", [nameof(Country)]);
        }

        if (WeekHours.DaysOf(Days) is null)
        {
            yield return new ValidationResult($"'{Days}' are no days such as mon-fri or sat sun.", [nameof(Days)]);
        }

        if (WeekHours.HoursOf(Hours) is null)
        {
            yield return new ValidationResult($"'{Hours}' are no hours such as 08:00-21:00.", [nameof(Hours)]);
        }

        foreach (string day in Holidays.Where(day => !DateOnly.TryParseExact(
            day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)))
        {
            yield return new ValidationResult($"'{day}' is no day such as 2026-12-25.", [nameof(Holidays)]);
        }
    }
}
