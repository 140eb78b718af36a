using System.Text.RegularExpressions;

namespace EmailSms.Composing;

/// <summary>
/// A pattern that a line of a mail is held against. It never backtracks and never sees a long line, so that no mail
/// can make it slow.
/// </summary>
internal sealed class LinePattern(string pattern)
{
    private const int LineCharsMax = 1000;

    private readonly Regex _regex = new(
        pattern,
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
            | RegexOptions.ExplicitCapture);

    public bool IsIn(string line) => _regex.IsMatch(line.AsSpan(0, Math.Min(line.Length, LineCharsMax)));
}
