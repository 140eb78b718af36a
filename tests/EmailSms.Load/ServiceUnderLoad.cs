using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using EmailSms.Queue;
using EmailSms.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Load;

/// <summary>The real program in a process of its own, so that its CPU and its memory are its own.</summary>
internal sealed class ServiceUnderLoad : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("emailsms-load-").FullName;
    private readonly string _config;
    private Process _process = null!;

    public ServiceUnderLoad(int smscPort, int window)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Smtp = (IPEndPoint)listener.LocalEndpoint;
        _config = Path.Combine(_folder, "appsettings.json");
        File.WriteAllText(_config, JsonSerializer.Serialize(new
        {
            Store = new { Folder = Path.Combine(_folder, "data") },
            Smtp = new
            {
                Listen = new[] { Smtp.ToString() },
                Limits = new { ConnectionsPerAddressMax = 500, MailsPerSessionMax = 1_000_000, SessionMax = "04:00:00" },
            },
            Addresses = new { Domains = new[] { "sms.example" }, AllowFictitious = true },
            Carriers = new
            {
                main = new
                {
                    Host = "127.0.0.1", Port = smscPort, SystemId = "load", Password = "load", Window = window,
                    ReconnectMax = "00:00:01",
                },
            },
            Replies = new { DefaultMailbox = "office@clinic.example" },
            Logging = new { LogLevel = new { Default = "Warning" } },
        }));
    }

    public IPEndPoint Smtp { get; }

    public string Folder => _folder;

    /// <summary>CPU that it has used.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Memory that it holds, now and at most, in megabytes.</summary>
    public (double Now, double Peak) MemoryMb
    {
        get
        {
            _process.Refresh();
            return (_process.WorkingSet64 / 1e6, _process.PeakWorkingSet64 / 1e6);
        }
    }

    public async Task StartAsync()
    {
        using Process rule = Launch("senders", "add", "--from", "*", "--to", "*", "--notices", "never");
        await rule.WaitForExitAsync();
        _process = Launch("run");
        for (int tries = 0; tries < 200; tries++)
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(Smtp);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(50);
            }
        }

        throw new InvalidOperationException("The service did not start.");
    }

    /// <summary>How many SMS there are in each state, read from its database.</summary>
    public async Task<Dictionary<string, long>> StatesAsync()
    {
        await using SqliteStore store = SqliteStore.Open(
            new StoreOptions { Folder = Path.Combine(_folder, "data") }, TimeProvider.System,
            NullLogger<SqliteStore>.Instance);
        return store.Read(SmsRecord.Count);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private Process Launch(params string[] words) => Process.Start(new ProcessStartInfo(
        "dotnet", [Path.Combine(AppContext.BaseDirectory, "emailsms.dll"), .. words, "--config", _config])
    {
        RedirectStandardOutput = false,
    })!;
}
