using System.Collections.Frozen;

namespace EmailSms.Policy;

/// <summary>
/// Tells STOP, START and HELP from other texts. Only a message that is nothing but such a word counts, give or take a
/// "please": a word of stopping inside a sentence ("don't stop the infusion") is for a person to read.
/// </summary>
internal sealed class OptOutWords
{
    /// <summary>A request with fillers is short; what is longer has more to say.</summary>
    private const int WordsMax = 6;

    private const int PhraseWordsMax = 3;

    private readonly FrozenSet<string> _fillers;
    private readonly FrozenDictionary<string, (Keyword Means, bool Alone)> _phrases;

    /// <param name="languages">See <see cref="KeywordTable"/>.</param>
    public OptOutWords(IReadOnlyDictionary<string, KeywordLanguage> languages)
    {
        _fillers = languages.Values.SelectMany(one => one.Fillers).SelectMany(FoldedText.Words)
            .ToFrozenSet(StringComparer.Ordinal);

        // Neighbours share words, and the same word may be cautious in one language and not in another: what stops
        // goes before what does not, and the cautious reading after the other.
        _phrases = languages.Values
            .SelectMany(one => Rows(one.Stop, Keyword.Stop, alone: false)
                .Concat(Rows(one.StopAlone, Keyword.Stop, alone: true))
                .Concat(Rows(one.Start, Keyword.Start, alone: true))
                .Concat(Rows(one.Help, Keyword.Help, alone: true)))
            .OrderBy(row => row.Means).ThenBy(row => row.Alone)
            .DistinctBy(row => row.Phrase)
            .ToFrozenDictionary(row => row.Phrase, row => (row.Means, row.Alone), StringComparer.Ordinal);
    }

    /// <summary>Those inside the program.</summary>
    public static OptOutWords BuiltIn { get; } = new(KeywordTable.Read(KeywordTable.BuiltIn()));

    /// <summary>What the text asks for.</summary>
    public KeywordMatch Read(string text)
    {
        List<string> words = FoldedText.Words(text);
        string whole = string.Join(' ', words);
        if (words.Count > 1 && words.TrueForAll(word => word.Length == 1)) whole = string.Concat(words); // S.T.O.P.
        if (_phrases.TryGetValue(whole, out (Keyword Means, bool Alone) row)) return new KeywordMatch(row.Means, whole);

        string? stop = null;
        int others = 0;
        for (int i = 0; i < words.Count; i++)
        {
            if (StopAt(words, i) is { } phrase)
            {
                stop ??= phrase;
                i += phrase.AsSpan().Count(' ');
            }
            else if (!_fillers.Contains(words[i]))
            {
                others++;
            }
        }

        if (stop is null) return new KeywordMatch(Keyword.None, "");
        bool asks = others == 0 && words.Count <= WordsMax;
        return new KeywordMatch(asks ? Keyword.Stop : Keyword.MentionsStop, stop);
    }

    private string? StopAt(List<string> words, int start)
    {
        for (int count = Math.Min(PhraseWordsMax, words.Count - start); count > 0; count--)
        {
            string phrase = string.Join(' ', words.GetRange(start, count));
            if (_phrases.TryGetValue(phrase, out (Keyword Means, bool Alone) row)
                && row is { Means: Keyword.Stop, Alone: false })
            {
                return phrase;
            }
        }

        return null;
    }

    private static IEnumerable<(string Phrase, Keyword Means, bool Alone)> Rows(
        IReadOnlyList<string> phrases, Keyword means, bool alone) =>
        phrases.Select(phrase => (string.Join(' ', FoldedText.Words(phrase)), means, alone));
}
