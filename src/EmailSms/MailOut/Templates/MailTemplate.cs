using EmailSms.Messages;

namespace EmailSms.MailOut.Templates;

/// <summary>One of the three things that a template is for.</summary>
/// <param name="Script">The template.</param>
/// <param name="File">The file it stands in, for people.</param>
/// <param name="LinesBefore">Lines of the file above it.</param>
/// <param name="IsShipped">Whether it is one of the program's own.</param>
internal sealed record TemplatePart(ShutInTemplate Script, string File, int LinesBefore, bool IsShipped)
{
    /// <summary>Our own are known to end, and nothing stands behind them.</summary>
    private static readonly TemplateLimits Shipped =
        new(SourceCharsMax: 100_000, OutputCharsMax: 2_000_000, LoopsMax: 100_000, TimeMax: null);

    /// <summary>One that is slow holds up the write that the mail is a part of.</summary>
    private static readonly TemplateLimits Own = Shipped with { LoopsMax = 10_000, TimeMax = TimeSpan.FromSeconds(2) };

    public static TemplatePart? Parse(
        string source, string file, int linesBefore, bool isShipped, IReadOnlyList<TemplateVariable> known,
        List<FileMistake> mistakes)
    {
        var script = ShutInTemplate.Parse(
            source, isShipped ? Shipped : Own, out IReadOnlyList<TemplateMistake> found);
        if (script is not null) found = TemplateNames.Unknown(script, known);
        mistakes.AddRange(found.Select(one => FileMistake.Of(file, linesBefore, one)));
        return script is null || found.Count > 0 ? null : new TemplatePart(script, file, linesBefore, isShipped);
    }
}

/// <summary>What words a mail of one kind in one language.</summary>
/// <param name="Language">Which.</param>
/// <param name="Subject">One line.</param>
/// <param name="Text">Of the mail.</param>
/// <param name="Html">The same with looks; null: the mail is text alone.</param>
internal sealed record MailTemplate(string Language, TemplatePart Subject, TemplatePart Text, TemplatePart? Html);

/// <summary>Something wrong with a file of templates.</summary>
internal sealed record FileMistake(string File, int Line, int Column, string Sentence)
{
    public static FileMistake Of(string file, int linesBefore, TemplateMistake mistake) => new(
        file, mistake.Line == 0 ? 0 : mistake.Line + linesBefore, mistake.Column, mistake.Sentence);

    public override string ToString() => Line == 0
        ? $"{File}: {Sentence}"
        : $"{File}, line {Line}, column {Column}: {Sentence}";
}

/// <summary>What a mail says.</summary>
/// <param name="Subject">One line, fit for a header.</param>
/// <param name="Text">Its lines.</param>
/// <param name="Html">The same with looks, or null.</param>
/// <param name="Language">What it is in.</param>
internal sealed record MailWords(string Subject, string Text, string? Html, string Language);
