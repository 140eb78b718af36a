using EmailSms.Messages;

namespace EmailSms.MailOut.Templates;

/// <summary>
/// The files of one place, program or folder, by language and kind: <c>de/reply.txt</c>, which begins with a line
/// <c>Subject:</c>, an empty line and the text; <c>de/reply.html</c>; and <c>de/sentences.txt</c>.
/// </summary>
internal sealed class MailTemplateShelf
{
    public const string SentencesFile = "sentences.txt";

    private const int FileBytesMax = 1024 * 1024;
    private const string Resources = "mails/";
    private const string Subject = "Subject:";

    private readonly Dictionary<(string Language, string Kind), (TemplatePart Subject, TemplatePart Text)> _texts = [];
    private readonly Dictionary<(string Language, string Kind), TemplatePart> _htmls = [];
    private readonly Dictionary<string, Sentences> _sentences = [];
    private readonly Dictionary<string, string> _sources = [];
    private readonly bool _isShipped;

    private MailTemplateShelf(bool isShipped) => _isShipped = isShipped;

    /// <summary>None.</summary>
    public static MailTemplateShelf Empty { get; } = new(isShipped: false);

    /// <summary>Those inside the program.</summary>
    public static MailTemplateShelf Shipped { get; } = OfProgram();

    /// <summary>In small letters.</summary>
    public IEnumerable<string> Languages => _texts.Keys.Concat(_htmls.Keys).Select(one => one.Language)
        .Concat(_sentences.Keys).Distinct().Order(StringComparer.Ordinal);

    /// <summary>The files of a folder. One that is wrong is left out, and every mistake of all is told.</summary>
    public static MailTemplateShelf OfFolder(string folder, List<FileMistake> mistakes)
    {
        var shelf = new MailTemplateShelf(isShipped: false);
        try
        {
            foreach (string path in Directory.EnumerateFiles(folder).Where(IsMeant))
            {
                mistakes.Add(new FileMistake(
                    path, 0, 0, "files lie in a folder for their language, such as de/reply.txt."));
            }

            foreach (string inner in Directory.EnumerateDirectories(folder).Where(IsMeant).Order())
            {
                string language = Path.GetFileName(inner);
                if (!LanguageTag.IsOne(language))
                {
                    mistakes.Add(new FileMistake(inner, 0, 0, "is no language such as de or pt-BR."));
                    continue;
                }

                foreach (string path in Directory.EnumerateFiles(inner).Where(IsMeant).Order(StringComparer.Ordinal))
                {
                    shelf.TakeFile(language.ToLowerInvariant(), path, mistakes);
                }
            }
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            mistakes.Add(new FileMistake(folder, 0, 0, $"cannot be read: {trouble.Message}"));
        }

        return shelf;
    }

    public (TemplatePart Subject, TemplatePart Text)? Text(string language, string kind) =>
        _texts.TryGetValue((language, kind), out (TemplatePart, TemplatePart) found) ? found : null;

    public TemplatePart? Html(string language, string kind) => _htmls.GetValueOrDefault((language, kind));

    public Sentences? SentencesOf(string language) => _sentences.GetValueOrDefault(language);

    /// <summary>A file as it was written, by its name such as <c>de/reply.txt</c>.</summary>
    public string? Source(string name) => _sources.GetValueOrDefault(name);

    // An editor's spare copies and a page that explains the folder are no mistakes.
    private static bool IsMeant(string path) => Path.GetFileName(path) is var name
        && !name.StartsWith('.') && !name.EndsWith('~') && !name.EndsWith(".md", StringComparison.OrdinalIgnoreCase);

    private static MailTemplateShelf OfProgram()
    {
        var shelf = new MailTemplateShelf(isShipped: true);
        List<FileMistake> mistakes = [];
        System.Reflection.Assembly program = typeof(MailTemplateShelf).Assembly;
        foreach (string name in program.GetManifestResourceNames())
        {
            if (!name.StartsWith(Resources, StringComparison.Ordinal)) continue;
            using var reader = new StreamReader(program.GetManifestResourceStream(name)!);
            string path = name[Resources.Length..].Replace('\\', '/');
            shelf.Take(path.Split('/')[0], path, reader.ReadToEnd(), mistakes);
        }

        return mistakes.Count == 0 ? shelf : throw new InvalidOperationException(string.Join('\n', mistakes));
    }

    private void TakeFile(string language, string path, List<FileMistake> mistakes)
    {
        try
        {
            if (new FileInfo(path).Length > FileBytesMax)
            {
                mistakes.Add(new FileMistake(path, 0, 0, $"is larger than {FileBytesMax} bytes."));
                return;
            }

            Take(language, path, File.ReadAllText(path), mistakes);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            mistakes.Add(new FileMistake(path, 0, 0, $"cannot be read: {trouble.Message}"));
        }
    }

    private void Take(string language, string path, string text, List<FileMistake> mistakes)
    {
        string name = Path.GetFileName(path);
        string source = text.ReplaceLineEndings("\n");
        if (source.EndsWith('\n')) source = source[..^1]; // the end of the file's last line, and none of the mail's
        _sources[$"{language}/{name}"] = text;
        if (name == SentencesFile)
        {
            _sentences[language] = Sentences.Read(source, path, mistakes);
            return;
        }

        var kind = MailTemplateKind.Find(Path.GetFileNameWithoutExtension(name));
        string ending = Path.GetExtension(name);
        if (kind is null || ending is not (".txt" or ".html"))
        {
            mistakes.Add(new FileMistake(
                path, 0, 0,
                $"is no file of templates: one is {SentencesFile}, or .txt or .html behind one of "
                + $"{string.Join(", ", MailTemplateKind.All.Select(one => one.Name))}."));
        }
        else if (ending == ".html")
        {
            if (TemplatePart.Parse(source, path, 0, _isShipped, kind.Variables, mistakes) is { } html)
            {
                _htmls[(language, kind.Name)] = html;
            }
        }
        else
        {
            TakeText(language, kind, path, source, mistakes);
        }
    }

    // The subject may go on in lines that begin with a space, as a header does.
    private void TakeText(
        string language, MailTemplateKind kind, string path, string source, List<FileMistake> mistakes)
    {
        int end = source.IndexOf("\n\n", StringComparison.Ordinal);
        string[] head = end < 0 ? [] : source[..end].Split('\n');
        if (head.Length == 0 || !head[0].StartsWith(Subject, StringComparison.OrdinalIgnoreCase)
            || head.Skip(1).Any(line => !line.StartsWith(' ')))
        {
            mistakes.Add(new FileMistake(
                path, 1, 1, "begins with a line \"Subject:\" and the subject, then an empty line, then the text."));
            return;
        }

        // Spaces in place of the word keep the columns what they are in the file.
        string subject = new string(' ', Subject.Length) + source[Subject.Length..end];
        TemplatePart? first = TemplatePart.Parse(subject, path, 0, _isShipped, kind.Variables, mistakes);
        TemplatePart? second = TemplatePart.Parse(
            source[(end + 2)..], path, head.Length + 1, _isShipped, kind.Variables, mistakes);
        if (first is not null && second is not null) _texts[(language, kind.Name)] = (first, second);
    }
}
