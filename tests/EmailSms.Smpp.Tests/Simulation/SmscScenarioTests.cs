using System.Net;
using System.Text.Json;
using EmailSms.Samples.Smsc;
using EmailSms.Smpp.Simulation;
using EmailSms.Smpp.Tests.Sessions;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Smpp.Tests.Simulation;

/// <summary>Scenario files: what is good is read, and of what is not, every error at once.</summary>
public sealed class SmscScenarioTests
{
    [Fact]
    public void The_example_is_good()
    {
        SmscScenario? scenario = SmscScenario.Parse(File.ReadAllText(Example()), out IReadOnlyList<string> errors);
        Assert.Empty(errors);
        SmscBehaviour behaviour = scenario!.Options.Behaviour;
        Assert.Equal((6, 4, 7L), (behaviour.Rules.Count, scenario.Steps.Count, scenario.Options.Seed));
        SmscRule first = behaviour.Rules[0];
        Assert.Equal((IdForm.Hex, IdForm.Digits), (first.IdForm, first.Receipts!.TextIdForm));
        Assert.Equal(
            [new WeightedStatus(CommandStatus.Ok, 96), new(CommandStatus.SystemError, 3),
                new(CommandStatus.InvalidDestinationAddress)],
            first.Statuses);
        Assert.Contains(new WeightedState(null, 5), first.Receipts.States);
        Assert.Equal(Delay.Exponential(TimeSpan.FromMinutes(20)), first.Receipts.Delay);
        Assert.Null(behaviour.Rules[5].Receipts);
        Assert.True(behaviour.Wire.SeveralInAPacket);
    }

    [Fact]
    public void Every_example_is_good_and_the_one_of_receipts_has_every_form()
    {
        Dictionary<string, SmscScenario?> examples =
            Directory.GetFiles(Path.GetDirectoryName(Example())!, "*.json").ToDictionary(
                path => Path.GetFileName(path),
                path =>
                {
                    SmscScenario? scenario = SmscScenario.Parse(File.ReadAllText(path), out var errors);
                    Assert.True(errors.Count == 0, $"{path}: {string.Join(' ', errors)}");
                    return scenario;
                });
        Assert.Equal(["bad-day.json", "hostile.json", "receipts.json"], examples.Keys.Order());
        IEnumerable<string> texts = examples["receipts.json"]!.Options.Behaviour.Rules
            .Select(rule => rule.Receipts?.Text ?? "");
        Assert.Empty(ReceiptTexts.ByName.Where(one => one.Key != "no-text").Select(one => one.Value).Except(texts));
    }

    [Fact]
    public void Every_error_is_told_at_once_with_its_place()
    {
        Assert.Null(SmscScenario.Parse(
            """
            {
              "sed": 1, "bindStatus": "ESME_NO", "acceleration": 0, "hangUpAfter": 1.5,
              "rules": [
                { "latency": "soon", "statuses": [{ "weight": -1 }], "answer": "Maybe", "rateMax": "many" },
                { "receipts": { "text": "{nothing}", "before": ["X"], "copies": 0, "esmClass": 256, "form": "1" } },
                7
              ],
              "wire": { "halfOpen": "yes" },
              "steps": [{ "after": "later", "do": "dance" }, {}]
            }
            """, out IReadOnlyList<string> errors));
        string[] places =
        [
            "sed:", "bindStatus:", "acceleration:", "hangUpAfter:", "rules[0].latency:", "rules[0].statuses[0].weight:",
            "rules[0].statuses[0].status:", "rules[0].answer:", "rules[0].rateMax:", "rules[1].receipts.text:",
            "rules[1].receipts.before:", "rules[1].receipts.copies:", "rules[1].receipts.esmClass:",
            "rules[1].receipts.form:", "rules[2]:", "wire.halfOpen:", "steps[0].after:", "steps[0].do:",
            "steps[1].after:", "steps[1].do:",
        ];
        Assert.Equal(places.Order(), errors.Select(error => error[..(error.IndexOf(':') + 1)]).Order());
        Assert.All(errors, error => Assert.EndsWith(".", error, StringComparison.Ordinal));
        Assert.Null(SmscScenario.Parse("{", out errors));
        Assert.Single(errors);
    }

