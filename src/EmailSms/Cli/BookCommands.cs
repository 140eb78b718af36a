using System.CommandLine;
using EmailSms.Composing;

namespace EmailSms.Cli;

/// <summary>
/// <c>emailsms contacts</c>, <c>groups</c> and <c>oncall</c>: the names in addresses. The three are managed alike.
/// </summary>
internal static class BookCommands
{
    /// <param name="word">The command.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="kind">What it manages.</param>
    /// <param name="fields">What each column but the name is, in their order.</param>
    public static Command Build<T>(string word, string description, BookKind<T> kind, string[] fields) where T : class
    {
        var name = new Argument<string>("name") { Description = "A letter, then letters, digits, dots, - and _." };
        var file = new Argument<string>("file") { Description = "CSV with a header, as export writes it." };
        Option<string?>[] options = [.. kind.Columns.Skip(1).Zip(fields).Select(pair =>
            new Option<string?>($"--{pair.First.Replace('_', '-')}") { Description = pair.Second })];

        var add = new Command("add", $"Add a {kind.Word}.") { name };
        var edit = new Command("edit", $"Change what is given of a {kind.Word}; '' empties a field.") { name };
        foreach (Option<string?> option in options)
        {
            add.Options.Add(option);
            edit.Options.Add(option);
        }

        var list = new Command("list", $"List them, one {kind.Word} a line.");
        var show = new Command("show", $"Show all of a {kind.Word}.") { name };
        var remove = new Command("remove", $"Remove a {kind.Word} that nothing else names.") { name };
        var import = new Command("import", $"Add or replace each {kind.Word} of a file: all, or with a mistake none.")
        {
            file,
        };
        var export = new Command("export", $"Write each {kind.Word} to standard output, as CSV.");

        add.SetAction((parsed, _) => PutAsync(kind, parsed, name, options, isNew: true));
        edit.SetAction((parsed, _) => PutAsync(kind, parsed, name, options, isNew: false));
        list.SetAction((parsed, _) => ListAsync(kind, parsed));
        show.SetAction((parsed, _) => ShowAsync(kind, parsed, NameOf(parsed, name)));
        remove.SetAction((parsed, _) => RemoveAsync(kind, parsed, NameOf(parsed, name)));
        import.SetAction((parsed, _) => ImportAsync(kind, parsed, parsed.GetValue(file)!));
        export.SetAction((parsed, _) => ExportAsync(kind, parsed));
        return new Command(word, description) { add, edit, list, show, remove, import, export };
    }

    private static string NameOf(ParseResult parsed, Argument<string> name) =>
        parsed.GetValue(name)!.ToLowerInvariant();

    private static Task<int> PutAsync<T>(
        BookKind<T> kind, ParseResult parsed, Argument<string> name, Option<string?>[] options, bool isNew)
        where T : class => CommonOptions.WithStoreAsync(parsed, async store =>
    {
        string key = NameOf(parsed, name);
        T? known = store.Read(db => kind.Find(db, key));
        if (known is null != isNew)
        {
            return Fail([isNew ? $"There is a {kind.Word} {key} already." : $"There is no {kind.Word} {key}."]);
        }

        Dictionary<string, string> fields = known is null ? [] : kind.Fields(known);
        fields["name"] = key;
        foreach ((string column, Option<string?> option) in kind.Columns.Skip(1).Zip(options))
        {
            if (parsed.GetValue(option) is { } value) fields[column] = value;
        }

        List<string> wrong = [];
        if (kind.Read(new CsvRow(1, fields), wrong) is not { } entry) return Fail(wrong, CommandLine.Wrong);
        IReadOnlyList<(string, string Sentence)> mistakes =
            await AddressBook.ChangeAsync(store, db => kind.Put(db, entry, NowMs())).ConfigureAwait(false);
        return Fail([.. mistakes.Select(one => one.Sentence)]);
    });

    private static Task<int> ListAsync<T>(BookKind<T> kind, ParseResult parsed) where T : class =>
        CommonOptions.WithStoreAsync(parsed, store =>
        {
            foreach (T entry in store.Read(kind.List))
            {
                IEnumerable<string?> fields = kind.Write(entry).Where(field => field is { Length: > 0 });
                if (parsed.GetValue(CommonOptions.Json)) JsonOutput.Write(kind.Fields(entry));
                else Console.Out.WriteLine(string.Join("  ", fields));
            }

            return Task.FromResult(CommandLine.Done);
        });

