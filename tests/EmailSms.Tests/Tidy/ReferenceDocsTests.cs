using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using EmailSms.Cli;
using EmailSms.Queue;

namespace EmailSms.Tests.Tidy;

/// <summary>The tables of docs/reference and docs/develop are those of the code.</summary>
public sealed partial class ReferenceDocsTests
{
    [Fact]
    public void The_table_of_settings_is_that_of_the_code()
    {
        IEnumerable<string> written = DocPage.Read("docs/reference/settings.md").Rows
            .Select(row => string.Join(" | ", row[..4]));
        IEnumerable<string> coded = SettingKey.All
            .Select(one => $"{one.Key} | {one.Type} | {one.Default} | {one.Bounds}");

        Assert.Equal(coded.Order(StringComparer.Ordinal), written.Order(StringComparer.Ordinal));
        Assert.Contains("Carriers:main:Password", SettingKey.All.Select(one => one.Key)); // or it looks at nothing
    }

    [Fact]
    public void The_table_of_log_events_is_that_of_the_code()
    {
        IEnumerable<string> written = DocPage.Read("docs/reference/log-events.md").Rows
            .Select(row => $"{row[0]} {row[1]} {row[2]}");

        Assert.True(LogEvents.All.Count > 50, "The test has lost its events.");
        Assert.Equal(LogEvents.All.Select(one => one.ToString()), written);
    }

    [Fact]
    public void An_event_that_a_page_names_exists()
    {
        HashSet<int> known = [.. LogEvents.All.Select(one => one.Id)];
        List<string> wrong = [];
        int named = 0;
        foreach (DocPage page in DocPage.All)
        {
            IEnumerable<string> inTables = page.Path.EndsWith("monitoring.md", StringComparison.Ordinal)
                ? page.RowsBelow("Alert on").SelectMany(row => Numbers().Matches(row[0]).Select(m => m.Value))
                : [];
            foreach (string id in EventNames().Matches(page.Prose).Select(m => m.Groups[1].Value).Concat(inTables))
            {
                named++;
                if (!known.Contains(int.Parse(id, CultureInfo.InvariantCulture))) wrong.Add($"{page.Path}: {id}");
            }
        }

        Assert.True(named > 20, "The test has lost its events.");
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Fact]
    public void The_page_of_commands_has_each_command_with_its_options()
    {
        DocPage page = DocPage.Read("docs/reference/cli.md");
        List<(string Words, System.CommandLine.Command Command)> leaves = [.. CliTree.Leaves(CliTree.Root())];
        Assert.Equal(
            leaves.Select(leaf => leaf.Words.Replace(' ', '-')).Append("all-commands").Append("commands").Order(),
            page.Anchors.Order());

        foreach ((string words, System.CommandLine.Command command) in leaves)
        {
            Assert.Contains(command.Description!, page.Section(words), StringComparison.Ordinal);
            Assert.Equal(Options(command.Options), Rows(page, words));
            foreach (Argument argument in command.Arguments)
            {
                Assert.Contains(
                    $"`emailsms {words} <{argument.Name}>`: {argument.Description}", page.Section(words),
                    StringComparison.Ordinal);
            }
        }

        Assert.Equal(
            Options([CommonOptions.Config, CommonOptions.Data, CommonOptions.Json]), Rows(page, "All commands"));
    }

    [Fact]
    public async Task The_program_s_own_help_names_the_same_commands()
    {
        string program = Path.Combine(AppContext.BaseDirectory, "emailsms.dll");
        using var help = Process.Start(
            new ProcessStartInfo("dotnet", [program, "--help"]) { RedirectStandardOutput = true })!;
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        string text = await help.StandardOutput.ReadToEndAsync(deadline.Token);
        await help.WaitForExitAsync(deadline.Token);

        string commands = text[text.IndexOf("Commands:", StringComparison.Ordinal)..];
        IEnumerable<string> named = CommandNames().Matches(commands).Select(m => m.Groups[1].Value);
        Assert.Equal(CliTree.Root().Subcommands.Select(command => command.Name).Order(), named.Order());
    }

