using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using EmailSms.Messages;

namespace EmailSms.Policy;

/// <summary>What becomes of a text to India that is of no registered template.</summary>
internal enum TemplateMismatch
{
    /// <summary>It is refused, with the templates that there are.</summary>
    [Word("refuse")]
    Refuse,

    /// <summary>It goes out without a template, and its timeline says so.</summary>
    [Word("warn")]
    Warn,
}

/// <summary>
/// What a sender rule, or a number of ours, is registered as with the authorities of a country. It is kept as JSON;
/// what is not there is null.
/// </summary>
internal sealed record Registration
{
    private const int TemplatesMax = 100;
    private const int CampaignMax = 40;

    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    };

    public static Registration None { get; } = new();

    /// <summary>The campaign of the number in the United States (10DLC), such as <c>C1ABCDE</c>.</summary>
    public string? Campaign { get; init; }

    /// <summary>The entity in the registry of India (DLT): 19 digits.</summary>
    public string? DltEntity { get; init; }

    /// <summary>The telemarketer there, where the carrier wants it.</summary>
    public string? DltTelemarketer { get; init; }

    /// <summary>The texts that are registered there; null: none, and none is looked for.</summary>
    public IReadOnlyList<DltTemplate>? DltTemplates { get; init; }

    /// <summary>A word of <see cref="TemplateMismatch"/>; null: refuse.</summary>
    public string? DltMismatch { get; init; }

    /// <summary>Whether nothing is said.</summary>
    [JsonIgnore]
    public bool IsEmpty => Campaign is null && DltEntity is null && DltTelemarketer is null
        && DltTemplates is null or [] && DltMismatch is null;

    /// <summary>What is not said here, as it is said there.</summary>
    public Registration Or(Registration other) => new()
    {
        Campaign = Campaign ?? other.Campaign,
        DltEntity = DltEntity ?? other.DltEntity,
        DltTelemarketer = DltTelemarketer ?? other.DltTelemarketer,
        DltTemplates = DltTemplates is null or [] ? other.DltTemplates : DltTemplates,
        DltMismatch = DltMismatch ?? other.DltMismatch,
    };

    /// <summary>
    /// What an SMS tells its carrier: the campaign to the United States, the ids of DLT to India; null: nothing.
    /// </summary>
    /// <param name="to">The phone.</param>
    /// <param name="body">The text, which is held against the templates.</param>
    /// <param name="mismatch">
    /// The refusal of a text that is of none of them; null: it is of one, or there are none.
    /// </param>
    public SmsRegistration? For(PhoneNumber to, string body, out string? mismatch)
    {
        mismatch = null;
        if (IsEmpty) return null;
        switch (NumberRegion.Of(to))
        {
            case "US":
                return Campaign is null ? null : new SmsRegistration(Campaign, null, null, null);
            case "IN":
                DltTemplate? template = DltTemplates?.FirstOrDefault(one => one.Matches(body));
                if (template is null && DltTemplates is { Count: > 0 } all)
                {
                    mismatch = "The text is of none of the templates registered for India: write it as one of them, "
                        + string.Join(", ", all.Take(3).Select(one => one.Shown))
                        + (all.Count > 3 ? $" and {all.Count - 3} more" : "");
                }

                return DltEntity is null && template is null && DltTelemarketer is null
                    ? null
                    : new SmsRegistration(null, DltEntity, template?.Id, DltTelemarketer);
            default:
                return null;
        }
    }

    /// <summary>Whether a text that is of no template goes out all the same.</summary>
    [JsonIgnore]
    public bool OnlyWarns =>
        Words<TemplateMismatch>.TryParse(DltMismatch, out TemplateMismatch what) && what is TemplateMismatch.Warn;

    /// <summary>What is wrong with it, a sentence each.</summary>
    public IEnumerable<string> Mistakes()
    {
        if (Campaign is not null
            && (Campaign.Length is 0 or > CampaignMax || !Campaign.All(char.IsAsciiLetterOrDigit)))
        {
            yield return $"'{Campaign}' is no campaign: write the id of the registry, such as C1ABCDE.";
        }

        foreach (string id in ((string?[])[DltEntity, DltTelemarketer]).OfType<string>())
        {
            if (!DltTemplate.IsId(id)) yield return $"'{id}' is no id of DLT: it has {DltTemplate.IdLength} digits.";
        }

        foreach (string mistake in (DltTemplates ?? []).SelectMany(one => one.Mistakes())) yield return mistake;
        if (DltTemplates?.Count > TemplatesMax) yield return $"At most {TemplatesMax} templates are registered here.";
        if (DltMismatch is not null && !Words<TemplateMismatch>.TryParse(DltMismatch, out _))
        {
            yield return $"A text of no template is for one of {string.Join(", ", Words<TemplateMismatch>.All)}.";
        }
    }

    /// <summary><c>{}</c> where nothing is said.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Form);

    /// <summary>False for what this program, or a later one, did not write.</summary>
    public static bool TryFromJson(string json, [NotNullWhen(true)] out Registration? registration)
    {
        try
        {
            registration = json == "{}" ? None : JsonSerializer.Deserialize<Registration>(json, Form);
        }
        catch (JsonException)
        {
            registration = null;
        }

        return registration is not null;
    }
}
