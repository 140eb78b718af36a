using System.CommandLine;
using System.Globalization;
using EmailSms.Composing;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Store;

namespace EmailSms.Cli;

/// <summary><c>emailsms consent</c>: who agreed to what, and how that is known.</summary>
internal static class ConsentCommand
{
    private static readonly string[] Columns =
        ["number", "purpose", "given", "method", "source", "shown", "evidence", "withdrawn", "withdrawn_how"];

    private static readonly Argument<string> Number = new("number") { Description = "Such as +447700900123." };
    private static readonly Argument<string> File = new("file")
    {
        Description = "CSV with a header, as export writes it.",
    };

    private static readonly Option<string> Purpose = new("--purpose")
    {
        Description = "To what, such as marketing.",
        Required = true,
    };

    private static readonly Option<string> Method = new("--method")
    {
        Description = "How it was given.",
        HelpName = string.Join('|', Consent.Methods),
        Required = true,
    };

    private static readonly Option<string?> Given = new("--given")
    {
        Description = "When, such as 2026-11-24T10:00Z. Default: now.",
    };

    private static readonly Option<string?> Source = new("--source")
    {
        Description = "Where, such as a form's address.",
    };

    private static readonly Option<string?> Shown = new("--shown") { Description = "The text that was agreed to." };
    private static readonly Option<string?> Evidence = new("--evidence")
    {
        Description = "What can be shown for it: an IP address, a file, a message.",
    };

    private static readonly Option<string?> OnlyPurpose = new("--purpose")
    {
        Description = "One purpose. Default: all.",
    };

    private static readonly Option<string?> OnlyNumber = new("--number") { Description = "One person. Default: all." };

    public static Command Build()
    {
        var add = new Command("add", "Record that a person agreed.")
        {
            Number, Purpose, Method, Given, Source, Shown, Evidence,
        };
        add.SetAction((parsed, _) => AddAsync(parsed));
        var withdraw = new Command("withdraw", "Record that a person agrees no longer.") { Number, OnlyPurpose };
        withdraw.SetAction((parsed, _) => WithdrawAsync(parsed));
        var list = new Command("list", "List the records, one a line.") { OnlyNumber, OnlyPurpose };
        list.SetAction((parsed, _) => WriteAsync(parsed, isCsv: false));
        var import = new Command(
            "import", "Add the records of a file that are not there yet, or with a mistake none.") { File };
        import.SetAction((parsed, _) => ImportAsync(parsed));
        var export = new Command("export", "Write the records to standard output, as CSV.") { OnlyNumber, OnlyPurpose };
        export.SetAction((parsed, _) => WriteAsync(parsed, isCsv: true));
        return new Command("consent", "Manage who agreed to what.") { add, withdraw, list, import, export };
    }

    private static async Task<int> AddAsync(ParseResult parsed)
    {
        long now = NowMs();
        Dictionary<string, string> fields = new()
        {
            ["number"] = parsed.GetValue(Number)!,
            ["purpose"] = parsed.GetValue(Purpose)!,
            ["method"] = parsed.GetValue(Method)!,
            ["given"] = parsed.GetValue(Given) ?? JsonOutput.Time(now),
            ["source"] = parsed.GetValue(Source) ?? "",
            ["shown"] = parsed.GetValue(Shown) ?? "",
            ["evidence"] = parsed.GetValue(Evidence) ?? "",
        };
        List<string> wrong = [];
        if (Read(new CsvRow(1, fields), now, wrong) is not { } consent) return Tell(wrong, CommandLine.Wrong);
        return await CommonOptions.WithStoreAsync(parsed, async store =>
        {
            await store.WriteAsync(db => Consents.Add(db, consent)).ConfigureAwait(false);
            if (new OptOuts(store).All(consent.Number) is [var optOut, ..])
            {
                Console.Error.WriteLine(
                    $"warning: {consent.Number.E164} has opted out ({optOut.Scope}), which still holds: START undoes "
                    + "it, or optouts remove on their request.");
            }

            return CommandLine.Done;
        }).ConfigureAwait(false);
    }

    private static async Task<int> WithdrawAsync(ParseResult parsed)
    {
        string text = parsed.GetValue(Number)!;
        if (!PhoneNumber.TryFromE164(text, out PhoneNumber number))
        {
            return Tell([$"'{text}' is not a number such as +447700900123."], CommandLine.Wrong);
        }

        return await CommonOptions.WithStoreAsync(parsed, async store =>
        {
            List<Consent> ended = await store.WriteAsync(db => Consents.Withdraw(
                db, number, parsed.GetValue(OnlyPurpose), "by hand", NowMs())).ConfigureAwait(false);
            return ended.Count > 0 ? CommandLine.Done : Tell([$"No consent of {number.E164} holds."]);
        }).ConfigureAwait(false);
    }

