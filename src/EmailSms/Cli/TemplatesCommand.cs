using System.CommandLine;
using EmailSms.MailOut;
using EmailSms.MailOut.Templates;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using MimeKit;

namespace EmailSms.Cli;

/// <summary><c>emailsms templates</c>: in which words our mails are, and how they look with them.</summary>
internal static class TemplatesCommand
{
    private static readonly Argument<string> Kind = new("kind")
    {
        Description = "A kind of mail, as list tells it.",
    };

    private static readonly Argument<string> File = new("kind")
    {
        Description = "A kind of mail, or sentences for those that the program puts into mails.",
    };

    private static readonly Option<string?> Language = new("--language")
    {
        Description = "Such as de. Default: that of the settings.",
    };

    private static readonly Option<bool> Html = new("--html") { Description = "Its HTML instead of its text." };

    private static readonly Option<string?> Sample = new("--sample")
    {
        Description = "One of the examples. Default: the first; a wrong name tells all.",
    };

    private static readonly Option<string?> Eml = new("--eml")
    {
        Description = "Write the whole mail there, to open it with a mail program.",
        HelpName = "file",
    };

    public static Command Build()
    {
        var list = new Command("list", "List the kinds of mails, and in which languages there are words for them.");
        list.SetAction(parsed => With(parsed, List));
        var show = new Command("show", "Print a template as it is in force, to begin one of your own with.")
        {
            File, Language, Html,
        };
        show.SetAction(parsed => With(parsed, Show));
        var preview = new Command("preview", "Print a mail with sample values.") { Kind, Language, Sample, Eml };
        preview.SetAction(parsed => With(parsed, Preview));
        return new Command("templates", "See in which words our mails are.") { list, show, preview };
    }

    // The rest of the configuration may be in the making; what is wrong with the templates is told with them.
    private static int With(ParseResult parsed, Func<ParseResult, MailTemplateOptions, int> work)
    {
        try
        {
            MailTemplateOptions options = SettingsReader.Load(CommonOptions.ConfigFile(parsed))
                .GetSection(MailTemplateOptions.Section).Get<MailTemplateOptions>() ?? new MailTemplateOptions();
            (string Key, string Sentence)[] mistakes = [.. MailTemplates.MistakesOf(options)];
            foreach ((string key, string sentence) in mistakes) Console.Error.WriteLine($"{key}: {sentence}");
            int code = work(parsed, options);
            return mistakes.Length > 0 ? CommandLine.Wrong : code;
        }
        catch (Exception trouble) when (trouble is FormatException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(trouble.Message);
            return CommandLine.Failed;
        }
    }

    private static int List(ParseResult parsed, MailTemplateOptions options)
    {
        MailTemplateShelf own = Own(options);
        foreach (MailTemplateKind kind in MailTemplateKind.All)
        {
            string[] shipped = Languages(MailTemplateShelf.Shipped, kind.Name);
            string[] yours = Languages(own, kind.Name);
            if (parsed.GetValue(CommonOptions.Json))
            {
                JsonOutput.Write(new
                {
                    kind = kind.Name,
                    about = kind.About,
                    shipped,
                    own = yours,
                    variables = kind.Variables.Select(one => one.Name),
                    samples = kind.Samples.Select(one => one.Name),
                });
            }
            else
            {
                string mine = yours.Length > 0 ? $"; your own: {string.Join(", ", yours)}" : "";
                Console.Out.WriteLine($"{kind.Name,-9} {kind.About} ({string.Join(", ", shipped)}{mine})");
            }
        }

        return CommandLine.Done;
    }

    private static int Show(ParseResult parsed, MailTemplateOptions options)
    {
        string name = parsed.GetValue(File)!;
        bool isSentences = name == Path.GetFileNameWithoutExtension(MailTemplateShelf.SentencesFile);
        if (!isSentences && !IsKind(name)) return CommandLine.Wrong;
        string language = (parsed.GetValue(Language) ?? options.Language).ToLowerInvariant();
        string file = isSentences ? MailTemplateShelf.SentencesFile : name + (parsed.GetValue(Html) ? ".html" : ".txt");
        if ((Own(options).Source($"{language}/{file}") ?? MailTemplateShelf.Shipped.Source($"{language}/{file}"))
            is not { } source)
        {
            Console.Error.WriteLine($"There is no {language}/{file}.");
            return CommandLine.Failed;
        }

        Console.Out.Write(source);
        return CommandLine.Done;
    }

    private static int Preview(ParseResult parsed, MailTemplateOptions options)
    {
        if (!IsKind(parsed.GetValue(Kind)!)) return CommandLine.Wrong;
        MailTemplateKind kind = MailTemplateKind.Find(parsed.GetValue(Kind)!)!;
        string? name = parsed.GetValue(Sample);
        MailSample? sample = name is null ? kind.Samples[0] : kind.Samples.FirstOrDefault(one => one.Name == name);
        if (sample is null)
        {
            Console.Error.WriteLine(
                $"--sample: {kind.Name} has {string.Join(", ", kind.Samples.Select(one => one.Name))}.");
            return CommandLine.Wrong;
        }

        MailTemplates words = MailTemplates.Load(options, NullLogger.Instance);
        OutgoingMail mail = sample.Build(words.In(parsed.GetValue(Language) ?? options.Language));
        using var bytes = new MemoryStream(mail.Content);
        using MimeMessage read = MimeMessage.Load(bytes);
        if (parsed.GetValue(Eml) is { } file) System.IO.File.WriteAllBytes(file, mail.Content);
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new { subject = read.Subject, text = read.TextBody, html = read.HtmlBody });
            return CommandLine.Done;
        }

        Console.Out.WriteLine($"Subject: {read.Subject}\n\n{read.TextBody?.ReplaceLineEndings("\n")}");
        if (read.HtmlBody is { } html) Console.Out.WriteLine($"\n{html.ReplaceLineEndings("\n")}");
        return CommandLine.Done;
    }

    private static bool IsKind(string name)
    {
        if (MailTemplateKind.Find(name) is not null) return true;
        string known = string.Join(", ", MailTemplateKind.All.Select(one => one.Name));
        Console.Error.WriteLine($"'{name}' is no kind of mail; known are {known}.");
        return false;
    }

    private static string[] Languages(MailTemplateShelf shelf, string kind) =>
    [
        .. shelf.Languages.Where(one => shelf.Text(one, kind) is not null || shelf.Html(one, kind) is not null),
    ];

    private static MailTemplateShelf Own(MailTemplateOptions options) => Directory.Exists(options.Folder)
        ? MailTemplateShelf.OfFolder(options.Folder, [])
        : MailTemplateShelf.Empty;
}
