using System.Buffers;
using System.CommandLine;
using System.CommandLine.Parsing;

namespace EmailSms.Cli;

/// <summary>
/// The commands of <c>emailsms</c>. Exit codes: 0 done, 1 it was refused or failed, 2 wrong words or settings.
/// </summary>
internal static class CommandLine
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Wrong = 2;

    private static readonly SearchValues<char> OptionLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz-");

    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("EmailSms: mail for number@domain becomes an SMS; replies and receipts become mail.")
        {
            CommonOptions.Config,
            CommonOptions.Data,
            CommonOptions.Json,
        };
        root.Subcommands.Add(RunCommand.Build());
        root.Subcommands.Add(ReloadCommand.Build());
        root.Subcommands.Add(DemoCommand.Build());
        root.Subcommands.Add(CheckCommand.Build());
        root.Subcommands.Add(CarriersCommand.Build());
        root.Subcommands.Add(HooksCommand.Build());
        root.Subcommands.Add(OutboxCommand.Build());
        root.Subcommands.Add(PauseCommand.Build());
        root.Subcommands.Add(ResumeCommand.Build());
        root.Subcommands.Add(SendersCommand.Build());
        root.Subcommands.Add(UsersCommand.Build());
        root.Subcommands.Add(ContactsCommand.Build());
        root.Subcommands.Add(GroupsCommand.Build());
        root.Subcommands.Add(OnCallCommand.Build());
        root.Subcommands.Add(NumbersCommand.Build());
        root.Subcommands.Add(KeywordsCommand.Build());
        root.Subcommands.Add(ConversationsCommand.Build());
        root.Subcommands.Add(OptOutsCommand.Build());
        root.Subcommands.Add(ConsentCommand.Build());
        root.Subcommands.Add(DisclaimerCommand.Build());
        root.Subcommands.Add(TemplatesCommand.Build());
        root.Subcommands.Add(TryCommand.Build());
        root.Subcommands.Add(RouteCommand.Build());
        root.Subcommands.Add(AuditCommand.Build());
        root.Subcommands.Add(PrivacyCommand.Build());
        root.Subcommands.Add(StoreCommand.Build());
        root.Subcommands.Add(ListCommand.Build());
        root.Subcommands.Add(ShowCommand.Build());
        root.Subcommands.Add(SmsCommand.Build());
        root.Subcommands.Add(CostsCommand.Build());

        // "@plant.example" is a domain here, not a file of more arguments.
        ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (Misspelt(parsed) is { } word)
        {
            Console.Error.WriteLine($"There is no option {word} here; --help tells those that there are.");
            return Wrong;
        }

        int code = await parsed.InvokeAsync(new InvocationConfiguration
        {
            // run and demo see to SIGTERM themselves, and a stop may take as long as a carrier's window.
            ProcessTerminationTimeout = null,
            EnableDefaultExceptionHandler = false,
        }).ConfigureAwait(false);
        return parsed.Errors.Count > 0 ? Wrong : code;
    }

    // An option that takes many values would take a misspelt option for one of them.
    private static string? Misspelt(ParseResult parsed) => parsed.Tokens
        .TakeWhile(token => token.Type is not TokenType.DoubleDash)
        .Where(token => token.Type is TokenType.Argument && token.Value.StartsWith("--", StringComparison.Ordinal))
        .Select(token => token.Value)
        .FirstOrDefault(word => word.Length > 2 && word.AsSpan(2).IndexOfAnyExcept(OptionLetters) < 0);
}
