using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using EmailSms.Policy;
using EmailSms.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Load;

/// <summary>What the gateway's process has used up at a moment.</summary>
internal readonly record struct Usage(TimeSpan Processor, long ResidentBytes, long ResidentPeakBytes);

/// <summary>
/// The program itself in a process of its own, as shipped but for the limits that keep one client from many
/// connections.
/// </summary>
internal sealed class GatewayProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(90);

    private static readonly JsonSerializerOptions WithoutNulls =
        new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly Process _process;
    private readonly TaskCompletionSource<IPEndPoint> _listening =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private long _logBytes;

    private GatewayProcess(Process process) => _process = process;

    public IPEndPoint Smtp => _listening.Task.Result;

    /// <summary>Octets of log it has written.</summary>
    public long LogBytes => Interlocked.Read(ref _logBytes);

    /// <summary>Writes a configuration and a sender rule, and starts; returns when mail is taken.</summary>
    public static async Task<GatewayProcess> StartAsync(
        string folder, int smscPort, LoadOptions options, string certificate = "")
    {
        string config = Path.Combine(folder, "appsettings.json");
        string data = Path.Combine(folder, "data");
        await File.WriteAllTextAsync(config, Settings(data, smscPort, options, certificate));
        await AllowEverybodyAsync(data);
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "emailsms"))
        {
            ArgumentList = { "run", "--config", config },
            RedirectStandardOutput = true,
        };
        var gateway = new GatewayProcess(Process.Start(start)!);
        gateway._process.OutputDataReceived += gateway.Hear;
        gateway._process.BeginOutputReadLine();
        await gateway._listening.Task.WaitAsync(StartMax);
        return gateway;
    }

    /// <summary>What it has used up until now.</summary>
    public Usage Use()
    {
        _process.Refresh();
        return new Usage(_process.TotalProcessorTime, _process.WorkingSet64, _process.PeakWorkingSet64);
    }

    /// <summary>SIGTERM, and its exit code.</summary>
    public async Task<int> StopAsync()
    {
        using Process kill = Process.Start("kill", [_process.Id.ToString(CultureInfo.InvariantCulture)]);
        using var deadline = new CancellationTokenSource(StopMax);
        await _process.WaitForExitAsync(deadline.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static string Settings(
        string data, int smscPort, LoadOptions options, string certificate) => JsonSerializer.Serialize(new
        {
            Store = new { Folder = data },
            Smtp = new
            {
                Listen = new[] { "127.0.0.1:0" },
                CertificateFile = certificate,
                Limits = new
                {
                    ConnectionsMax = 10_000,
                    ConnectionsPerAddressMax = 10_000,
                    ConnectionsPerMinuteMax = 1_000_000,
                    MailsPerSessionMax = 1_000_000,
                    SessionMax = "1.00:00:00",
                },
            },
            Addresses = new { Domains = new[] { "sms.example" }, AllowFictitious = true, SameTextPerHourMax = 0 },
            Limits = new { ConsecutiveNumbersMax = 0 },
            Carriers = Carriers(smscPort, options),
            Routes = Routes(options),
            Replies = new { DefaultMailbox = "office@clinic.example" },
            Logging = new
            {
                LogLevel = new Dictionary<string, string>
                {
                    ["Default"] = options.Log,
                    ["EmailSms.Cli.Gateway"] = "Information", // it says where it listens
                },
            },
        }, WithoutNulls);

    private static Dictionary<string, object> Carriers(int smscPort, LoadOptions options)
    {
        var smsc = new
        {
            Host = "127.0.0.1",
            Port = smscPort,
            SystemId = "load",
            Password = "load",
            options.Window,
            ReconnectMax = "00:00:01",
        };
        var carriers = new Dictionary<string, object>
        {
            ["main"] = options.HttpUrl is { } url ? OverHttp(url, options) : smsc,
        };
        if (options.DeadUrl is { } dead) carriers["dead"] = OverHttp(dead, options);
        return carriers;
    }

    // Unknown: what the dead one never answered is sent over the other, which is what is looked at.
    private static object OverHttp(string url, LoadOptions options) => new
    {
        Kind = "Http",
        Definition = "json",
        Values = new { Url = url },
        options.Window,
        AnswerMax = "00:00:02",
        Unknown = "Resend",
    };

    private static object[]? Routes(LoadOptions options) => options.DeadUrl is null
        ? null
        : [new { Name = "all", Carriers = new[] { new { Carrier = "dead" }, new { Carrier = "main" } } }];

    private static async Task AllowEverybodyAsync(string data)
    {
        await using SqliteStore store = SqliteStore.Open(
            new StoreOptions { Folder = data }, TimeProvider.System, NullLogger<SqliteStore>.Instance);
        var draft = new SenderRuleDraft { Sender = "@clinic.example", Networks = "127.0.0.0/8", Destinations = "*" };
        if (!draft.TryBecomeRule(out SenderRule? rule, out IReadOnlyList<string> mistakes))
        {
            throw new InvalidOperationException(string.Join(' ', mistakes));
        }

        var rules = new SenderRules(store, TimeProvider.System);
        await store.WriteAsync(db => rules.Add(db, rule));
    }

    private void Hear(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null)
        {
            _listening.TrySetException(new IOException("The gateway ended before it listened."));
            return;
        }

        Interlocked.Add(ref _logBytes, line.Data.Length + 1);
        if (_listening.Task.IsCompleted || !line.Data.Contains("\"Endpoints\"", StringComparison.Ordinal)) return;
        using JsonDocument said = JsonDocument.Parse(line.Data);
        string endpoint = said.RootElement.GetProperty("State").GetProperty("Endpoints").GetString()!;
        _listening.TrySetResult(IPEndPoint.Parse(endpoint));
    }
}
