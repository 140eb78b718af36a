using System.Text.RegularExpressions;

namespace EmailSms.Smpp;

/// <summary>
/// The text of a receipt: <c>id:… sub:… dlvrd:… submit date:… done date:… stat:… err:… text:…</c>. Each key counts
/// where it first stands, at the beginning or behind a space; keys may be missing, in another order or in capitals.
/// </summary>
internal sealed partial record ReceiptText(
    string? Id, MessageState? State, string? Error, string? SubmitDate, string? DoneDate)
{
    public static ReceiptText Parse(string raw)
    {
        var seen = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        MatchCollection keys = Keys().Matches(raw);
        for (int i = 0; i < keys.Count; i++)
        {
            Match key = keys[i];
            string name = key.Groups["key"].Value;
            if (name.Equals("text", StringComparison.OrdinalIgnoreCase)) break; // what follows may be an attacker's
            int from = key.Index + key.Length;
            int to = i + 1 < keys.Count ? keys[i + 1].Index : raw.Length;
            seen.TryAdd(name, raw[from..to].Trim(' ', '\0', '\r', '\n', '\t'));
        }

        return new ReceiptText(
            Word("id"), StateOf(Word("stat") ?? Word("status")), Word("err"), Value("submit date"), Value("done date"));

        string? Word(string name) => Value(name)?.Split(' ', 2)[0]; // keys nobody here knows may follow

        string? Value(string name) => seen.TryGetValue(name, out string? value) && value.Length > 0 ? value : null;
    }

    /// <summary>Words of 7 letters in the standard, whole words and numbers in the wild.</summary>
    public static MessageState? StateOf(string? word) => word?.ToUpperInvariant() switch
    {
        null => null,
        ['D', 'E', 'L', 'I', 'V', ..] => MessageState.Delivered,
        ['E', 'X', 'P', 'I', ..] => MessageState.Expired,
        ['D', 'E', 'L', 'E', 'T', ..] => MessageState.Deleted,
        ['U', 'N', 'D', 'E', 'L', ..] or ['F', 'A', 'I', 'L', ..] => MessageState.Undeliverable,
        ['A', 'C', 'C', 'E', 'P', ..] or "ACKED" => MessageState.Accepted,
        ['R', 'E', 'J', 'E', 'C', ..] => MessageState.Rejected,
        ['E', 'N', 'R', 'O', 'U', ..] or ['B', 'U', 'F', 'F', ..] => MessageState.Enroute,
        ['S', 'K', 'I', 'P', ..] => MessageState.Skipped,
        ['S', 'C', 'H', 'E', 'D', ..] => MessageState.Scheduled,
        [>= '0' and <= '9'] digit => (MessageState)(digit[0] - '0'),
        _ => MessageState.Unknown,
    };

    [GeneratedRegex(
        @"(?<=^|\s)(?<key>id|sub|dlvrd|submit date|done date|status|stat|err|text)\s?:",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Keys();
}
