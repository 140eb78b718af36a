using System.Diagnostics.CodeAnalysis;

namespace EmailSms.Carriers;

/// <summary>
/// What an error of a carrier's means, as a table has it: a sentence for a person, and before it, where that is known,
/// the same in the terms of mail: <c>5.1.1 There is no such phone.</c>
/// </summary>
/// <param name="Status">An enhanced status of class 4 or 5 (RFC 3463 2); null: the table has none.</param>
/// <param name="Text">The sentence.</param>
internal sealed record ErrorSentence(string? Status, string Text)
{
    /// <summary>Reads an entry.</summary>
    public static bool TryRead(
        string written, [NotNullWhen(true)] out ErrorSentence? read, [NotNullWhen(false)] out string? wrong)
    {
        read = null;
        wrong = null;
        string[] both = written.Trim().Split(' ', 2);
        string[] numbers = both[0].Split('.');
        if (numbers.Length != 3 || !Array.TrueForAll(numbers, IsNumber))
        {
            read = new ErrorSentence(null, written.Trim());
            return true;
        }

        if (numbers[0] is not ("4" or "5"))
        {
            wrong = $"'{both[0]}' is no status of a failure; those begin with 4 or 5, such as 5.1.1 (RFC 3463).";
            return false;
        }

        if (both.Length < 2)
        {
            wrong = $"A sentence stands behind the status {both[0]}.";
            return false;
        }

        read = new ErrorSentence(both[0], both[1].TrimStart());
        return true;
    }

    private static bool IsNumber(string text) =>
        text.Length is 1 or 2 or 3 && !text.AsSpan().ContainsAnyExceptInRange('0', '9')
        && (text.Length == 1 || text[0] != '0');
}
