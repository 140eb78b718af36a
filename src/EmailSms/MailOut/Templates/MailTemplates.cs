using System.Collections;
using System.Diagnostics;
using System.Text;
using EmailSms.Messages;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.MailOut.Templates;

/// <summary>
/// Words every mail that the program writes, by its kind and in the language of whom it goes to: by a file of the
/// folder, else by that of the program, else in the language of the settings, else in English. A template that fails on
/// a mail costs nothing but itself: the next of that row words it. What comes from outside is made fit here, by what
/// the variable holds, so no template can let a header or markup in.
/// </summary>
internal sealed class MailTemplates
{
    public const string English = "en";

    private const int SubjectLengthMax = 400;
    private const int SentenceLengthMax = 500;

    private readonly MailTemplateOptions _options;
    private readonly MailTemplateShelf _own;
    private readonly Dictionary<(string Language, MailTemplateKind Kind), List<MailTemplate>> _rows = [];
    private readonly Action<FileMistake> _failed;
    private readonly string? _forced;
    private readonly string? _preferred;

    private MailTemplates(MailTemplateOptions options, MailTemplateShelf own, Action<FileMistake> failed)
    {
        (_options, _own, _failed) = (options, own, failed);
        Languages = [.. MailTemplateShelf.Shipped.Languages.Union(own.Languages).Order(StringComparer.Ordinal)];
        foreach (string language in Languages)
        {
            foreach (MailTemplateKind kind in MailTemplateKind.All) _rows[(language, kind)] = Row(language, kind);
        }
    }

    private MailTemplates(MailTemplates same, string? forced, string? preferred)
    {
        (_options, _own, _failed, _rows, Languages) =
            (same._options, same._own, same._failed, same._rows, same.Languages);
        (_forced, _preferred) = (forced, preferred);
    }

    /// <summary>Those of the program alone, in English.</summary>
    public static MailTemplates Shipped { get; } = Load(new MailTemplateOptions(), NullLogger.Instance);

    /// <summary>All languages of which there is something, in small letters.</summary>
    public IReadOnlyList<string> Languages { get; }

    /// <summary>What is wrong with the files was told by <see cref="MistakesOf"/>; here it is left out.</summary>
    public static MailTemplates Load(MailTemplateOptions options, ILogger log)
    {
        MailTemplateShelf own = options.Folder.Length == 0
            ? MailTemplateShelf.Empty
            : MailTemplateShelf.OfFolder(options.Folder, []);
        return new MailTemplates(
            options, own, mistake => log.TemplateFailed(mistake.File, mistake.Line, mistake.Column));
    }

    /// <summary>Everything that is wrong with the section and its files, each with its key.</summary>
    public static IEnumerable<(string Key, string Sentence)> MistakesOf(MailTemplateOptions options)
    {
        List<FileMistake> mistakes = [];
        string key = $"{MailTemplateOptions.Section}:{nameof(options.Folder)}";
        MailTemplateShelf own = MailTemplateShelf.Empty;
        if (options.Folder.Length > 0 && !Directory.Exists(options.Folder))
        {
            yield return (key, $"there is no folder {options.Folder}.");
        }
        else if (options.Folder.Length > 0)
        {
            own = MailTemplateShelf.OfFolder(options.Folder, mistakes);
        }

        var all = new MailTemplates(options, own, mistakes.Add);
        all.TryOn(own);
        mistakes.AddRange(Alone(own));
        foreach (FileMistake mistake in mistakes.Distinct()) yield return (key, mistake.ToString());
        foreach ((string Key, string Sentence) wrong in all.WrongLanguages()) yield return wrong;
    }

    /// <summary>The same, with every mail in one language.</summary>
    public MailTemplates In(string language) => new(this, language, null);

    /// <summary>The same, where a rule or a number says the language; null: it does not.</summary>
    public MailTemplates Preferring(string? language) => language is null ? this : new(this, null, language);

    /// <summary>The templates that word a kind in a language, the first of them first.</summary>
    public IReadOnlyList<MailTemplate> Find(MailTemplateKind kind, string language)
    {
        foreach (string one in Nearest(language))
        {
            if (_rows.TryGetValue((one, kind), out List<MailTemplate>? row)) return row;
        }

        return _rows[(English, kind)];
    }

    /// <summary>What a mail says.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="to">Whom it goes to.</param>
    /// <param name="domain">Ours.</param>
    /// <param name="at">When what it tells of was.</param>
    /// <param name="values">A value for every variable of the kind but those that all have.</param>
    public MailWords Write(
        MailTemplateKind kind, EmailAddress to, string domain, DateTimeOffset at, Dictionary<string, object?> values)
    {
        values["to"] = to.ToString();
        values["domain"] = domain;
        values["at"] = NoticeMail.Time(at);
        Debug.Assert(
            values.Keys.Order().SequenceEqual(kind.Variables.Select(one => one.Name).Order()),
            $"The values of {kind.Name} are not its variables.");
        foreach (MailTemplate template in Find(kind, _forced ?? LanguageOf(to)))
        {
            Dictionary<string, object?> fit = Fit(kind.Variables, values, template.Language);
            if (Fill(template.Subject, fit) is not { } subject || Fill(template.Text, fit) is not { } text) continue;
            string? html = template.Html is { } looks ? Fill(looks, fit, isHtml: true) : null;
            return new MailWords(MailText.Line(subject, SubjectLengthMax), text, html, template.Language);
        }

        return Bare(kind, Fit(kind.Variables, values, English));
    }