    private static async Task<int> ImportAsync(ParseResult parsed)
    {
        string file = parsed.GetValue(File)!;
        string text;
        try
        {
            text = await System.IO.File.ReadAllTextAsync(file).ConfigureAwait(false);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            return Tell([$"{file} cannot be read: {trouble.Message}"]);
        }

        long now = NowMs();
        List<string> wrong = [];
        List<Consent> all = [];
        IReadOnlyList<CsvRow> rows = CsvTable.Read(text, Columns, out IReadOnlyList<string> malformed);
        wrong.AddRange(malformed);
        foreach (CsvRow row in rows)
        {
            List<string> mistakes = [];
            if (Read(row, now, mistakes) is { } consent) all.Add(consent);
            wrong.AddRange(mistakes.Select(mistake => $"Line {row.Line}: {mistake}"));
        }

        if (wrong.Count > 0) return Tell(wrong);
        return await CommonOptions.WithStoreAsync(parsed, async store =>
        {
            int count = await store.WriteAsync(db => all.Count(one => Consents.Merge(db, one))).ConfigureAwait(false);
            Console.Out.WriteLine(count == all.Count
                ? $"{count} imported."
                : $"{count} imported, {all.Count - count} were there already.");
            return CommandLine.Done;
        }).ConfigureAwait(false);
    }

    private static Task<int> WriteAsync(ParseResult parsed, bool isCsv) => CommonOptions.WithStoreAsync(parsed, store =>
    {
        string? number = parsed.GetValue(OnlyNumber);
        if (number is not null && !PhoneNumber.TryFromE164(number, out _))
        {
            return Task.FromResult(Tell([$"'{number}' is not a number such as +447700900123."], CommandLine.Wrong));
        }

        if (isCsv) Console.Out.Write(CsvTable.Row(Columns));
        string? purpose = parsed.GetValue(OnlyPurpose);
        foreach (Consent one in All(store))
        {
            if ((number is not null && one.Number.E164 != number) || (purpose is not null && one.Purpose != purpose))
            {
                continue;
            }

            if (isCsv) Console.Out.Write(CsvTable.Row(Row(one)));
            else if (parsed.GetValue(CommonOptions.Json)) JsonOutput.Write(Columns.Zip(Row(one)).ToDictionary());
            else Console.Out.WriteLine(string.Join("  ", Row(one).Where(field => field is { Length: > 0 })));
        }

        return Task.FromResult(CommandLine.Done);
    });

    private static IEnumerable<Consent> All(SqliteStore store)
    {
        var consents = new Consents(store);
        for (long after = 0; consents.List(after) is { Count: > 0 } page; after = page[^1].Id)
        {
            foreach (Consent one in page) yield return one;
        }
    }

    private static string?[] Row(Consent one) =>
    [
        one.Number.E164, one.Purpose, JsonOutput.Time(one.GivenMs), one.Method, one.Source, one.Shown, one.Evidence,
        one.WithdrawnMs is { } at ? JsonOutput.Time(at) : null, one.WithdrawnHow,
    ];

    private static Consent? Read(CsvRow row, long nowMs, List<string> wrong)
    {
        bool isNumber = PhoneNumber.TryFromE164(row["number"], out PhoneNumber number);
        if (!isNumber) wrong.Add($"'{row["number"]}' is not a number such as +447700900123.");
        bool isTime = TryTime(row["given"], out long given);
        if (!isTime) wrong.Add($"'{row["given"]}' is no time such as 2026-11-24T10:00Z.");
        long ended = 0;
        if (row["withdrawn"] is { } end && !TryTime(end, out ended)) wrong.Add($"'{end}' is no time.");
        if (wrong.Count > 0) return null;
        var consent = new Consent(
            number, row["purpose"] ?? "", given, row["method"] ?? "", row["source"], row["shown"], row["evidence"])
        {
            WithdrawnMs = row["withdrawn"] is null ? null : ended,
            WithdrawnHow = row["withdrawn_how"],
        };
        wrong.AddRange(consent.Mistakes(nowMs));
        return wrong.Count > 0 ? null : consent;
    }

    private static bool TryTime(string? text, out long unixMs)
    {
        bool isTime = DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at);
        unixMs = isTime ? at.ToUnixTimeMilliseconds() : 0;
        return isTime;
    }

    private static int Tell(List<string> sentences, int code = CommandLine.Failed)
    {
        foreach (string sentence in sentences) Console.Error.WriteLine(sentence);
        return code;
    }

    private static long NowMs() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
}