    [Fact]
    public async Task A_wrong_scenario_is_exit_code_2_and_a_missing_one_1()
    {
        string folder = Directory.CreateTempSubdirectory("smsc-").FullName;
        try
        {
            string path = Path.Combine(folder, "wrong.json");
            await File.WriteAllTextAsync(path, """{"rules": 1, "x": 2}""", Deadline.Token);
            var errors = new StringWriter();
            Assert.Equal(2, await RunAsync(errors, "--scenario", path));
            Assert.Equal(2, errors.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
            Assert.Equal(1, await RunAsync(errors, "--scenario", Path.Combine(folder, "missing.json")));
            Assert.Equal(2, await RunAsync(errors, "--latency", "soon"));
            Assert.Equal(2, await RunAsync(errors, "--no-such"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Help_tells_every_command_and_every_key_has_its_page()
    {
        var screen = new StringWriter();
        Assert.Equal(0, await new SimulatorCommand(TextReader.Null, screen, screen).RunAsync(["--help"]));
        foreach (string word in new[] { "mo FROM TO TEXT", "--scenario", "--sandbox", "POST /messages", "Exit codes" })
            Assert.Contains(word, screen.ToString(), StringComparison.Ordinal);

        string page = await File.ReadAllTextAsync(
            Path.Combine(Path.GetDirectoryName(Example())!, "..", "README.md"), Deadline.Token);
        SmscScenario.Parse("""{"x": 1, "rules": [{"x": 1, "receipts": {"x": 1}}], "wire": {"x": 1}}""", out var errors);
        Assert.Equal(4, errors.Count);
        foreach (string key in errors.SelectMany(error => error.TrimEnd('.').Split("known here are ")[1].Split(", ")))
            Assert.Contains($"`{key}`", page, StringComparison.Ordinal);
        foreach (string name in ReceiptTexts.ByName.Keys) Assert.Contains($"`{name}`", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_that_comes_is_written_down_without_passwords()
    {
        var log = new StringWriter();
        await using var smsc = new SmscSimulator(
            new SmscSimulatorOptions { ReceivedLog = log }, NullLoggerFactory.Instance);
        await smsc.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        await using (SmppClient client = await Esme.BoundAsync(smsc.Endpoint.Port))
            await client.SubmitAsync(Esme.Submit(42, RegisteredDelivery.Final), Deadline.Token);
        ScriptedPeer odd = await ScriptedPeer.ConnectAsync(smsc.Endpoint);
        await odd.SayAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
        await Deadline.UntilAsync(() => Read().Contains("malformed", StringComparison.Ordinal), "the odd octets");

        JsonElement[] lines = [.. Read().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement)];
        string[] commands = [.. lines.Where(l => l.TryGetProperty("command", out _))
            .Select(l => l.GetProperty("command").GetString()!)];
        Assert.Equal("BindTransceiver", commands[0]);
        Assert.Contains("Unbind", commands);
        JsonElement submit = lines.Single(l =>
            l.TryGetProperty("command", out JsonElement command) && command.ValueEquals("SubmitSm"));
        Assert.Equal(
            ("esme", "42", "447700900123"),
            (submit.GetProperty("account").GetString(), submit.GetProperty("text").GetString(),
                submit.GetProperty("destination").GetString()));
        Assert.DoesNotContain("secret", Read(), StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToHexString("secret"u8), Read(), StringComparison.Ordinal);

        string Read()
        {
            lock (log) return log.ToString();
        }
    }

    private static Task<int> RunAsync(StringWriter errors, params string[] args) =>
        new SimulatorCommand(TextReader.Null, TextWriter.Null, errors).RunAsync(args);

    private static string Example()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string path = Path.Combine(at.FullName, "samples", "SmscSimulator", "scenarios", "bad-day.json");
            if (File.Exists(path)) return path;
        }

        throw new FileNotFoundException("The tests have to run inside the repository.");
    }
}
