using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using EmailSms.Cli;
using EmailSms.Smpp.Simulation;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Tests.EndToEnd;

/// <summary>SIGHUP and <c>emailsms reload</c>, told to a service in a process of its own.</summary>
public sealed class Settings_are_read_anew : IAsyncLifetime
{
    private const int Started = 2001;
    private const int Reloaded = 2012;
    private const int Refused = 2013;
    private const int HooksListen = 1801;
    private const int StopBegan = 5001;
    private const int Connected = 5010;

    private readonly TestFolder _folder = new();
    private readonly ConcurrentQueue<string> _texts = new();
    private SmscSimulator _phones = null!;
    private LineProcess _service = null!;
    private IPEndPoint _smtp = null!;
    private string? _hooks;

    public async ValueTask InitializeAsync()
    {
        _phones = new SmscSimulator(new SmscSimulatorOptions(), NullLoggerFactory.Instance)
        {
            SmsReceived = sms => _texts.Enqueue(sms.Text),
        };
        await _phones.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        Write();
        (int code, _, string errors) = await RunAsync(
            "senders", "add", "--from", "@clinic.example", "--network", "127.0.0.0/8", "--to", "*", "--region", "GB");
        Assert.True(code == 0, errors);
        _service = LineProcess.EmailSms("run", "--config", Config);
        _hooks = (await _service.UntilEventAsync(HooksListen)).GetProperty("Endpoints").GetString();
        string listening = (await _service.UntilEventAsync(Started)).GetProperty("Endpoints").GetString()!;
        _smtp = IPEndPoint.Parse(listening);
    }

    public async ValueTask DisposeAsync()
    {
        _service.Dispose();
        await _phones.DisposeAsync();
        _folder.Dispose();
    }

    private static CancellationToken Stopping => TestContext.Current.CancellationToken;

    private string Config => _folder.File("appsettings.json");

    [Fact]
    public async Task By_a_command_and_no_client_is_refused_and_no_SMS_is_lost_or_doubled()
    {
        using var over = new CancellationTokenSource();
        List<Task<List<string>>> clients = [];
        for (int i = 0; i < 4; i++) clients.Add(SendUntilAsync($"client {i}", over.Token));
        await TestGateway.UntilAsync(() => _texts.Count > 10);
        Write(domains: [TestGateway.Domain, "new.example"], password: "other");
        for (int i = 0; i < 2; i++)
        {
            (int code, string output, string errors) = await RunAsync("reload");
            Assert.True(code == 0, errors);
            Assert.Equal(
                i == 0
                    ? "The settings were read anew; changed: Addresses:Domains:1, Carriers:main:Password."
                    : "The settings were read anew; none of them has another value.",
                output);
        }

        int before = _texts.Count;
        await TestGateway.UntilAsync(() => _texts.Count > before + 10);
        await over.CancelAsync();
        List<string> accepted = [.. (await Task.WhenAll(clients)).SelectMany(texts => texts)];
        Assert.True(accepted.Count > 20);
        await TestGateway.UntilAsync(() => _texts.Count >= accepted.Count);
        await SendAsync("To the new domain", "new.example");
        await TestGateway.UntilAsync(() => _texts.Contains("To the new domain"));
        Assert.Equal([.. accepted, "To the new domain"], _texts.Order(new AcceptedFirst(accepted)));

        JsonElement entry = (await EntriesAsync("reloaded"))[^1];
        Assert.Equal($"cli:{Environment.UserName}", entry.GetProperty("actor").GetString());
        Assert.Equal("""{"Carriers:main:Password":"***"}""", entry.GetProperty("before").GetString());
        Assert.Equal(
            """{"Addresses:Domains:1":"new.example","Carriers:main:Password":"***"}""",
            entry.GetProperty("after").GetString());
        Assert.Equal(2, (await EntriesAsync("reloaded")).Length);
        Assert.Equal(2, (await EntriesAsync("configured")).Length); // of the start, and of the first time
        Assert.Equal(0, (await RunAsync("audit", "verify")).Code);
        await EndAsync();
    }

    [Fact]
    public async Task By_a_signal()
    {
        Write(
            domains: [TestGateway.Domain, "new.example"], listen: [$"0.0.0.0:{_smtp.Port}"], logging: "Debug");
        _service.Signal("HUP");
        string? hooks = (await _service.UntilEventAsync(HooksListen)).GetProperty("Endpoints").GetString();
        Assert.Equal(_hooks, hooks); // kept, as any free port was asked for
        JsonElement told = await _service.UntilEventAsync(Reloaded);
        Assert.Equal(RunCommand.SignalActor, told.GetProperty("Actor").GetString());
        await SendAsync("To the new domain", "new.example");
        await _service.UntilEventAsync(Connected); // what is logged is a setting, too
        await TestGateway.UntilAsync(() => _texts.Contains("To the new domain"));
        JsonElement entry = Assert.Single(await EntriesAsync("reloaded"));
        Assert.Equal("signal SIGHUP", entry.GetProperty("actor").GetString());
        await EndAsync();
    }

