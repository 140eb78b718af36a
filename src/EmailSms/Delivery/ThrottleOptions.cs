using System.ComponentModel.DataAnnotations;
using EmailSms.Messages;

namespace EmailSms.Delivery;

/// <summary>Which SMS share the rate of a throttle.</summary>
internal enum ThrottleEach
{
    /// <summary>All that it is for.</summary>
    All,

    /// <summary>Those from one sender ID: each has the rate of its own.</summary>
    SenderId,

    /// <summary>Those to one country.</summary>
    Country,

    /// <summary>Those over one carrier.</summary>
    Carrier,
}

/// <summary>One entry of <c>Throttles</c>: how fast some SMS may go. All that fit an SMS count.</summary>
internal sealed class ThrottleOptions : IValidatableObject
{
    public const string Section = "Throttles";

    /// <summary>The carriers that it is for; empty: all.</summary>
    public List<string> Carriers { get; set; } = [];

    /// <summary>The countries of destination, as ISO codes such as US; empty: all.</summary>
    public List<string> Countries { get; set; } = [];

    /// <summary>The sender IDs, such as +12025550123; empty: all.</summary>
    public List<string> SenderIds { get; set; } = [];

    /// <summary>What has the rate to itself.</summary>
    public ThrottleEach Each { get; set; }

    /// <summary>Parts in a minute: 60 is one a second.</summary>
    [Range(1, 6_000_000)]
    public int PartsPerMinute { get; set; } = 60;

    /// <summary>Parts that may go at once after a pause. An SMS of more goes, too, once nothing is owed.</summary>
    [Range(1, 10_000)]
    public int Burst { get; set; } = 1;

    /// <summary>Halves the rate when a carrier says "slower", and lets it grow back.</summary>
    public bool AdaptRate { get; set; } = true;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (string country in Countries.Where(one => !RegionCode.IsOne(one)))
        {
            yield return new ValidationResult(
                $"'{country}' is no country; write its ISO code in capitals, such as US.", [nameof(Countries)]);
        }
    }
}
