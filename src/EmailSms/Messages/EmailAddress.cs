using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace EmailSms.Messages;

/// <summary>
/// A mailbox. The domain is compared without case (RFC 5321 2.3.5) and kept in lower case; the local part is kept as
/// it was written and compared without case, too: no mail system in use tells <c>Ann@</c> from <c>ann@</c>.
/// </summary>
internal readonly record struct EmailAddress
{
    private static readonly SearchValues<char> NeverInDomain = SearchValues.Create(" <>,;\"@");

    private readonly string? _text;

    private EmailAddress(string text) => _text = text;

    /// <summary>The local part, as written.</summary>
    public string LocalPart => Text[..Text.LastIndexOf('@')];

    /// <summary>The domain, in lower case.</summary>
    public string Domain => Text[(Text.LastIndexOf('@') + 1)..];

    /// <summary>What two addresses are compared by: all in lower case.</summary>
    public string Key => Text.ToLowerInvariant();

    private string Text => _text ?? throw new InvalidOperationException("A default EmailAddress has no address.");

    /// <summary>
    /// Takes <c>local@domain</c>, at most 254 characters (RFC 5321 4.5.3.1.3), without control characters.
    /// </summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out EmailAddress address)
    {
        address = default;
        if (text is not { Length: >= 3 and <= 254 }) return false;
        int at = text.LastIndexOf('@');
        if (at is < 1 or > 64 || at == text.Length - 1) return false;
        foreach (char c in text)
        {
            if (char.IsControl(c)) return false;
        }

        ReadOnlySpan<char> domain = text.AsSpan(at + 1);
        if (domain.ContainsAny(NeverInDomain) || domain[0] == '.' || domain[^1] == '.') return false;
        address = new EmailAddress(string.Concat(text.AsSpan(0, at + 1), domain.ToString().ToLowerInvariant()));
        return true;
    }

    /// <summary>The same for an address that must be one, such as a value from the store.</summary>
    public static EmailAddress Parse(string text) =>
        TryParse(text, out EmailAddress address) ? address : throw new FormatException("Not an email address.");

    /// <inheritdoc/>
    public bool Equals(EmailAddress other) => string.Equals(_text, other._text, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        _text is null ? 0 : StringComparer.OrdinalIgnoreCase.GetHashCode(_text);

    /// <summary>The address, whole.</summary>
    public override string ToString() => _text ?? "";
}