    private string LanguageOf(EmailAddress to) =>
        _options.Languages.FirstOrDefault(one =>
            one.Key.Equals(to.ToString(), StringComparison.OrdinalIgnoreCase)).Value
        ?? _preferred
        ?? _options.Languages.FirstOrDefault(one =>
            one.Key.TrimStart('@').Equals(to.Domain, StringComparison.OrdinalIgnoreCase)).Value
        ?? _options.Language;

    private IEnumerable<string> Nearest(string language)
    {
        foreach (string one in new[] { language.ToLowerInvariant(), _options.Language.ToLowerInvariant(), English })
        {
            yield return one;
            if (one.IndexOf('-', StringComparison.Ordinal) is > 0 and var dash) yield return one[..dash];
        }
    }

    // Each language with the folder's words before the program's, and all of them before the next language.
    private List<MailTemplate> Row(string language, MailTemplateKind kind)
    {
        List<MailTemplate> row = [];
        foreach (string one in Nearest(language).Distinct())
        {
            MailTemplateShelf shipped = MailTemplateShelf.Shipped;
            TemplatePart? html = _own.Html(one, kind.Name);
            if ((_own.Text(one, kind.Name) ?? (html is null ? null : shipped.Text(one, kind.Name))) is { } own)
            {
                row.Add(new MailTemplate(one, own.Subject, own.Text, html ?? shipped.Html(one, kind.Name)));
            }

            if (shipped.Text(one, kind.Name) is { } ours)
            {
                row.Add(new MailTemplate(one, ours.Subject, ours.Text, shipped.Html(one, kind.Name)));
            }
        }

        return row;
    }

    private string? Fill(TemplatePart part, Dictionary<string, object?> values, bool isHtml = false)
    {
        (string text, TemplateMistake? mistake) = part.Script.Render(values, isStrict: true, isHtml);
        if (mistake is null) return text;
        _failed(FileMistake.Of(part.File, part.LinesBefore, mistake));
        return null;
    }

    private Dictionary<string, object?> Fit(
        IReadOnlyList<TemplateVariable> variables, IReadOnlyDictionary<string, object?> values, string language) =>
        variables.ToDictionary(one => one.Name, one => Fit(one, values.GetValueOrDefault(one.Name), language));

    private object? Fit(TemplateVariable variable, object? value, string language) => (variable.Kind, value) switch
    {
        (VariableKind.Line, string text) => MailText.Line(text),
        (VariableKind.Sentence, string text) => Translated(MailText.Line(text, SentenceLengthMax), language),
        (VariableKind.List, IEnumerable list) => list.Cast<IReadOnlyDictionary<string, object?>>()
            .Select(item => Fit(variable.Items!, item, language)).ToList(),
        _ => value,
    };

    private string Translated(string sentence, string language) =>
        _own.SentencesOf(language)?.Find(sentence)
        ?? MailTemplateShelf.Shipped.SentencesOf(language)?.Find(sentence)
        ?? sentence;

    // Nothing could word it, and still somebody is to hear of it.
    private static MailWords Bare(MailTemplateKind kind, Dictionary<string, object?> values)
    {
        var text = new StringBuilder();
        foreach ((string name, object? value) in values)
        {
            if (value is string or int or long or bool) text.Append(name).Append(": ").Append(value).Append('\n');
        }

        return new MailWords($"EmailSms: {kind.Name}", text.ToString(), null, English);
    }

    // What only shows when it runs shows on an example.
    private void TryOn(MailTemplateShelf own)
    {
        foreach (string language in own.Languages)
        {
            MailTemplates here = In(language);
            foreach (MailTemplateKind kind in MailTemplateKind.All)
            {
                if (own.Text(language, kind.Name) is null && own.Html(language, kind.Name) is null) continue;
                foreach (MailSample sample in kind.Samples) sample.Build(here);
            }
        }
    }

    private static IEnumerable<FileMistake> Alone(MailTemplateShelf own) =>
        from language in own.Languages
        from kind in MailTemplateKind.All
        where own.Html(language, kind.Name) is not null && own.Text(language, kind.Name) is null
            && MailTemplateShelf.Shipped.Text(language, kind.Name) is null
        select new FileMistake(
            own.Html(language, kind.Name)!.File, 0, 0,
            $"needs {language}/{kind.Name}.txt beside it, for subject and text.");

    private IEnumerable<(string Key, string Sentence)> WrongLanguages()
    {
        string key = $"{MailTemplateOptions.Section}:{nameof(_options.Language)}";
        string known = $"there is nothing in that language; known are {string.Join(", ", Languages)}.";
        if (!IsKnown(_options.Language)) yield return (key, known);
        foreach ((string whose, string language) in _options.Languages)
        {
            if (!IsKnown(language)) yield return ($"{key}s:{whose}", known);
            string domain = whose[(whose.LastIndexOf('@') + 1)..];
            if (domain.Length > 0 && EmailAddress.TryParse($"a@{domain}", out _)
                && (whose.IndexOf('@', StringComparison.Ordinal) <= 0 || EmailAddress.TryParse(whose, out _)))
            {
                continue;
            }

            yield return ($"{key}s:{whose}", "is neither an address nor a domain.");
        }
    }

    private bool IsKnown(string language) => language.ToLowerInvariant() is var small
        && (Languages.Contains(small) || Languages.Contains(small.Split('-')[0]));
}
