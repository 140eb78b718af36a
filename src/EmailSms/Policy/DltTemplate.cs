using System.Text.Json.Serialization;

namespace EmailSms.Policy;

/// <summary>
/// A text that is registered in India, with <c>{#var#}</c> where something else may stand each time: up to
/// <see cref="VariableMax"/> characters. An SMS that is of no registered template is dropped on its way.
/// </summary>
/// <param name="Id">The id that the registry gave it: 19 digits.</param>
/// <param name="Text">As it is registered.</param>
internal sealed record DltTemplate(string Id, string Text)
{
    /// <summary>The most characters that a variable stands for.</summary>
    public const int VariableMax = 30;

    /// <summary>How many digits an id of the registry has.</summary>
    public const int IdLength = 19;

    private const string Variable = "{#var#}";
    private const int TextMax = 2000;
    private const int ShownMax = 40;

    private readonly string[] _literals = Normal(Text).Split(Variable, StringSplitOptions.None);

    /// <summary>As a refusal names it.</summary>
    [JsonIgnore]
    public string Shown
    {
        get
        {
            string line = Normal(Text).ReplaceLineEndings(" ");
            string shown = (line.Length <= ShownMax ? line : $"{line[..ShownMax]}…").Replace('"', '\'');
            return $"{Id} (\"{shown}\")"; // the marks are where the log cuts
        }
    }

    /// <summary>Whether an id has the form of one.</summary>
    public static bool IsId(string? text) =>
        text is { Length: IdLength } && !text.AsSpan().ContainsAnyExceptInRange('0', '9');

    /// <summary>What is wrong with it, a sentence each.</summary>
    public IEnumerable<string> Mistakes()
    {
        if (!IsId(Id)) yield return $"'{Id}' is no template id: the registry gives {IdLength} digits.";
        string text = Normal(Text);
        if (text.Length is 0 or > TextMax)
        {
            yield return $"The text of template {Id} has 1 to {TextMax} characters.";
        }
        else if (text.Replace(Variable, "", StringComparison.Ordinal).Trim().Length == 0)
        {
            yield return $"Template {Id} is variables alone, and would fit anything.";
        }
    }

    /// <summary>
    /// Whether a text is of it: letter for letter, but for spaces around it and what variables stand for.
    /// </summary>
    public bool Matches(string text)
    {
        string said = Normal(text);
        if (!said.StartsWith(_literals[0], StringComparison.Ordinal)) return false;

        // The places in the text that can be reached so far: no backtracking, whatever the template.
        bool[] reached = new bool[said.Length + 1];
        reached[_literals[0].Length] = true;
        foreach (string literal in _literals.Skip(1))
        {
            bool[] next = new bool[said.Length + 1];
            for (int at = 0; at <= said.Length; at++)
            {
                if (!reached[at]) continue;
                for (int end = at; end <= Math.Min(at + VariableMax, said.Length); end++)
                {
                    bool fits = said.AsSpan(end).StartsWith(literal, StringComparison.Ordinal);
                    if (fits) next[end + literal.Length] = true;
                }
            }

            reached = next;
        }

        return reached[said.Length];
    }

    private static string Normal(string? text) => (text ?? "").ReplaceLineEndings("\n").Trim();
}
