namespace EmailSms.Composing;

/// <summary>
/// Finds the mail that this one answers, as the mail programs in use write it below or between what is new: a line
/// "On … wrote:", Outlook's block of From, Sent, To and Subject, its dashes and underscores, and lines after &gt;.
/// </summary>
internal static class Quotation
{
    private const int AttributionLinesMax = 3; // Gmail folds the line at 78 characters
    private const int AttributionCharsMax = 500;
    private const int HeaderLinesMax = 10;
    private const int HeaderNameCharsMax = 40;

    // A line of a date and a person: "On …", "Am …"; and those that begin with the date, as Apple Mail does in Swedish
    // and Gmail in Polish, or with the person, as Gmail does in Portugal.
    private static readonly LinePattern AttributionStart = new(
        @"^\W{0,3}(On|Am|Le|El|Il|Op|Em|A|Den|På|W dniu|Dne|(pon|wt|śr|czw|pt|sob|niedz)\.,?)\s.*\d"
        + @"|^\W{0,3}\d{1,2}\.? \p{L}{3,9}\.? \d{4} |^[^<>:]{0,60}<[^<>@ ]+@[^<> ]+> escreveu\b.*\d");

    private static readonly LinePattern Attribution = new(
        @"\d.*\b(wrote|schrieb|a écrit|escribió|ha scritto|schreef|escreveu|skrev|napisała?|napisał\(a\)|pisze"
        + @"|napsal(\(a\))?)(\W.*)?:\s*$|> escreveu\b.*\d.*:\s*$");

    private static readonly LinePattern Separator = new(
        @"^\s*-{2,}\s*(Original Message|Original Appointment|Ursprüngliche Nachricht|Originalnachricht"
        + @"|Message d'origine|Message original|Mensaje original|Messaggio originale|Oorspronkelijk bericht"
        + "|Mensagem original|Wiadomość oryginalna|Oryginalna wiadomość"
        + @"|Original meddelelse|Originalmeddelande|Ursprungligt meddelande)\s*-{2,}\s*$");

    private static readonly LinePattern Underscores = new(@"^\s*_{20,}\s*$");
    private static readonly LinePattern Meeting = new(@"^\s*(Microsoft Teams|Join (Zoom|Microsoft|Webex))");

    private static readonly LinePattern From = new(@"^\s*\*?(From|Von|De|Da|Van|Fra|Från|Od)\s?:\*?\s");
    private static readonly LinePattern Sent = new(
        @"^\s*\*?(Sent|Date|Gesendet|Datum|Envoyé|Enviado|Enviado el|Fecha|Inviato|Data|Verzonden|Sendt|Skickat|Wysłano"
        + "|Wysłane)"
        + @"\s?:\*?\s");

    private static readonly LinePattern To = new(@"^\s*\*?(To|An|À|Para|A|Aan|Til|Till|Do)\s?:\*?\s");
    private static readonly LinePattern Subject = new(
        @"^\s*\*?(Subject|Betreff|Objet|Asunto|Oggetto|Onderwerp|Assunto|Emne|Ämne|Temat)\s?:\*?(\s|$)");

    private static readonly LinePattern OtherHeader = new(
        @"^\s*\*?(Cc|Bcc|Importance|Priority|Reply-To|Kopie|Wichtigkeit|Attachments|Organisation)\s?:");

    // "> 90 %" is a limit that was passed, not a quotation.
    private static readonly LinePattern Comparison = new(@"^>=?\s?[-+]?\d");

    /// <summary>
    /// What is new. A mail that is a reply may be left with nothing; one that is not keeps all of it then, since what
    /// looks like a quotation is its message.
    /// </summary>
    public static List<string> CutFrom(List<string> lines, bool isReply)
    {
        var kept = new List<string>(lines.Count);
        bool hasAttribution = false;
        for (int i = 0; i < lines.Count; i++)
        {
            if (IsQuoteToTheEnd(lines, i, isReply)) break;
            if (AttributionLines(lines, i) is > 0 and int attribution)
            {
                if (!IsQuoted(NextWritten(lines, i + attribution))) break;
                hasAttribution = true;
                i += attribution - 1;
                continue;
            }

            if (!IsQuoted(lines[i])) kept.Add(lines[i]);
            else if (!isReply && !hasAttribution) kept.Add(Unquote(lines[i]));
        }

        return isReply || kept.Exists(line => !string.IsNullOrWhiteSpace(line)) ? kept : lines;
    }

