using System.CommandLine;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Threading.Channels;
using EmailSms.Store;
using Microsoft.Extensions.Configuration;

namespace EmailSms.Cli;

/// <summary><c>emailsms run</c>: the service, until SIGTERM or Ctrl+C; SIGHUP has the settings read anew.</summary>
internal static class RunCommand
{
    /// <summary>Whom the audit trail names when a signal had the settings read anew.</summary>
    public const string SignalActor = "signal SIGHUP";

    // Longer than every drain inside: a second signal ends it at once.
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(60);

    public static Command Build()
    {
        var command = new Command("run", "Run the service, until SIGTERM or Ctrl+C; SIGHUP is a reload.");
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        if (CommonOptions.ReadSettings(parsed) is not { } settings) return CommandLine.Wrong;
        IConfigurationRoot logging = SettingsReader.Load(CommonOptions.ConfigFile(parsed));
        using ILoggerFactory loggers = CreateLoggers(logging);
        using var reload = new ReloadSignal();
        using var stop = new StopSignals();
        try
        {
            await using RunningGateway running = await RunningGateway.StartAsync(
                settings, () => CommonOptions.TryReadSettings(parsed), loggers, TimeProvider.System, StopMax,
                stop.First, stop.Second).ConfigureAwait(false);
            running.Taken = () => ReloadLogging(logging);
            Task stopped = stop.WaitAsync();
            while (!stopped.IsCompleted)
            {
                Task asked = reload.AskedAsync(stop.First);
                Task first = await Task.WhenAny(stopped, running.Lost, asked).ConfigureAwait(false);
                if (first == running.Lost) await running.Lost.ConfigureAwait(false);
                if (first == asked && !stopped.IsCompleted)
                {
                    await running.ReloadAsync(SignalActor).ConfigureAwait(false);
                }
            }

            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop.Second);
            deadline.CancelAfter(StopMax);
            await running.StopAsync(deadline.Token).ConfigureAwait(false);
            return CommandLine.Done;
        }
        catch (OperationCanceledException) when (stop.First.IsCancellationRequested)
        {
            return CommandLine.Done; // it was to end before it had begun
        }
        catch (Exception trouble) when (trouble is StoreException or IOException or CryptographicException
            or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(trouble.Message); // a folder or port in use, a certificate that cannot be read
            return CommandLine.Failed;
        }
    }

    private static void ReloadLogging(IConfigurationRoot logging)
    {
        try
        {
            logging.Reload();
        }
        catch (Exception trouble) when (trouble is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            // The file was changed again since it was checked: how much is logged stays as it was.
            Console.Error.WriteLine(trouble.Message);
        }
    }

    // One JSON object a line on standard output unless the section Logging says otherwise: journals and collectors take
    // it as it is, and a value never has to be cut out of a sentence.
    private static ILoggerFactory CreateLoggers(IConfigurationRoot configuration) =>
        LoggerFactory.Create(builder => builder
            .SetMinimumLevel(LogLevel.Information)
            .AddFilter("Microsoft.AspNetCore", LogLevel.Warning)
            .AddJsonConsole(options =>
            {
                options.UseUtcTimestamp = true;
                options.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
            })
            .AddConfiguration(configuration.GetSection("Logging")));
}

/// <summary>SIGTERM and Ctrl+C: the first asks to stop, the second insists.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _first = new();
    private readonly CancellationTokenSource _second = new();
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration[] _signals;

    public StopSignals() => _signals =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Heard),
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Heard),
    ];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken First => _first.Token;

    /// <summary>Cancelled by the second signal.</summary>
    public CancellationToken Second => _second.Token;

    /// <summary>Waits for the first signal.</summary>
    public Task WaitAsync() => _asked.Task;

    public void Dispose()
    {
        foreach (PosixSignalRegistration signal in _signals) signal.Dispose();
        _first.Dispose();
        _second.Dispose();
    }

    private void Heard(PosixSignalContext context)
    {
        context.Cancel = true;
        if (_asked.TrySetResult()) _first.Cancel();
        else _second.Cancel();
    }
}

/// <summary>SIGHUP. Several that come while nobody waits are one.</summary>
internal sealed class ReloadSignal : IDisposable
{
    private readonly Channel<bool> _asked = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly PosixSignalRegistration? _signal;

    // On Windows it is a console that is being closed.
    public ReloadSignal() => _signal = OperatingSystem.IsWindows()
        ? null
        : PosixSignalRegistration.Create(PosixSignal.SIGHUP, Heard);

    /// <summary>Waits for one.</summary>
    public async Task AskedAsync(CancellationToken stopping)
    {
        try
        {
            await _asked.Reader.ReadAsync(stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The service is to end, which whoever waits here knows.
        }
    }

    public void Dispose() => _signal?.Dispose();

    private void Heard(PosixSignalContext context)
    {
        context.Cancel = true;
        _asked.Writer.TryWrite(true);
    }
}
