using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace EmailSms.Carriers.Http;

/// <summary>
/// A path into JSON: <c>$.messages[*].status['group']</c>, with or without the first two signs. Names, indexes and the
/// star of RFC 9535 are all that carriers need of it.
/// </summary>
internal sealed class JsonPath
{
    private readonly List<Step> _steps = [];

    private JsonPath(string text) => Text = text;

    /// <summary>As it was written.</summary>
    public string Text { get; }

    public static bool TryParse(string text, [NotNullWhen(true)] out JsonPath? path)
    {
        path = new JsonPath(text);
        ReadOnlySpan<char> rest = text.AsSpan();
        if (rest.Length > 0 && rest[0] == '$') rest = rest[1..];
        else if (rest.Length > 0 && rest[0] != '[') rest = $".{text}";
        while (rest.Length > 0)
        {
            int used = rest[0] switch
            {
                '.' => path.TakeName(rest),
                '[' => path.TakeBracket(rest),
                _ => 0,
            };
            if (used == 0)
            {
                path = null;
                return false;
            }

            rest = rest[used..];
        }

        return true;
    }

    /// <summary>Everything that it leads to; nothing where the JSON is of another shape.</summary>
    public IReadOnlyList<JsonElement> Find(JsonElement root)
    {
        List<JsonElement> found = [root];
        foreach (Step step in _steps)
        {
            List<JsonElement> next = [];
            foreach (JsonElement one in found) step.Take(one, next);
            found = next;
        }

        return found;
    }

    private int TakeName(ReadOnlySpan<char> rest)
    {
        int end = rest[1..].IndexOfAny('.', '[');
        int length = end < 0 ? rest.Length - 1 : end;
        if (length == 0) return 0;
        string name = rest[1..(1 + length)].ToString();
        _steps.Add(name == "*" ? new Step(null, null) : new Step(name, null));
        return 1 + length;
    }

    private int TakeBracket(ReadOnlySpan<char> rest)
    {
        if (rest.StartsWith("['", StringComparison.Ordinal))
        {
            int end = rest.IndexOf("']", StringComparison.Ordinal);
            if (end < 3) return 0;
            _steps.Add(new Step(rest[2..end].ToString(), null));
            return end + 2;
        }

        int close = rest.IndexOf(']');
        if (close < 2) return 0;
        ReadOnlySpan<char> inside = rest[1..close];
        if (inside is "*") _steps.Add(new Step(null, null));
        else if (int.TryParse(inside, NumberStyles.None, CultureInfo.InvariantCulture, out int index))
        {
            _steps.Add(new Step(null, index));
        }
        else
        {
            return 0;
        }

        return close + 1;
    }

    // A name, an index, or neither: all items of an array, all values of an object.
    private sealed record Step(string? Name, int? Index)
    {
        public void Take(JsonElement from, List<JsonElement> into)
        {
            if (Name is not null)
            {
                if (from.ValueKind is JsonValueKind.Object && from.TryGetProperty(Name, out JsonElement named))
                {
                    into.Add(named);
                }
            }
            else if (from.ValueKind is JsonValueKind.Array)
            {
                if (Index is { } index)
                {
                    if (index < from.GetArrayLength()) into.Add(from[index]);
                }
                else
                {
                    into.AddRange(from.EnumerateArray());
                }
            }
            else if (from.ValueKind is JsonValueKind.Object && Index is null)
            {
                into.AddRange(from.EnumerateObject().Select(property => property.Value));
            }
        }
    }
}