    /// <summary>
    /// Outlook's block: a From line, and below it in any order Sent, Subject and perhaps others. Returns its number of
    /// lines, 0 for none. Without a reply to go by a Subject must be among them: an answering machine also writes From,
    /// To and Date.
    /// </summary>
    public static int HeaderLines(List<string> lines, int start, bool isReply)
    {
        if (!HasColonNearStart(lines[start]) || !From.IsIn(lines[start])) return 0;
        bool hasSent = false, hasTo = false, hasSubject = false;
        int end = start + 1;
        for (; end < lines.Count && end < start + HeaderLinesMax; end++)
        {
            string line = lines[end];
            if (string.IsNullOrWhiteSpace(line)) continue;
            if (Sent.IsIn(line)) hasSent = true;
            else if (To.IsIn(line)) hasTo = true;
            else if (Subject.IsIn(line)) hasSubject = true;
            else if (!OtherHeader.IsIn(line)) break;
        }

        return hasSent && (hasSubject || (isReply && hasTo)) ? end - start : 0;
    }

    public static bool IsSubject(string line) => Subject.IsIn(line);

    public static bool IsFrom(string line) => From.IsIn(line);

    private static bool IsQuoteToTheEnd(List<string> lines, int at, bool isReply)
    {
        string line = lines[at];
        ReadOnlySpan<char> start = line.AsSpan().TrimStart();
        if (start is ['-', ..]) return Separator.IsIn(line);
        if (start is ['_', ..] && Underscores.IsIn(line))
        {
            int next = IndexOfWritten(lines, at + 1);
            return next < lines.Count && (HeaderLines(lines, next, isReply: true) > 0 || Meeting.IsIn(lines[next]));
        }

        return HeaderLines(lines, at, isReply) > 0;
    }

    private static int AttributionLines(List<string> lines, int start)
    {
        if (!MayAttribute(lines, start) || !AttributionStart.IsIn(lines[start])) return 0;
        string joined = "";
        for (int i = start; i < lines.Count && i < start + AttributionLinesMax; i++)
        {
            if (string.IsNullOrWhiteSpace(lines[i])) return 0;
            joined += $" {lines[i].Trim()}";
            if (joined.Length > AttributionCharsMax) return 0;
            if (Attribution.IsIn(joined)) return i - start + 1;
        }

        return 0;
    }

    /// <summary>Most lines have no date, or no colon in them or below: they are let go without a pattern.</summary>
    private static bool MayAttribute(List<string> lines, int start)
    {
        if (!lines[start].AsSpan().ContainsAnyInRange('0', '9')) return false;
        for (int i = start; i < lines.Count && i < start + AttributionLinesMax; i++)
        {
            if (lines[i].AsSpan().TrimEnd() is [.., ':']) return true;
        }

        return false;
    }

    private static bool HasColonNearStart(string line) =>
        line.AsSpan(0, Math.Min(line.Length, HeaderNameCharsMax)).Contains(':');

    private static bool IsQuoted(string line) => line.StartsWith('>');

    /// <summary>Programs indent with it, too: in a mail that answers none, what is indented is text.</summary>
    private static string Unquote(string line) => Comparison.IsIn(line) ? line : line.TrimStart('>', ' ');

    private static string NextWritten(List<string> lines, int from)
    {
        int next = IndexOfWritten(lines, from);
        return next < lines.Count ? lines[next] : "";
    }

    private static int IndexOfWritten(List<string> lines, int from)
    {
        int next = from;
        while (next < lines.Count && string.IsNullOrWhiteSpace(lines[next])) next++;
        return next;
    }
}