    [Fact]
    public async Task By_a_signal_once_what_is_in_hand_is_finished()
    {
        _phones.Behaviour.SubmitDelay = TimeSpan.FromSeconds(1);
        await SendAsync("In a carrier's hand");
        await TestGateway.UntilAsync(() => _phones.Counts.Submits == 1);
        await using RawSmtp half = await RawSmtp.OpenAsync(_smtp);
        await using RawSmtp idle = await RawSmtp.OpenAsync(_smtp);
        await half.AskAsync($"MAIL FROM:<{TestGateway.Staff}>", "250");
        await half.AskAsync($"RCPT TO:<{TestGateway.Phone}@{TestGateway.Domain}>", "250");
        await half.AskAsync("DATA", "354");
        await half.SayAsync("Subject: x\r\n\r\nHalf");
        _service.Signal("HUP");
        await _service.UntilEventAsync(StopBegan);
        Assert.StartsWith("421 4.3.2", await idle.HearAsync(), StringComparison.Ordinal);
        await using RawSmtp late = await RawSmtp.ConnectAsync(_smtp);
        await half.SayAsync(" and half\r\n.\r\n");
        Assert.StartsWith("250", await half.HearAsync(), StringComparison.Ordinal);
        Assert.StartsWith("220", await late.HearAsync(), StringComparison.Ordinal);
        await _service.UntilEventAsync(Reloaded);

        await TestGateway.UntilAsync(() => _texts.Count == 2);
        Assert.Equal(["Half and half", "In a carrier's hand"], _texts.Order());
        await EndAsync();
        Assert.Equal(2, _phones.Counts.Submits);
    }

    [Fact]
    public async Task Or_not_where_it_is_asked_to_stop_meanwhile()
    {
        _phones.Behaviour.SubmitDelay = TimeSpan.FromSeconds(4);
        await SendAsync("In a carrier's hand");
        await TestGateway.UntilAsync(() => _phones.Counts.Submits == 1);
        _service.Signal("HUP");
        await _service.UntilEventAsync(StopBegan);
        await EndAsync();
        Assert.DoesNotContain($"\"EventId\":{Reloaded},", _service.Output, StringComparison.Ordinal);
        Assert.Equal(1, _phones.Counts.Submits);
    }

    [Fact]
    public async Task But_wrong_ones_are_refused_with_every_sentence_and_nothing_is_stopped()
    {
        await using RawSmtp open = await RawSmtp.OpenAsync(_smtp);
        Write(domains: [], listen: ["nowhere"]);
        (int code, _, string errors) = await RunAsync("reload", "--data", Data);
        Assert.Equal(2, code);
        Assert.Contains("Addresses:Domains:", errors, StringComparison.Ordinal);
        Assert.Contains("Smtp:Listen:", errors, StringComparison.Ordinal);
        _service.Signal("HUP");
        string? sentence = (await _service.UntilEventAsync(Refused)).GetProperty("Sentence").GetString();
        Assert.Contains(sentence!, errors, StringComparison.Ordinal);

        File.Delete(Config);
        (code, _, errors) = await LineProcess.RunAsync("reload", "--data", Data);
        Assert.Equal(2, code);
        Assert.Contains("There is no configuration file", errors, StringComparison.Ordinal);

        Write(folder: "elsewhere");
        (code, _, errors) = await LineProcess.RunAsync("reload", "--data", Data);
        Assert.Equal(2, code);
        Assert.Contains("Store:Folder: is another data folder", errors, StringComparison.Ordinal);

        Assert.StartsWith("250", await open.OfferAsync("Subject: x\r\n\r\nStill here"), StringComparison.Ordinal);
        Write();
        Assert.Empty(await EntriesAsync("reloaded"));
        await EndAsync();
    }

    [Fact]
    public async Task And_ones_with_which_it_cannot_run_are_given_up_for_the_old_ones()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        Write(domains: [TestGateway.Domain, "new.example"], listen: ["127.0.0.1:0", $"{other.LocalEndpoint}"]);
        (int code, string output, string errors) = await RunAsync("reload");
        Assert.Equal((1, ""), (code, output));
        Assert.Contains("goes on with the old ones", errors, StringComparison.Ordinal);
        Assert.Contains($"{other.LocalEndpoint}", errors, StringComparison.Ordinal);

        await SendAsync("With the old ones");
        await TestGateway.UntilAsync(() => _texts.Contains("With the old ones"));
        SmtpCommandException no = await Assert.ThrowsAsync<SmtpCommandException>(
            () => SendAsync("No", "new.example"));
        Assert.Equal(550, (int)no.StatusCode);
        JsonElement failed = Assert.Single(await EntriesAsync("reload-failed"));
        Assert.Equal($"cli:{Environment.UserName}", failed.GetProperty("actor").GetString());
        Assert.Contains($"{other.LocalEndpoint}", failed.GetProperty("after").GetString(), StringComparison.Ordinal);
        JsonElement[] configured = await EntriesAsync("configured"); // of the start, of these, and of the old again
        Assert.Equal(3, configured.Length);
        Assert.Equal(configured[2].GetProperty("after").GetString(), configured[0].GetProperty("after").GetString());

