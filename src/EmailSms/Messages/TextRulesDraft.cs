using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using EmailSms.Smpp.Text;

namespace EmailSms.Messages;

/// <summary>
/// The text settings of a rule as somebody writes them down, in words: every field may be wrong. It is also how they
/// are kept, as JSON; a field that is not there has its default.
/// </summary>
internal sealed record TextRulesDraft
{
    public const int EndMarksMax = 8;
    public const int EndMarkCharsMax = 20;
    public const int CapturesMax = 20;

    /// <summary>The word for an empty list, since a command line has no other.</summary>
    public const string None = "none";

    /// <summary>What can be taken out of a text.</summary>
    public static readonly IReadOnlyList<string> Removable = ["signature", "quotes", "disclaimer"];

    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web);

    private static readonly Lazy<string> Usual = new(() => JsonSerializer.Serialize(new TextRulesDraft(), Form));

    public string Text { get; init; } = Words<SubjectMode>.Of(TextRules.Default.Subject);

    public IReadOnlyList<string> Remove { get; init; } = Removable;

    public IReadOnlyList<string> EndMarks { get; init; } = TextRules.Default.Terminators;

    public string Attachments { get; init; } = Words<AttachmentMode>.Of(TextRules.Default.Attachments);

    public string Encoding { get; init; } = Words<LetterMode>.Of(TextRules.Default.Letters);

    /// <summary>Those whose tables may be used, see <see cref="EncodingName.Languages"/>.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary><c>keep</c> or <c>drop</c>.</summary>
    public string Links { get; init; } = "keep";

    public string TooLong { get; init; } = Words<LongTextMode>.Of(TextRules.Default.LongText);

    /// <summary>See <see cref="TextTemplate"/>.</summary>
    public string? Template { get; init; }

    /// <summary>Each <c>name=pattern</c>; see <see cref="CapturePattern"/>.</summary>
    public IReadOnlyList<string> Captures { get; init; } = [];

    public static TextRulesDraft Of(TextRules rules) => new()
    {
        Text = Words<SubjectMode>.Of(rules.Subject),
        Remove = [.. Removable.Where(what => Removes(rules, what))],
        EndMarks = rules.Terminators,
        Attachments = Words<AttachmentMode>.Of(rules.Attachments),
        Encoding = Words<LetterMode>.Of(rules.Letters),
        Languages = [.. rules.Segments.Languages.Select(EncodingName.Word)],
        Links = rules.KeepLinks ? "keep" : "drop",
        TooLong = Words<LongTextMode>.Of(rules.LongText),
        Template = rules.Template?.Source,
        Captures = [.. rules.Captures.Select(capture => capture.ToString())],
    };

    /// <summary><c>{}</c> where all is as by default.</summary>
    public string ToJson()
    {
        string json = JsonSerializer.Serialize(this, Form);
        return json == Usual.Value ? "{}" : json;
    }

    /// <summary>False for what this program, or a later one, did not write.</summary>
    public static bool TryFromJson(string json, [NotNullWhen(true)] out TextRulesDraft? draft)
    {
        try
        {
            draft = JsonSerializer.Deserialize<TextRulesDraft>(json, Form);
        }
        catch (JsonException)
        {
            draft = null;
        }

        return draft is not null;
    }

    /// <summary>Makes the rules, or tells all that is wrong with them, a sentence each.</summary>
    public bool TryBecomeRules([NotNullWhen(true)] out TextRules? rules, out IReadOnlyList<string> mistakes)
    {
        List<string> wrong = [];
        TextTemplate? template = null;
        if (Template is { Length: > 0 } && !TextTemplate.TryParse(Template, out template, out string? notTemplate))
        {
            wrong.Add(notTemplate);
        }

        var made = new TextRules
        {
            Subject = Value<SubjectMode>("The text", Text, wrong),
            StripSignature = Removes("signature"),
            StripQuote = Removes("quotes"),
            StripDisclaimer = Removes("disclaimer"),
            Terminators = MarksOf(EndMarks, wrong),
            Attachments = Value<AttachmentMode>("What becomes of attachments", Attachments, wrong),
            Letters = Value<LetterMode>("The encoding", Encoding, wrong),
            Segments = SegmentsOf(wrong),
            KeepLinks = IsWord(Links, "keep"),
            LongText = Value<LongTextMode>("What becomes of a text that is too long", TooLong, wrong),
            Template = template,
            Captures = CapturesOf(wrong),
        };
        foreach (string what in Without(Remove).Where(what => !Removable.Any(known => IsWord(known, what))))
        {
            wrong.Add($"{what} is nothing to remove: {string.Join(", ", Removable)} or {None}.");
        }

        if (!made.KeepLinks && !IsWord(Links, "drop")) wrong.Add("Links are one of keep, drop.");
        if (made.Subject is SubjectMode.Template && template is null && wrong.Count == 0)
        {
            wrong.Add("A text by template needs a template.");
        }

        mistakes = wrong;
        rules = wrong.Count > 0 ? null : made;
        return rules is not null;
    }

    private static bool Removes(TextRules rules, string what) => what switch
    {
        "signature" => rules.StripSignature,
        "quotes" => rules.StripQuote,
        _ => rules.StripDisclaimer,
    };

    private static T Value<T>(string what, string word, List<string> wrong)
        where T : struct, Enum
    {
        if (!Words<T>.TryParse(word, out T value)) wrong.Add($"{what} is one of {string.Join(", ", Words<T>.All)}.");
        return value;
    }

    private static bool IsWord(string word, string other) => word.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> Without(IReadOnlyList<string> words) =>
        words is [var only] && IsWord(only, None) ? [] : words;

    private static string[] MarksOf(IReadOnlyList<string> marks, List<string> wrong)
    {
        string[] given = [.. Without(marks)];
        bool isGood = given.Length <= EndMarksMax && Array.TrueForAll(given, mark =>
            mark.Length is >= 2 and <= EndMarkCharsMax && !mark.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)));
        if (!isGood)
        {
            wrong.Add($"An end mark has between 2 and {EndMarkCharsMax} characters and no space, "
                + $"and there are at most {EndMarksMax}.");
        }

        return [.. given.OrderByDescending(mark => mark.Length)]; // "###" is not "##" with one before it
    }

    private SegmentOptions SegmentsOf(List<string> wrong)
    {
        List<NationalLanguage> languages = [];
        foreach (string word in Without(Languages))
        {
            if (EncodingName.TryLanguage(word, out NationalLanguage language)) languages.Add(language);
            else wrong.Add($"{word} has no tables: {string.Join(", ", EncodingName.Languages)} or {None}.");
        }

        return languages.Count == 0
            ? SegmentOptions.Default
            : new SegmentOptions { Languages = [.. languages.Distinct()] };
    }

    private bool Removes(string what) => Without(Remove).Any(word => IsWord(word, what));

    private List<CapturePattern> CapturesOf(List<string> wrong)
    {
        List<CapturePattern> captures = [];
        foreach (string written in Without(Captures))
        {
            if (!CapturePattern.TryParse(written, out CapturePattern? capture, out string? mistake)) wrong.Add(mistake);
            else if (captures.Exists(other => other.Name == capture.Name)) wrong.Add($"Two captures: {capture.Name}.");
            else captures.Add(capture);
        }

        if (captures.Count > CapturesMax) wrong.Add($"A rule has at most {CapturesMax} captures.");
        return captures;
    }
}
