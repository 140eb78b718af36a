using System.Text;

namespace EmailSms.Composing;

/// <summary>
/// Joins the lines that format=flowed broke (RFC 3676 4). The signature mark ends in a space too and is never joined
/// (4.3), which MimeKit's own converter does.
/// </summary>
internal static class FlowedText
{
    public static string Join(string text, bool deletesSpace)
    {
        var joined = new StringBuilder(text.Length);
        int depth = -1; // of the line that goes on; -1 where none does
        foreach (string line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            int quotes = line.AsSpan().IndexOfAnyExcept('>') is >= 0 and int start ? start : line.Length;
            ReadOnlySpan<char> content = line.AsSpan(quotes);
            if (content is [' ', ..]) content = content[1..]; // space-stuffed (4.4)

            if (depth != quotes || content is Signature.Mark)
            {
                if (joined.Length > 0) joined.Append('\n');
                joined.Append('>', quotes);
                if (quotes > 0) joined.Append(' ');
            }

            bool goesOn = content is [.., ' '] and not Signature.Mark;
            joined.Append(goesOn && deletesSpace ? content[..^1] : content);
            depth = goesOn ? quotes : -1;
        }

        return joined.ToString();
    }
}
