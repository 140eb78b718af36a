using System.Collections.Frozen;
using System.Text;

namespace EmailSms.Composing;

/// <summary>
/// Typographic signs written with what the GSM alphabet has (3GPP TS 23.038 6.2.1). Letters are never touched: a name
/// without its accents is another name. In Chinese, Japanese and Korean text the signs are the script's own and the
/// SMS is UCS-2 anyway, so they stay.
/// </summary>
internal static class Punctuation
{
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
        ['\u00B2'] = "2",
        ['\u00B3'] = "3",
        ['\u00B4'] = "'",
        ['\u00B5'] = "u", // the micro sign, as ISO 2955 writes it
        ['\u00B7'] = "-",
        ['\u00B8'] = ",",
        ['\u00B9'] = "1",
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

    public static string ToPlain(string text)
    {
        if (text.AsSpan().ContainsAnyInRange('\u2E80', '\u9FFF') || text.AsSpan().ContainsAnyInRange('\uAC00', '\uD7AF'))
        {
            return text;
        }

        var plain = new StringBuilder(text.Length + 16);
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '\u00B0')
            {
                AppendDegree(plain, i + 1 < text.Length ? text[i + 1] : '\0');
            }
            else if (Plain.TryGetValue(c, out string? written))
            {
                plain.Append(written);
            }
            else
            {
                plain.Append(c);
            }
        }

        return plain.ToString();
    }

    /// <summary>31.5 °C reads as 31.5 C; an angle or a degree alone needs the word.</summary>
    private static void AppendDegree(StringBuilder plain, char next)
    {
        if (next is 'C' or 'F' or 'K') return;
        if (plain.Length > 0 && plain[^1] != ' ') plain.Append(' ');
        plain.Append("deg");
        if (char.IsLetterOrDigit(next)) plain.Append(' ');
    }
}
