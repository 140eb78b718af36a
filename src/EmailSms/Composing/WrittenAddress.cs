using System.Diagnostics.CodeAnalysis;

namespace EmailSms.Composing;

/// <summary>
/// A local part in its pieces: a number or a name, and the options behind it.
/// <code>
///   +447700900123+class=urgent+parts=2      ours; a leading + belongs to the number
///   +447700900123?maxmsgs=2                 as IceWarp has them
///   /id=447700900123/maxpages=2/            as the SMS channel of Sun's mail server has them
/// </code>
/// </summary>
/// <param name="Target">The number or the name.</param>
/// <param name="Options">In the order in which they stand, keys in lower case and those of others made ours.</param>
internal sealed record WrittenAddress(string Target, IReadOnlyList<(string Key, string Value)> Options)
{
    /// <summary>What is longer than any number with all its options; the envelope allows 256 at most.</summary>
    private const int CharsMax = 256;

    private const string NoOption =
        "The part before the @ has a + with no option behind it; write such as +447700900123+class=urgent";

    // What the products before this one called the same; from is the same everywhere.
    private static readonly Dictionary<string, string> Foreign = new(StringComparer.Ordinal)
    {
        ["maxmsgs"] = "parts",
        ["maxpages"] = "parts",
    };

    /// <summary>
    /// True for a name, such as <c>night-shift</c>: what begins with a letter and is no number with a mark before it.
    /// </summary>
    public bool IsName => AddressName.IsOne(Target.ToLowerInvariant());

    /// <summary>False: <paramref name="wrong"/> is a sentence.</summary>
    public static bool TryTake(
        string localPart, [NotNullWhen(true)] out WrittenAddress? address, [NotNullWhen(false)] out string? wrong)
    {
        address = null;
        wrong = null;
        if (localPart.Length > CharsMax)
        {
            wrong = $"The part before the @ is longer than {CharsMax} characters";
            return false;
        }

        string text = WrittenNumber.Unquote(localPart).Trim(' ');
        if (text.StartsWith("/id=", StringComparison.OrdinalIgnoreCase))
        {
            return TryTakeSlashes(text, out address, out wrong);
        }

        int from = SkipToNumber(text);
        int question = text.IndexOf('?', from);
        int plus = text.IndexOf('+', from);
        bool isForeign = question >= 0 && (plus < 0 || question < plus);
        int end = isForeign ? question : plus;
        if (end < 0)
        {
            address = new WrittenAddress(text, []);
            return true;
        }

        string[] words = text[(end + 1)..].Split(isForeign ? '&' : '+');
        if (!TryTakeOptions(words, out List<(string, string)> options, out wrong)) return false;
        address = new WrittenAddress(text[..end].TrimEnd(' '), options);
        return true;
    }

    private static bool TryTakeSlashes(
        string text, [NotNullWhen(true)] out WrittenAddress? address, [NotNullWhen(false)] out string? wrong)
    {
        address = null;
        string[] words = text.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (!TryTakeOptions(words[1..], out List<(string, string)> options, out wrong)) return false;
        address = new WrittenAddress(words[0]["id=".Length..], options);
        return true;
    }

    private static bool TryTakeOptions(
        string[] words, out List<(string Key, string Value)> options, [NotNullWhen(false)] out string? wrong)
    {
        options = [];
        wrong = null;
        foreach (string word in words)
        {
            int equals = word.IndexOf('=', StringComparison.Ordinal);
            string key = equals < 0 ? "" : word[..equals].Trim().ToLowerInvariant();
            string value = word[(equals + 1)..].Trim();
            if (key.Length == 0 || value.Length == 0)
            {
                wrong = NoOption;
                return false;
            }

            options.Add((Foreign.GetValueOrDefault(key, key), value));
        }

        return true;
    }

    // The first + belongs to the number, in whatever script, and may stand behind the mark of a service.
    private static int SkipToNumber(string text)
    {
        int at = 0;
        foreach (string prefix in WrittenNumber.Prefixes)
        {
            if (text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) at = prefix.Length;
        }

        while (at < text.Length && text[at] is ' ' or '(') at++;
        return at < text.Length && text[at] == '+' ? at + 1 : at;
    }
}
