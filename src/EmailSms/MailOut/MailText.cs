using System.Globalization;
using System.Text;

namespace EmailSms.MailOut;

/// <summary>
/// Text from outside, made fit for a mail. What people and carriers send may hold line ends and other control
/// characters, and a line end in a header is the beginning of another header.
/// </summary>
internal static class MailText
{
    /// <summary>Longer than any name or subject that is read.</summary>
    private const int LineLengthMax = 200;

    /// <summary>
    /// One line for a header or a log: whatever has no shape (controls, line and paragraph separators, marks that turn
    /// the direction of writing) is a space, and spaces are single.
    /// </summary>
    public static string Line(string text, int lengthMax = LineLengthMax)
    {
        var line = new StringBuilder();
        foreach (Rune rune in text.EnumerateRunes()) // half a surrogate pair comes out as U+FFFD
        {
            bool shapeless = Rune.IsWhiteSpace(rune) || Rune.GetUnicodeCategory(rune) is
                UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator;
            if (!shapeless) line.Append(rune.ToString());
            else if (line.Length > 0 && line[^1] != ' ') line.Append(' ');
            if (line.Length >= lengthMax) break;
        }

        return line.ToString().TrimEnd();
    }

    /// <summary>Lines for a body: ended by CRLF, without half characters and without NUL (RFC 5322 4).</summary>
    public static string Body(string text)
    {
        var body = new StringBuilder(text.Length + 16);
        foreach (Rune rune in text.ReplaceLineEndings("\r\n").EnumerateRunes())
        {
            body.Append((rune.Value == 0 ? Rune.ReplacementChar : rune).ToString());
        }

        return body.ToString();
    }
}
