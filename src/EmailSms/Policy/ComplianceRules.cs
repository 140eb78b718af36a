using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmailSms.Policy;

/// <summary>
/// What a sender rule says of the people it texts: opt-outs, consent, hours and registrations. It is kept as JSON; a
/// field that is not there has its default.
/// </summary>
internal sealed record ComplianceRules
{
    private const int DemandsMax = 10;

    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web);

    private static readonly string UsualJson = JsonSerializer.Serialize(new ComplianceRules(), Form);

    /// <summary>The rules of most.</summary>
    public static ComplianceRules Usual { get; } = new();

    /// <summary>Urgent SMS also go to people who opted out: alarms to the staff of the house.</summary>
    public bool UrgentDespiteOptOut { get; init; }

    /// <summary>What its SMS are for, such as <c>marketing</c>: quiet hours can be of one purpose.</summary>
    public string Purpose { get; init; } = "transactional";

    /// <summary>The consents it demands: a purpose, or a class and a purpose such as <c>flash:marketing</c>.</summary>
    public IReadOnlyList<string> Consents { get; init; } = [];

    /// <summary>What it is registered as; null: nothing of its own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Registration? Registration { get; init; }

    /// <summary>The same consents, read.</summary>
    [JsonIgnore]
    public IEnumerable<ConsentDemand> Demands
    {
        get
        {
            foreach (string word in Consents)
            {
                // What cannot be read is demanded all the same: then nobody has it.
                yield return ConsentDemand.TryParse(word, out ConsentDemand demand, out _)
                    ? demand
                    : new ConsentDemand(null, word);
            }
        }
    }

    /// <summary>What is wrong with them, a sentence each.</summary>
    public IEnumerable<string> Mistakes()
    {
        if (!Consent.IsPurpose(Purpose))
        {
            yield return $"'{Purpose}' is no purpose: write small letters, such as marketing.";
        }

        foreach (string word in Consents)
        {
            if (!ConsentDemand.TryParse(word, out _, out string? mistake)) yield return mistake;
        }

        foreach (string mistake in Registration?.Mistakes() ?? []) yield return mistake;
        if (Consents.Count > DemandsMax) yield return $"A rule demands at most {DemandsMax} consents.";
    }

    /// <summary><c>{}</c> where all is as by default.</summary>
    public string ToJson()
    {
        string json = JsonSerializer.Serialize(this, Form);
        return json == UsualJson ? "{}" : json;
    }

    /// <summary>False for what this program, or a later one, did not write.</summary>
    public static bool TryFromJson(string json, [NotNullWhen(true)] out ComplianceRules? rules)
    {
        if (json == "{}")
        {
            rules = Usual;
            return true;
        }

        try
        {
            rules = JsonSerializer.Deserialize<ComplianceRules>(json, Form);
        }
        catch (JsonException)
        {
            rules = null;
        }

        return rules is not null;
    }
}
