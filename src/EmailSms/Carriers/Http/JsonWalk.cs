using System.Text.Json;

namespace EmailSms.Carriers.Http;

/// <summary>
/// Reads an object of a definition key by key, and notes everything that is wrong with it: of a wrong type, missing, or
/// a key that nobody asked for. The first mistake does not hide the second.
/// </summary>
internal sealed class JsonWalk(JsonElement element, string path, List<string> wrong, HashSet<string>? asked = null)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>The object itself.</summary>
    public JsonElement Element => element;

    /// <summary>Where it is, for a person: <c>send.auth</c>.</summary>
    public string Path => path;

    public void Wrong(string sentence, string? name = null) => wrong.Add($"{Join(name)}: {sentence}");

    /// <summary>A text; null when it is not there.</summary>
    public string? Text(string name, bool isRequired = false)
    {
        if (Take(name, isRequired) is not { } value) return null;
        if (value.ValueKind is JsonValueKind.String) return value.GetString();
        Wrong("needs a text.", name);
        return null;
    }

    /// <summary>One of some words; the first when it is not there.</summary>
    public string Choice(string name, params string[] words)
    {
        if (Text(name) is not { } text) return words[0];
        if (words.Contains(text)) return text;
        Wrong($"'{text}' is not one of {string.Join(", ", words)}.", name);
        return words[0];
    }

    public bool Flag(string name)
    {
        if (Take(name, isRequired: false) is not { } value) return false;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.GetBoolean();
        Wrong("needs true or false.", name);
        return false;
    }

    public int? Number(string name, int least, int most)
    {
        if (Take(name, isRequired: false) is not { } value) return null;
        if (value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out int number) && number >= least
            && number <= most)
        {
            return number;
        }

        Wrong($"needs a whole number from {least} to {most}.", name);
        return null;
    }

    /// <summary>Texts: a list, or one alone.</summary>
    public IReadOnlyList<string> Texts(string name)
    {
        List<string> texts = [];
        foreach ((JsonElement one, string at) in Many(name))
        {
            if (one.ValueKind is JsonValueKind.String) texts.Add(one.GetString()!);
            else wrong.Add($"{at}: needs a text.");
        }

        return texts;
    }

    /// <summary>An object; null when it is not there.</summary>
    public JsonWalk? Object(string name, bool isRequired = false)
    {
        if (Take(name, isRequired) is not { } value) return null;
        if (value.ValueKind is JsonValueKind.Object) return new JsonWalk(value, Join(name), wrong, asked);
        Wrong("needs an object.", name);
        return null;
    }

    /// <summary>Whatever it is.</summary>
    public JsonElement? Any(string name) => Take(name, isRequired: false);

    /// <summary>The items of a list, or the one thing that stands there alone, each with its place.</summary>
    public IEnumerable<(JsonElement Value, string Path)> Many(string name)
    {
        if (Take(name, isRequired: false) is not { } value) yield break;
        if (value.ValueKind is not JsonValueKind.Array)
        {
            yield return (value, Join(name));
            yield break;
        }

        int i = 0;
        foreach (JsonElement one in value.EnumerateArray()) yield return (one, $"{Join(name)}[{i++}]");
    }

    /// <summary>An object whose keys are names of the definition's own.</summary>
    public IEnumerable<(string Key, JsonElement Value)> Map(string name)
    {
        if (Take(name, isRequired: false) is not { } value) yield break;
        if (value.ValueKind is not JsonValueKind.Object)
        {
            Wrong("needs an object.", name);
            yield break;
        }

        foreach (JsonProperty property in value.EnumerateObject()) yield return (property.Name, property.Value);
    }

    /// <summary>The same where every value is a text.</summary>
    public IEnumerable<(string Key, string Value)> TextMap(string name)
    {
        foreach ((string key, JsonElement value) in Map(name))
        {
            if (value.ValueKind is JsonValueKind.String) yield return (key, value.GetString()!);
            else Wrong("needs a text.", $"{name}.{key}");
        }
    }

    /// <summary>Another object in the same words of mistakes, such as an item of a list.</summary>
    public JsonWalk At(JsonElement other, string otherPath) => new(other, otherPath, wrong, asked);

    /// <summary>A regular expression; null when it is not there or not one.</summary>
    public System.Text.RegularExpressions.Regex? Pattern(string name) =>
        Text(name) is { } text ? Pattern(text, name) : null;

    /// <summary>A text that must be a regular expression.</summary>
    public System.Text.RegularExpressions.Regex? Pattern(string text, string name)
    {
        try
        {
            // Without back-tracking: an answer of somebody else's must not be able to stop us.
            return new System.Text.RegularExpressions.Regex(
                text,
                System.Text.RegularExpressions.RegexOptions.NonBacktracking
                | System.Text.RegularExpressions.RegexOptions.CultureInvariant);
        }
        catch (Exception trouble) when (trouble is ArgumentException or NotSupportedException)
        {
            Wrong($"is no regular expression: {trouble.Message}", name);
            return null;
        }
    }

    /// <summary>Notes the keys that nobody asked for.</summary>
    public void Done()
    {
        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (_known.Contains(property.Name)) continue;
            Wrong($"there is no such key; known here are {string.Join(", ", _known.Order())}.", property.Name);
        }
    }

    private JsonElement? Take(string name, bool isRequired)
    {
        _known.Add(name);
        asked?.Add(Join(name));
        if (element.TryGetProperty(name, out JsonElement value)
            && value.ValueKind is not JsonValueKind.Null) return value;
        if (isRequired) Wrong("is missing.", name);
        return null;
    }

    private string Join(string? name) => name is null ? path : path.Length == 0 ? name : $"{path}.{name}";
}
