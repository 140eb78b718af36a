namespace EmailSms.Smtp;

/// <summary>
/// The parameters behind a path (RFC 5321 4.1.2: <c>keyword</c> or <c>keyword=value</c>, parted by spaces), one by one.
/// </summary>
internal ref struct EsmtpParameters(ReadOnlySpan<char> text)
{
    private ReadOnlySpan<char> _rest = text;

    /// <summary>The keyword as it was written; compare it without case.</summary>
    public ReadOnlySpan<char> Keyword { get; private set; }

    public ReadOnlySpan<char> Value { get; private set; }

    public bool HasValue { get; private set; }

    /// <summary>The last one taken is no parameter at all.</summary>
    public bool IsMalformed { get; private set; }

    public bool MoveNext()
    {
        _rest = _rest.TrimStart(' ');
        if (_rest.IsEmpty) return false;

        int space = _rest.IndexOf(' ');
        ReadOnlySpan<char> word = space < 0 ? _rest : _rest[..space];
        _rest = _rest[word.Length..];

        int equals = word.IndexOf('=');
        HasValue = equals >= 0;
        Keyword = HasValue ? word[..equals] : word;
        Value = HasValue ? word[(equals + 1)..] : default;
        IsMalformed = !IsKeyword(Keyword) || (HasValue && (Value.IsEmpty || Value.Contains('=')));
        return true;
    }

    public readonly bool Is(string keyword) => Keyword.Equals(keyword, StringComparison.OrdinalIgnoreCase);

    public readonly bool ValueIs(string value) => Value.Equals(value, StringComparison.OrdinalIgnoreCase);

    private static bool IsKeyword(ReadOnlySpan<char> word)
    {
        if (word.IsEmpty || word[0] == '-') return false;
        foreach (char c in word)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '-') return false;
        }

        return true;
    }
}
