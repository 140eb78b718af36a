using System.Globalization;
using EmailSms.Smpp.Text;

namespace EmailSms.Messages;

/// <summary>
/// What the letters of an SMS are made of, in a word that is kept and shown: <c>gsm7</c>, <c>ucs2</c>, or
/// <c>gsm7-turkish</c> where it takes the tables of that language (3GPP TS 23.038 Annex A).
/// </summary>
internal static class EncodingName
{
    private const string Gsm7With = "gsm7-";

    /// <summary>The languages that have tables, in words.</summary>
    public static IReadOnlyList<string> Languages { get; } =
        [.. Enum.GetValues<NationalLanguage>().Where(language => language != default).Select(Word)];

    public static string Of(SegmentedText text)
    {
        NationalLanguage language = text.Tables.SingleShift is NationalLanguage.Default
            ? text.Tables.LockingShift
            : text.Tables.SingleShift;
        return language is NationalLanguage.Default
            ? text.Encoding.ToString().ToLowerInvariant()
            : Gsm7With + Word(language);
    }

    /// <summary>The language in such a word; the default where it names none.</summary>
    public static NationalLanguage LanguageOf(string name) =>
        name.StartsWith(Gsm7With, StringComparison.Ordinal) && TryLanguage(name[Gsm7With.Length..], out var language)
            ? language
            : NationalLanguage.Default;

    public static bool TryLanguage(string word, out NationalLanguage language)
    {
        language = default;
        return Languages.Contains(word, StringComparer.OrdinalIgnoreCase)
            && Enum.TryParse(word, ignoreCase: true, out language);
    }

    public static string Word(NationalLanguage language) =>
        language.ToString().ToLower(CultureInfo.InvariantCulture);
}
