using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using EmailSms.Cli;
using EmailSms.Smpp;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Tests.EndToEnd;

/// <summary>Somebody says "not over this one", from a command line beside the running service.</summary>
public sealed class A_carrier_is_paused : IAsyncLifetime
{
    private readonly ConcurrentQueue<string> _submits = new();
    private SmppServer _main = null!;
    private SmppServer _spare = null!;
    private TestGateway _test = null!;
    private CarrierConfig _config = null!;

    public async ValueTask InitializeAsync()
    {
        (_main, _spare) = (Smsc("main"), Smsc("spare"));
        _test = await TestGateway.StartAsync(settings =>
        {
            settings.Carriers["main"].Port = _main.Endpoint.Port;
            settings.Carriers["spare"] = new()
            {
                Host = "127.0.0.1",
                Port = _spare.Endpoint.Port,
                SystemId = "test",
                ReconnectMax = TimeSpan.FromSeconds(1),
            };
        });
        _config = new CarrierConfig(_test);
        await TestGateway.UntilAsync(() => _test.Gateway.Carriers.All.All(carrier => carrier.IsReady));
    }

    public async ValueTask DisposeAsync()
    {
        _config.Dispose();
        await _test.DisposeAsync();
        await _main.DisposeAsync();
        await _spare.DisposeAsync();
    }

    [Fact]
    public async Task Its_SMS_take_the_next_one_at_once_and_come_back_with_resume()
    {
        await SendAsync("over main");
        await DoneAsync("carriers", "pause", "MAIN", "--reason", "routes");
        await SendAsync("over spare");
        JsonElement[] carriers = await JsonAsync("carriers", "status");
        Assert.Equal(["paused", "bound"], carriers.Select(one => one.GetProperty("state").GetString()!));
        JsonElement pause = carriers[0].GetProperty("paused");
        Assert.Equal(
            ("routes", Environment.UserName),
            (pause.GetProperty("reason").GetString(), pause.GetProperty("by").GetString()));
        JsonElement bind = carriers[0].GetProperty("binds")[0];
        Assert.Equal(("bound", 1, 50, 0), (
            bind.GetProperty("state").GetString(), bind.GetProperty("accepted").GetInt32(),
            bind.GetProperty("window").GetInt32(), bind.GetProperty("inFlight").GetInt32()));

        await DoneAsync("carriers", "resume", "main");
        await SendAsync("over main");
        Assert.Equal(["main", "spare", "main"], _submits);
        (int code, string output) = await _config.RunAsync("carriers", "status", "main");
        Assert.True(code == 0, output);
        Assert.Matches(@"window 0/50, 0 waiting, rate no limit, round trip [\d.]+ ms", output);
        Assert.Equal((1, "Carrier main: there is no such pause."), Trim(await _config.RunAsync(
            "carriers", "resume", "main")));
    }

    [Fact]
    public async Task All_of_them_are_and_SMS_wait_on_disk_through_a_restart()
    {
        await DoneAsync("carriers", "pause", "--all", "--unbind");
        await TestGateway.UntilAsync(() => _main.Sessions.Count + _spare.Sessions.Count == 0);
        await _test.SendAsync(TestGateway.Mail("waits"));
        await _test.StopGatewayAsync();
        (_, string output) = await _config.RunAsync("carriers", "list");
        Assert.Contains("No service runs here", output, StringComparison.Ordinal);
        await _test.StartGatewayAsync();
        Assert.All(_test.Gateway.Carriers.All, carrier => Assert.Equal("paused", carrier.Status.State));
        Assert.Equal(1, _test.CountIn("queued"));
        Assert.Empty(_submits);

        await DoneAsync("carriers", "resume", "--all");
        await TestGateway.UntilAsync(() => _test.CountIn("sent") == 1);
        Assert.Single(_submits);
    }

    [Fact]
    public async Task Nobody_else_may_say_so()
    {
        if (OperatingSystem.IsWindows()) return; // there the folder's rights are those of the socket
        string path = ControlSocket.PathIn(_test.Settings.Store.Folder);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        await DoneAsync("carriers", "list");
    }

    [Theory]
    [InlineData(1, "There is no carrier other", "carriers", "pause", "other")]
    [InlineData(2, "Name one carrier, or say --all.", "carriers", "pause")]
    [InlineData(2, "Name one carrier, or say --all.", "carriers", "resume", "main", "--all")]
    public async Task Wrong_words_are_told(int code, string sentence, params string[] words)
    {
        (int ended, string output) = await _config.RunAsync(words);
        Assert.Equal(code, ended);
        Assert.Contains(sentence, output, StringComparison.Ordinal);
    }

    private static (int Code, string Output) Trim((int Code, string Output) run) => (run.Code, run.Output.Trim());

    private async Task SendAsync(string text)
    {
        long sent = _test.CountIn("sent");
        await _test.SendAsync(TestGateway.Mail(text));
        await TestGateway.UntilAsync(() => _test.CountIn("sent") == sent + 1);
    }

    private async Task DoneAsync(params string[] words)
    {
        (int code, string output) = await _config.RunAsync(words);
        Assert.True(code == 0, output);
    }

    private async Task<JsonElement[]> JsonAsync(params string[] words)
    {
        (int code, string output) = await _config.RunAsync([.. words, "--json"]);
        Assert.True(code == 0, output);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private SmppServer Smsc(string name)
    {
        int ids = 0;
        var smsc = new SmppServer(new SmppServerOptions(), NullLogger<SmppServer>.Instance)
        {
            Submit = (_, _, _) =>
            {
                _submits.Enqueue(name);
                return ValueTask.FromResult(SubmitReply.Accept($"{name}-{Interlocked.Increment(ref ids)}"));
            },
        };
        smsc.Start(new IPEndPoint(IPAddress.Loopback, 0));
        return smsc;
    }
}
