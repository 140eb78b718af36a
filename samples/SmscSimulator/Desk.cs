using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Threading.Channels;
using EmailSms.Smpp;
using EmailSms.Smpp.Simulation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Samples.Smsc;

/// <summary>How the program shows and offers its simulator.</summary>
/// <param name="Smpp">Where SMPP listens.</param>
/// <param name="Http">Where HTTP listens; null: nowhere.</param>
/// <param name="Steps">What happens by itself.</param>
/// <param name="Json">SMS are printed as JSON.</param>
/// <param name="Board">Rates are shown above the lines.</param>
/// <param name="Quiet">Neither SMS nor sessions are printed.</param>
internal sealed record DeskOptions(
    IPEndPoint Smpp, IPEndPoint? Http, IReadOnlyList<ScenarioStep> Steps, bool Json, bool Board, bool Quiet = false);

/// <summary>The person at the console and the simulator: prints what comes, does what is typed.</summary>
internal sealed class Desk(TextReader keyboard, TextWriter screen, DeskOptions options)
{
    private static readonly JsonSerializerOptions JsonForPeople = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // for a terminal, not for a page
    };

    private readonly TextWriter _screen = TextWriter.Synchronized(screen);
    private readonly TimeProvider _time = TimeProvider.System;

    /// <summary>Runs until "quit" or Ctrl+C. The exit code: 0, or 1 when a port cannot be had.</summary>
    public async Task<int> RunAsync(SmscSimulatorOptions simulated, CancellationToken stopping)
    {
        var recent = new RecentSms();
        using ILoggerFactory log = options.Json || options.Quiet
            ? NullLoggerFactory.Instance
            : new ScreenLog(_screen, _time);
        await using var simulator = new SmscSimulator(simulated, log)
        {
            SmsReceived = sms =>
            {
                recent.Add(sms);
                if (!options.Quiet) _screen.WriteLine(options.Json ? Json(sms) : Plain(sms));
            },
            SubmitRefused = (submit, status) =>
            {
                if (options is { Json: false, Quiet: false }) _screen.WriteLine(Plain(submit, status));
            },
        };
        HttpDesk? http = null;
        Board? board = null;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        try
        {
            await simulator.StartAsync(options.Smpp);
            if (options.Http is not null)
                http = await HttpDesk.StartAsync(simulator, recent, options.Http, stopping);
            if (options.Board)
            {
                board = new Board(_screen, simulator, _time);
                board.Start();
            }

            if (!options.Json) Greet(simulator, http);
            Task steps = StepAsync(simulator, over.Token);
            await ListenAsync(simulator, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await over.CancelAsync();
            await steps.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return 0;
        }
        catch (Exception trouble) when (trouble is SocketException or IOException)
        {
            await Console.Error.WriteLineAsync($"Cannot listen: {trouble.Message}");
            return 1;
        }
        finally
        {
            if (board is not null) await board.DisposeAsync();
            if (http is not null) await http.DisposeAsync();
        }
    }

    private void Greet(SmscSimulator simulator, HttpDesk? http)
    {
        _screen.WriteLine($"SMSC simulator on {simulator.Endpoint}. \"help\" tells what can be typed.");
        if (http is not null) _screen.WriteLine($"HTTP on {http.Address}: GET / tells what can be asked for.");
    }

    private async Task ListenAsync(SmscSimulator simulator, CancellationToken stopping)
    {
        var console = new SimulatorConsole(simulator);
        await foreach (string line in Typed().ReadAllAsync(stopping))
        {
            if (line.Trim() is "quit" or "exit") return;
            string answer = await console.DoAsync(line.Trim(), stopping);
            if (answer.Length > 0) _screen.WriteLine(answer);
        }

        await Task.Delay(Timeout.Infinite, stopping); // no keyboard (a service, a container): run until stopped
    }

    // A thread of its own: to read a line of a console cannot be called off, and Ctrl+C must end the program at once.
    private ChannelReader<string> Typed()
    {
        Channel<string> lines = Channel.CreateUnbounded<string>();
        var reading = new Thread(() =>
        {
            while (keyboard.ReadLine() is { } line) lines.Writer.TryWrite(line);
            lines.Writer.Complete();
        })
        {
            IsBackground = true,
        };
        reading.Start();
        return lines.Reader;
    }

    private async Task StepAsync(SmscSimulator simulator, CancellationToken stopping)
    {
        var console = new SimulatorConsole(simulator);
        long started = _time.GetTimestamp();
        foreach (ScenarioStep step in options.Steps)
        {
            TimeSpan pause = step.After - _time.GetElapsedTime(started);
            if (pause > TimeSpan.Zero) await Task.Delay(pause, _time, stopping);
            string answer = await console.DoAsync(step.Command, stopping);
            if (!options.Json) _screen.WriteLine($"{step.Command}: {answer}");
        }
    }

    private static string Plain(SimulatedSms sms) => string.Create(
        CultureInfo.InvariantCulture,
        $"{sms.ReceivedAt:HH:mm:ss}  {sms.From} -> {sms.To}  {sms.Encoding}, {sms.Parts} part(s), id "
        + $"{string.Join(' ', sms.MessageIds)}  {sms.Text}");

    private string Plain(SubmitSm submit, CommandStatus? status) => string.Create(
        CultureInfo.InvariantCulture,
        $"{_time.GetUtcNow():HH:mm:ss}  {submit.Source.Digits} -> {submit.Destination.Digits}  "
        + $"{(status is { } refused ? $"refused with {refused.Name()}" : "left without an answer")}");

    private static string Json(SimulatedSms sms) => JsonSerializer.Serialize(
        new
        {
            sms.ReceivedAt,
            sms.SystemId,
            sms.From,
            sms.To,
            sms.Text,
            Encoding = sms.Encoding.ToString(),
            sms.Parts,
            sms.MessageIds,
        },
        JsonForPeople);
}
