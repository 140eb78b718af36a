using System.CommandLine;
using EmailSms.Composing;
using EmailSms.Store;
using MimeKit;

namespace EmailSms.Cli;

/// <summary><c>emailsms disclaimer</c>: the notices of this house, which no text is to have.</summary>
internal static class DisclaimerCommand
{
    private static readonly Argument<FileInfo> File = new("file")
    {
        Description = "A mail as it leaves your mail server, with a line of text and the notice in another paragraph.",
    };

    private static readonly Option<bool> All = new("--all")
    {
        Description = "The mail has no text of its own: learn the first paragraph too.",
    };

    private static readonly Argument<long> Id = new("id") { Description = "The number of the notice." };

    public static Command Build()
    {
        var learn = new Command("learn", "Learn the notices in a sample mail.") { File, All };
        learn.SetAction((parsed, stopping) => LearnAsync(parsed, stopping));
        var list = new Command("list", "List the notices that were learned.");
        list.SetAction((parsed, _) => CommonOptions.WithStoreAsync(
            parsed, store => Task.FromResult(List(parsed, store))));
        var remove = new Command("remove", "Forget a notice.") { Id };
        remove.SetAction((parsed, _) => RemoveAsync(parsed));
        return new Command("disclaimer", "Manage the notices that are cut out of texts.") { learn, list, remove };
    }

    private static async Task<int> LearnAsync(ParseResult parsed, CancellationToken stopping)
    {
        IReadOnlyList<string> paragraphs;
        try
        {
            await using FileStream file = parsed.GetValue(File)!.OpenRead();
            using MimeMessage mail = MailComposer.Load(file, stopping);
            paragraphs = MailComposer.Teaches(mail, hasOwnText: !parsed.GetValue(All));
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or FormatException)
        {
            Console.Error.WriteLine(wrong.Message);
            return CommandLine.Failed;
        }

        if (paragraphs.Count == 0)
        {
            Console.Error.WriteLine(
                "There is nothing to learn: after its first paragraph the mail has none of at least "
                + $"{LearnedDisclaimer.WordsMin} words. With --all the first one counts too.");
            return CommandLine.Failed;
        }

        return await CommonOptions.WithStoreAsync(
            parsed, store => KeepAsync(parsed, store, paragraphs)).ConfigureAwait(false);
    }

    private static async Task<int> KeepAsync(ParseResult parsed, SqliteStore store, IReadOnlyList<string> paragraphs)
    {
        var learned = new LearnedDisclaimers(store, TimeProvider.System);
        foreach (string paragraph in paragraphs)
        {
            long? id = await store.WriteAsync(db => learned.Add(db, paragraph)).ConfigureAwait(false);
            if (id is { } made) Show(parsed, made, paragraph);
            else Console.Error.WriteLine($"Known already, or there are {LearnedDisclaimers.Max}: {Start(paragraph)}");
        }

        return CommandLine.Done;
    }

    private static int List(ParseResult parsed, SqliteStore store)
    {
        foreach (LearnedDisclaimer notice in new LearnedDisclaimers(store, TimeProvider.System).All)
        {
            Show(parsed, notice.Id, notice.Text);
        }

        return CommandLine.Done;
    }

    private static Task<int> RemoveAsync(ParseResult parsed) => CommonOptions.WithStoreAsync(parsed, async store =>
    {
        long id = parsed.GetValue(Id);
        if (await store.WriteAsync(db => LearnedDisclaimers.Remove(db, id)).ConfigureAwait(false))
        {
            return CommandLine.Done;
        }

        Console.Error.WriteLine($"There is no notice {id}.");
        return CommandLine.Failed;
    });

    private static void Show(ParseResult parsed, long id, string text)
    {
        if (parsed.GetValue(CommonOptions.Json)) JsonOutput.Write(new { id, text });
        else Console.Out.WriteLine($"{id,4}  {Start(text)}");
    }

    private static string Start(string text)
    {
        string line = text.ReplaceLineEndings(" ");
        return line.Length <= 100 ? line : $"{line[..100]}…";
    }
}
