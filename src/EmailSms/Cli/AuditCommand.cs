using System.CommandLine;
using EmailSms.Api;

namespace EmailSms.Cli;

/// <summary><c>emailsms audit</c>: who changed what.</summary>
internal static class AuditCommand
{
    private const int LimitDefault = 50;

    private static readonly Option<string?> Since = new("--since")
    {
        Description = "Not before: a time, or an age such as 7d, 12h or 30m.",
    };

    private static readonly Option<string?> Actor = new("--actor") { Description = "A part of who did it." };
    private static readonly Option<string?> Action = new("--action")
    {
        Description = "What was done, such as added, changed, removed, login, reloaded or started.",
    };

    private static readonly Option<string?> Subject = new("--subject")
    {
        Description = "A part of what it was done to, such as sender_rule or a number.",
    };

    private static readonly Option<int> Limit = new("--limit")
    {
        Description = "The most entries.",
        DefaultValueFactory = _ => LimitDefault,
    };

    private static readonly Option<string?> Head = new("--head")
    {
        Description = "A hash that an earlier verify printed: it must still be there.",
    };

    public static Command Build()
    {
        var list = new Command("list", "List changes, the newest first.") { Since, Actor, Action, Subject, Limit };
        list.SetAction((parsed, _) => ListAsync(parsed));
        var verify = new Command("verify", "Check that no entry was changed, left out or cut off.") { Head };
        verify.SetAction((parsed, _) => VerifyAsync(parsed));
        var export = new Command("export", "Write every entry to standard output, as JSON lines, the oldest first.");
        export.SetAction((parsed, _) => ExportAsync(parsed));
        return new Command("audit", "See who changed what.") { list, verify, export };
    }

    private static Task<int> ListAsync(ParseResult parsed)
    {
        string? text = parsed.GetValue(Since);
        if (!ListCommand.TryReadTime(text, TimeProvider.System.GetUtcNow(), out long? since))
        {
            Console.Error.WriteLine($"--since: '{text}' is neither a time nor an age such as 7d, 12h or 30m.");
            return Task.FromResult(CommandLine.Wrong);
        }

        return CommonOptions.WithStoreAsync(parsed, store =>
        {
            var search = new AuditSearch(
                since ?? 0, parsed.GetValue(Actor), parsed.GetValue(Action), parsed.GetValue(Subject));
            foreach (AuditEntry entry in store.Read(db => AuditTrail.List(db, search, parsed.GetValue(Limit))))
            {
                if (parsed.GetValue(CommonOptions.Json)) Write(entry);
                else Console.Out.WriteLine(Line(entry));
            }

            return Task.FromResult(CommandLine.Done);
        });
    }

    private static Task<int> VerifyAsync(ParseResult parsed) => CommonOptions.WithStoreAsync(parsed, store =>
    {
        AuditCheck check = AuditCheck.Of(AuditTrail.All(store), parsed.GetValue(Head));
        bool good = check.Mistakes.Count == 0;
        if (parsed.GetValue(CommonOptions.Json)) JsonOutput.Write(check);
        else Console.Out.WriteLine(
            $"{check.Count} entries from {check.First}, {check.Erased} of them erased; the head is {check.Head}.");
        foreach (string mistake in check.Mistakes) Console.Error.WriteLine(mistake);
        if (good && !parsed.GetValue(CommonOptions.Json)) Console.Out.WriteLine("The chain holds.");
        return Task.FromResult(good ? CommandLine.Done : CommandLine.Failed);
    });

    private static Task<int> ExportAsync(ParseResult parsed) => CommonOptions.WithStoreAsync(parsed, store =>
    {
        foreach (AuditEntry entry in AuditTrail.All(store)) Write(entry);
        return Task.FromResult(CommandLine.Done);
    });

    private static void Write(AuditEntry entry) => JsonOutput.Write(new
    {
        entry.Id,
        at = JsonOutput.Time(entry.AtMs),
        entry.Actor,
        entry.Action,
        entry.Subject,
        entry.Before,
        entry.After,
        entry.Salt,
        entry.ContentHash,
        entry.PrevHash,
        entry.Hash,
    });

    private static string Line(AuditEntry entry)
    {
        string change = entry.Action switch
        {
            ConfigurationTrail.ConfiguredAction => "",
            _ when entry.IsErased => "(erased)",
            _ => string.Join(" -> ", new[] { entry.Before, entry.After }.OfType<string>()),
        };
        return $"{entry.Id,6}  {JsonOutput.Time(entry.AtMs)}  {entry.Actor}  {entry.Action}  {entry.Subject}  {change}"
            .TrimEnd();
    }
}
