using System.Net;
using System.Text.Json;
using EmailSms.Tests.EndToEnd;

namespace EmailSms.Tests.Cli;

public sealed class RunCommandTests : IDisposable
{
    private const int Started = 2001;

    private readonly TestFolder _folder = new();

    [Fact]
    public async Task One_service_runs_on_a_folder_and_a_port_until_it_is_asked_to_stop()
    {
        using LineProcess first = LineProcess.EmailSms("run", "--config", Write("first", "127.0.0.1:0"));
        string listening = await ListeningAsync(first);
        (int sameFolder, _, string inUse) =
            await LineProcess.RunAsync("run", "--config", Write("first", "127.0.0.1:0"));
        Assert.Equal(1, sameFolder);
        Assert.Contains(_folder.File("first"), inUse, StringComparison.Ordinal);
        Assert.Contains("in use", inUse, StringComparison.Ordinal);

        (int samePort, _, string taken) = await LineProcess.RunAsync("run", "--config", Write("second", listening));
        Assert.Equal(1, samePort);
        Assert.Contains("address already in use", taken, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(listening, taken, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", inUse + taken, StringComparison.Ordinal);

        await using (RawSmtp smtp = await RawSmtp.OpenAsync(IPEndPoint.Parse(listening)))
        {
            await smtp.AskAsync("QUIT", "221 2.0.0 Goodbye");
        }

        first.Terminate();
        Assert.Equal(0, await first.EndAsync());
        Assert.Equal("", first.Errors);
        Assert.All(first.Output.Split('\n'), line => JsonDocument.Parse(line).Dispose());
    }

    [Fact]
    public async Task All_listeners_say_goodbye_when_it_is_asked_to_stop()
    {
        string file = _folder.File("many.json");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(Settings("many", [], new[]
        {
            new { Name = "mx", Profile = "mx", Listen = new[] { "127.0.0.1:0" }, Networks = Array.Empty<string>() },
            new
            {
                Name = "plant",
                Profile = "legacy-device",
                Listen = new[] { "127.0.0.1:0" },
                Networks = new[] { "127.0.0.0/8" },
            },
        })), TestContext.Current.CancellationToken);
        using LineProcess service = LineProcess.EmailSms("run", "--config", file);
        string listening = await ListeningAsync(service);
        Assert.Matches(@"^127\.0\.0\.1:\d+ \(mx\), 127\.0\.0\.1:\d+ \(plant\)$", listening);
        Assert.Contains(
            "Smtp:Listeners:1:Profile is for devices that can do no better", service.Output, StringComparison.Ordinal);

        string[] places = [.. listening.Split(", ").Select(place => place.Split(' ')[0])];
        await using RawSmtp mx = await RawSmtp.OpenAsync(IPEndPoint.Parse(places[0]));
        await using RawSmtp plant = await RawSmtp.ConnectAsync(IPEndPoint.Parse(places[1]));
        await plant.HearAsync();
        service.Terminate();
        Assert.StartsWith("421 4.3.2", await mx.HearAsync(), StringComparison.Ordinal);
        Assert.StartsWith("421 4.3.2", await plant.HearAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await service.EndAsync());
    }

    [Theory]
    [InlineData("192.0.2.1:2525", "mx", "Cannot listen on 192.0.2.1:2525: this machine has no such address.")]
    [InlineData("unix:/nowhere/lmtp", "lmtp", "Cannot listen on /nowhere/lmtp: there is no such folder.")]
    public async Task A_place_that_cannot_be_listened_on_is_named(string place, string profile, string sentence)
    {
        string file = _folder.File("place.json");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(Settings("place", ["127.0.0.1:0"], new[]
        {
            new { Name = "one", Profile = profile, Listen = new[] { place } },
        })), TestContext.Current.CancellationToken);
        (int code, _, string errors) = await LineProcess.RunAsync("run", "--config", file);
        Assert.Equal((1, sentence), (code, errors));
    }

    [Theory]
    [InlineData("""{ "Smpt": { } }""", "Smpt: there is no such setting")]
    [InlineData("{", "is not JSON")]
    public async Task A_broken_configuration_is_2(string text, string sentence)
    {
        string file = _folder.File("broken.json");
        await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
        (int code, _, string errors) = await LineProcess.RunAsync("run", "--config", file);
        Assert.Equal(2, code);
        Assert.Contains(sentence, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<string> ListeningAsync(LineProcess service) =>
        (await service.UntilEventAsync(Started)).GetProperty("Endpoints").GetString()!;

    private string Write(string name, string listen)
    {
        string file = _folder.File($"{name}.json");
        File.WriteAllText(file, JsonSerializer.Serialize(Settings(name, [listen], Array.Empty<object>())));
        return file;
    }

    private object Settings<T>(string name, string[] listen, T[] listeners) => new
    {
        Store = new { Folder = _folder.File(name), DiskFreeBytesMin = 0 },
        Smtp = new { Listen = listen, Listeners = listeners },
        Addresses = new { Domains = new[] { TestGateway.Domain } },
        Carriers = new { sandbox = new { Kind = "Sandbox" } },
        Replies = new { DefaultMailbox = TestGateway.Office },
    };
}
