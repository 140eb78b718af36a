namespace EmailSms.Composing;

/// <summary>What the headers of a mail say of its place in a conversation.</summary>
internal readonly record struct MailKind(bool IsReply, bool IsForward);

/// <summary>
/// A mail that passes another one on. The other one is the message then, so it stays; of its header only who wrote it
/// and about what is for a phone.
/// </summary>
internal static class Forwarding
{
    private const int HeaderLinesMax = 12;
    private const int MarkCharsMax = 100;

    private static readonly LinePattern Mark = new(
        @"^\s*(-{4,}\s*(Forwarded message|Forwarded Message|Weitergeleitete Nachricht"
        + @"|Message transféré|Message transmis|Mensaje reenviado|Messaggio inoltrato|Doorgestuurd bericht"
        + "|Mensagem (encaminhada|reencaminhada)|Przekazana wiadomość|Wiadomość przekazana|Vidarebefordrat meddelande"
        + @"|Videresendt meddelelse)\s*-{4,}"
        + @"|Begin forwarded message:"
        + @"|Anfang der weitergeleiteten Nachricht:|Début du message réexpédié\s?:|Inicio del mensaje reenviado:"
        + @"|Inizio messaggio inoltrato:|Begin doorgestuurd bericht:"
        + @"|Início da mensagem (re)?encaminhada:|Początek przekazywanej wiadomości:|Vidarebefordrat brev:)\s*$");

    private static readonly LinePattern Header = new(@"^\s*(> ?)?\*?[\p{L}-]{1,20}( \p{L}{1,10})?\s?:\*?(\s|$)");

    /// <summary>The line at which the mail that is passed on starts, or -1.</summary>
    public static int IndexOf(List<string> lines, MailKind kind)
    {
        int mark = lines.FindIndex(IsMark);
        if (mark >= 0 || !kind.IsForward) return mark;
        for (int i = 0; i < lines.Count; i++)
        {
            if (Quotation.HeaderLines(lines, i, isReply: true) > 0) return i;
        }

        return -1;
    }

    /// <summary>The mail that is passed on, without the mark, the &gt; of Apple Mail and most of its header.</summary>
    public static List<string> Open(List<string> lines)
    {
        int start = Mark.IsIn(lines[0]) ? 1 : 0;
        if (lines.Skip(start).All(line => line.Length == 0 || line[0] == '>'))
        {
            lines = [.. lines.Select(line => line.TrimStart('>', ' '))];
        }

        while (start < lines.Count && string.IsNullOrWhiteSpace(lines[start])) start++;
        var opened = new List<string>(lines.Count);
        int body = start;
        for (; body < lines.Count && body < start + HeaderLinesMax && Header.IsIn(lines[body]); body++)
        {
            string line = lines[body].Replace("*", "", StringComparison.Ordinal);
            if (Quotation.IsFrom(line)) opened.Add(WithoutAddress(line));
            else if (Quotation.IsSubject(line)) opened.Add(line);
        }

        opened.AddRange(lines.Skip(body));
        return opened;
    }

    private static bool IsMark(string line)
    {
        ReadOnlySpan<char> written = line.AsSpan().Trim();
        return written.Length <= MarkCharsMax && (written is ['-', ..] or [.., ':']) && Mark.IsIn(line);
    }

    private static string WithoutAddress(string from)
    {
        int address = from.IndexOf('<', StringComparison.Ordinal);
        int colon = from.IndexOf(':', StringComparison.Ordinal);
        return address > colon + 2 ? from[..address].TrimEnd().Replace("\"", "", StringComparison.Ordinal) : from;
    }
}
