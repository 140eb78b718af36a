using System.Buffers;
using System.Globalization;
using EmailSms.Messages;
using EmailSms.Smpp.Text;

namespace EmailSms.Composing;

/// <summary>What came of fitting a text into the parts that a rule allows.</summary>
internal abstract record Fitting
{
    private Fitting() { } // closed: the two below are all there are

    /// <summary>One SMS, or several; and what is in none of them, empty for nothing.</summary>
    internal sealed record Texts(IReadOnlyList<FittedText> All, string LeftOut) : Fitting;

    /// <summary>It has too many parts, and is not to be cut. The sentence is made for an SMTP reply.</summary>
    internal sealed record TooLong(string Sentence) : Fitting;
}

/// <summary>The text of one SMS, and how it is split.</summary>
internal sealed record FittedText(string Body, SegmentedText Parts);

/// <summary>
/// Fits a text into a number of parts: cuts it, makes several SMS of it or refuses it. A cut is at the end of a
/// sentence where there is one near, else of a word, and never within an address or a number. It is marked with … where
/// that costs one place, and with three dots in GSM-7, which has no such character: it would more than halve what fits.
/// </summary>
internal static class TextLimit
{
    /// <summary>A text that needs more SMS than this is refused, however it is to be fitted.</summary>
    public const int SmsMax = 10;

    private const int SingleMax = 160; // what fits into a part at most, in characters
    private const string LongestHead = "(10/10) "; // its signs cost more in the tables of some languages
    private const int SentenceShareMin = 4; // a sentence's end in the last quarter of what fits is near
    private const int WordMax = 40; // a longer run without a space is no word of a language with spaces

    private static readonly SearchValues<char> OfNumbers = SearchValues.Create("0123456789.,:;/()+-#*");

    /// <summary>The text as one SMS or several of <paramref name="partsMax"/> parts, or why not.</summary>
    public static Fitting Fit(
        MailReading.Text text, LongTextMode mode, int partsMax, SegmentOptions? segments = null)
    {
        string end = text.Tail.Length > 0 ? $" {text.Tail}" : "";
        string whole = text.Value + end;
        SegmentedText parts = SmsSegmenter.Split(whole, segments);
        if (parts.Parts.Count <= partsMax) return new Fitting.Texts([new FittedText(whole, parts)], "");
        switch (mode)
        {
            case LongTextMode.Split:
                return Several(whole, partsMax, segments);
            case LongTextMode.Refuse:
                return new Fitting.TooLong(string.Create(
                    CultureInfo.InvariantCulture,
                    $"The text needs {parts.Parts.Count} parts of an SMS and your rule allows {partsMax}: shorten it"));
            default:
                int length = Longest(text.Value, 0, new Room(partsMax, "", end, segments));
                string body = Marked(text.Value[..length], end, segments);
                return new Fitting.Texts(
                    [new FittedText(body, SmsSegmenter.Split(body, segments))], text.Value[length..].TrimStart());
        }
    }

    /// <summary>The text, or the longest beginning of it that fits with its mark.</summary>
    public static string Cut(string text, int partsMax, SegmentOptions? segments = null) =>
        ((Fitting.Texts)Fit(new MailReading.Text(text), LongTextMode.Cut, partsMax, segments)).All[0].Body;

    // The phone may show them in any order, so each says which it is.
    private static Fitting Several(string text, int partsMax, SegmentOptions? segments)
    {
        List<string> pieces = [];
        for (int start = 0; start < text.Length;)
        {
            if (pieces.Count == SmsMax)
            {
                return new Fitting.TooLong(string.Create(
                    CultureInfo.InvariantCulture,
                    $"The text needs more than {SmsMax} SMS of {partsMax} "
                    + $"parts, which is all that one mail may: shorten it"));
            }

            bool isLast = text.Length - start <= CharsMax(partsMax)
                && SmsSegmenter.CountParts(LongestHead + text[start..], segments) <= partsMax;
            int end = isLast ? text.Length : Longest(text, start, new Room(partsMax, LongestHead, "", segments));
            pieces.Add(text[start..end].Trim());
            start = end;
            while (start < text.Length && text[start] is ' ' or '\n') start++;
        }

        return new Fitting.Texts(
        [
            .. pieces.Select((piece, i) =>
            {
                string body = string.Create(CultureInfo.InvariantCulture, $"({i + 1}/{pieces.Count}) {piece}");
                return new FittedText(body, SmsSegmenter.Split(body, segments));
            }),
        ], "");
    }

    private static int CharsMax(int partsMax) => partsMax * SingleMax;

