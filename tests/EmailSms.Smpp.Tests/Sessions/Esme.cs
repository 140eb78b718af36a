using System.Globalization;
using System.Net;
using EmailSms.Smpp.Simulation;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Smpp.Tests.Sessions;

/// <summary>What every test of the client needs.</summary>
internal static class Esme
{
    public static SmppClientOptions Options(int port, int window = 10) => new()
    {
        Host = "127.0.0.1",
        Port = port,
        SystemId = "esme",
        Password = "secret",
        Window = window,
        ReconnectFirst = TimeSpan.FromMilliseconds(20),
        ReconnectMax = TimeSpan.FromMilliseconds(50),
    };

    public static SmppClient Client(
        int port,
        int window = 10,
        Func<DeliverSm, CancellationToken, ValueTask<CommandStatus>>? deliver = null,
        TimeProvider? time = null) =>
        new(Options(port, window), NullLogger<SmppClient>.Instance, time)
        {
            Deliver = deliver ?? ((_, _) => ValueTask.FromResult(CommandStatus.Ok)),
        };

    public static async Task<SmppClient> BoundAsync(
        int port,
        int window = 10,
        Func<DeliverSm, CancellationToken, ValueTask<CommandStatus>>? deliver = null)
    {
        SmppClient client = Client(port, window, deliver);
        client.Start();
        await client.WaitUntilBoundAsync(Deadline.Token);
        return client;
    }

    public static async Task<SmscSimulator> SimulatorAsync(SmscBehaviour? behaviour = null, TimeProvider? time = null)
    {
        var simulator = new SmscSimulator(
            new SmscSimulatorOptions { Behaviour = behaviour ?? new SmscBehaviour() },
            NullLoggerFactory.Instance,
            time);
        await simulator.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        return simulator;
    }

    /// <summary>A submit whose text is a number, so that order can be seen.</summary>
    public static SubmitSm Submit(int number = 1, byte registeredDelivery = RegisteredDelivery.None) => new()
    {
        Source = SmppAddress.Alphanumeric("ACME"),
        Destination = SmppAddress.FromE164("+447700900123"),
        RegisteredDelivery = registeredDelivery,
        ShortMessage = System.Text.Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)),
    };

    public static int NumberOf(ShortMessagePdu message) =>
        int.Parse(message.ShortMessage.Span, CultureInfo.InvariantCulture);

    /// <summary>The client knows that its write is done: a leap of the clock is no stalled write to it.</summary>
    public static Task WrittenAsync(SmppClient client, int pdus) =>
        Deadline.UntilAsync(() => client.Status.Traffic.PdusOut >= pdus, "what was written is known to be");
}
