using System.Collections;
using System.Net;
using Scriban;
using Scriban.Parsing;
using Scriban.Runtime;
using Scriban.Syntax;

namespace EmailSms.Messages;

/// <summary>What a template may use up before it is ended.</summary>
/// <param name="SourceCharsMax">Of the template itself.</param>
/// <param name="OutputCharsMax">The template ends there, and three dots stand for the rest.</param>
/// <param name="LoopsMax">Rounds of a loop.</param>
/// <param name="TimeMax">Null: no limit, for one that is known to end.</param>
internal sealed record TemplateLimits(int SourceCharsMax, int OutputCharsMax, int LoopsMax, TimeSpan? TimeMax);

/// <summary>Something wrong with a template, and where. Lines and columns begin at 1; 0: of the whole.</summary>
internal sealed record TemplateMistake(int Line, int Column, string Sentence);

/// <summary>
/// A template in the language of Scriban, shut in: it sees only the values that it is given, and the functions on
/// strings, arrays, numbers and objects; no file, no type of the program. Loops, output, depth and time have limits.
/// It is parsed once, and may be rendered by many threads.
/// </summary>
internal sealed class ShutInTemplate
{
    private const int DepthMax = 20;

    /// <summary>What every template may call, by its first name.</summary>
    public static ScriptObject Functions { get; } = SafeFunctions();

    private readonly Template _template;
    private readonly TemplateLimits _limits;

    private ShutInTemplate(Template template, TemplateLimits limits)
    {
        _template = template;
        _limits = limits;
    }

    /// <summary>What it is made of.</summary>
    internal ScriptPage Page => _template.Page!;

    /// <summary>Null where it cannot be parsed: what is wrong is in <paramref name="mistakes"/> then.</summary>
    public static ShutInTemplate? Parse(
        string source, TemplateLimits limits, out IReadOnlyList<TemplateMistake> mistakes)
    {
        if (source.Length > limits.SourceCharsMax)
        {
            mistakes = [new(0, 0, $"A template has at most {limits.SourceCharsMax} characters.")];
            return null;
        }

        var parsed = Template.Parse(source, null, new ParserOptions { ExpressionDepthLimit = DepthMax });
        mistakes =
        [
            .. from message in parsed.Messages
               where message.Type is ParserMessageType.Error
               select new TemplateMistake(
                   message.Span.Start.Line + 1, message.Span.Start.Column + 1, message.Message),
        ];
        return mistakes.Count > 0 ? null : new ShutInTemplate(parsed, limits);
    }

    /// <summary>The text, or why there is none. It never throws, whatever the values are.</summary>
    /// <param name="values">Texts, numbers, true or false, null, and lists and maps of such.</param>
    /// <param name="isStrict">Whether a name that is none of the values is a mistake; else it is empty.</param>
    /// <param name="isHtml">Whether what is filled in is escaped, so that it is never markup.</param>
    public (string Text, TemplateMistake? Mistake) Render(
        IReadOnlyDictionary<string, object?> values, bool isStrict = false, bool isHtml = false)
    {
        using CancellationTokenSource? time = _limits.TimeMax is { } max ? new CancellationTokenSource(max) : null;
        var text = new TemplateOutput(_limits.OutputCharsMax);
        var context = new Context(isHtml)
        {
            LoopLimit = _limits.LoopsMax,
            RecursiveLimit = DepthMax,
            ObjectRecursionLimit = DepthMax,
            LimitToString = _limits.OutputCharsMax,
            OutputLimit = 2 * _limits.OutputCharsMax, // with what it keeps (capture); above it the template fails
            OnOutputLimit = ScriptLimitBehavior.Throw,
            CancellationToken = time?.Token ?? CancellationToken.None,
            StrictVariables = isStrict,
            MemberFilter = _ => false, // no member of any object of the program
            EnableRelaxedMemberAccess = true, // a field that this mail lacks is empty
            EnableRelaxedTargetAccess = true,
            EnableRelaxedIndexerAccess = true,
        };
        context.PushGlobal(Map(values));
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
            return ("", new TemplateMistake(at.Line + 1, at.Column + 1, wrong.OriginalMessage));
        }
        catch (Exception wrong) when (wrong is InvalidOperationException or ArgumentException or ArithmeticException
            or FormatException or InvalidCastException or OperationCanceledException)
        {
            return ("", new TemplateMistake(0, 0, wrong.Message));
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

    private static ScriptObject Map(IEnumerable<KeyValuePair<string, object?>> values)
    {
        var map = new ScriptObject();
        foreach ((string name, object? value) in values) map[name] = Value(value);
        return map;
    }

    private static object? Value(object? value) => value switch
    {
        ScriptObject or ScriptArray or string => value,
        IEnumerable<KeyValuePair<string, object?>> map => Map(map),
        IEnumerable list => new ScriptArray(list.Cast<object?>().Select(Value)),
        _ => value,
    };

    /// <summary>Escapes what an expression writes; what a capture kept was escaped when it was written.</summary>
    private sealed class Context(bool isHtml) : TemplateContext(Functions)
    {
        public override TemplateContext Write(SourceSpan span, object? textAsObject) =>
            isHtml && textAsObject is not (null or IScriptOutput)
                ? Write(WebUtility.HtmlEncode(ObjectToString(textAsObject)))
                : base.Write(span, textAsObject);
    }
}
