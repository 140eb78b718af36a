using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using EmailSms.Smpp.Text;

namespace EmailSms.Composing;

/// <summary>
/// Typographic signs written with what the GSM alphabet has (3GPP TS 23.038 6.2.1). Letters are never touched: a name
/// without its accents is another name. Nor are signs whose loss would be one of meaning, such as the degree sign.
/// </summary>
internal static class Punctuation
{
    private static readonly FrozenDictionary<char, string> Unseen = new Dictionary<char, string>
    {
        ['\t'] = " ",
        ['\u00A0'] = " ",
        ['\u00AD'] = "",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<char, string> Plain = new Dictionary<char, string>
    {
        ['\t'] = " ",
        ['`'] = "'",
        ['\u00A0'] = " ",
        ['\u00A6'] = "|",
        ['\u00A9'] = "(c)",
        ['\u00AB'] = "\"",
        ['\u00AD'] = "",
        ['\u00AE'] = "(R)",
        ['\u00B1'] = "+/-",
        ['\u00B4'] = "'",
        ['\u00B7'] = "-",
        ['\u00B8'] = ",",
        ['\u00BB'] = "\"",
        ['\u00BC'] = "1/4",
        ['\u00BD'] = "1/2",
        ['\u00BE'] = "3/4",
        ['\u00D7'] = "x",
        ['\u00F7'] = "/",
        ['\u02BC'] = "'",
        ['\u02C6'] = "^",
        ['\u02DC'] = "~",
        ['\u2010'] = "-",
        ['\u2011'] = "-",
        ['\u2012'] = "-",
        ['\u2013'] = "-",
        ['\u2014'] = "-",
        ['\u2015'] = "-",
        ['\u2018'] = "'",
        ['\u2019'] = "'",
        ['\u201A'] = "'",
        ['\u201B'] = "'",
        ['\u201C'] = "\"",
        ['\u201D'] = "\"",
        ['\u201E'] = "\"",
        ['\u201F'] = "\"",
        ['\u2020'] = "+",
        ['\u2022'] = "-",
        ['\u2023'] = "-",
        ['\u2026'] = "...",
        ['\u2032'] = "'",
        ['\u2033'] = "\"",
        ['\u2039'] = "'",
        ['\u203A'] = "'",
        ['\u2043'] = "-",
        ['\u2044'] = "/",
        ['\u2116'] = "No",
        ['\u2122'] = "(TM)",
        ['\u2190'] = "<-",
        ['\u2192'] = "->",
        ['\u21D2'] = "=>",
        ['\u2212'] = "-",
        ['\u2215'] = "/",
        ['\u2248'] = "~",
        ['\u2260'] = "!=",
        ['\u2264'] = "<=",
        ['\u2265'] = ">=",
        ['\u25A0'] = "-",
        ['\u25AA'] = "-",
        ['\u25CF'] = "-",
        ['\u25E6'] = "-",
    }.ToFrozenDictionary();

    private static readonly SearchValues<char> Written = SearchValues.Create([.. Plain.Keys]);

    /// <summary>
    /// The text with plain signs, if that makes it fit the GSM alphabet, or the tables of a language; else as it was
    /// written: in UCS-2 a curly quote costs what a straight one does. Spaces and signs that nobody sees are made plain
    /// either way.
    /// </summary>
    public static string ToPlain(string text, SegmentOptions? segments = null)
    {
        if (!text.AsSpan().ContainsAny(Written)) return text;
        string plain = Write(text, Plain);
        return Letters.AreGsm7(plain, segments) ? plain : Write(text, Unseen);
    }

    /// <summary>The text with plain signs, whatever its letters are.</summary>
    public static string ToPlainSigns(string text) => Write(text, Plain);

    private static string Write(string text, FrozenDictionary<char, string> signs)
    {
        var plain = new StringBuilder(text.Length + 16);
        foreach (char c in text)
        {
            if (signs.TryGetValue(c, out string? written)) plain.Append(written);
            else plain.Append(c);
        }

        return plain.ToString();
    }
}
