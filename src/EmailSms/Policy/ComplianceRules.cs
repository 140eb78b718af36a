using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace EmailSms.Policy;

/// <summary>
/// What a sender rule says of the people it texts: opt-outs, consent, hours and registrations. It is kept as JSON; a
/// field that is not there has its default.
/// </summary>
internal sealed record ComplianceRules
{
    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web);

    private static readonly string UsualJson = JsonSerializer.Serialize(new ComplianceRules(), Form);

    /// <summary>The rules of most.</summary>
    public static ComplianceRules Usual { get; } = new();

    /// <summary>Urgent SMS also go to people who opted out: alarms to the staff of the house.</summary>
    public bool UrgentDespiteOptOut { get; init; }

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
