using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Scriban.Runtime;

namespace EmailSms.Messages;

/// <summary>What a template is filled from.</summary>
/// <param name="Subject">Of the mail, tidied.</param>
/// <param name="Body">The text that the SMS would have without the template.</param>
/// <param name="From">The address of the author.</param>
/// <param name="FromName">The author's name; the address where there is none.</param>
/// <param name="Headers">By name, the first of each.</param>
/// <param name="Captures">What the rule's patterns found; those that found nothing are empty.</param>
/// <param name="Json">The body, where it is JSON.</param>
internal sealed record TemplateFields(
    string Subject,
    string Body,
    string From,
    string FromName,
    IReadOnlyDictionary<string, string> Headers,
    IReadOnlyDictionary<string, string> Captures,
    JsonElement? Json);

/// <summary>
/// A text with places to fill, in the language of Scriban: <c>{{ subject }}</c>, <c>{{ found.host | string.upcase
/// }}</c>, <c>{{ if json.value > 90 }}…{{ end }}</c>. What it sees and where it ends is with
/// <see cref="ShutInTemplate"/>.
/// </summary>
internal sealed class TextTemplate
{
    public const int SourceCharsMax = 4000;

    /// <summary>255 parts hold fewer.</summary>
    public const int OutputCharsMax = 50_000;

    private static readonly TemplateLimits Limits =
        new(SourceCharsMax, OutputCharsMax, LoopsMax: 1000, TimeSpan.FromSeconds(1));

    private readonly ShutInTemplate _template;

    private TextTemplate(string source, ShutInTemplate template)
    {
        Source = source;
        _template = template;
    }

    /// <summary>As it was written.</summary>
    public string Source { get; }

    /// <summary>The sentence has line and column of the first mistake.</summary>
    public static bool TryParse(
        string source, [NotNullWhen(true)] out TextTemplate? template, [NotNullWhen(false)] out string? mistake)
    {
        template = null;
        if (ShutInTemplate.Parse(source, Limits, out IReadOnlyList<TemplateMistake> mistakes) is not { } parsed)
        {
            mistake = Sentence("The template is wrong", mistakes[0]);
            return false;
        }

        var made = new TextTemplate(source, parsed);

        // A function that does not exist shows only when it is called. What else fails on a mail without any of the
        // fields may work on one that has them.
        mistake = made.Render(Sample()).Mistake;
        if (mistake?.Contains("was not found", StringComparison.Ordinal) is not true) mistake = null;
        template = mistake is null ? made : null;
        return mistake is null;
    }

    /// <summary>The text, or why there is none. It never throws, whatever the fields hold.</summary>
    public (string Text, string? Mistake) Render(TemplateFields fields)
    {
        (string text, TemplateMistake? mistake) = _template.Render(Values(fields));
        return (text, mistake is null ? null : Sentence("The template fails", mistake));
    }

    private static string Sentence(string what, TemplateMistake mistake) => mistake.Column > 0
        ? $"{what} at line {mistake.Line}, column {mistake.Column}: {mistake.Sentence}"
        : mistake.Sentence;

    private static Dictionary<string, object?> Values(TemplateFields fields) => new()
    {
        ["subject"] = fields.Subject,
        ["body"] = fields.Body,
        ["from"] = fields.From,
        ["from_name"] = fields.FromName,
        ["header"] = Map(fields.Headers),
        ["found"] = Map(fields.Captures),
        ["json"] = fields.Json is { } json ? Value(json) : null,
    };

    private static ScriptObject Map(IReadOnlyDictionary<string, string> values)
    {
        var map = new ScriptObject(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, string value) in values) map[name] = value;
        return map;
    }

    private static object? Value(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                var map = new ScriptObject();
                foreach (JsonProperty field in json.EnumerateObject()) map[field.Name] = Value(field.Value);
                return map;
            case JsonValueKind.Array:
                return new ScriptArray(json.EnumerateArray().Select(Value));
            case JsonValueKind.String:
                return json.GetString();
            case JsonValueKind.Number:
                return json.TryGetInt64(out long whole) ? whole : json.GetDouble();
            case JsonValueKind.True or JsonValueKind.False:
                return json.GetBoolean();
            default:
                return null;
        }
    }

    private static TemplateFields Sample() => new(
        "Subject", "Body", "ann@clinic.example", "Ann", new Dictionary<string, string>(),
        new Dictionary<string, string>(), null);
}