    /// <summary>
    /// Where to cut what starts at <paramref name="start"/>: never there, and such that it fits into the room.
    /// </summary>
    private static int Longest(string text, int start, Room room)
    {
        int limit = Math.Min(text.Length, start + CharsMax(room.PartsMax));
        int foreign = start;
        while (foreign < limit && Gsm7.IsEncodable(text.AsSpan(foreign, 1))) foreign++;

        // Up to the first letter that is not GSM-7 there is room for more than twice as many.
        int full = FullTo(start, foreign);
        if (full == foreign && foreign < limit) full = Math.Max(full, FullTo(foreign, limit));
        int cut = GoodCut(text, start, full);
        return cut > start && Fits(cut) ? cut : Math.Max(start + 1, WholeCharacters(text, start, full));

        bool Fits(int to) => room.Holds(text[start..to]);

        int FullTo(int fits, int over)
        {
            if (Fits(over)) return over;
            while (over - fits > 1)
            {
                int middle = fits + ((over - fits) / 2);
                if (Fits(middle)) fits = middle;
                else over = middle;
            }

            return fits;
        }
    }

    private static string Marked(string text, string end, SegmentOptions? segments)
    {
        string kept = text.TrimEnd();
        bool isSentence = kept.Length > 0 && IsSentenceEnd(kept[^1]);
        string mark = Letters.AreGsm7(kept + end, segments) ? "..." : "…";
        return $"{kept}{(isSentence ? " " : "")}{mark}{end}";
    }

    /// <summary>The best place at or before <paramref name="full"/>, or <paramref name="start"/> for none.</summary>
    private static int GoodCut(string text, int start, int full)
    {
        int word = WholeCharacters(text, start, WordEnd(text, start, full));
        int sentenceMin = full - ((full - start) / SentenceShareMin);
        for (int i = Math.Min(word, full - 1) - 1; i > Math.Max(start, sentenceMin); i--)
        {
            bool isEnd = text[i] == '\n'
                || (IsSentenceEnd(text[i]) && (i + 1 == text.Length || text[i + 1] is ' ' or '\n' || text[i] > 'z'));
            if (isEnd) return text[i] == '\n' ? i : i + 1;
        }

        return word;
    }

    private static int WordEnd(string text, int start, int full)
    {
        int cut = full;
        while (cut > start && cut < text.Length && IsWithin(text, start, cut, out int before)) cut = before;
        return cut;
    }

    /// <summary>Does a cut here go through something that must stay whole? Then where does that start?</summary>
    private static bool IsWithin(string text, int start, int cut, out int before)
    {
        before = cut;
        if (text[cut] <= ' ')
        {
            // Between the groups of a number, "07700 900 123", is within it.
            bool isNumber = text[cut] == ' ' && cut + 1 < text.Length && char.IsAsciiDigit(text[cut + 1])
                && char.IsAsciiDigit(text[cut - 1]);
            if (!isNumber) return false;
        }
        else if (text[cut - 1] <= ' ')
        {
            before = cut - 1;
            return true; // look again at the space: the word before it may be a number's first half
        }

        int token = cut;
        while (token > start && text[token - 1] > ' ') token--;
        ReadOnlySpan<char> run = text.AsSpan(token, EndOfToken(text, cut) - token);
        if (run.Length > WordMax && !IsWhole(run)) return false;
        before = token;
        return true;
    }

    private static int EndOfToken(string text, int from)
    {
        int end = from;
        while (end < text.Length && end < from + MailLimits.LinkCharsMax && text[end] > ' ') end++;
        return end;
    }

    /// <summary>An address of the web or of mail, or a number: half of it is worse than nothing.</summary>
    private static bool IsWhole(ReadOnlySpan<char> run) =>
        run.Contains("://", StringComparison.Ordinal) || run.StartsWith("www.", StringComparison.OrdinalIgnoreCase)
        || run.Contains('@') || !run.ContainsAnyExcept(OfNumbers);

    /// <summary>At or before <paramref name="cut"/>, between two characters as a reader sees them.</summary>
    private static int WholeCharacters(string text, int start, int cut)
    {
        int at = start;
        while (at < cut)
        {
            int length = StringInfo.GetNextTextElementLength(text, at);
            if (at + length > cut) break;
            at += length;
        }

        // One tower of marks that fills it all: through it, but never through a pair.
        if (at == start) at = cut > start + 1 && char.IsHighSurrogate(text[cut - 1]) ? cut - 1 : cut;
        return at;
    }

    private static bool IsSentenceEnd(char c) => c is '.' or '!' or '?' or '…' or '。' or '！' or '？' or '؟' or '।';

    /// <summary>What a piece has to fit into: parts, with something before it, its mark and something behind.</summary>
    private readonly record struct Room(int PartsMax, string Head, string End, SegmentOptions? Segments)
    {
        public bool Holds(string piece) =>
            SmsSegmenter.CountParts(Head + Marked(piece, End, Segments), Segments) <= PartsMax;
    }
}
