using EmailSms.Messages;

namespace EmailSms.Composing;

/// <summary>
/// What the sender of a mail wrote into it, out of everything that stands in it. Blank lines never end anything: a
/// message has paragraphs.
/// </summary>
internal static class OwnText
{
    private static readonly LinePattern Rule = new(@"^\s*([-_=*~#+─━═–—•]\s?){3,}$");
    private static readonly LinePattern Picture = new(
        @"^\s*[<\[](cid:|image: ?)?[^<>\[\]]*\.(png|jpe?g|gif|bmp)(@[^<>\[\]]*)?[>\]]\s*$");

    /// <summary>The text, tidied; empty where nothing of it is the sender's.</summary>
    /// <param name="body">The words of the mail.</param>
    /// <param name="rules">What is taken out.</param>
    /// <param name="kind">What the mail is.</param>
    /// <param name="learned">The notices of this house.</param>
    /// <param name="removed">Gets what was taken out.</param>
    public static string Of(
        string body, TextRules rules, MailKind kind, IReadOnlyList<LearnedDisclaimer>? learned = null,
        List<Removal>? removed = null)
    {
        string clean = PlainText.Clean(body);
        var cut = new Cutter(rules, learned ?? [], removed) { MayHaveNotice = Disclaimer.MayBeIn(clean) };
        List<string> lines = [.. clean.Split('\n')];
        lines = Armor.CutFrom(lines);
        lines = cut.Learned(lines);
        lines = cut.Terminators(lines);

        int forwarded = Forwarding.IndexOf(lines, kind);
        if (forwarded < 0) return Tidy(cut.Rest(lines, kind.IsReply));

        // What is passed on is the message, however it was quoted; what that mail answered in its turn is not.
        List<string> above = cut.Rest(lines[..forwarded], isReply: false);
        List<string> passedOn = cut.Rest(Forwarding.Open(lines[forwarded..]), isReply: true);
        return Tidy([.. above, "", .. passedOn]);
    }

    // A line of words needs no pattern: it begins with a letter or a digit.
    private static bool IsDecoration(string line)
    {
        ReadOnlySpan<char> written = line.AsSpan().TrimStart();
        if (written.IsEmpty || char.IsLetterOrDigit(written[0])) return false;
        return written[0] is '<' or '[' ? Picture.IsIn(line) : Rule.IsIn(line);
    }

    private static string Tidy(List<string> lines) =>
        PlainText.Tidy(lines.Where(line => !IsDecoration(line)).Select(OutlookLinks.Simplify));

    /// <summary>Takes out what the rules say, and notes what it was.</summary>
    private sealed class Cutter(TextRules rules, IReadOnlyList<LearnedDisclaimer> learned, List<Removal>? removed)
    {
        public required bool MayHaveNotice { get; init; }

        public List<string> Learned(List<string> lines) =>
            rules.StripDisclaimer && learned.Count > 0
                ? Note(RemovalKind.Disclaimer, lines, LearnedDisclaimer.CutFrom(lines, learned))
                : lines;

        public List<string> Terminators(List<string> lines) =>
            Note(RemovalKind.EndMark, lines, Terminator.CutFrom(lines, rules.Terminators));

        public List<string> Rest(List<string> lines, bool isReply)
        {
            if (rules.StripQuote) lines = Note(RemovalKind.Quote, lines, Quotation.CutFrom(lines, isReply));
            if (rules.StripDisclaimer && MayHaveNotice)
            {
                lines = Note(RemovalKind.Disclaimer, lines, Disclaimer.CutFrom(lines));
            }

            if (rules.StripSignature) lines = Note(RemovalKind.Signature, lines, Signature.CutFrom(lines));
            return lines;
        }

        // What is kept are lines of before in their order, but for one that was cut within.
        private List<string> Note(RemovalKind kind, List<string> before, List<string> after)
        {
            if (removed is null || ReferenceEquals(before, after) || before.Count == after.Count) return after;
            List<string> gone = [];
            int kept = 0;
            foreach (string line in before)
            {
                if (kept < after.Count && line == after[kept]) kept++;
                else gone.Add(line);
            }

            string text = PlainText.Tidy(gone);
            if (text.Length > 0) removed.Add(new Removal(kind, text));
            return after;
        }
    }
}
