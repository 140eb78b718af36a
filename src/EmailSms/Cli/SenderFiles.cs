using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using EmailSms.Composing;
using EmailSms.Policy;
using EmailSms.Store;

namespace EmailSms.Cli;

/// <summary><c>emailsms senders import</c> and <c>export</c>: all rules at once, as CSV or JSON.</summary>
internal static class SenderFiles
{
    private static readonly Argument<string> File = new("file")
    {
        Description = "CSV with a header, or JSON, as export writes them; - for standard input.",
    };

    public static Command BuildImport()
    {
        var import = new Command("import", "Add or replace the rules of a file: all of them, or with a mistake none.")
        {
            File,
        };
        import.SetAction((parsed, _) => ImportAsync(parsed));
        return import;
    }

    public static Command BuildExport()
    {
        var export = new Command("export", "Write all rules to standard output, as CSV, or with --json as JSON.");
        export.SetAction((parsed, _) => CommonOptions.WithStoreAsync(
            parsed, store => Task.FromResult(Export(parsed, store))));
        return export;
    }

    private static int Export(ParseResult parsed, SqliteStore store)
    {
        bool json = parsed.GetValue(CommonOptions.Json);
        if (!json) Console.Out.Write(CsvTable.Row(SenderRuleFields.Columns));
        foreach (SenderRule rule in new SenderRules(store, TimeProvider.System).List())
        {
            IReadOnlyList<string> fields = SenderRuleFields.Write(rule);
            if (!json) Console.Out.Write(CsvTable.Row(fields));
            else
            {
                JsonOutput.Write(SenderRuleFields.Columns.Zip(fields).Where(pair => pair.Second.Length > 0)
                    .ToDictionary(pair => pair.First, pair => JsonOf(pair.Second)));
            }
        }

        return CommandLine.Done;
    }

    // Numbers and settings in their own form, so that a script need not parse them twice.
    private static object JsonOf(string field) =>
        field[0] == '{' ? JsonSerializer.Deserialize<JsonElement>(field)
        : int.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number.ToString(CultureInfo.InvariantCulture) == field ? number
        : field;

    private static async Task<int> ImportAsync(ParseResult parsed)
    {
        string text;
        string file = parsed.GetValue(File)!;
        try
        {
            text = file is "-"
                ? await Console.In.ReadToEndAsync().ConfigureAwait(false)
                : await System.IO.File.ReadAllTextAsync(file).ConfigureAwait(false);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            return Fail([$"{file} cannot be read: {trouble.Message}"]);
        }

        List<string> wrong = [];
        IReadOnlyList<CsvRow> rows = text.TrimStart('\uFEFF', ' ', '\r', '\n', '\t') is ['{' or '[', ..]
            ? JsonRows.Read(text, SenderRuleFields.Columns, wrong)
            : ReadCsv(text, wrong);
        List<(int Line, SenderRule Rule)> rules = [];
        foreach (CsvRow row in rows)
        {
            List<string> mistakes = [];
            if (RuleOf(row, mistakes) is { } rule) rules.Add((row.Line, rule));
            wrong.AddRange(mistakes.Select(mistake => $"Line {row.Line}: {mistake}"));
        }

        return await CommonOptions.WithStoreAsync(parsed, async store =>
        {
            // What the store says against them is told with the rest.
            var known = new SenderRules(store, TimeProvider.System);
            rules = ByName(known.List(), rules, wrong);
            HashSet<string> users = [.. new SmtpUsers(store, TimeProvider.System).List().Select(user => user.Name)];
            wrong.AddRange(rules.Where(one => one.Rule.User is { } user && !users.Contains(user)).Select(
                one => $"Line {one.Line}: There is no user {one.Rule.User}: add it first."));
            if (wrong.Count > 0) return Fail(wrong);
            int added = 0;
            await store.WriteAsync(db =>
            {
                foreach ((_, SenderRule rule) in rules)
                {
                    if (rule.Id > 0 && SenderRules.Change(db, rule)) continue;
                    known.Add(db, rule);
                    added++;
                }
            }).ConfigureAwait(false);
            await Console.Out.WriteLineAsync($"{added} added, {rules.Count - added} replaced.").ConfigureAwait(false);
            return CommandLine.Done;
        }).ConfigureAwait(false);
    }

    private static IReadOnlyList<CsvRow> ReadCsv(string text, List<string> wrong)
    {
        IReadOnlyList<CsvRow> rows = CsvTable.Read(text, SenderRuleFields.Columns, out IReadOnlyList<string> malformed);
        wrong.AddRange(malformed);
        return rows;
    }

    private static SenderRule? RuleOf(CsvRow row, List<string> wrong)
    {
        long id = 0;
        if (row[SenderRuleFields.Id] is { } written
            && (!long.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out id) || id == 0))
        {
            wrong.Add($"id: '{written}' is not the number of a rule.");
        }

        SenderRuleDraft draft = SenderRuleFields.Read(row.Fields, wrong);
        bool isRule = draft.TryBecomeRule(out SenderRule? rule, out IReadOnlyList<string> mistakes);
        wrong.AddRange(mistakes);
        return isRule && wrong.Count == 0 ? rule! with { Id = id } : null;
    }

    // A row without a number replaces the rule of its name. Two rows are never the same rule, and never of one name.
    private static List<(int Line, SenderRule Rule)> ByName(
        IReadOnlyList<SenderRule> known, List<(int Line, SenderRule Rule)> rules, List<string> wrong)
    {
        List<(int Line, SenderRule Rule)> all =
        [
            .. rules.Select(one => one.Rule.Id == 0 && one.Rule.Name is { } name
                && known.FirstOrDefault(other => other.Name == name) is { Id: var id }
                    ? (one.Line, one.Rule with { Id = id })
                    : one),
        ];
        foreach (IGrouping<long, (int Line, SenderRule Rule)> same in all.Where(one => one.Rule.Id > 0)
            .GroupBy(one => one.Rule.Id).Where(same => same.Count() > 1))
        {
            wrong.Add($"Line {same.Last().Line}: rule {same.Key} stands on line {same.First().Line} already.");
        }

        HashSet<long> replaced = [.. all.Select(one => one.Rule.Id)];
        Dictionary<string, string> names = known.Where(rule => rule.Name is not null && !replaced.Contains(rule.Id))
            .ToDictionary(rule => rule.Name!, rule => $"is the name of rule {rule.Id}");
        foreach ((int line, SenderRule rule) in all.Where(one => one.Rule.Name is not null))
        {
            if (names.TryGetValue(rule.Name!, out string? taken)) wrong.Add($"Line {line}: {rule.Name} {taken}.");
            else names[rule.Name!] = $"stands on line {line} already";
        }

        return all;
    }

    private static int Fail(List<string> sentences)
    {
        foreach (string sentence in sentences) Console.Error.WriteLine(sentence);
        return CommandLine.Failed;
    }
}
