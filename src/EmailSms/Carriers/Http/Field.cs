using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EmailSms.Carriers.Http;

/// <summary>
/// What a carrier said, in an answer or at a hook: its text, the same as JSON where it is some, its headers.
/// </summary>
internal sealed record Said(string Body, JsonElement? Json, Func<string, string?> Header)
{
    /// <summary>A text without the mark that some put before UTF-8.</summary>
    public static string WithoutMark(string text) => text.TrimStart('\uFEFF');

    /// <summary>The text as JSON, if it is an object or an array.</summary>
    public static JsonElement? Parse(string body)
    {
        ReadOnlySpan<char> start = body.AsSpan().TrimStart();
        if (start.Length == 0 || start[0] is not ('{' or '[')) return null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>How the octets of a text are written in a field.</summary>
internal enum FieldCode
{
    Plain,
    HexUtf16,
    HexUtf8,
    Base64,
    Url,
}

/// <summary>
/// Where to find something in what a carrier said: by a path, in a header, or in the whole text; and a regular
/// expression that takes a part of it, its first group where it has one.
/// </summary>
internal sealed record Field
{
    public JsonPath? Path { get; init; }

    public string? Header { get; init; }

    public Regex? Pattern { get; init; }

    public FieldCode Code { get; init; }

    public Condition? When { get; init; }

    public static Field? Read(JsonElement value, string path, JsonWalk walk)
    {
        if (value.ValueKind is JsonValueKind.String)
        {
            if (JsonPath.TryParse(value.GetString()!, out JsonPath? simple)) return new Field { Path = simple };
            walk.At(value, path).Wrong($"'{value.GetString()}' is no path such as $.messages[0].id.");
            return null;
        }

        if (value.ValueKind is not JsonValueKind.Object)
        {
            walk.At(value, path).Wrong("needs a path, or an object with path, header or regex.");
            return null;
        }

        JsonWalk own = walk.At(value, path);
        var field = new Field
        {
            Path = ReadPath(own),
            Header = own.Text("header"),
            Pattern = own.Pattern("regex"),
            Code = own.Choice("decode", "plain", "hex-utf16be", "hex-utf8", "base64", "url") switch
            {
                "hex-utf16be" => FieldCode.HexUtf16,
                "hex-utf8" => FieldCode.HexUtf8,
                "base64" => FieldCode.Base64,
                "url" => FieldCode.Url,
                _ => FieldCode.Plain,
            },
            When = own.Object("when") is { } when ? Condition.Read(when) : null,
        };
        own.Done();
        if (field is { Path: null, Header: null, Pattern: null }) own.Wrong("needs path, header or regex.");
        return field;
    }

    /// <summary>All that is there, empty ones left out.</summary>
    public IEnumerable<string> Values(Said said)
    {
        if (When is not null && !When.Holds(said)) return [];
        IEnumerable<string> raw = Header is not null ? [said.Header(Header) ?? ""]
            : Path is null ? [said.Body]
            : said.Json is { } json ? Path.Find(json).Select(TextOf)
            : [];
        return raw.Select(Part).Select(Decode).Where(text => text.Length > 0);
    }

    private static JsonPath? ReadPath(JsonWalk own)
    {
        if (own.Text("path") is not { } text) return null;
        if (JsonPath.TryParse(text, out JsonPath? path)) return path;
        own.Wrong($"'{text}' is no path such as $.messages[0].id.", "path");
        return null;
    }

    private static string TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Null or JsonValueKind.Undefined => "",
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => value.GetRawText(),
    };

    private string Part(string text)
    {
        if (Pattern is null) return text;
        Match match = Pattern.Match(text);
        return !match.Success ? "" : match.Groups.Count > 1 ? match.Groups[1].Value : match.Value;
    }

    private string Decode(string text)
    {
        try
        {
            return Code switch
            {
                FieldCode.HexUtf16 => Encoding.BigEndianUnicode.GetString(Convert.FromHexString(text)),
                FieldCode.HexUtf8 => Encoding.UTF8.GetString(Convert.FromHexString(text)),
                FieldCode.Base64 => Encoding.UTF8.GetString(Convert.FromBase64String(text)),
                FieldCode.Url => Uri.UnescapeDataString(text.Replace('+', ' ')),
                _ => text,
            };
        }
        catch (FormatException)
        {
            return text; // better as it came than not at all
        }
    }
}

/// <summary>Several places for one thing: the first that has something.</summary>
internal sealed class Fields(IReadOnlyList<Field> all)
{
    public static readonly Fields None = new([]);

    public bool IsNone => all.Count == 0;

    public static Fields Read(JsonWalk walk, string name) => new([
        .. walk.Many(name).ToList().Select(one => Field.Read(one.Value, one.Path, walk)).OfType<Field>(),
    ]);

    /// <summary>What the first place that has something has: one or more.</summary>
    public IReadOnlyList<string> All(Said said)
    {
        foreach (Field field in all)
        {
            List<string> values = [.. field.Values(said)];
            if (values.Count > 0) return values;
        }

        return [];
    }

    /// <summary>The first thing in the first place that has something.</summary>
    public string? First(Said said) => All(said) is [var first, ..] ? first : null;

    /// <summary>The first thing of every place that has something.</summary>
    public IEnumerable<string> Each(Said said) =>
        all.Select(field => field.Values(said).FirstOrDefault()).OfType<string>();
}

/// <summary>
/// Something that has to be so: every value in a place is one of some, or fits a pattern, or is there.
/// </summary>
internal sealed class Condition
{
    private readonly Field _field;
    private readonly IReadOnlyList<string> _words;
    private readonly Regex? _pattern;
    private readonly bool _isAbsent;

    private Condition(Field field, IReadOnlyList<string> words, Regex? pattern, bool isAbsent) =>
        (_field, _words, _pattern, _isAbsent) = (field, words, pattern, isAbsent);

    public static Condition? Read(JsonWalk walk)
    {
        string? path = walk.Text("path");
        string? header = walk.Text("header");
        IReadOnlyList<string> words = walk.Texts("is");
        Regex? pattern = walk.Pattern("matches");
        bool isAbsent = walk.Flag("absent");
        walk.Done();
        JsonPath? place = null;
        if (path is not null && !JsonPath.TryParse(path, out place))
        {
            walk.Wrong($"'{path}' is no path such as $.messages[0].id.", "path");
            return null;
        }

        return new Condition(new Field { Path = place, Header = header }, words, pattern, isAbsent);
    }

    public static IReadOnlyList<Condition> ReadAll(JsonWalk walk, string name) => [
        .. walk.Many(name).ToList().Select(one =>
        {
            if (one.Value.ValueKind is JsonValueKind.Object) return Read(walk.At(one.Value, one.Path));
            walk.At(one.Value, one.Path).Wrong("needs an object with path and is, matches or absent.");
            return null;
        }).OfType<Condition>(),
    ];

    public bool Holds(Said said)
    {
        List<string> values = [.. _field.Values(said)];
        return _isAbsent ? values.Count == 0 : values.Count > 0 && values.TrueForAll(IsRight);
    }

    /// <summary>It is so in one place and not in another.</summary>
    public bool HoldsForSome(Said said)
    {
        List<string> values = [.. _field.Values(said)];
        return !_isAbsent && values.Exists(IsRight) && !values.TrueForAll(IsRight);
    }

    private bool IsRight(string value) =>
        (_words.Count == 0 || _words.Contains(value, StringComparer.OrdinalIgnoreCase))
        && (_pattern is null || _pattern.IsMatch(value));
}
