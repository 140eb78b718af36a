using System.CommandLine;
using EmailSms.Messages;

namespace EmailSms.Cli;

/// <summary>The options of a sender rule that say how its mails become texts.</summary>
internal sealed class TextRuleOptions
{
    private static readonly TextRulesDraft Usual = new();

    private readonly Option<string> _text;
    private readonly Option<string?> _template = new("--template")
    {
        Description = "The text, with places such as {{ subject }} and {{ found.host }}; stands for --text template.",
    };

    private readonly Option<string[]> _captures;
    private readonly Option<string[]> _remove;
    private readonly Option<string[]> _endMarks;
    private readonly Option<string> _attachments;
    private readonly Option<string> _encoding;
    private readonly Option<string[]> _languages;
    private readonly Option<string> _links;
    private readonly Option<string> _tooLong;

    /// <param name="isNew">An option that is not given has its default; otherwise it changes nothing.</param>
    public TextRuleOptions(bool isNew)
    {
        _text = OneOf(
            "--text", "What the text is made of.", Words<SubjectMode>.All, isNew ? Usual.Text : null);
        _captures = Several(
            "--capture", "For the template: name=pattern, a regular expression that is held against the mail.",
            "name=pattern", null);
        _remove = Several(
            "--remove", "What is taken out of the text.", $"{string.Join('|', TextRulesDraft.Removable)}|none",
            isNew ? Usual.Remove : null);
        _endMarks = Several(
            "--end-mark", "What ends the text, at the end of a line; none for nothing.", "mark",
            isNew ? Usual.EndMarks : null);
        _attachments = OneOf(
            "--attachments", "Files on the mail are ignored, noted ([+2 files]) or a reason to refuse it.",
            Words<AttachmentMode>.All, isNew ? Usual.Attachments : null);
        _encoding = OneOf(
            "--encoding", "How letters outside the GSM alphabet are written.",
            Words<LetterMode>.All, isNew ? Usual.Encoding : null);
        _languages = Several(
            "--language", "A language whose tables may hold letters that the GSM alphabet lacks; none for no table.",
            $"{string.Join('|', EncodingName.Languages)}|none", null);
        _links = OneOf(
            "--links", "Whether a link in HTML keeps its address.", ["keep", "drop"], isNew ? Usual.Links : null);
        _tooLong = OneOf(
            "--too-long", "A text of more parts is cut, split into several SMS or refused.",
            Words<LongTextMode>.All, isNew ? Usual.TooLong : null);
    }

    public void AddTo(Command command)
    {
        Option[] all =
        [
            _text, _template, _captures, _remove, _endMarks, _attachments, _encoding, _languages, _links, _tooLong,
        ];
        foreach (Option option in all) command.Options.Add(option);
    }

    /// <summary>The draft with what was given.</summary>
    public TextRulesDraft Apply(ParseResult parsed, TextRulesDraft draft)
    {
        string? template = parsed.GetValue(_template);
        string text = template is { Length: > 0 } && !IsGiven(parsed, _text)
            ? Words<SubjectMode>.Of(SubjectMode.Template)
            : Given(parsed, _text, draft.Text);
        return draft with
        {
            Text = text,
            Template = template is null ? draft.Template : template.Length == 0 ? null : template,
            Captures = Given(parsed, _captures, draft.Captures),
            Remove = Given(parsed, _remove, draft.Remove),
            EndMarks = Given(parsed, _endMarks, draft.EndMarks),
            Attachments = Given(parsed, _attachments, draft.Attachments),
            Encoding = Given(parsed, _encoding, draft.Encoding),
            Languages = Given(parsed, _languages, draft.Languages),
            Links = Given(parsed, _links, draft.Links),
            TooLong = Given(parsed, _tooLong, draft.TooLong),
        };
    }

    internal static bool IsGiven(ParseResult parsed, Option option) =>
        parsed.GetResult(option) is { Implicit: false };

    /// <summary>What was written for the option, or else what is there already.</summary>
    internal static T Given<T, TOption>(ParseResult parsed, Option<TOption> option, T otherwise)
        where TOption : T =>
        IsGiven(parsed, option) ? parsed.GetValue(option)! : otherwise;

    private static Option<string> OneOf(string name, string description, IReadOnlyList<string> words, string? usual)
    {
        var option = new Option<string>(name) { Description = description, HelpName = string.Join('|', words) };
        if (usual is not null) option.DefaultValueFactory = _ => usual;
        option.AcceptOnlyFromAmong([.. words]);
        return option;
    }

    private static Option<string[]> Several(
        string name, string description, string value, IReadOnlyList<string>? usual)
    {
        var option = new Option<string[]>(name)
        {
            Description = description,
            HelpName = value,
            AllowMultipleArgumentsPerToken = true,
        };
        if (usual is not null) option.DefaultValueFactory = _ => [.. usual];
        return option;
    }
}
