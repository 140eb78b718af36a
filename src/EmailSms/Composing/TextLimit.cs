using EmailSms.Smpp.Text;

namespace EmailSms.Composing;

/// <summary>
/// Cuts a text to a number of parts, at the end of a word where there is one near, and marks the cut with three dots:
/// the character for them is not in the GSM alphabet and would more than halve what fits.
/// </summary>
internal static class TextLimit
{
    private const string Mark = "...";
    private const int WordMax = 40; // a longer run without a space is an address or a number: it is cut before

    /// <summary>The text, or the longest beginning of it that fits with its mark.</summary>
    public static string Cut(string text, int partsMax)
    {
        if (SmsSegmenter.CountParts(text) <= partsMax) return text;

        int fits = 0; // characters that are known to fit with the mark behind them
        int over = text.Length;
        while (over - fits > 1)
        {
            int middle = fits + ((over - fits) / 2);
            if (SmsSegmenter.CountParts(At(text, middle)) <= partsMax) fits = middle;
            else over = middle;
        }

        int word = text.LastIndexOfAny([' ', '\n'], Math.Max(0, fits - 1));
        return At(text, word > 0 && fits - word <= WordMax && fits < text.Length && text[fits] > ' ' ? word : fits);
    }

    private static string At(string text, int length)
    {
        if (length > 0 && char.IsHighSurrogate(text[length - 1])) length--;
        return text[..length].TrimEnd() + Mark;
    }
}
