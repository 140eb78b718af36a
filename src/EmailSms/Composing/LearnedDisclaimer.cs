namespace EmailSms.Composing;

/// <summary>
/// A notice that was learned from a sample mail. It is found again by its words in their order, whatever the line
/// breaks, the punctuation and the case around them, in HTML and in plain text alike.
/// </summary>
internal sealed class LearnedDisclaimer
{
    /// <summary>Fewer may be a sentence that somebody writes.</summary>
    public const int WordsMin = 8;

    public const int WordsMax = 1000;

    private readonly string[] _words;

    private LearnedDisclaimer(long id, string text, string[] words)
    {
        Id = id;
        Text = text;
        _words = words;
    }

    public long Id { get; }

    /// <summary>As it stood in the sample.</summary>
    public string Text { get; }

    /// <summary>Null for a text with too few words or too many.</summary>
    public static LearnedDisclaimer? From(long id, string text)
    {
        string[] words = [.. WordsOf([text]).Take(WordsMax + 1).Select(word => text[word.Start..word.End])];
        return words.Length is >= WordsMin and <= WordsMax ? new LearnedDisclaimer(id, text, words) : null;
    }

    /// <summary>
    /// What a sample mail teaches: its paragraphs but the first, which is the sample's own text, as far as they are
    /// long enough to be known again.
    /// </summary>
    /// <param name="text">Of the mail, with nothing taken out.</param>
    /// <param name="hasOwnText">False: the first paragraph is a notice too.</param>
    public static IReadOnlyList<string> ParagraphsToLearn(string text, bool hasOwnText) =>
    [
        .. text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Skip(hasOwnText ? 1 : 0)
            .Where(paragraph => From(0, paragraph) is not null),
    ];

    /// <summary>The lines without the notices in them; a line keeps what stands before one or after it.</summary>
    public static List<string> CutFrom(List<string> lines, IReadOnlyList<LearnedDisclaimer> learned)
    {
        List<Word> words = [.. WordsOf(lines)];
        List<(Word First, Word Last)> found = [];
        ILookup<string, LearnedDisclaimer> byFirstWord =
            learned.ToLookup(notice => notice._words[0], StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < words.Count;)
        {
            int length = 0;
            foreach (LearnedDisclaimer notice in byFirstWord[lines[words[i].Line][words[i].Start..words[i].End]])
            {
                if (notice.IsAt(words, i, lines)) length = Math.Max(length, notice._words.Length);
            }

            if (length > 0) found.Add((words[i], words[i + length - 1]));
            i += Math.Max(1, length);
        }

        return found.Count == 0 ? lines : Without(lines, found);
    }

    private static List<string> Without(List<string> lines, List<(Word First, Word Last)> found)
    {
        var kept = new List<string>(lines.Count);
        int line = 0, column = 0;
        foreach ((Word first, Word last) in found)
        {
            for (; line < first.Line; line++, column = 0) kept.Add(lines[line][column..]);
            AddWritten(kept, lines[line][column..first.Start]);
            (line, column) = (last.Line, last.End);
        }

        if (line < lines.Count) AddWritten(kept, lines[line][column..]);
        for (line++; line < lines.Count; line++) kept.Add(lines[line]);
        return kept;
    }

    // The bullet before a notice and the full stop after it belong to it.
    private static void AddWritten(List<string> kept, string rest)
    {
        if (rest.Any(char.IsLetterOrDigit)) kept.Add(rest.TrimStart('.', ',', ')', ' '));
    }

    private static IEnumerable<Word> WordsOf(List<string> lines)
    {
        for (int line = 0; line < lines.Count; line++)
        {
            string text = lines[line];
            for (int start = 0; start < text.Length;)
            {
                int end = start;
                while (end < text.Length && char.IsLetterOrDigit(text[end])) end++;
                if (end > start) yield return new Word(line, start, end);
                start = end + 1;
            }
        }
    }

    private bool IsAt(List<Word> words, int start, List<string> lines)
    {
        if (start + _words.Length > words.Count) return false;
        for (int i = 0; i < _words.Length; i++)
        {
            Word word = words[start + i];
            ReadOnlySpan<char> written = lines[word.Line].AsSpan(word.Start, word.End - word.Start);
            if (!written.Equals(_words[i], StringComparison.OrdinalIgnoreCase)) return false;
        }

        return true;
    }

    private readonly record struct Word(int Line, int Start, int End);
}
