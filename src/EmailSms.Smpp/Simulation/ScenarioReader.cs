using System.Globalization;
using System.Text.Json;

namespace EmailSms.Smpp.Simulation;

/// <summary>
/// Reads one object of a scenario, a key at a time, and writes down what is wrong instead of stopping at the first
/// error: a wrong type, a value out of its range, a key that nobody asked for.
/// </summary>
internal sealed class ScenarioReader
{
    private readonly JsonElement _object;
    private readonly string _path;
    private readonly List<string> _errors;
    private readonly HashSet<string> _known = [];

    public ScenarioReader(JsonElement element, string path, List<string> errors)
    {
        (_object, _path, _errors) = (element, path, errors);
        if (element.ValueKind is not JsonValueKind.Object) Wrong("", "an object is wanted here");
    }

    public void Wrong(string key, string sentence) => _errors.Add($"{Place(key)}: {sentence}.");

    public bool Has(string key) => Find(key) is not null;

    /// <summary>The key has the word "none" instead of an object.</summary>
    public bool IsNone(string key) =>
        Find(key) is { ValueKind: JsonValueKind.String } value && value.ValueEquals("none");

    public string? Text(string key) => Find(key) is not { } value ? null
        : value.ValueKind is JsonValueKind.String ? value.GetString()
        : Wrong<string?>(key, "a text is wanted", null);

    public bool Flag(string key) => Find(key) is { } value && value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => Wrong(key, "true or false is wanted", fallback: false),
    };

    public double Number(string key, double least, double most, double fallback) => Find(key) is not { } value
        ? fallback
        : value.ValueKind is JsonValueKind.Number && value.TryGetDouble(out double number)
          && number >= least && number <= most
            ? number
            : Wrong(key, string.Create(
                CultureInfo.InvariantCulture, $"a number from {least} to {most} is wanted, not {value}"), fallback);

    public int Count(string key, int least, int most, int fallback)
    {
        double number = Number(key, least, most, fallback);
        return number == Math.Floor(number) ? (int)number : Wrong(key, "a whole number is wanted", fallback);
    }

    public T Word<T>(string key, T fallback)
        where T : struct, Enum
    {
        if (Text(key) is not { } word) return fallback;
        return Enum.TryParse(word, ignoreCase: true, out T value) && !char.IsAsciiDigit(word[0])
            ? value
            : Wrong(key, $"'{word}' is none of {string.Join(", ", Enum.GetNames<T>())}", fallback);
    }

    public Delay Delay(string key, Delay fallback) => Text(key) is not { } text ? fallback
        : Simulation.Delay.TryParse(text, out Delay delay) ? delay
        : Wrong(key, $"'{text}' is no delay such as 50ms, uniform 10ms 200ms, normal 80ms 20ms, exponential 2s",
            fallback);

    public CommandStatus Status(string key, CommandStatus fallback) => Text(key) is not { } text ? fallback
        : SimulatorWords.TryStatus(text, out CommandStatus status) ? status
        : Wrong(key, $"'{text}' is no status such as ESME_RTHROTTLED or 0x58", fallback);

    public MessageState? State(string key, MessageState? fallback) => Text(key) is not { } text ? fallback
        : SimulatorWords.TryState(text, out MessageState? state) ? state
        : Wrong(key, $"'{text}' is no state such as DELIVRD, UNDELIV, EXPIRED, REJECTD, or none", fallback);

    /// <summary>Each object of a list; none when the key is not there.</summary>
    public IEnumerable<ScenarioReader> Objects(string key) =>
        Elements(key).Select((element, i) => new ScenarioReader(element, $"{Place(key)}[{i}]", _errors));

    /// <summary>Each text of a list.</summary>
    public IEnumerable<string> Texts(string key)
    {
        foreach (JsonElement element in Elements(key))
        {
            if (element.ValueKind is JsonValueKind.String) yield return element.GetString()!;
            else Wrong(key, "a list of texts is wanted");
        }
    }

    /// <summary>Octets in hexadecimal digits.</summary>
    public byte[] Hex(string key)
    {
        string text = Text(key) ?? "";
        return text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit)
            ? Convert.FromHexString(text)
            : Wrong<byte[]>(key, $"'{text}' is not octets in hexadecimal digits", []);
    }

    /// <summary>A list of whole numbers.</summary>
    public IReadOnlyList<int> Numbers(string key, int least, int most)
    {
        List<int> numbers = [];
        foreach (JsonElement element in Elements(key))
        {
            if (element.ValueKind is JsonValueKind.Number && element.TryGetInt32(out int number)
                && number >= least && number <= most)
                numbers.Add(number);
            else
                Wrong(key, $"whole numbers from {least} to {most} are wanted, not {element}");
        }

        return numbers;
    }

    /// <summary>The object under a key; null when it is not there.</summary>
    public ScenarioReader? Object(string key) =>
        Find(key) is { } value ? new ScenarioReader(value, Place(key), _errors) : null;

    /// <summary>To be called when all keys have been asked for: the others are errors.</summary>
    public void End()
    {
        if (_object.ValueKind is not JsonValueKind.Object) return;
        foreach (JsonProperty property in _object.EnumerateObject())
        {
            if (_known.Contains(property.Name)) continue;
            Wrong(property.Name, $"there is no such key; known here are {string.Join(", ", _known.Order())}");
        }
    }

    private JsonElement[] Elements(string key)
    {
        if (Find(key) is not { } value) return [];
        if (value.ValueKind is JsonValueKind.Array) return [.. value.EnumerateArray()];
        Wrong(key, "a list is wanted");
        return [];
    }

    private JsonElement? Find(string key)
    {
        _known.Add(key);
        return _object.ValueKind is JsonValueKind.Object && _object.TryGetProperty(key, out JsonElement value)
            ? value
            : null;
    }

    private T Wrong<T>(string key, string sentence, T fallback)
    {
        Wrong(key, sentence);
        return fallback;
    }

    private string Place(string key) =>
        key.Length == 0 ? _path.Length == 0 ? "the scenario" : _path
        : _path.Length == 0 ? key
        : $"{_path}.{key}";
}
