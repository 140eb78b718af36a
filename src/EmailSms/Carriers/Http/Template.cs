using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EmailSms.Carriers.Http;

/// <summary>
/// A text with places in it: <c>{to:digits}</c>, <c>{ApiKey|AccountSid}</c> (the first that is not empty),
/// <c>{unicode:then(unicode):else(text)}</c>. Two braces stand for one. A template that is one place alone keeps the
/// kind of its value, so that a number stays one in JSON.
/// </summary>
internal sealed class Template
{
    private readonly List<object> _pieces = []; // a string, or a Place

    private Template(string text) => Text = text;

    /// <summary>One of nothing.</summary>
    public static Template Empty { get; } = new("");

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>The names of the values that it takes.</summary>
    public IEnumerable<string> Names => _pieces.OfType<Place>().SelectMany(place => place.Names);

    /// <summary>Reads one; what is wrong with it is said in a sentence.</summary>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out Template? template, [NotNullWhen(false)] out string? wrong)
    {
        template = new Template(text);
        wrong = template.Read(text);
        if (wrong is null) return true;
        template = null;
        return false;
    }

    /// <summary>The value: null when it is empty.</summary>
    /// <param name="get">Gives a value by its name; null when there is none.</param>
    public object? Value(Func<string, object?> get)
    {
        if (_pieces is [Place alone]) return alone.Value(get);
        var text = new StringBuilder();
        foreach (object piece in _pieces)
        {
            text.Append(piece is Place place ? Transform.ToText(place.Value(get)) : piece);
        }

        return text.Length == 0 ? null : text.ToString();
    }

    /// <summary>The value as text; empty when there is none.</summary>
    public string TextOf(Func<string, object?> get) => Transform.ToText(Value(get));

    private string? Read(string text)
    {
        var literal = new StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c is '{' or '}' && i + 1 < text.Length && text[i + 1] == c)
            {
                literal.Append(c);
                i++;
            }
            else if (c == '}')
            {
                return "has a } without its {; two of them stand for one.";
            }
            else if (c != '{')
            {
                literal.Append(c);
            }
            else
            {
                int end = EndOf(text, i + 1);
                if (end < 0) return "has a { without its }; two of them stand for one.";
                if (literal.Length > 0) _pieces.Add(literal.ToString());
                literal.Clear();
                if (Place.Read(text[(i + 1)..end], out Place? place) is { } wrong) return wrong;
                _pieces.Add(place!);
                i = end;
            }
        }

        if (literal.Length > 0) _pieces.Add(literal.ToString());
        return null;
    }

    private static int EndOf(string text, int from)
    {
        int depth = 0;
        for (int i = from; i < text.Length; i++)
        {
            if (text[i] == '(') depth++;
            else if (text[i] == ')') depth--;
            else if (text[i] == '}' && depth <= 0) return i;
        }

        return -1;
    }

    private sealed class Place(string[] names, List<Transform> transforms)
    {
        public IReadOnlyList<string> Names => names;

        public static string? Read(string text, out Place? place)
        {
            place = null;
            List<string> words = Split(text);
            string[] names = words[0].Split('|');
            if (names.Any(name => name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')))
            {
                return $"has {{{text}}}, and '{words[0]}' is no name.";
            }

            List<Transform> transforms = [];
            foreach (string word in words.Skip(1))
            {
                if (!Transform.TryParse(word, out Transform? transform))
                {
                    return $"has {{{text}}}, and there is no '{word}'; there are {string.Join(", ", Transform.Names)}.";
                }

                transforms.Add(transform);
            }

            place = new Place(names, transforms);
            return null;
        }

        public object? Value(Func<string, object?> get)
        {
            object? value = null;
            foreach (string name in names)
            {
                value = get(name);
                if (!Transform.IsEmpty(value)) break;
            }

            foreach (Transform transform in transforms) value = transform.Apply(value);
            return Transform.IsEmpty(value) ? null : value;
        }

        // At colons, but not at those between parentheses.
        private static List<string> Split(string text)
        {
            List<string> words = [];
            int depth = 0;
            int start = 0;
            for (int i = 0; i < text.Length; i++)
            {
                if (text[i] == '(') depth++;
                else if (text[i] == ')') depth--;
                else if (text[i] == ':' && depth == 0)
                {
                    words.Add(text[start..i]);
                    start = i + 1;
                }
            }

            words.Add(text[start..]);
            return words;
        }
    }
}
