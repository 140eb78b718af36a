using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace EmailSms.Policy;

/// <summary>
/// A text as plain lower-case words, so that <c>Arrêt!</c>, <c>ＡＲＲＥＴ</c> and <c>arret 🙏</c> are one.
/// </summary>
internal static class FoldedText
{
    // string.Normalize returns its argument where the process runs without ICU (InvariantGlobalization, as this one
    // does), so the letters of the languages served are written out. Turkish has two letters i; both end as i here,
    // and as no culture is asked, a server in Turkey folds like any other.
    private static readonly FrozenDictionary<char, string> Letters = Table(
        ("a", "àáâãäåāăą"), ("ae", "æ"), ("c", "çćĉċč"), ("d", "ďđð"), ("e", "èéêëēĕėęě"), ("g", "ĝğġģ"),
        ("i", "ìíîïĩīĭįıİ"), ("k", "ķ"), ("l", "ĺļľł"), ("n", "ñńņň"), ("o", "òóôõöøōŏő"), ("oe", "œ"), ("r", "ŕŗř"),
        ("s", "śŝşšș"), ("ss", "ß"), ("t", "ţťț"), ("th", "þ"), ("u", "ùúûüũūŭůűų"), ("w", "ŵ"), ("y", "ýÿŷ"),
        ("z", "źżž"));

    /// <summary>The words, without punctuation, emoji, marks and case; <c>don't</c> is <c>dont</c>.</summary>
    public static List<string> Words(string text)
    {
        List<string> words = [];
        var word = new StringBuilder();
        foreach (char c in text)
        {
            if (Letter(c) is { } letter)
            {
                word.Append(letter);
            }
            else if (!Joins(c) && word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }

        if (word.Length > 0) words.Add(word.ToString());
        return words;
    }

    private static string? Letter(char c)
    {
        if (c is >= '\uff01' and <= '\uff5e') c = (char)(c - 0xfee0); // the full-width forms of ASCII
        char lower = char.ToLowerInvariant(c);
        if (Letters.TryGetValue(lower, out string? plain)) return plain;
        return char.IsLetterOrDigit(lower) ? lower.ToString() : null;
    }

    // Marks that follow their letter (the decomposed form that some phones send), joiners that cannot be seen, and the
    // apostrophes that phones write.
    private static bool Joins(char c) =>
        c is '\'' or '’' or '‘' or 'ʼ' or '`' or '´'
        || char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.Format;

    private static FrozenDictionary<char, string> Table(params (string Plain, string Marked)[] rows) =>
        rows.SelectMany(row => row.Marked.Select(c => KeyValuePair.Create(c, row.Plain))).ToFrozenDictionary();
}
