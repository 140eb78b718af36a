using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;

namespace EmailSms.Tests.EndToEnd;

/// <summary>A program in a process of its own, whose output is read line by line, each within a deadline.</summary>
internal sealed class LineProcess : IDisposable
{
    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly ConcurrentQueue<string> _said = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly Task _reading;

    private LineProcess(ProcessStartInfo start)
    {
        _process = Process.Start(start)!;
        _reading = Task.WhenAll(
            ReadAsync(_process.StandardOutput, line =>
            {
                _said.Enqueue(line);
                _lines.Writer.TryWrite(line);
            }),
            ReadAsync(_process.StandardError, _errors.Enqueue));
        _reading.ContinueWith(_ => _lines.Writer.TryComplete(), TaskScheduler.Default);
    }

    /// <summary>All that it wrote to standard output.</summary>
    public string Output => string.Join('\n', _said);

    /// <summary>All that it wrote to standard error.</summary>
    public string Errors => string.Join('\n', _errors);

    /// <summary>Starts our own program with these words.</summary>
    public static LineProcess EmailSms(params string[] words)
    {
        string[] all = ["dotnet", Path.Combine(AppContext.BaseDirectory, "emailsms.dll"), .. words];
        return HangupIsIgnored ? Start("env", ["--default-signal=HUP", .. all]) : Start(all[0], all[1..]);
    }

    // Under nohup, as tests may run, a program inherits that SIGHUP means nothing, and ours leaves it so.
    private static bool HangupIsIgnored { get; } = OperatingSystem.IsLinux()
        && File.ReadLines("/proc/self/status")
            .Where(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))
            .Any(line => ulong.Parse(line[7..], NumberStyles.HexNumber, CultureInfo.InvariantCulture) % 2 == 1);

    public static LineProcess Start(
        string program, IEnumerable<string> words, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, words)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        return new LineProcess(start);
    }

    /// <summary>Runs our own program to its end.</summary>
    public static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] words)
    {
        using LineProcess run = EmailSms(words);
        return (await run.EndAsync(), run.Output, run.Errors);
    }

    /// <summary>Skips the test where a foreign program is missing; where CI is true, that is a failure.</summary>
    public static void Need(string what, bool isHere)
    {
        bool mustBeHere = Environment.GetEnvironmentVariable("CI") == "true";
        Assert.True(isHere || !mustBeHere, $"{what} is not installed.");
        if (!isHere) Assert.Skip($"{what} is not installed.");
    }

    /// <inheritdoc cref="Need(string, bool)"/>
    public static void Need(string program) => Need(
        program,
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, program))));

    /// <summary>The next line of its output.</summary>
    public async Task<string> NextLineAsync()
    {
        using var deadline = new CancellationTokenSource(TestGateway.Patience);
        try
        {
            return await _lines.Reader.ReadAsync(deadline.Token);
        }
        catch (Exception end) when (end is ChannelClosedException or OperationCanceledException)
        {
            throw new InvalidOperationException($"No further line came. It said:\n{Output}\n{Errors}", end);
        }
    }

    /// <summary>The values of the next event of that id in its log.</summary>
    public async Task<JsonElement> UntilEventAsync(int id)
    {
        while (true)
        {
            using JsonDocument line = JsonDocument.Parse(await NextLineAsync());
            if (line.RootElement.GetProperty("EventId").GetInt32() != id) continue;
            return line.RootElement.GetProperty("State").Clone();
        }
    }

    public async Task SayAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Asks it to stop, as a service manager does.</summary>
    public void Terminate() => Signal("TERM");

    /// <summary>Sends it a signal, such as <c>HUP</c>.</summary>
    public void Signal(string name)
    {
        using Process kill = Process.Start("kill", [$"-{name}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Its exit code, once it has ended.</summary>
    public async Task<int> EndAsync()
    {
        using var deadline = new CancellationTokenSource(TestGateway.Patience * 2);
        await _process.WaitForExitAsync(deadline.Token);
        await _reading.WaitAsync(deadline.Token);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private static async Task ReadAsync(StreamReader reader, Action<string> take)
    {
        while (await reader.ReadLineAsync() is { } line) take(line);
    }
}
