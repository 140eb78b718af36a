using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Scriban;
using Scriban.Parsing;
using Scriban.Runtime;
using Scriban.Syntax;

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
/// }}</c>, <c>{{ if json.value > 90 }}…{{ end }}</c>. It is shut in: it sees only the fields, the functions on
/// strings, arrays, numbers and objects, no file, no type of the program; loops, output, depth and time have limits.
/// </summary>
internal sealed class TextTemplate
{
    public const int SourceCharsMax = 4000;

    /// <summary>255 parts hold fewer. The template ends there, and three dots stand for the rest.</summary>
    public const int OutputCharsMax = 50_000;

    /// <summary>What it writes and what it keeps (<c>capture</c>) together; above it the template fails.</summary>
    private const int WrittenCharsMax = 2 * OutputCharsMax;

    private const int LoopsMax = 1000;
    private const int DepthMax = 20;

    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(1);
    private static readonly ScriptObject Functions = SafeFunctions();

    private readonly Template _template;

    private TextTemplate(string source, Template template)
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
        if (source.Length > SourceCharsMax)
        {
            mistake = $"A template has at most {SourceCharsMax} characters.";
            return false;
        }

        var parsed = Template.Parse(source, null, new ParserOptions { ExpressionDepthLimit = DepthMax });
        if (parsed.HasErrors)
        {
            LogMessage first = parsed.Messages.First(message => message.Type is ParserMessageType.Error);
            TextPosition at = first.Span.Start;
            mistake = $"The template is wrong at line {at.Line + 1}, column {at.Column + 1}: {first.Message}";
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
        using var time = new CancellationTokenSource(TimeMax);
        var text = new TemplateOutput(OutputCharsMax);
        var context = new TemplateContext(Functions)
        {
            LoopLimit = LoopsMax,
            RecursiveLimit = DepthMax,
            ObjectRecursionLimit = DepthMax,
            LimitToString = OutputCharsMax,
            OutputLimit = WrittenCharsMax,
            OnOutputLimit = ScriptLimitBehavior.Throw,
            CancellationToken = time.Token,
            MemberFilter = _ => false, // no member of any object of the program
            EnableRelaxedMemberAccess = true, // a field that this mail lacks is empty
            EnableRelaxedTargetAccess = true,
            EnableRelaxedIndexerAccess = true,
        };
        context.PushGlobal(Globals(fields));
        context.PushOutput(text);
        try
        {
            _template.Render(context);
            return (text.ToString(), null);
        }
        catch (Exception) when (text.IsFull)
        {
            return (text.ToString(), null);
        }
        catch (ScriptRuntimeException wrong)
        {
            TextPosition at = wrong.Span.Start;
            return ("", $"The template fails at line {at.Line + 1}, column {at.Column + 1}: {wrong.OriginalMessage}");
        }
        catch (Exception wrong) when (wrong is InvalidOperationException or ArgumentException or ArithmeticException
            or FormatException or InvalidCastException or OperationCanceledException)
        {
            return ("", $"The template fails: {wrong.Message}");
        }
    }

    private static ScriptObject SafeFunctions()
    {
        ScriptObject all = TemplateContext.GetDefaultBuiltinObject();
        var safe = new ScriptObject();
        foreach (string name in new[] { "string", "array", "math", "object", "empty", "blank" })
        {
            if (all.TryGetValue(name, out object? functions)) safe[name] = functions;
        }

        if (safe["object"] is ScriptObject objects)
        {
            var withoutEval = new ScriptObject();
            foreach ((string name, object? function) in objects)
            {
                if (!name.StartsWith("eval", StringComparison.Ordinal)) withoutEval[name] = function;
            }

            safe["object"] = withoutEval;
        }

        return safe;
    }

    private static ScriptObject Globals(TemplateFields fields) => new()
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
