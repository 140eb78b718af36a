using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PhoneNumbers;

namespace EmailSms.Carriers.Http;

/// <summary>What a template does with a value on its way into a request.</summary>
internal sealed class Transform
{
    private static readonly Dictionary<string, (int Arguments, Func<object?, string[], object?> Apply)> Known = new()
    {
        // Numbers of phones.
        ["digits"] = (0, (value, _) => ToText(value).TrimStart('+')),
        ["00"] = (0, (value, _) => ToText(value) is ['+', ..] number ? "00" + number[1..] : value),
        ["national"] = (0, (value, _) => National(ToText(value))),

        // Times.
        ["seconds"] = (0, (value, _) => Count(value, span => span.TotalSeconds)),
        ["minutes"] = (0, (value, _) => Count(value, span => span.TotalMinutes)),
        ["milliseconds"] = (0, (value, _) => Count(value, span => span.TotalMilliseconds)),
        ["unix"] = (0, (value, _) => value is DateTimeOffset at ? at.ToUnixTimeSeconds() : value),
        ["iso8601"] = (0, (value, _) => value is DateTimeOffset at
            ? at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
            : value),
        ["time"] = (1, (value, given) => value is DateTimeOffset at
            ? at.UtcDateTime.ToString(given[0], CultureInfo.InvariantCulture)
            : value),

        // Kinds of JSON.
        ["number"] = (0, (value, _) => ToNumber(value)),
        ["boolean"] = (0, (value, _) => IsEmpty(value) ? value : ToText(value) is "true" or "1"),
        ["text"] = (0, (value, _) => ToText(value)),

        // Bounds.
        ["atmost"] = (1, (value, given) => Bound(value, given[0], Math.Min)),
        ["atleast"] = (1, (value, given) => Bound(value, given[0], Math.Max)),
        ["cut"] = (1, (value, given) => ToText(value) is { } text
            && int.Parse(given[0], CultureInfo.InvariantCulture) is var most && text.Length > most ? text[..most]
                : value),

        // Choice.
        ["append"] = (1, (value, given) => IsEmpty(value) ? value : ToText(value) + given[0]),
        ["then"] = (1, (value, given) => IsEmpty(value) ? value : given[0]),
        ["else"] = (1, (value, given) => IsEmpty(value) ? given[0] : value),

        ["bearer"] = (0, (value, _) => IsEmpty(value) ? value : $"Bearer {ToText(value)}"),

        // Letters.
        ["lower"] = (0, (value, _) => ToText(value).ToLowerInvariant()),
        ["upper"] = (0, (value, _) => ToText(value).ToUpperInvariant()),
        ["url"] = (0, (value, _) => Uri.EscapeDataString(ToText(value))),
        ["base64"] = (0, (value, _) => Convert.ToBase64String(Encoding.UTF8.GetBytes(ToText(value)))),
        ["sha256"] =
            (0, (value, _) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToText(value))))),
        ["hex-utf16be"] = (0, (value, _) =>
            Convert.ToHexStringLower(Encoding.BigEndianUnicode.GetBytes(ToText(value)))),
    };

    private readonly Func<object?, string[], object?> _apply;
    private readonly string[] _given;

    private Transform(Func<object?, string[], object?> apply, string[] given) => (_apply, _given) = (apply, given);

    /// <summary>All there are.</summary>
    public static IEnumerable<string> Names => Known.Keys;

    /// <summary>Takes <c>digits</c>, or <c>atmost(36000)</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Transform? transform)
    {
        transform = null;
        int open = text.IndexOf('(', StringComparison.Ordinal);
        string name = open < 0 ? text : text[..open];
        if (!Known.TryGetValue(name, out (int Arguments, Func<object?, string[], object?> Apply) known)) return false;
        string[] given = open < 0 ? [] : [text[(open + 1)..].TrimEnd(')')];
        if (given.Length != known.Arguments || (open >= 0 && !text.EndsWith(')'))) return false;
        bool isCount = name is "atmost" or "atleast" or "cut";
        if (isCount && !long.TryParse(given[0], NumberStyles.None, CultureInfo.InvariantCulture, out _)) return false;
        transform = new Transform(known.Apply, given);
        return true;
    }

    /// <summary>What is empty stays so, but for <c>else</c>.</summary>
    public object? Apply(object? value) => _apply(value, _given);

    public static bool IsEmpty(object? value) => value is null or "";

    /// <summary>The value as it stands in a form, a query or a header.</summary>
    public static string ToText(object? value) => value switch
    {
        null => "",
        string text => text,
        bool yes => yes ? "true" : "false",
        TimeSpan span => Math.Ceiling(span.TotalSeconds).ToString("0", CultureInfo.InvariantCulture),
        DateTimeOffset at => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static object? Count(object? value, Func<TimeSpan, double> unit) =>
        value is TimeSpan span ? (long)Math.Ceiling(unit(span)) : value;

    private static object? ToNumber(object? value) => ToText(value) switch
    {
        "" => null,
        var text when long.TryParse(
            text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole) =>
            whole,
        var text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double other) =>
            other,
        _ => value,
    };

    private static object? Bound(object? value, string given, Func<long, long, long> choose) => value switch
    {
        long number => choose(number, long.Parse(given, CultureInfo.InvariantCulture)),
        _ => value,
    };

    private static string National(string number)
    {
        if (number is not ['+', ..]) return number;
        try
        {
            return PhoneNumberUtil.GetInstance().Parse(number, null).NationalNumber
                .ToString(CultureInfo.InvariantCulture);
        }
        catch (NumberParseException)
        {
            return number;
        }
    }
}
