using System.ComponentModel.DataAnnotations;

namespace EmailSms.Carriers;

/// <summary>What stands behind a carrier.</summary>
internal enum CarrierKind
{
    /// <summary>A simulator inside this program, spoken to over SMPP on loopback: nothing leaves the machine.</summary>
    Sandbox,

    /// <summary>A short message centre, or an aggregator, over SMPP 3.4.</summary>
    Smpp,
}

/// <summary>A carrier: one entry of the section <c>Carriers</c>, under a name of your own.</summary>
internal sealed class CarrierOptions : IValidatableObject
{
    public const string Section = "Carriers";

    /// <summary>What stands behind it.</summary>
    public CarrierKind Kind { get; set; } = CarrierKind.Smpp;

    /// <summary>The name or address of the SMSC.</summary>
    public string? Host { get; set; }

    /// <summary>Its port. 2775 is the one registered for SMPP.</summary>
    [Range(1, 65535)]
    public int Port { get; set; } = 2775;

    /// <summary>The account. The standard allows 15 characters (SMPP 3.4 5.2.1).</summary>
    [StringLength(32)]
    public string? SystemId { get; set; }

    /// <summary>
    /// Its password. The standard allows 8 characters (SMPP 3.4 5.2.2); some carriers give longer ones.
    /// </summary>
    [StringLength(64)]
    public string? Password { get; set; }

    /// <summary>What the carrier wants as system_type; mostly nothing.</summary>
    [StringLength(12)]
    public string SystemType { get; set; } = "";

    /// <summary>
    /// Submits that may wait for their answers at once. Throughput is the window divided by the round trip: 50 at 40 ms
    /// are 1,250 a second, 10 are 250.
    /// </summary>
    [Range(1, 1000)]
    public int Window { get; set; } = 50;

    /// <summary>Submits a second that the contract allows; 0 for no limit of ours.</summary>
    [Range(0, 10_000)]
    public int SubmitsPerSecondMax { get; set; }

    /// <summary>
    /// The source address for an SMS that has none of its own: a number with plus sign, up to 11 letters and digits, or
    /// nothing, and then the carrier chooses.
    /// </summary>
    [StringLength(16)]
    public string SenderId { get; set; } = "";

    /// <summary>
    /// Tells the carrier until when an SMS is wanted. Off for the few that refuse it (ESME_RINVEXPIRY).
    /// </summary>
    public bool SendValidity { get; set; } = true;

    /// <summary>
    /// How long a submit may wait for its answer. Below 10 seconds a busy carrier makes duplicates of what it did take.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan AnswerMax { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>After so long without a word from the carrier it is asked whether it is there (enquire_link).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan EnquireLinkIdle { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest pause between two tries to bind; the first is a second.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan ReconnectMax { get; set; } = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Kind is not CarrierKind.Smpp) yield break;
        if (string.IsNullOrWhiteSpace(Host))
        {
            yield return new ValidationResult(
                "An SMPP carrier needs the name of its host, such as smpp.carrier.example.", [nameof(Host)]);
        }

        if (string.IsNullOrEmpty(SystemId))
        {
            yield return new ValidationResult("An SMPP carrier needs the account it binds with.", [nameof(SystemId)]);
        }
    }
}
