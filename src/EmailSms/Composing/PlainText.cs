using System.Buffers;
using System.Globalization;

namespace EmailSms.Composing;

/// <summary>
/// Text as any phone can show it: NFC, lines ended by <c>\n</c>, no other control character (NUL and ESC would be
/// '@' and a shift in the GSM alphabet), no lone surrogate, nothing invisible that only mail needs.
/// </summary>
internal static class PlainText
{
    private const char Replacement = '\uFFFD';
    private const int TidyCharsUsual = 1024; // more is lent when it is needed
    private const char ZeroWidthNonJoiner = '\u200C', ZeroWidthJoiner = '\u200D';

    /// <summary>What most texts are made of; it is taken over in runs.</summary>
    private static readonly SearchValues<char> Usual =
        SearchValues.Create(['\n', .. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c)]);

    /// <summary>One character for another, or for none. Spaces in lines stay: a signature is known by one.</summary>
    public static string Clean(string text)
    {
        if (!text.AsSpan().ContainsAnyExcept(Usual)) return text;
        var clean = new TextBuffer(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            ReadOnlySpan<char> rest = text.AsSpan(i);
            int usual = rest.IndexOfAnyExcept(Usual) is >= 0 and int run ? run : rest.Length;
            clean.Append(rest[..usual]);
            i += usual;
            if (i == text.Length) break;

            char c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                clean.Append(c);
                clean.Append(text[++i]);
            }
            else if (c == '\r')
            {
                if (i + 1 == text.Length || text[i + 1] != '\n') clean.Append('\n');
            }
            else if (c is ZeroWidthNonJoiner or ZeroWidthJoiner)
            {
                if (IsJoiningHere(text, i)) clean.Append(c);
            }
            else if (Shown(c) is { } shown)
            {
                clean.Append(shown);
            }
        }

        return CanonicalComposition.Compose(clean.Finish());
    }

    /// <summary>Lines without space at either end or twice within, no two blank lines, none at the ends.</summary>
    public static string Tidy(IEnumerable<string> lines)
    {
        var tidy = new TextBuffer(TidyCharsUsual);
        bool isBlankDue = false;
        foreach (string line in lines)
        {
            int start = tidy.Length;
            if (start > 0) tidy.Append(isBlankDue ? "\n\n" : "\n");
            int textStart = tidy.Length;
            AppendSqueezed(ref tidy, line.AsSpan().Trim(' '));
            if (tidy.Length == textStart)
            {
                tidy.Length = start;
                isBlankDue = start > 0;
                continue;
            }

            isBlankDue = false;
        }

        return tidy.Finish();
    }

    /// <summary>The same of one text; itself where nothing was to be done.</summary>
    public static string Tidy(string text)
    {
        bool isTidy = !text.StartsWith('\n') && !text.StartsWith(' ') && !text.EndsWith('\n') && !text.EndsWith(' ')
            && !text.Contains("  ", StringComparison.Ordinal) && !text.Contains(" \n", StringComparison.Ordinal)
            && !text.Contains("\n ", StringComparison.Ordinal) && !text.Contains("\n\n\n", StringComparison.Ordinal);
        return isTidy ? text : Tidy(text.Split('\n'));
    }

    /// <summary>Cut to <paramref name="charsMax"/>, never through a surrogate pair.</summary>
    public static string Cut(string text, int charsMax)
    {
        if (text.Length <= charsMax) return text;
        return text[..(char.IsHighSurrogate(text[charsMax - 1]) ? charsMax - 1 : charsMax)];
    }

    private static void AppendSqueezed(ref TextBuffer tidy, ReadOnlySpan<char> line)
    {
        for (int gap = line.IndexOf("  "); gap >= 0; gap = line.IndexOf("  "))
        {
            tidy.Append(line[..(gap + 1)]);
            line = line[gap..].TrimStart(' ');
        }

        tidy.Append(line);
    }

    private static char? Shown(char c) => c switch
    {
        '\n' or '\v' or '\f' or '\u0085' or '\u2028' or '\u2029' => '\n',
        '\t' or '\u00A0' or '\u1680' or (>= '\u2000' and <= '\u200A') or '\u202F' or '\u205F' => ' ',
        _ when char.IsControl(c) => null,
        // Soft hyphen, zero-width space, word joiner, byte order mark; the sign Apple leaves for an attachment.
        '\u00AD' or '\u034F' or '\u200B' or '\u2060' or '\uFEFF' or '\uFFFC' => null,
        // Marks that turn the direction of text around: what is read must be what was judged.
        '\u200E' or '\u200F' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') => null,
        _ when char.IsSurrogate(c) || c is '\uFFFE' or '\uFFFF' => Replacement,
        _ => c,
    };

    /// <summary>
    /// Joiners make family emoji and Persian words; between spaces they are the padding that newsletters hide their
    /// preview text with.
    /// </summary>
    private static bool IsJoiningHere(string text, int at) =>
        at > 0 && at + 1 < text.Length && IsJoinable(text[at - 1]) && IsJoinable(text[at + 1]);

    private static bool IsJoinable(char c) =>
        char.IsSurrogate(c) || CharUnicodeInfo.GetUnicodeCategory(c) is not (UnicodeCategory.Control
            or UnicodeCategory.Format or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator) && c is not '\u034F';
}