    [Fact]
    public void Every_refusal_of_the_code_is_in_the_page_of_errors()
    {
        List<string[]> rows = [.. DocPage.Read("docs/reference/errors.md").Rows];
        List<(string Codes, string Says)> refusals =
        [
            .. from file in Source.Files("src/EmailSms/MailIn", "src/EmailSms.Smtp")
               from Match match in Replies().Matches(file.Text)
               let says = match.Groups[3].Value.Split('{')[0]
               where match.Groups[1].Value[0] is '4' or '5' && !IsUnused(says)
               select ($"{match.Groups[1].Value} {match.Groups[2].Value}", says),
        ];
        refusals.AddRange(Source.Files("src/EmailSms.Smtp")
            .SelectMany(file => HangUps().Matches(file.Text))
            .Select(match => ($"421 {match.Groups[1].Value}", match.Groups[2].Value)));

        Assert.True(refusals.Count > 40, "The test has lost its refusals.");
        AssertNone(
            from refusal in refusals
            where !rows.Exists(row => row[0] == refusal.Codes && Begins(row[1], refusal.Says))
            select $"{refusal.Codes} {refusal.Says}");
    }

    [Fact]
    public void Every_sentence_of_the_experts_is_in_the_page_of_errors()
    {
        DocPage page = DocPage.Read("docs/reference/errors.md");
        List<string> sentences =
        [
            .. from file in Source.Files("src/EmailSms/Composing", "src/EmailSms/Policy")
               from Match match in Refusals().Matches(file.Text)
               select match.Groups[1].Value.Split('{')[0],
            .. from file in Source.Files("src/EmailSms/Carriers", "src/EmailSms/Delivery", "src/EmailSms/Messages",
                   "src/EmailSms/Queue")
               from Match match in Failures().Matches(file.Text)
               select match.Groups[2].Value,
        ];

        Assert.True(sentences.Count > 20, "The test has lost its sentences.");
        AssertNone(sentences.Where(sentence => !page.Text.Contains(sentence, StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_sentence_in_the_page_of_errors_is_in_the_code()
    {
        string code = string.Join('\n', Source.Files("src").Select(file => file.Text));
        AssertNone(DocPage.Read("docs/reference/errors.md").Rows
            .Where(row => Codes().IsMatch(row[0]))
            .SelectMany(row => row[1].Split('…'))
            .Select(piece => piece.Trim(' ', ',', '.', '+'))
            .Where(piece => piece.Length > 0 && !code.Contains(piece, StringComparison.Ordinal)));
    }

    [Fact]
    public void The_exit_codes_are_those_of_the_code()
    {
        Assert.Equal(
            [CommandLine.Done, CommandLine.Failed, CommandLine.Wrong],
            DocPage.Read("docs/reference/errors.md").RowsBelow("Exit codes")
                .Select(row => int.Parse(row[0], CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void The_page_of_the_architecture_has_every_room_and_every_table_with_its_owner()
    {
        DocPage page = DocPage.Read("docs/develop/architecture.md");
        IEnumerable<string> rooms = Directory.EnumerateDirectories(Path.Combine(Source.Root, "src/EmailSms"))
            .Select(folder => Path.GetFileName(folder)!)
            .Where(room => room is not ("bin" or "obj" or "Properties"));
        AssertNone(rooms.Except(page.Rows.Select(row => row[0])));

        IEnumerable<string> tables = Directory
            .EnumerateFiles(Path.Combine(Source.Root, "src/EmailSms/Store/Migrations"), "*.sql")
            .SelectMany(file => CreatedTables().Matches(File.ReadAllText(file)).Select(m => m.Groups[1].Value))
            .Append("schema_version");
        IReadOnlyList<string[]> owners = page.RowsBelow("Tables");
        Assert.Equal(tables.Order(StringComparer.Ordinal), owners.Select(row => row[0]).Order(StringComparer.Ordinal));
        Assert.All(owners, row => Assert.Contains(
            Source.Files($"src/EmailSms/{row[1]}"),
            file => Regex.IsMatch(file.Text, $@"\b(from|into|update|exists) {row[0]}\b")));
    }

    [Fact]
    public void The_kinds_of_events_on_a_timeline_are_those_of_the_code()
    {
        IEnumerable<string> kinds = typeof(Timeline).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.IsLiteral)
            .Select(field => (string)field.GetRawConstantValue()!);
        AssertNone(kinds.Except(DocPage.Read("docs/concepts.md").Codes));
    }

    private static void AssertNone(IEnumerable<string> wrong)
    {
        string all = string.Join("\n", wrong);
        Assert.True(all.Length == 0, all);
    }

    // What begins with a value has nothing to compare but its code.
    private static bool Begins(string written, string says) =>
        written.StartsWith(says.Length == 0 ? "…" : says.Trim(), StringComparison.Ordinal);

    private static IEnumerable<string> Rows(DocPage page, string heading) =>
        page.RowsBelow(heading).Select(row => string.Join(" | ", row));

    private static IEnumerable<string> Options(IEnumerable<Option> options) => options
        .Where(option => !option.Hidden)
        .Select(option => $"{Names(option)} | {DefaultOf(option)} | {option.Description}");

    private static string Names(Option option)
    {
        string names = string.Join(", ", option.Aliases.Append(option.Name).OrderBy(name => name.Length));
        if (option.ValueType == typeof(bool)) return names;
        Type type = Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;
        string value = option.HelpName
            ?? (type.IsEnum ? string.Join('|', Enum.GetNames(type).Order(StringComparer.Ordinal)) : option.Name[2..]);
        return $"{names} <{value}>";
    }

    private static string DefaultOf(Option option)
    {
        if (option.Required) return "must be given";
        object? value = option.HasDefaultValue ? option.GetDefaultValue() : null;
        return value switch
        {
            null or false => SettingKey.Nothing,
            string[] words => words.Length == 0 ? SettingKey.Nothing : string.Join(' ', words),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };
    }

    // Replies that the SMTP library offers to its hosts and this host does not give.
    private static bool IsUnused(string says) =>
        says is "No such recipient here" or "Relaying denied";

    [GeneratedRegex(@"new(?: SmtpReply)?\(\s*(\d{3}), ""(\d\.\d+\.\d+)"",\s*\$?""([^""]*)""")]
    private static partial Regex Replies();

    [GeneratedRegex(@"HangUp\(""(\d\.\d+\.\d+)"", ""([^""]+)""\)")]
    private static partial Regex HangUps();

    [GeneratedRegex(@"""((?:The mail|Mails|Reports|Automatic|Premium|Shared|Pager|Voicemail|Satellite|Emergency"
        + @"|A mail without|No rule lets|Sender rule|The part before)[^""]{9,})""")]
    private static partial Regex Refusals();

    [GeneratedRegex(@"""([45]\.\d\.\d)"",\s*""([^""]+)""\)")]
    private static partial Regex Failures();

    [GeneratedRegex(@"^\d\d\d \d\.\d+\.\d+$|^[45]\.\d\.\d$")]
    private static partial Regex Codes();

    [GeneratedRegex(@"\bevents? (\d{4})\b")]
    private static partial Regex EventNames();

    [GeneratedRegex(@"\d{4}")]
    private static partial Regex Numbers();

    [GeneratedRegex(@"^  ([a-z]+)", RegexOptions.Multiline)]
    private static partial Regex CommandNames();

    [GeneratedRegex(@"create table (?:if not exists )?(\w+)")]
    private static partial Regex CreatedTables();
}
