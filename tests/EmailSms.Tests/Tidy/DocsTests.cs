using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using EmailSms.Cli;
using Microsoft.Extensions.Configuration;

namespace EmailSms.Tests.Tidy;

/// <summary>What the pages point at is there, and what they tell people to type works.</summary>
public sealed partial class DocsTests
{
    private static readonly string[] SettingSections =
        [.. typeof(GatewaySettings).GetProperties().Select(property => property.Name), "Logging"];

    [Fact]
    public void Every_link_leads_to_a_file_and_a_heading()
    {
        List<string> broken = [];
        int links = 0;
        foreach (DocPage page in DocPage.All)
        {
            foreach (string link in page.Links.Where(link => !link.Contains("://", StringComparison.Ordinal)))
            {
                links++;
                string[] halves = link.Split('#', 2);
                string folder = Path.GetDirectoryName(page.Path) ?? "";
                string target = halves[0].Length == 0 ? page.Path : Path.Combine(folder, halves[0]);
                string full = Path.GetFullPath(Path.Combine(Source.Root, target));
                if (!Path.Exists(full)) broken.Add($"{page.Path}: {link}: no such file");
                if (halves.Length == 2 && !IsAnchor(full, halves[1])) broken.Add($"{page.Path}: {link}: no heading");
            }
        }

        Assert.True(links > 100, "The test has lost its links.");
        Assert.True(broken.Count == 0, string.Join("\n", broken));
    }

    [Fact]
    public void Every_page_can_be_reached_from_the_README()
    {
        HashSet<string> reached = ["README.md"];
        Queue<string> waiting = new(reached);
        while (waiting.TryDequeue(out string? path))
        {
            foreach (string link in DocPage.Read(path).Links)
            {
                string target = Path.GetRelativePath(Source.Root, Path.GetFullPath(Path.Combine(
                    Source.Root, Path.GetDirectoryName(path)!, link.Split('#')[0]))).Replace('\\', '/');
                if (target.EndsWith(".md", StringComparison.Ordinal) && reached.Add(target)) waiting.Enqueue(target);
            }
        }

        Assert.Empty(DocPage.All.Select(page => page.Path)
            .Where(path => path.StartsWith("docs/", StringComparison.Ordinal)).Except(reached));
    }

    [Fact]
    public void The_README_has_the_two_commands_that_begin_everything()
    {
        Assert.Contains("dotnet run --project src/EmailSms -- demo", Lines("README.md"));
        Assert.Contains("./check", Lines("README.md"));
        Assert.All(DocPage.All.SelectMany(Commands), command => Assert.All(
            command.Words.Where(word => PathInside().IsMatch(word)), word => Assert.True(
                Path.Exists(Path.Combine(Source.Root, word)), $"{command.Page}: there is no {word}")));
        Assert.All(
            DocPage.All.SelectMany(Commands).Where(command => command.Words.Contains("--project")),
            command => Assert.True(IsProject(command.Words[command.Words.IndexOf("--project") + 1]), command.Line));
    }

    [Fact]
    public void Every_emailsms_command_in_the_pages_parses()
    {
        RootCommand root = CliTree.Root();
        List<string> wrong = [];
        int parsed = 0;
        foreach (Command command in DocPage.All.SelectMany(Commands))
        {
            if (command.Emailsms is not { } words) continue;
            parsed++;
            ParseResult result = root.Parse(words, CliTree.AsTheProgram);
            wrong.AddRange(result.Errors.Select(error => $"{command.Page}: {command.Line}: {error.Message}"));

            // An option that takes many values would also take a misspelt option for one.
            wrong.AddRange(result.Tokens
                .Where(token => token.Type is TokenType.Argument)
                .Where(token => token.Value.StartsWith("--", StringComparison.Ordinal))
                .Select(token => $"{command.Page}: {command.Line}: {token.Value} is no option"));
        }

        Assert.True(parsed > 20, "The test has lost its commands.");
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Fact]
    public void The_unit_for_systemd_starts_what_there_is()
    {
        string unit = File.ReadAllText(Path.Combine(Source.Root, "samples/deploy/emailsms.service"));
        string start = Assert.Single(unit.Split('\n'), line => line.StartsWith("ExecStart=", StringComparison.Ordinal));
        var command = new Command("the unit", start["ExecStart=".Length..]);

        Assert.Empty(CliTree.Root().Parse(command.Emailsms!, CliTree.AsTheProgram).Errors);
        Assert.Contains($"RestartPreventExitStatus={CommandLine.Wrong}\n", unit, StringComparison.Ordinal);
    }

    [Fact]
    public void The_configuration_of_the_first_steps_is_valid()
    {
        Fence json = Assert.Single(DocPage.Read("docs/start.md").Fences, fence => fence.Language == "json");
        (_, IReadOnlyList<SettingError> errors) = SettingsReader.Read(Load(json.Text));
        Assert.Empty(errors);
    }

