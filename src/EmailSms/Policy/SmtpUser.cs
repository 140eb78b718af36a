using System.Diagnostics.CodeAnalysis;
using EmailSms.Messages;

namespace EmailSms.Policy;

/// <summary>An account that may submit mail with AUTH. What it may send is said by the sender rules.</summary>
internal sealed record SmtpUser
{
    public const int NameLengthMax = 64;
    public const int SendAsMax = 100;
    public const int NoteLengthMax = 200;

    private static readonly char[] Separators = [' ', ',', ';', '\t'];

    private SmtpUser(string name, IReadOnlyList<SenderPattern> sendAs) => (Name, SendAs) = (name, sendAs);

    /// <summary>In lower case: <c>Ann</c> and <c>ann</c> are one account.</summary>
    public string Name { get; }

    /// <summary>The addresses and domains it may write as; empty: any that a rule lets it.</summary>
    public IReadOnlyList<SenderPattern> SendAs { get; }

    /// <summary>A disabled account cannot authenticate, and keeps its password for later.</summary>
    public bool IsEnabled { get; internal init; } = true;

    public string? Note { get; internal init; }

    /// <summary>When it was made, unix milliseconds.</summary>
    public long CreatedMs { get; internal init; }

    /// <summary>When its password was set, unix milliseconds.</summary>
    public long PasswordMs { get; internal init; }

    /// <summary>How an account's name is stored and compared.</summary>
    public static string KeyOf(string name) => name.Trim().ToLowerInvariant();

    /// <summary>Makes an account, or tells all that is wrong with it, a sentence each.</summary>
    public static bool TryCreate(
        string? name, string? sendAs, string? note, [NotNullWhen(true)] out SmtpUser? user,
        out IReadOnlyList<string> mistakes)
    {
        List<string> wrong = [];
        string key = KeyOf(name ?? "");
        if (key.Length is 0 or > NameLengthMax || !key.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'
            or '@' or '+'))
        {
            wrong.Add($"A user's name has 1 to {NameLengthMax} letters, digits and . - _ @ +, and no spaces.");
        }

        List<SenderPattern> patterns = [];
        string[] words = (sendAs ?? "").Split(Separators, StringSplitOptions.RemoveEmptyEntries);
        foreach (string word in words.Take(SendAsMax))
        {
            if (SenderPattern.TryParse(word, out SenderPattern pattern, out _) && pattern != SenderPattern.Anybody)
            {
                patterns.Add(pattern);
            }
            else
            {
                wrong.Add($"{word} is neither an address nor a domain such as @example.com that a user may write as.");
            }
        }

        if (words.Length > SendAsMax) wrong.Add($"A user takes at most {SendAsMax} addresses to write as.");
        if (note is not null && (note.Length > NoteLengthMax || note.Any(char.IsControl)))
        {
            wrong.Add($"The note is one line of at most {NoteLengthMax} characters.");
        }

        mistakes = wrong;
        user = wrong.Count > 0 ? null : new SmtpUser(key, patterns)
        {
            Note = string.IsNullOrWhiteSpace(note) ? null : note.Trim(),
        };
        return user is not null;
    }

    /// <summary>Whether it may write as that address (RFC 6409 6.1).</summary>
    public bool MayWriteAs(EmailAddress address) =>
        SendAs.Count == 0 || SendAs.Any(pattern => pattern.Matches(address));
}
