using System.Globalization;
using System.Text.Json;

namespace EmailSms.Carriers.Http;

/// <summary>
/// What a code of a carrier's says of an SMS. The first six mean that it never will be sent as it stands.
/// </summary>
internal enum CodeMeaning
{
    /// <summary>The number is none, or no mobile.</summary>
    Number,

    /// <summary>The sender ID is not taken.</summary>
    Sender,

    /// <summary>The text is not taken.</summary>
    Content,

    /// <summary>Blocked: by the network, by the person, by a filter.</summary>
    Policy,

    /// <summary>Refused for another reason.</summary>
    Permanent,

    /// <summary>The person wants no SMS: recorded.</summary>
    OptedOut,

    /// <summary>Account, credit or configuration: every SMS will meet it.</summary>
    Authentication,

    /// <summary>
    /// This account may not send to that country, or not with this sender ID: another SMS may be taken, and this one by
    /// another carrier.
    /// </summary>
    Elsewhere,

    /// <summary>Slower; it was not taken.</summary>
    Throttled,

    /// <summary>The same of this sender ID alone: others go on.</summary>
    SenderThrottled,

    /// <summary>Later; it was not taken.</summary>
    Temporary,

    /// <summary>It may have been taken.</summary>
    Uncertain,

    /// <summary>It was taken, now or before.</summary>
    Accepted,

    /// <summary>Its time ran out. In receipts alone.</summary>
    Expired,
}

/// <summary>
/// Codes and what they mean. A code is written as it comes; <c>21265-21266</c> is a range, <c>ESME_*</c> all that begin
/// so.
/// </summary>
internal sealed class CodeTable
{
    private readonly Dictionary<string, CodeMeaning> _exact = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<(long From, long To, CodeMeaning Meaning)> _ranges = [];
    private readonly List<(string Start, CodeMeaning Meaning)> _starts = [];

    public static CodeTable Empty { get; } = new();

    /// <summary>The words for meanings, as they stand in a definition.</summary>
    public static IEnumerable<string> Words => Enum.GetNames<CodeMeaning>().Select(WordOf);

    public static bool TryMeaning(string word, out CodeMeaning meaning)
    {
        foreach (CodeMeaning one in Enum.GetValues<CodeMeaning>())
        {
            meaning = one;
            if (WordOf(one.ToString()).Equals(word, StringComparison.OrdinalIgnoreCase)) return true;
        }

        meaning = default;
        return false;
    }

    public static CodeTable Read(JsonWalk walk, string name)
    {
        var table = new CodeTable();
        foreach ((string word, JsonElement value) in walk.Map(name))
        {
            if (!TryMeaning(word, out CodeMeaning meaning))
            {
                walk.Wrong($"'{word}' is no meaning; those are {string.Join(", ", Words)}.", name);
                continue;
            }

            IEnumerable<JsonElement> codes =
                value.ValueKind is JsonValueKind.Array ? value.EnumerateArray() : [value];
            foreach (JsonElement code in codes)
            {
                if (code.ValueKind is JsonValueKind.String) table.Add(code.GetString()!, meaning);
                else if (code.ValueKind is JsonValueKind.Number) table.Add(code.GetRawText(), meaning);
                else walk.Wrong("needs codes.", $"{name}.{word}");
            }
        }

        return table;
    }

    public void Add(string code, CodeMeaning meaning)
    {
        string[] ends = code.Split('-');
        if (ends.Length == 2 && long.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out long from)
            && long.TryParse(ends[1], NumberStyles.None, CultureInfo.InvariantCulture, out long to))
        {
            _ranges.Add((from, to, meaning));
        }
        else if (code.EndsWith('*'))
        {
            _starts.Add((code[..^1], meaning));
        }
        else
        {
            _exact[code] = meaning;
        }
    }

    /// <summary>What a code means; null: it is not in the table.</summary>
    public CodeMeaning? Find(string code)
    {
        if (_exact.TryGetValue(code, out CodeMeaning exact)) return exact;
        if (long.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
        {
            foreach ((long from, long to, CodeMeaning meaning) in _ranges)
            {
                if (number >= from && number <= to) return meaning;
            }
        }

        foreach ((string start, CodeMeaning meaning) in _starts)
        {
            if (code.StartsWith(start, StringComparison.OrdinalIgnoreCase)) return meaning;
        }

        return null;
    }

    private static string WordOf(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