    private static Task<int> ShowAsync<T>(BookKind<T> kind, ParseResult parsed, string name) where T : class =>
        CommonOptions.WithStoreAsync(parsed, store =>
        {
            if (store.Read(db => kind.Find(db, name)) is not { } entry)
            {
                return Task.FromResult(Fail([$"There is no {kind.Word} {name}."]));
            }

            if (parsed.GetValue(CommonOptions.Json))
            {
                JsonOutput.Write(kind.Fields(entry));
                return Task.FromResult(CommandLine.Done);
            }

            foreach ((string field, string value) in kind.Fields(entry)) Console.Out.WriteLine($"{field,-10} {value}");
            if (entry is OnCall onCall)
            {
                IReadOnlyList<string> chain = onCall.ChainAt(TimeProvider.System.GetUtcNow());
                Console.Out.WriteLine($"{"now",-10} {(chain.Count > 0 ? string.Join(" ", chain) : "nobody")}");
            }

            return Task.FromResult(CommandLine.Done);
        });

    private static Task<int> RemoveAsync<T>(BookKind<T> kind, ParseResult parsed, string name) where T : class =>
        CommonOptions.WithStoreAsync(parsed, async store =>
        {
            bool was = false;
            IReadOnlyList<(string, string Sentence)> mistakes = await AddressBook.ChangeAsync(
                store, db => was = kind.Remove(db, name)).ConfigureAwait(false);
            return Fail(was ? [.. mistakes.Select(one => one.Sentence)] : [$"There is no {kind.Word} {name}."]);
        });

    private static async Task<int> ImportAsync<T>(BookKind<T> kind, ParseResult parsed, string file) where T : class
    {
        string text;
        try
        {
            text = await File.ReadAllTextAsync(file).ConfigureAwait(false);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            return Fail([$"{file} cannot be read: {trouble.Message}"]);
        }

        List<string> wrong = [];
        List<T> entries = [];
        Dictionary<string, int> lines = [];
        IReadOnlyList<CsvRow> rows = CsvTable.Read(text, kind.Columns, out IReadOnlyList<string> malformed);
        wrong.AddRange(malformed);
        foreach (CsvRow row in rows)
        {
            List<string> mistakes = [];
            if (kind.Read(row, mistakes) is { } entry) entries.Add(entry);
            wrong.AddRange(mistakes.Select(mistake => $"Line {row.Line}: {mistake}"));
            string name = row["name"]?.ToLowerInvariant() ?? "";
            if (name.Length > 0 && !lines.TryAdd(name, row.Line))
            {
                wrong.Add($"Line {row.Line}: {name} stands on line {lines[name]} already.");
            }
        }

        if (wrong.Count > 0) return Fail(wrong);
        return await CommonOptions.WithStoreAsync(parsed, async store =>
        {
            IReadOnlyList<(string Name, string Sentence)> mistakes = await AddressBook.ChangeAsync(store, db =>
            {
                foreach (T entry in entries) kind.Put(db, entry, NowMs());
            }).ConfigureAwait(false);
            if (mistakes.Count == 0) Console.Out.WriteLine($"{entries.Count} imported.");
            return Fail([.. mistakes.Select(one =>
                lines.TryGetValue(one.Name, out int line) ? $"Line {line}: {one.Sentence}" : one.Sentence)]);
        }).ConfigureAwait(false);
    }

    private static Task<int> ExportAsync<T>(BookKind<T> kind, ParseResult parsed) where T : class =>
        CommonOptions.WithStoreAsync(parsed, store =>
        {
            Console.Out.Write(CsvTable.Row(kind.Columns));
            foreach (T entry in store.Read(kind.List)) Console.Out.Write(CsvTable.Row(kind.Write(entry)));
            return Task.FromResult(CommandLine.Done);
        });

    private static int Fail(List<string> sentences, int code = CommandLine.Failed)
    {
        foreach (string sentence in sentences) Console.Error.WriteLine(sentence);
        return sentences.Count == 0 ? CommandLine.Done : code;
    }

    private static long NowMs() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
}
