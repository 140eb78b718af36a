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
    public static string Of(string body, TextRules rules, MailKind kind)
    {
        List<string> lines = [.. PlainText.Clean(body).Split('\n')];
        lines = Armor.CutFrom(lines);
        lines = Terminator.CutFrom(lines, rules.Terminators);

        int forwarded = Forwarding.IndexOf(lines, kind);
        if (forwarded < 0) return Tidy(Cut(lines, rules, kind.IsReply));

        // What is passed on is the message, however it was quoted; what that mail answered in its turn is not.
        List<string> above = Cut(lines[..forwarded], rules, isReply: false);
        List<string> passedOn = Cut(Forwarding.Open(lines[forwarded..]), rules, isReply: true);
        return Tidy([.. above, "", .. passedOn]);
    }

    private static List<string> Cut(List<string> lines, TextRules rules, bool isReply)
    {
        if (rules.StripQuote) lines = Quotation.CutFrom(lines, isReply);
        if (rules.StripDisclaimer) lines = Disclaimer.CutFrom(lines);
        if (rules.StripSignature) lines = Signature.CutFrom(lines);
        return lines;
    }

    private static string Tidy(List<string> lines) =>
        PlainText.Tidy(lines.Where(line => !Rule.IsIn(line) && !Picture.IsIn(line)).Select(OutlookLinks.Simplify));
}
