using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace EmailSms.Messages;

/// <summary>
/// A named regular expression of an admin. It never backtracks, so no mail can make it slow; lookarounds and
/// back-references are therefore refused when the rule is saved.
/// </summary>
internal sealed class CapturePattern
{
    public const int PatternCharsMax = 500;
    private const int NameCharsMax = 30;

    private readonly string _pattern;
    private readonly Regex _regex;

    private CapturePattern(string name, string pattern, Regex regex)
    {
        Name = name;
        _pattern = pattern;
        _regex = regex;
    }

    /// <summary>Small letters, digits and underscores.</summary>
    public string Name { get; }

    /// <summary>Reads <c>name=pattern</c>.</summary>
    public static bool TryParse(
        string written, [NotNullWhen(true)] out CapturePattern? capture, [NotNullWhen(false)] out string? mistake)
    {
        capture = null;
        int equals = written.IndexOf('=', StringComparison.Ordinal);
        string name = equals > 0 ? written[..equals] : "";
        bool isName = name.Length is > 0 and <= NameCharsMax && char.IsAsciiLetterLower(name[0])
            && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_');
        string pattern = isName ? written[(equals + 1)..] : "";
        if (pattern.Length is 0 or > PatternCharsMax)
        {
            mistake = $"A capture is written name=pattern: a name of up to {NameCharsMax} small letters, digits and _, "
                + $"and a pattern of up to {PatternCharsMax} characters.";
            return false;
        }

        try
        {
            const RegexOptions options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant
                | RegexOptions.Multiline | RegexOptions.IgnoreCase;
            capture = new CapturePattern(name, pattern, new Regex(pattern, options));
            mistake = null;
            return true;
        }
        catch (NotSupportedException)
        {
            mistake = $"The capture {name} looks around or back, which could take a mail for ever: "
                + "write it without (?=, (?!, (?<=, (?<!, (?> and \\1.";
        }
        catch (ArgumentException wrong)
        {
            mistake = $"The capture {name} is no regular expression: {wrong.Message}";
        }

        return false;
    }

    /// <summary>Its first group, or all of it if it has none; null where it is not in the text.</summary>
    public string? FindIn(string text)
    {
        Match match = _regex.Match(text);
        return match.Success ? match.Groups[match.Groups.Count > 1 ? 1 : 0].Value : null;
    }

    public override string ToString() => $"{Name}={_pattern}";
}
