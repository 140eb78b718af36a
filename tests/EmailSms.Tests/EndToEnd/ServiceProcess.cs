using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using EmailSms.Carriers;
using EmailSms.Smtp.Tests;
using EmailSms.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Tests.EndToEnd;

/// <summary>
/// The real program in a process of its own, with a configuration and a data folder that outlive it, so that it can be
/// killed and started again.
/// </summary>
internal sealed class ServiceProcess : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly string _config;
    private Process? _process;

    /// <param name="smscPort">An SMSC on loopback.</param>
    /// <param name="window">Submits in flight.</param>
    /// <param name="unknown">What is done with an SMS that may have been sent.</param>
    /// <param name="mailPort">A mail server on loopback; null: mail waits in the outbox.</param>
    /// <param name="mailbox">An entry of Mailboxes; null: none is read.</param>
    public ServiceProcess(
        int smscPort, int window, UnknownFate unknown = UnknownFate.Resend, int? mailPort = null,
        object? mailbox = null)
    {
        Smtp = new IPEndPoint(IPAddress.Loopback, LoopbackPort.Free());
        _config = _folder.File("appsettings.json");
        File.WriteAllText(_config, JsonSerializer.Serialize(new
        {
            Store = new { Folder = DataFolder, DiskFreeBytesMin = 0 },
            Smtp = new
            {
                Listen = new[] { Smtp.ToString() },
                Limits = new { ConnectionsPerAddressMax = 200, ConnectionsPerMinuteMax = 100_000 },
            },
            Addresses = new { Domains = new[] { TestGateway.Domain }, AllowFictitious = true },
            Limits = new { ConsecutiveNumbersMax = 0 },
            Mailboxes = mailbox is null ? [] : new[] { mailbox },
            Dns = new { Servers = new[] { "127.0.0.1:9" }, Timeout = "00:00:00.1" }, // nobody answers
            Carriers = new
            {
                main = new
                {
                    Host = "127.0.0.1",
                    Port = smscPort,
                    SystemId = "test",
                    Password = "test",
                    Window = window,
                    Unknown = unknown.ToString(),
                    ReconnectMax = "00:00:01",
                },
            },
            Delivery = new { RetryFirst = "00:00:00.1", RetryMax = "00:00:01" },
            Replies = new { DefaultMailbox = TestGateway.Office },
            SmartHost = new
            {
                Host = mailPort is null ? null : "127.0.0.1",
                Port = mailPort ?? 587,
                RetryFirst = "00:00:01",
                RetryMax = "00:00:01",
            },
        }));
    }

    public IPEndPoint Smtp { get; }

    public string DataFolder => _folder.File("data");

    /// <summary>Runs a command to its end: its exit code and output.</summary>
    public async Task<(int Code, string Output)> CommandAsync(params string[] words)
    {
        using Process process = Launch([.. words, "--config", _config]);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + errors);
    }

    /// <summary>Its database, while it runs or when it is dead.</summary>
    public SqliteStore OpenStore() => SqliteStore.Open(
        new StoreOptions { Folder = DataFolder, DiskFreeBytesMin = 0 },
        TimeProvider.System, NullLogger<SqliteStore>.Instance);

    /// <summary>Starts the service and does not wait for it.</summary>
    public void Launch()
    {
        _process = Launch(["run", "--config", _config]);
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
    }

    /// <summary>Starts the service, and returns when it takes mail.</summary>
    public async Task StartAsync()
    {
        Launch();
        await TestGateway.UntilAsync(() =>
        {
            Assert.False(_process!.HasExited, "The service ended at its start.");
            try
            {
                using var probe = new TcpClient();
                probe.Connect(Smtp);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        });
    }

    /// <summary>SIGKILL: no word, no flush.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>SIGTERM, and its exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        using Process kill = Process.Start("kill", ["-TERM", _process!.Id.ToString(CultureInfo.InvariantCulture)]);
        using var deadline = new CancellationTokenSource(TestGateway.Patience);
        await _process.WaitForExitAsync(deadline.Token);
        int code = _process.ExitCode;
        _process.Dispose();
        _process = null;
        return code;
    }

    public void Dispose()
    {
        if (_process is { HasExited: false }) _process.Kill();
        _process?.Dispose();
        _folder.Dispose();
    }

    private static Process Launch(IEnumerable<string> words)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "emailsms.dll");
        return Process.Start(new ProcessStartInfo("dotnet", [program, .. words])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }
}
