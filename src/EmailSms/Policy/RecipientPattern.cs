using System.Diagnostics.CodeAnalysis;

namespace EmailSms.Policy;

/// <summary>
/// Recipients by the way in which they are written: <c>alarm-*</c> is what stands before the @ and its options,
/// <c>*@alarms.example</c> is that and the domain. A star stands for any characters; letters count without case.
/// </summary>
internal sealed class RecipientPattern
{
    public const int CharsMax = 254;

    private readonly string _text;
    private readonly bool _hasDomain;

    private RecipientPattern(string text)
    {
        _text = text;
        _hasDomain = text.Contains('@', StringComparison.Ordinal);
    }

    public static bool TryParse(
        string? text, [NotNullWhen(true)] out RecipientPattern? pattern, [NotNullWhen(false)] out string? mistake)
    {
        string trimmed = (text ?? "").Trim().ToLowerInvariant();
        bool isOne = trimmed.Length is > 0 and <= CharsMax && trimmed.Count(c => c == '@') <= 1
            && trimmed[0] != '@' && trimmed[^1] != '@' && !trimmed.Any(c => char.IsControl(c) || c == ' ');
        mistake = isOne
            ? null
            : "A recipient pattern is what stands before the @, such as alarm-*, or all of it, such as *@sms.example.";
        pattern = isOne ? new RecipientPattern(trimmed) : null;
        return isOne;
    }

    public bool Matches(WrittenRecipient to) =>
        Matches(_text, (_hasDomain ? $"{to.Target}@{to.Domain}" : to.Target).ToLowerInvariant());

    public override string ToString() => _text;

    // Each star takes as little as it can, and more when what comes after it fails: no pattern costs more than the
    // product of both lengths.
    private static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        int at = 0;
        int read = 0;
        int star = -1;
        int taken = 0;
        while (read < text.Length)
        {
            if (at < pattern.Length && pattern[at] == '*')
            {
                star = at++;
                taken = read;
            }
            else if (at < pattern.Length && pattern[at] == text[read])
            {
                at++;
                read++;
            }
            else if (star >= 0)
            {
                at = star + 1;
                read = ++taken;
            }
            else
            {
                return false;
            }
        }

        return pattern[at..].TrimStart('*').IsEmpty;
    }
}

/// <summary>A recipient by the words of its address.</summary>
/// <param name="Target">The number or name as it is written, without options.</param>
/// <param name="Domain">The domain behind it.</param>
internal readonly record struct WrittenRecipient(string Target, string Domain);
