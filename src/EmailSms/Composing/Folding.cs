using System.Collections.Frozen;
using System.Text;
using EmailSms.Smpp.Text;

namespace EmailSms.Composing;

/// <summary>
/// Letters written with those of the GSM alphabet (3GPP TS 23.038 6.2.1), for senders who would rather pay half: Latin
/// ones lose the accents that the alphabet lacks, Greek ones become the capitals that it has, and Cyrillic ones that
/// look like Latin ones become those. Letters of the alphabet itself, é and ñ among them, stay.
/// </summary>
internal static class Folding
{
    /// <summary>Letters that are not another one with a mark.</summary>
    private static readonly FrozenDictionary<char, string> Letters = new Dictionary<char, string>
    {
        ['Ł'] = "L",
        ['ł'] = "l",
        ['Đ'] = "D",
        ['đ'] = "d",
        ['Ð'] = "D",
        ['ð'] = "d",
        ['Þ'] = "Th",
        ['þ'] = "th",
        ['Œ'] = "OE",
        ['œ'] = "oe",
        ['Ħ'] = "H",
        ['ħ'] = "h",
        ['ı'] = "i",
        ['ĸ'] = "k",
        ['Ŋ'] = "N",
        ['ŋ'] = "n",
        ['Ŧ'] = "T",
        ['ŧ'] = "t",
        ['ŉ'] = "'n",
        ['Ŀ'] = "L",
        ['ŀ'] = "l",
        ['ſ'] = "s",
        ['ẞ'] = "SS",
        ['Ĳ'] = "IJ",
        ['ĳ'] = "ij",
        ['Ə'] = "E",
        ['ə'] = "e",
        ['ƒ'] = "f",
        ['ª'] = "a",
        ['º'] = "o",
        ['ﬁ'] = "fi",
        ['ﬂ'] = "fl",
    }.ToFrozenDictionary();

    // The alphabet has the Greek capitals that no Latin one looks like, in their order below.
    private const string Greek = "αβγδεζηθικλμνξοπρσςτυφχψωΑΒΕΖΗΙΚΜΝΟΡΤΥΧ";
    private const string GreekFolded = "ABΓΔEZHΘIKΛMNΞOΠPΣΣTYΦXΨΩABEZHIKMNOPTYX";

    private const string Cyrillic = "АВЕЅІЈКМНОРСТХаеорсухіјѕЁёЇї";
    private const string CyrillicFolded = "ABESIJKMHOPCTXaeopcyxijsEeIi";

    private static readonly FrozenDictionary<char, char> LookAlikes = Greek.Zip(GreekFolded)
        .Concat(Cyrillic.Zip(CyrillicFolded))
        .ToFrozenDictionary(pair => pair.First, pair => pair.Second);

    /// <summary>What cannot be folded is left as it is.</summary>
    public static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            if (IsInAlphabet(c)) folded.Append(c);
            else Append(folded, c);
        }

        return folded.ToString();
    }

    private static void Append(StringBuilder folded, char c)
    {
        char letter = c;
        while (!IsInAlphabet(letter) && CanonicalComposition.LetterOf(letter) is { } bare) letter = bare;
        if (IsInAlphabet(letter)) folded.Append(letter);
        else if (LookAlikes.TryGetValue(letter, out char look)) folded.Append(look);
        else if (Letters.TryGetValue(letter, out string? written)) folded.Append(written);
        else folded.Append(c);
    }

    private static bool IsInAlphabet(char c) => Gsm7.IsEncodable(new ReadOnlySpan<char>(in c));
}
