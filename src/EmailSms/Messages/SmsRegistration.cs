using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmailSms.Messages;

/// <summary>
/// What an SMS tells its carrier for the registries of a country: all of it is given by whoever registered, and none of
/// it reaches the phone.
/// </summary>
/// <param name="Campaign">The campaign of the sender's number (10DLC, United States).</param>
/// <param name="DltEntity">Who sends, in the registry of India (DLT): 19 digits.</param>
/// <param name="DltTemplate">The template that the text is of, there: 19 digits.</param>
/// <param name="DltTelemarketer">Who carries it, there.</param>
internal sealed record SmsRegistration(
    string? Campaign, string? DltEntity, string? DltTemplate, string? DltTelemarketer)
{
    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>The names by which settings and definitions of carriers ask for a value.</summary>
    public static IReadOnlyList<string> Names { get; } = ["campaign", "dltEntity", "dltTemplate", "dltTelemarketer"];

    /// <summary>A value by its name; null: there is none.</summary>
    public string? Value(string name) => name switch
    {
        "campaign" => Campaign,
        "dltEntity" => DltEntity,
        "dltTemplate" => DltTemplate,
        "dltTelemarketer" => DltTelemarketer,
        _ => null,
    };

    /// <summary>As a timeline has it.</summary>
    public override string ToString() =>
        string.Join(", ", Names.Where(name => Value(name) is not null).Select(name => $"{name} {Value(name)}"));

    /// <summary>As it is kept beside the SMS.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Form);

    /// <summary>What <see cref="ToJson"/> wrote; null for nothing.</summary>
    public static SmsRegistration? FromJson(string? json) =>
        json is null ? null : JsonSerializer.Deserialize<SmsRegistration>(json, Form);
}