    [Fact]
    public void Every_JSON_in_the_pages_has_known_keys()
    {
        foreach (DocPage page in DocPage.All)
        {
            foreach (Fence fence in page.Fences.Where(fence => fence.Language == "json"))
            {
                using JsonDocument json = JsonDocument.Parse(fence.Text);
                if (json.RootElement.TryGetProperty("EventId", out JsonElement id))
                {
                    Assert.Contains(id.GetInt32(), LogEvents.All.Select(one => one.Id));
                    continue;
                }

                (_, IReadOnlyList<SettingError> errors) = SettingsReader.Read(Load(fence.Text));
                Assert.DoesNotContain(
                    errors, error => error.Sentence.Contains("no such setting", StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public void Every_setting_that_a_page_names_exists()
    {
        HashSet<string> known = [.. SettingKey.All.Select(one => one.Key), "Logging:LogLevel"];
        HashSet<string> maps = [.. SettingKey.All.Where(one => one.Type == "map of text").Select(one => one.Key)];
        List<string> wrong = [];
        foreach (DocPage page in DocPage.All)
        {
            IEnumerable<string> written = page.Codes.Select(code => code.Trim())
                .Where(code => SettingName().IsMatch(code) && SettingSections.Contains(code.Split(':')[0]));
            IEnumerable<string> fromEnvironment = EnvironmentName().Matches(page.Text)
                .Select(match => match.Groups[1].Value.Replace("__", ":", StringComparison.Ordinal));
            wrong.AddRange(written.Concat(fromEnvironment)
                .Where(key => !known.Contains(key) && !maps.Contains(key[..key.LastIndexOf(':')]))
                .Select(key => $"{page.Path}: {key}"));
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Fact]
    public void No_page_has_a_path_of_somebody_s_machine() => Assert.Empty(
        from page in DocPage.All
        from line in page.Text.Split('\n').Index()
        where MachinePath().IsMatch(line.Item)
        select $"{page.Path}:{line.Index + 1}: {line.Item.Trim()}");

    private static bool IsAnchor(string file, string anchor) =>
        file.EndsWith(".md", StringComparison.Ordinal)
        && DocPage.Read(Path.GetRelativePath(Source.Root, file)).Anchors.Contains(anchor);

    private static bool IsProject(string path) =>
        File.Exists(Path.Combine(Source.Root, path))
        || Directory.EnumerateFiles(Path.Combine(Source.Root, path), "*.csproj").Any();

    private static IEnumerable<string> Lines(string path) =>
        DocPage.Read(path).Fences.SelectMany(fence => fence.Text.Split('\n'));

    private static IEnumerable<Command> Commands(DocPage page) => page.Fences
        .Where(fence => fence.Language is "sh" or "powershell")
        .SelectMany(fence => fence.Text.Split('\n'))
        .Where(line => line.Trim().Length > 0)
        .Select(line => new Command(page.Path, line.Trim()));

    private static IConfigurationRoot Load(string json) => new ConfigurationBuilder()
        .AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build();

    [GeneratedRegex(@"^(\./)?((src|tests|samples|docs)/|check$|appsettings\.example\.json$)")]
    private static partial Regex PathInside();

    [GeneratedRegex("^[A-Z][A-Za-z]+(:[A-Za-z]+)+$")]
    private static partial Regex SettingName();

    [GeneratedRegex("EMAILSMS_([A-Za-z]+(?:__[A-Za-z]+)+)")]
    private static partial Regex EnvironmentName();

    [GeneratedRegex(@"(?<![\w./])/(tmp|root|home|work)/|[A-Z]:\\Users")]
    private static partial Regex MachinePath();

    /// <summary>A line that a page tells people to type.</summary>
    private sealed partial record Command(string Page, string Line)
    {
        public List<string> Words { get; } =
            [.. WordsOf().Matches(Line).Select(m => m.Groups[1].Success ? m.Groups[1].Value : m.Value)];

        /// <summary>The arguments of emailsms, however it is started; null for another program.</summary>
        public IReadOnlyList<string>? Emailsms
        {
            get
            {
                int own = Words[0] != "sudo" ? 0 : Words[1] == "-u" ? 3 : 1;
                if (own < Words.Count && Words[own].Split('/')[^1] == "emailsms") return Words[(own + 1)..];
                bool runs = Line.StartsWith("dotnet run --project src/EmailSms -- ", StringComparison.Ordinal);
                return runs ? Words[(Words.IndexOf("--") + 1)..] : null;
            }
        }

        [GeneratedRegex("\"([^\"]*)\"|[^\\s\"]+")]
        private static partial Regex WordsOf();
    }
}