        other.Stop();
        Assert.Equal(0, (await RunAsync("reload")).Code);
        await SendAsync("With the new ones", "new.example");
        await EndAsync();
    }

    [Fact]
    public async Task Where_a_service_runs()
    {
        await EndAsync();
        (int code, _, string errors) = await RunAsync("reload");
        Assert.Equal((1, $"No service runs on {Data}."), (code, errors));
    }

    private string Data => _folder.File("data");

    private void Write(
        string[]? domains = null, string password = "test", string[]? listen = null, string folder = "data",
        string logging = "Information") =>
        File.WriteAllText(Config, JsonSerializer.Serialize(new
        {
            Store = new { Folder = _folder.File(folder), DiskFreeBytesMin = 0 },
            Smtp = new
            {
                Listen = listen ?? ["127.0.0.1:0"],
                Limits = new { ConnectionsPerAddressMax = 200, ConnectionsPerMinuteMax = 100_000 },
            },
            Addresses = new { Domains = domains ?? [TestGateway.Domain], AllowFictitious = true },
            Limits = new { ConsecutiveNumbersMax = 0 },
            Carriers = new
            {
                main = new
                {
                    Host = "127.0.0.1",
                    _phones.Endpoint.Port,
                    SystemId = "test",
                    Password = password,
                    ReconnectMax = "00:00:01",
                },
            },
            Replies = new { DefaultMailbox = TestGateway.Office },
            Http = new { Listen = new[] { "127.0.0.1:0" } },
            Logging = new { LogLevel = new Dictionary<string, string> { ["EmailSms.Smtp"] = logging } },
        }));

    private Task<(int Code, string Output, string Errors)> RunAsync(params string[] words) =>
        LineProcess.RunAsync([.. words, "--config", Config]);

    // The newest first.
    private async Task<JsonElement[]> EntriesAsync(string action)
    {
        (int code, string output, string errors) = await RunAsync("audit", "list", "--action", action, "--json");
        Assert.True(code == 0, errors);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private async Task EndAsync()
    {
        _service.Terminate();
        Assert.Equal(0, await _service.EndAsync());
        Assert.Equal("", _service.Errors);
    }

    private async Task SendAsync(string text, string domain = TestGateway.Domain)
    {
        using var client = new SmtpClient();
        await client.ConnectAsync(_smtp.Address.ToString(), _smtp.Port, SecureSocketOptions.None, Stopping);
        var mail = TestGateway.Mail(text);
        mail.To.Clear();
        mail.To.Add(new MimeKit.MailboxAddress("", $"{TestGateway.Phone}@{domain}"));
        await client.SendAsync(mail, Stopping);
        await client.DisconnectAsync(quit: true, Stopping);
    }

    // As a mail server does: who is told 421 in its dialogue comes again; who cannot connect fails the test.
    private async Task<List<string>> SendUntilAsync(string name, CancellationToken over)
    {
        List<string> accepted = [];
        for (int i = 0; !over.IsCancellationRequested; i++)
        {
            string text = $"{name} mail {i}";
            await using RawSmtp smtp = await RawSmtp.ConnectAsync(_smtp);
            if (await TrySendAsync(smtp, text)) accepted.Add(text);
        }

        return accepted;
    }

    private static async Task<bool> TrySendAsync(RawSmtp smtp, string text)
    {
        string greeting = await smtp.HearAsync();
        if (greeting.StartsWith("421 4.3.2", StringComparison.Ordinal)) return false;
        Assert.StartsWith("220", greeting, StringComparison.Ordinal);
        string[] commands =
        [
            "EHLO client.example", $"MAIL FROM:<{TestGateway.Staff}>",
            $"RCPT TO:<{TestGateway.Phone}@{TestGateway.Domain}>", "DATA", $"Subject: x\r\n\r\n{text}\r\n.",
        ];
        foreach (string command in commands)
        {
            string reply;
            try
            {
                reply = await smtp.AskAsync(command);
            }
            catch (IOException) // it was hung up on as it wrote; were the mail taken all the same, its text would tell
            {
                return false;
            }

            if (reply.StartsWith("421 4.3.2", StringComparison.Ordinal)) return false;
            Assert.Matches("^[23]", reply);
        }

        return true;
    }

    /// <summary>The order in which they were accepted, whatever came else behind them.</summary>
    private sealed class AcceptedFirst(List<string> accepted) : IComparer<string>
    {
        public int Compare(string? x, string? y) => Place(x!).CompareTo(Place(y!));

        private int Place(string text) => accepted.IndexOf(text) is var at and >= 0 ? at : accepted.Count;
    }
}
