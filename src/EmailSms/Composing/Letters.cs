using EmailSms.Messages;
using EmailSms.Smpp.Text;

namespace EmailSms.Composing;

/// <summary>Writes a text in the letters that a rule allows.</summary>
internal static class Letters
{
    /// <summary>
    /// The text, or a sentence that names what it must not have. Only <see cref="LetterMode.Gsm7Strict"/> refuses.
    /// </summary>
    public static (string Text, string? Refusal) Write(string text, LetterMode mode, SegmentOptions? segments = null)
    {
        if (mode is LetterMode.Auto) return (text, null);
        string plain = Punctuation.ToPlain(text, segments);
        if (AreGsm7(plain, segments)) return (plain, null);
        switch (mode)
        {
            case LetterMode.Fold:
                string folded = Folding.Fold(Punctuation.ToPlainSigns(text));
                return (Gsm7.IsEncodable(folded) ? folded : plain, null);
            case LetterMode.Gsm7Strict:
                return (plain, NameOfForeign(Punctuation.ToPlainSigns(text), segments));
            default:
                return (plain, null);
        }
    }

    /// <summary>Whether seven bits hold every letter: in the GSM alphabet, or with a language's tables.</summary>
    public static bool AreGsm7(string text, SegmentOptions? segments) =>
        Gsm7.IsEncodable(text)
        || (segments is { Languages.Count: > 0 } && SmsSegmenter.Split(text, segments).Encoding is SmsEncoding.Gsm7);

    // The reply is ASCII: a code names the character for whoever cannot type it either, the word says where it is.
    private static string NameOfForeign(string text, SegmentOptions? segments)
    {
        int at = 0, beyond = text.Length;
        while (beyond - at > 1) // the longest beginning that could be sent
        {
            int middle = at + ((beyond - at) / 2);
            if (AreGsm7(text[..middle], segments)) at = middle;
            else beyond = middle;
        }

        bool isPair = at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]);
        int code = isPair ? char.ConvertToUtf32(text[at], text[at + 1]) : text[at];
        string alphabet = segments is { Languages.Count: > 0 } ? "GSM alphabet or its languages" : "GSM alphabet";
        return $"The mail has the character U+{code:X4} at position {at + 1} of its text, which is not in the "
            + $"{alphabet}, and your rule allows nothing else";
    }
}
