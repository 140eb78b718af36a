using System.CommandLine;
using EmailSms.Carriers;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Replies;
using EmailSms.Store;

namespace EmailSms.Cli;

/// <summary><c>emailsms optouts</c>: who wants no SMS.</summary>
internal static class OptOutsCommand
{
    private static readonly Argument<string> Number = new("number") { Description = "Such as +447700900123." };

    private static readonly Option<string?> Scope = new("--scope")
    {
        Description = "A sender ID of ours, or pool: and a name. Default: everything; to remove, all there is.",
    };

    public static Command Build()
    {
        var add = new Command("add", "Record that a person wants no SMS.") { Number, Scope };
        add.SetAction((parsed, _) => ChangeAsync(parsed, isAdd: true));
        var remove = new Command("remove", "Take an opt-out back, because the person asked for it.") { Number, Scope };
        remove.SetAction((parsed, _) => ChangeAsync(parsed, isAdd: false));
        var list = new Command("list", "List who opted out.");
        list.SetAction((parsed, _) => ListAsync(parsed));
        var words = new Command("words", "Print the keywords inside the program, to begin a file of your own with.");
        words.SetAction(_ => Console.Out.Write(KeywordTable.BuiltIn()));
        return new Command("optouts", "Manage opt-outs.") { add, list, remove, words };
    }

    private static async Task<int> ChangeAsync(ParseResult parsed, bool isAdd)
    {
        string text = parsed.GetValue(Number)!;
        if (!PhoneNumber.TryFromE164(text, out PhoneNumber number))
        {
            Console.Error.WriteLine($"'{text}' is not a number such as +447700900123.");
            return CommandLine.Wrong;
        }

        string? scope = null;
        if (parsed.GetValue(Scope) is { } given && (scope = OptOutScopes.Read(given)) is null)
        {
            Console.Error.WriteLine($"--scope: '{given}' is neither a sender ID nor pool: and a name.");
            return CommandLine.Wrong;
        }

        return await CommonOptions.WithStoreAsync(parsed, async store =>
        {
            if (isAdd && scope is not null && Unknown(parsed, store, ref scope) is { } mistake)
            {
                Console.Error.WriteLine(mistake);
                return CommandLine.Wrong;
            }

            var optOuts = new OptOuts(store);
            bool changed = await store.WriteAsync(db => isAdd
                ? OptOuts.Record(
                    db, number, scope ?? OptOuts.Everything, "by hand", null,
                    TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds())
                : scope is null ? optOuts.RemoveFor(db, number, "") : OptOuts.Remove(db, number, scope))
                .ConfigureAwait(false);
            if (changed) return CommandLine.Done;
            Console.Error.WriteLine($"{number.E164} had {(isAdd ? "opted out already" : "not opted out")}.");
            return isAdd ? CommandLine.Done : CommandLine.Failed;
        }).ConfigureAwait(false);
    }

    // An opt-out from what is not there would keep nobody from anything.
    private static string? Unknown(ParseResult parsed, SqliteStore store, ref string scope)
    {
        // With a data folder alone nobody can tell.
        if (scope == OptOuts.Everything || CommonOptions.ConfigFile(parsed) is not { } file) return null;
        var scopes = new OptOutScopes(CommonOptions.ReadSection<OptOutOptions>(parsed, OptOutOptions.Section));
        if (!OptOutScopes.IsPool(scope))
        {
            IEnumerable<string> ours =
            [
                .. store.Read(OwnNumbers.List).Select(own => own.Number.E164),
                .. scopes.PooledSenders,
                .. new SenderRules(store, TimeProvider.System).List().SelectMany(rule => rule.SenderIds),
                .. SettingsReader.Load(file).GetSection(CarrierOptions.Section).GetChildren()
                    .Select(carrier => carrier[nameof(CarrierOptions.SenderId)]).OfType<string>(),
            ];
            string? known = OptOutScopes.Among(scope, ours);
            if (known is null) return $"--scope: {scope} is none of ours: no rule, carrier or pool has it.";
            scope = known;
            return null;
        }

        string[] pools = [.. scopes.Pools];
        return pools.Contains(scope) ? null
            : pools.Length == 0 ? $"--scope: there is no {scope}: OptOuts:Pools names none."
            : $"--scope: there is no {scope}: OptOuts:Pools has {string.Join(", ", pools)}.";
    }

    private static Task<int> ListAsync(ParseResult parsed) => CommonOptions.WithStoreAsync(parsed, store =>
    {
        var optOuts = new OptOuts(store);
        OptOut? after = null;
        while (optOuts.List(after) is { Count: > 0 } page)
        {
            foreach (OptOut one in page)
            {
                if (parsed.GetValue(CommonOptions.Json))
                {
                    JsonOutput.Write(new
                    {
                        number = one.Key,
                        since = JsonOutput.Time(one.SinceMs),
                        word = one.Word,
                        scope = one.Scope,
                    });
                }
                else
                {
                    Console.Out.WriteLine(
                        $"{one.Key,-16}  {JsonOutput.Time(one.SinceMs)}  {one.Scope,-16}  {one.Word}");
                }
            }

            after = page[^1];
        }

        return Task.FromResult(CommandLine.Done);
    });
}
