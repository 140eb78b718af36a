using System.CommandLine;

namespace EmailSms.Cli;

/// <summary>
/// The commands of <c>emailsms</c>. Exit codes: 0 done, 1 it was refused or failed, 2 wrong words or settings.
/// </summary>
internal static class CommandLine
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Wrong = 2;

    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("EmailSms: mail for number@domain becomes an SMS; replies and receipts become mail.")
        {
            CommonOptions.Config,
            CommonOptions.Data,
            CommonOptions.Json,
        };
        root.Subcommands.Add(RunCommand.Build());
        root.Subcommands.Add(DemoCommand.Build());
        root.Subcommands.Add(CheckCommand.Build());
        root.Subcommands.Add(CarriersCommand.Build());
        root.Subcommands.Add(SendersCommand.Build());
        root.Subcommands.Add(UsersCommand.Build());
        root.Subcommands.Add(ContactsCommand.Build());
        root.Subcommands.Add(GroupsCommand.Build());
        root.Subcommands.Add(OnCallCommand.Build());
        root.Subcommands.Add(NumbersCommand.Build());
        root.Subcommands.Add(KeywordsCommand.Build());
        root.Subcommands.Add(ConversationsCommand.Build());
        root.Subcommands.Add(OptOutsCommand.Build());
        root.Subcommands.Add(DisclaimerCommand.Build());
        root.Subcommands.Add(TryCommand.Build());
        root.Subcommands.Add(AuditCommand.Build());
        root.Subcommands.Add(ListCommand.Build());
        root.Subcommands.Add(ShowCommand.Build());
        root.Subcommands.Add(SmsCommand.Build());

        // "@plant.example" is a domain here, not a file of more arguments.
        ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        int code = await parsed.InvokeAsync(new InvocationConfiguration
        {
            // run and demo see to SIGTERM themselves, and a stop may take as long as a carrier's window.
            ProcessTerminationTimeout = null,
            EnableDefaultExceptionHandler = false,
        }).ConfigureAwait(false);
        return parsed.Errors.Count > 0 ? Wrong : code;
    }
}
