using System.Text;

namespace EmailSms.Composing;

/// <summary>
/// Outlook's plain text writes each link twice, <c>www.example.org&lt;http://www.example.org/&gt;</c>, and each picture
/// as <c>[cid:…]</c>. What the text said already goes.
/// </summary>
internal static class OutlookLinks
{
    /// <summary>How far a bracket is looked for: a line of nothing but openings costs no more than any.</summary>
    private const int BracketCharsMax = 2000;

    public static string Simplify(string line)
    {
        if (!line.Contains('<') && !line.Contains("[cid:", StringComparison.Ordinal)) return line;
        var simple = new StringBuilder(line.Length);
        int at = 0;
        while (at < line.Length)
        {
            int end = line[at] switch
            {
                '<' => EndOfRepeatedLink(line, at, simple),
                '[' => EndOfPicture(line, at),
                _ => -1,
            };
            if (end < 0) simple.Append(line[at++]);
            else at = end + 1;
        }

        return simple.ToString();
    }

    /// <summary>Where the bracket closes, if the word before it says what it holds; otherwise -1.</summary>
    private static int EndOfRepeatedLink(string line, int start, StringBuilder before)
    {
        ReadOnlySpan<char> rest = Near(line, start + 1);
        bool isMail = rest.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase);
        if (!isMail && !rest.StartsWith("http", StringComparison.OrdinalIgnoreCase)) return -1;
        int end = rest.IndexOf('>');
        if (end < 0) return -1;
        if (isMail || end > MailLimits.LinkCharsMax) return start + 1 + end;

        int wordStart = before.Length;
        int wordStartMin = Math.Max(0, before.Length - MailLimits.LinkCharsMax);
        while (wordStart > wordStartMin && before[wordStart - 1] != ' ') wordStart--;
        string word = before.ToString(wordStart, before.Length - wordStart);
        return word.Length > 0 && HtmlLink.AddressBeside(word, rest[..end].ToString()) is null ? start + 1 + end : -1;
    }

    private static int EndOfPicture(string line, int start)
    {
        ReadOnlySpan<char> rest = Near(line, start);
        int end = rest.StartsWith("[cid:", StringComparison.Ordinal) ? rest.IndexOf(']') : -1;
        return end < 0 ? -1 : start + end;
    }

    private static ReadOnlySpan<char> Near(string line, int start) =>
        line.AsSpan(start, Math.Min(line.Length - start, BracketCharsMax));
}
