using EmailSms.Messages;
using EmailSms.Smpp.Text;

namespace EmailSms.Composing;

/// <summary>Writes a text in the letters that a rule allows.</summary>
internal static class Letters
{
    /// <summary>
    /// The text, or a sentence that names what it must not have. Only <see cref="LetterMode.Gsm7Strict"/> refuses.
    /// </summary>
    public static (string Text, string? Refusal) Write(string text, LetterMode mode)
    {
        if (mode is LetterMode.Auto) return (text, null);
        string plain = Punctuation.ToPlain(text);
        if (Gsm7.IsEncodable(plain)) return (plain, null);
        switch (mode)
        {
            case LetterMode.Fold:
                string folded = Folding.Fold(Punctuation.ToPlainSigns(text));
                return (Gsm7.IsEncodable(folded) ? folded : plain, null);
            case LetterMode.Gsm7Strict:
                return (plain, NameOfForeign(Punctuation.ToPlainSigns(text)));
            default:
                return (plain, null);
        }
    }

    // The reply is ASCII: a code names the character for whoever cannot type it either, the word says where it is.
    private static string NameOfForeign(string text)
    {
        int at = 0;
        while (at < text.Length - 1 && Gsm7.IsEncodable(text.AsSpan(at, 1))) at++;
        bool isPair = at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]);
        int code = isPair ? char.ConvertToUtf32(text[at], text[at + 1]) : text[at];
        return $"The mail has the character U+{code:X4} at position {at + 1} of its text, which is not in the GSM "
            + "alphabet, and your rule allows nothing else";
    }
}
