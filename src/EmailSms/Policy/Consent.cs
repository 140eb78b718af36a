using EmailSms.Messages;

namespace EmailSms.Policy;

/// <summary>What a person agreed to, and how that is known.</summary>
/// <param name="Number">Whose consent it is.</param>
/// <param name="Purpose">To what, such as <c>marketing</c>.</param>
/// <param name="GivenMs">When, unix milliseconds.</param>
/// <param name="Method">How: one of <see cref="Methods"/>.</param>
/// <param name="Source">Where, such as the address of a form.</param>
/// <param name="Shown">The text that was agreed to.</param>
/// <param name="Evidence">What can be shown for it: an IP address, a file, a message.</param>
internal sealed record Consent(
    PhoneNumber Number, string Purpose, long GivenMs, string Method, string? Source, string? Shown, string? Evidence)
{
    public const int PurposeLengthMax = 32;

    /// <summary>The longest of the other fields.</summary>
    public const int FieldLengthMax = 2000;

    /// <summary>The ways that carriers ask for by name.</summary>
    public static readonly IReadOnlyList<string> Methods = ["web-form", "verbal", "paper", "api", "keyword", "import"];

    /// <summary>Given by the store.</summary>
    public long Id { get; init; }

    /// <summary>When it ended; null: it holds.</summary>
    public long? WithdrawnMs { get; init; }

    /// <summary>How it ended, such as <c>stop</c>.</summary>
    public string? WithdrawnHow { get; init; }

    /// <summary>Whether a word can name a purpose: small letters, digits and hyphens.</summary>
    public static bool IsPurpose(string word) =>
        word.Length is > 0 and <= PurposeLengthMax
        && word.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    /// <summary>What is wrong with it, a sentence each.</summary>
    public IEnumerable<string> Mistakes(long nowMs)
    {
        if (!IsPurpose(Purpose)) yield return $"'{Purpose}' is no purpose: write small letters, such as marketing.";
        if (!Methods.Contains(Method)) yield return $"'{Method}' is no method: it is {string.Join(", ", Methods)}.";
        if (GivenMs > nowMs) yield return "A consent cannot be given in the future.";
        if (WithdrawnMs > nowMs) yield return "A consent cannot have ended in the future.";
        if (WithdrawnMs < GivenMs) yield return "A consent cannot have ended before it was given.";
        if (WithdrawnMs is null && WithdrawnHow is not null)
        {
            yield return "A consent that was withdrawn needs the time of it.";
        }

        if ((Source?.Length ?? 0) > FieldLengthMax || (Shown?.Length ?? 0) > FieldLengthMax
            || (Evidence?.Length ?? 0) > FieldLengthMax)
        {
            yield return $"Source, text and evidence have at most {FieldLengthMax} characters each.";
        }
    }
}
