using System.CommandLine;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using EmailSms.Store;
using Microsoft.Extensions.Configuration;

namespace EmailSms.Cli;

/// <summary><c>emailsms run</c>: the service, until SIGTERM or Ctrl+C.</summary>
internal static class RunCommand
{
    // Longer than every drain inside: a second signal ends it at once.
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(60);

    public static Command Build()
    {
        var command = new Command("run", "Run the service, until SIGTERM or Ctrl+C.");
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        if (CommonOptions.ReadSettings(parsed) is not { } settings) return CommandLine.Wrong;
        using ILoggerFactory loggers = CreateLoggers(SettingsReader.Load(CommonOptions.ConfigFile(parsed)));
        try
        {
            await using Gateway gateway =
                await Gateway.CreateAsync(settings, loggers, TimeProvider.System).ConfigureAwait(false);
            using var stop = new StopSignals();
            await gateway.StartAsync(stop.First).ConfigureAwait(false);
            await stop.WaitAsync().ConfigureAwait(false);
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop.Second);
            deadline.CancelAfter(StopMax);
            await gateway.StopAsync(deadline.Token).ConfigureAwait(false);
            return CommandLine.Done;
        }
        catch (Exception trouble) when (trouble is StoreException or IOException or CryptographicException
            or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(trouble.Message); // a folder or port in use, a certificate that cannot be read
            return CommandLine.Failed;
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
