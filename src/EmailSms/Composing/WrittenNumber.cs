using System.Globalization;
using System.Text;

namespace EmailSms.Composing;

/// <summary>
/// A number as somebody wrote it, brought down to digits: marks of services that no number has (<c>sms:</c>,
/// <c>/TYPE=PLMN</c>) are gone, and so are separators. Letters are refused and never taken for the digits on their
/// keys: a name mistyped would be a number.
/// </summary>
internal readonly record struct WrittenNumber(string Digits, bool HasPlus)
{
    /// <summary>RFC 5321 4.5.3.1.1.</summary>
    private const int LocalPartCharsMax = 64;

    /// <summary>What the services before this one asked their users to write in front.</summary>
    internal static readonly string[] Prefixes = ["sms:", "sms=", "tel:"];

    private const string PlmnSuffix = "/TYPE=PLMN"; // as MMS addresses have it

    /// <summary>False: <paramref name="wrong"/> completes the sentence "The part before the @ is …".</summary>
    public static bool TryTake(string localPart, out WrittenNumber written, out string wrong)
    {
        written = default;
        wrong = "";
        if (localPart.Length > LocalPartCharsMax)
        {
            wrong = $"longer than the {LocalPartCharsMax} characters that RFC 5321 allows";
            return false;
        }

        ReadOnlySpan<char> rest = Unmark(Unquote(localPart));
        var digits = new StringBuilder(rest.Length);
        bool hasPlus = false;
        foreach (char c in rest)
        {
            if (DigitOf(c) is { } digit)
            {
                digits.Append(digit);
            }
            else if (c is '+' or '\uFF0B' && digits.Length == 0 && !hasPlus)
            {
                hasPlus = true;
            }
            else if (!IsSeparator(c))
            {
                wrong = char.IsLetter(c)
                    ? "not a phone number: it has letters; write digits, such as +447700900123"
                    : "not a phone number; write digits with one + in front at most, such as +447700900123";
                return false;
            }
        }

        if (digits.Length == 0) wrong = "empty; write a phone number there, such as +447700900123";
        written = new WrittenNumber(digits.ToString(), hasPlus);
        return digits.Length > 0;
    }

    /// <summary>The content of a quoted string (RFC 5321 4.1.2), if it is one.</summary>
    internal static string Unquote(string localPart)
    {
        if (localPart is not ['"', .., '"']) return localPart;
        var content = new StringBuilder(localPart.Length);
        bool isEscaped = false;
        foreach (char c in localPart.AsSpan(1, localPart.Length - 2))
        {
            if (c == '\\' && !isEscaped)
            {
                isEscaped = true;
                continue;
            }

            isEscaped = false;
            content.Append(c);
        }

        return content.ToString();
    }

    private static ReadOnlySpan<char> Unmark(ReadOnlySpan<char> text)
    {
        text = text.Trim(' ');
        foreach (string prefix in Prefixes)
        {
            if (!text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) continue;
            text = text[prefix.Length..];
            break;
        }

        // p447700900123: for devices whose address field refuses the plus sign and a leading digit.
        if (text is ['p' or 'P', _, ..] && DigitOf(text[1]) is not null) text = text[1..];
        if (text.EndsWith(PlmnSuffix, StringComparison.OrdinalIgnoreCase)) text = text[..^PlmnSuffix.Length];
        return text;
    }

    /// <summary>The digit, whatever script it is written in: full-width ones come from East Asian keyboards.</summary>
    private static char? DigitOf(char c) =>
        CharUnicodeInfo.GetDecimalDigitValue(c) is >= 0 and int digit ? (char)('0' + digit) : null;

    private static bool IsSeparator(char c) =>
        c is '(' or ')' or '-' or '.' or ' ' or '/' or '\u00A0' or '\u3000' or '\uFF08' or '\uFF09' or '\uFF0D'
            or '\u2010' or '\u2011' or '\u2012' or '\u2013';
}
