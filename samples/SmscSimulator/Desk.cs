using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Encodings.Web;
using System.Text.Json;
using EmailSms.Smpp;
using EmailSms.Smpp.Simulation;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Samples.Smsc;

/// <summary>The person at the console and the simulator: prints what comes, does what is typed.</summary>
internal sealed class Desk(TextReader keyboard, TextWriter screen, bool json)
{
    private static readonly JsonSerializerOptions JsonForPeople = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // for a terminal, not for a page
    };

    private readonly TextWriter _screen = TextWriter.Synchronized(screen);

    /// <summary>Runs until "quit" or Ctrl+C. The exit code: 0, or 1 when the port cannot be had.</summary>
    public async Task<int> RunAsync(SmscSimulatorOptions options, IPEndPoint endpoint, CancellationToken stopping)
    {
        await using var simulator = new SmscSimulator(options, NullLoggerFactory.Instance)
        {
            SmsReceived = sms => _screen.WriteLine(json ? Json(sms) : Plain(sms)),
        };
        try
        {
            await simulator.StartAsync(endpoint);
        }
        catch (SocketException trouble)
        {
            await Console.Error.WriteLineAsync($"Cannot listen on {endpoint}: {trouble.Message}");
            return 1;
        }

        if (!json) _screen.WriteLine($"SMSC simulator on {simulator.Endpoint}. \"help\" tells what can be typed.");
        await ListenAsync(simulator, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return 0;
    }

    private async Task ListenAsync(SmscSimulator simulator, CancellationToken stopping)
    {
        while (await keyboard.ReadLineAsync(stopping) is { } line)
        {
            if (line.Trim() is "quit" or "exit") return;
            string answer = await DoAsync(simulator, line.Trim(), stopping);
            if (answer.Length > 0) _screen.WriteLine(answer);
        }

        await Task.Delay(Timeout.Infinite, stopping); // no keyboard (a service, a container): run until stopped
    }

    private static async Task<string> DoAsync(SmscSimulator simulator, string line, CancellationToken stopping)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        switch (words)
        {
            case []:
                return "";
            case ["mo", var from, var to, _, ..]:
                if (!simulator.Sessions.Any(s => s.IsReceiver)) return "Nobody is bound to take it.";
                string text = line.Split(' ', 4, StringSplitOptions.RemoveEmptyEntries)[3];
                return await simulator.InjectAsync(from, to, text, deadline: stopping) ? "taken" : "refused";
            case ["hangup"]:
                simulator.HangUp();
                return "dropped";
            case ["port"]:
                return $"{simulator.Endpoint}";
            case ["sessions"]:
                return string.Join('\n', simulator.Sessions.Select(s => $"{s.SystemId}  {s.BindType}  {s.Peer}"));
            case ["counts"]:
                return simulator.Counts.ToString();
            case ["set", var name, var value]:
                return Set(simulator.Behaviour, name, value) ? "set" : "That cannot be set so.";
            default:
                return "mo FROM TO TEXT | hangup | port | sessions | counts | set NAME VALUE | quit";
        }
    }

    private static bool Set(SmscBehaviour behaviour, string name, string value)
    {
        switch (name)
        {
            case "latency" when Words.TryDuration(value, out TimeSpan latency):
                behaviour.SubmitDelay = latency;
                return true;
            case "receipt-delay" when Words.TryDuration(value, out TimeSpan delay):
                behaviour.ReceiptDelay = delay;
                return true;
            case "receipt-state" when Words.TryState(value, out MessageState? state):
                behaviour.ReceiptState = state;
                return true;
            case "throttle-above" when double.TryParse(value, CultureInfo.InvariantCulture, out double rate):
                behaviour.ThrottleAboveRate = rate;
                return true;
            case "reject" when Words.TryRejection(value, out var rejection):
                (behaviour.RejectStatus, behaviour.RejectDestinations) = rejection;
                return true;
            case "hang-up-after" when long.TryParse(value, CultureInfo.InvariantCulture, out long count):
                behaviour.HangUpAfter = count;
                return true;
            case "silent" when value is "on" or "off":
                behaviour.Silent = value == "on";
                return true;
            default:
                return false;
        }
    }

    private static string Plain(SimulatedSms sms) => string.Create(
        CultureInfo.InvariantCulture,
        $"{sms.ReceivedAt:HH:mm:ss}  {sms.From} -> {sms.To}  {sms.Encoding}, {sms.Parts} part(s)  {sms.Text}");

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
