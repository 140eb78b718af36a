using System.CommandLine;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Replies;
using EmailSms.Store;

namespace EmailSms.Cli;

/// <summary><c>emailsms conversations</c>: who talks with whom, and where the next reply goes.</summary>
internal static class ConversationsCommand
{
    private const int MessagesMax = 100;

    private static readonly Argument<string> Id = new("id")
    {
        Description = "The id of the conversation; a part that names only one will do.",
    };

    private static readonly Option<string?> With = new("--with") { Description = "The phone, such as +447700900123." };
    private static readonly Option<string?> Mailbox = new("--mailbox") { Description = "The mailbox that writes." };
    private static readonly Option<bool> All = new("--all") { Description = "Those that were closed as well." };

    private static readonly Option<int> Limit = new("--limit")
    {
        Description = "At most so many, the latest first.",
        DefaultValueFactory = _ => 50,
    };

    public static Command Build()
    {
        var list = new Command("list", "List conversations, the latest first.") { With, Mailbox, All, Limit };
        list.SetAction((parsed, _) => ListAsync(parsed));
        var show = new Command("show", "Show what was said in a conversation.") { Id };
        show.SetAction((parsed, _) => WithOneAsync(parsed, (store, one) => Task.FromResult(Show(parsed, store, one))));
        var close = new Command("close", "End a conversation: its phone's next text goes elsewhere.") { Id };
        close.SetAction((parsed, _) => WithOneAsync(parsed, CloseAsync));
        return new Command("conversations", "See who talks with whom.") { list, show, close };
    }

    private static Task<int> ListAsync(ParseResult parsed)
    {
        string? with = parsed.GetValue(With);
        if (with is not null && !PhoneNumber.TryFromE164(with, out _))
        {
            Console.Error.WriteLine($"--with: '{with}' is not a number such as +447700900123.");
            return Task.FromResult(CommandLine.Wrong);
        }

        var search = new ConversationSearch(
            null, with, parsed.GetValue(Mailbox), parsed.GetValue(All), Math.Clamp(parsed.GetValue(Limit), 1, 100_000));
        return CommonOptions.WithStoreAsync(parsed, store =>
        {
            foreach (Conversation one in store.Read(db => Conversations.Search(db, search))) Write(parsed, one);
            return Task.FromResult(CommandLine.Done);
        });
    }

    private static Task<int> WithOneAsync(ParseResult parsed, Func<SqliteStore, Conversation, Task<int>> work) =>
        CommonOptions.WithStoreAsync(parsed, async store =>
        {
            string id = parsed.GetValue(Id)!.Trim().ToLowerInvariant();
            var search = new ConversationSearch(IdPart: id, WithClosed: true, Limit: 2);
            List<Conversation> found = store.Read(db => Conversations.Search(db, search));
            if (found.Count == 1) return await work(store, found[0]).ConfigureAwait(false);
            Console.Error.WriteLine(found.Count == 0
                ? $"There is no conversation {id}."
                : $"More than one conversation has {id} in its id.");
            return CommandLine.Failed;
        });

    private static async Task<int> CloseAsync(SqliteStore store, Conversation one)
    {
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        if (await store.WriteAsync(db => Conversations.Close(db, one.Id, now)).ConfigureAwait(false))
        {
            return CommandLine.Done;
        }

        Console.Error.WriteLine($"The conversation {one.Id} was closed before.");
        return CommandLine.Failed;
    }

    private static int Show(ParseResult parsed, SqliteStore store, Conversation one)
    {
        IEnumerable<Line> texts = store.Read(db => Conversations.TextsOf(db, one.Id, MessagesMax))
            .Select(text => new Line(text.ReceivedMs, one.Their, text.Text, text.Reason));
        IEnumerable<Line> sms = PhoneNumber.TryFromE164(one.Their, out PhoneNumber their)
            ? store.Read(db => SmsRecord.Search(db, new SmsSearch(To: their, Mailbox: one.Mailbox, Limit: MessagesMax)))
                .Select(sent => new Line(sent.CreatedMs, one.Mailbox, sent.Body, SmsRecord.StateText(sent.State)))
            : [];
        List<Line> lines = [.. sms.Concat(texts).OrderBy(line => line.AtMs).TakeLast(MessagesMax)];
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new
            {
                conversation = View(one),
                messages = lines.Select(line => new
                {
                    at = JsonOutput.Time(line.AtMs),
                    by = line.By,
                    text = line.Text,
                    fate = line.Fate,
                }),
            });
            return CommandLine.Done;
        }

        Write(parsed, one);
        foreach (Line line in lines)
        {
            Console.Out.WriteLine();
            Console.Out.WriteLine($"{JsonOutput.Time(line.AtMs)}  {line.By}  ({line.Fate})");
            Console.Out.WriteLine("    " + line.Text.ReplaceLineEndings("\n    "));
        }

        return CommandLine.Done;
    }

    private static void Write(ParseResult parsed, Conversation one)
    {
        if (parsed.GetValue(CommonOptions.Json)) JsonOutput.Write(View(one));
        else
        {
            Console.Out.WriteLine(
                $"{one.Id}  {JsonOutput.Time(one.LastMs)}  {one.Their,-16}  "
                + $"{(one.OwnText.Length > 0 ? one.OwnText : "-"),-16}  {one.Mailbox}"
                + (one.ClosedMs is null ? "" : "  closed"));
        }
    }

    private static object View(Conversation one) => new
    {
        id = one.Id,
        their = one.Their,
        own = one.OwnText.Length > 0 ? one.OwnText : null,
        mailbox = one.Mailbox,
        last = JsonOutput.Time(one.LastMs),
        closed = one.ClosedMs is { } at ? JsonOutput.Time(at) : null,
        lastSms = one.LastSms,
    };

    private sealed record Line(long AtMs, string By, string Text, string? Fate);
}
