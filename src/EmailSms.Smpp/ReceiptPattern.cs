using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace EmailSms.Smpp;

/// <summary>
/// A carrier's own way to write receipts, as a regular expression with the named groups <c>id</c> and <c>stat</c>, and
/// <c>err</c>, <c>submit</c> and <c>done</c> where it has them. It is tried on the whole text before the standard's
/// form, and matched without backtracking, so that no text takes long. A message that is marked as a receipt and does
/// not match is read as the standard has it.
/// <example>A line of commas, the state first and the id last:
/// <c>^(?&lt;stat&gt;[^,]*),(?&lt;submit&gt;\d*),(?&lt;done&gt;\d*),[^,]*,\d+,(?&lt;err&gt;\d*),(?&lt;id&gt;\w+)$</c>
/// with <c>states</c> <c>00=DELIVRD</c>.</example>
/// </summary>
public sealed class ReceiptPattern
{
    private readonly Regex _pattern;
    private readonly IReadOnlyDictionary<string, MessageState> _states;

    private ReceiptPattern(Regex pattern, IReadOnlyDictionary<string, MessageState> states) =>
        (_pattern, _states) = (pattern, states);

    /// <summary>Makes a pattern.</summary>
    /// <param name="pattern">The regular expression.</param>
    /// <param name="states">
    /// The carrier's own words for states, such as <c>00</c>; words that are missing are read as the standard's.
    /// </param>
    /// <param name="made">The pattern.</param>
    /// <param name="wrong">Why there is none, in a sentence.</param>
    public static bool TryCreate(
        string pattern,
        IReadOnlyDictionary<string, MessageState>? states,
        [NotNullWhen(true)] out ReceiptPattern? made,
        [NotNullWhen(false)] out string? wrong)
    {
        (made, wrong) = (null, null);
        try
        {
            var regex = new Regex(
                pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase);
            string[] groups = regex.GetGroupNames();
            if (!groups.Contains("id") || !groups.Contains("stat"))
            {
                wrong = "A pattern of receipts needs the groups (?<id>…) and (?<stat>…).";
                return false;
            }

            made = new ReceiptPattern(
                regex,
                new Dictionary<string, MessageState>(
                    states ?? new Dictionary<string, MessageState>(), StringComparer.OrdinalIgnoreCase));
            return true;
        }
        catch (Exception fault) when (fault is ArgumentException or NotSupportedException)
        {
            wrong = $"It is no regular expression that can be matched without backtracking: {fault.Message}";
            return false;
        }
    }

    internal ReceiptText? Read(string raw)
    {
        Match match = _pattern.Match(raw);
        if (!match.Success) return null;
        string? word = Group("stat");
        return new ReceiptText(
            Group("id"),
            word is not null && _states.TryGetValue(word, out MessageState state) ? state : ReceiptText.StateOf(word),
            Group("err"), Group("submit"), Group("done"));

        string? Group(string name) =>
            match.Groups[name] is { Success: true, Value: var value } && value.Trim() is { Length: > 0 } text
                ? text
                : null;
    }
}
