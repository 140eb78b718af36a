using System.CommandLine;
using EmailSms.Messages;
using EmailSms.Replies;

namespace EmailSms.Cli;

/// <summary><c>emailsms keywords</c>: words by which texts to our numbers find their mailbox.</summary>
internal static class KeywordsCommand
{
    private static readonly Argument<string> Word = new("word")
    {
        Description = "The first word of the text; case and accents do not matter.",
    };

    private static readonly Option<string> Mailbox = new("--mailbox")
    {
        Description = "Whom such texts are for.",
        Required = true,
    };

    private static readonly Option<string?> Number = new("--number")
    {
        Description = "Only on this number of ours, such as +447700900999; without it on all.",
    };

    public static Command Build()
    {
        var add = new Command("add", "Add a word, or change its mailbox.") { Word, Mailbox, Number };
        add.SetAction((parsed, _) => AddAsync(parsed));
        var remove = new Command("remove", "Remove a word.") { Word, Number };
        remove.SetAction((parsed, _) => RemoveAsync(parsed));
        var list = new Command("list", "List the words.");
        list.SetAction((parsed, _) => ListAsync(parsed));
        return new Command("keywords", "Manage words by which texts find their mailbox.") { add, remove, list };
    }

    private static Task<int> AddAsync(ParseResult parsed)
    {
        string mailbox = parsed.GetValue(Mailbox)!;
        if (!TryRead(parsed, out string word, out PhoneNumber? number)) return Task.FromResult(CommandLine.Wrong);
        if (!EmailAddress.TryParse(mailbox, out _))
        {
            Console.Error.WriteLine($"--mailbox: '{mailbox}' is not an address such as office@example.com.");
            return Task.FromResult(CommandLine.Wrong);
        }

        return CommonOptions.WithStoreAsync(parsed, async store =>
        {
            long now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            await store.WriteAsync(db => OwnKeywords.Put(db, new OwnKeyword(number, word, mailbox), now))
                .ConfigureAwait(false);
            return CommandLine.Done;
        });
    }

    private static Task<int> RemoveAsync(ParseResult parsed)
    {
        if (!TryRead(parsed, out string word, out PhoneNumber? number)) return Task.FromResult(CommandLine.Wrong);
        return CommonOptions.WithStoreAsync(parsed, async store =>
        {
            if (await store.WriteAsync(db => OwnKeywords.Remove(db, number, word)).ConfigureAwait(false))
            {
                return CommandLine.Done;
            }

            Console.Error.WriteLine($"There is no keyword {word} {(number is { } of ? $"on {of.E164}" : "on all")}.");
            return CommandLine.Failed;
        });
    }

    private static Task<int> ListAsync(ParseResult parsed) => CommonOptions.WithStoreAsync(parsed, store =>
    {
        foreach (OwnKeyword one in store.Read(OwnKeywords.List))
        {
            string? number = one.Number?.E164;
            if (parsed.GetValue(CommonOptions.Json))
            {
                JsonOutput.Write(new { word = one.Word, number, mailbox = one.Mailbox });
            }
            else
            {
                Console.Out.WriteLine($"{one.Word,-16}  {number ?? "all numbers",-16}  {one.Mailbox}");
            }
        }

        return Task.FromResult(CommandLine.Done);
    });

    private static bool TryRead(ParseResult parsed, out string word, out PhoneNumber? number)
    {
        number = null;
        if (!OwnKeywords.TryRead(parsed.GetValue(Word)!, out word))
        {
            Console.Error.WriteLine($"'{parsed.GetValue(Word)}' is not one word of letters and digits.");
            return false;
        }

        if (parsed.GetValue(Number) is not { } text) return true;
        if (PhoneNumber.TryFromE164(text, out PhoneNumber own))
        {
            number = own;
            return true;
        }

        Console.Error.WriteLine($"--number: '{text}' is not a number such as +447700900999.");
        return false;
    }
}
