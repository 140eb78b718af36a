namespace EmailSms.Policy;

/// <summary>A sender rule by its id or name, as an address pins it with <c>+rule=</c>.</summary>
internal static class RuleName
{
    public const int CharsMax = 32;

    /// <summary>A letter, then letters, digits and hyphens: no id, and writable in any address.</summary>
    public static bool IsOne(string text) =>
        text.Length is >= 1 and <= CharsMax && char.IsAsciiLetterLower(text[0])
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-');

    /// <summary>Whether it means this rule.</summary>
    public static bool Means(string pinned, SenderRule rule) =>
        long.TryParse(pinned, System.Globalization.NumberStyles.None, null, out long id)
            ? id == rule.Id
            : pinned.Equals(rule.Name, StringComparison.OrdinalIgnoreCase);
}
