using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using EmailSms.Smpp.Simulation;
using Microsoft.Extensions.Logging;

namespace EmailSms.Smpp.Tests.Sessions;

/// <summary>What can be seen from outside: the trace and the metrics.</summary>
public sealed class WatchingTests
{
    [Fact]
    public async Task The_trace_has_every_PDU_both_ways_and_neither_password_text_nor_number()
    {
        using var logs = new RememberingLogs();
        await using SmscSimulator smsc = await Esme.SimulatorAsync();
        SmppClientOptions options = Esme.Options(smsc.Endpoint.Port) with { Password = "s3cr3t" };
        await using (var client = new SmppClient(options, logs.CreateLogger<SmppClient>())
        {
            Deliver = (_, _) => ValueTask.FromResult(CommandStatus.Ok),
        })
        {
            client.Start();
            await client.WaitUntilBoundAsync(Deadline.Token);
            SubmitSm submit = Esme.Submit() with { ShortMessage = "your PIN is 4711"u8.ToArray() };
            Assert.IsType<SubmitResult.Accepted>(await client.SubmitAsync(submit, Deadline.Token));
            Assert.True(await smsc.InjectAsync(
                "+447700900123", "447700900999", "my answer is no", deadline: Deadline.Token));
            await client.StopAsync(Deadline.Token);
        }

        string all = string.Join('\n', logs.Lines);
        string[] commands =
        [
            "-> bind_transceiver #1", "<- bind_transceiver_resp #1", "-> submit_sm #2", "<- submit_sm_resp #2",
            "<- deliver_sm", "-> deliver_sm_resp", "-> unbind", "<- unbind_resp",
        ];
        foreach (string command in commands)
            Assert.Contains(command, all, StringComparison.Ordinal);
        Assert.Contains("16 octets", all, StringComparison.Ordinal);
        foreach (string secret in (string[])["s3cr3t", "4711", "answer is no", "447700900123", "447700900999"])
            Assert.DoesNotContain(secret, all, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0000002F 00000002 00000000 00000001 'SMPP3TEST' 00 'secret08' 00 'SUBMIT1' 00 34 01 01 00",
        "bind_transmitter #1 ESME_ROK SMPP3TEST type 'SUBMIT1' version 0x34")]
    [InlineData("00000018 0000000B 00000000 00000001 'smsc' 00 'pw' 00", "outbind #1 ESME_ROK smsc")]
    [InlineData("00000010 80000004 00000058 00000001", "submit_sm_resp #1 ESME_RTHROTTLED id ''")]
    [InlineData("00000013 00010201 00000417 00000007 010203", "unknown #7 (0x00010201) 0x00000417 3 octets")]
    [InlineData("00000012 00000004 00000000 00000007 0101",
        "submit_sm #7 ESME_ROK, 2 octets that do not fit: The body ends too early.")]
    public void A_PDU_is_one_line(string octets, string line)
    {
        byte[] pdu = Octets.Of(octets);
        using var pdus = new PduSequenceReader(new System.Buffers.ReadOnlySequence<byte>(pdu));
        Assert.True(pdus.TryRead(out PduHeader header, out ReadOnlySpan<byte> body));
        Assert.Equal(line, PduTrace.Describe(header, body));
    }

    [Fact]
    public async Task The_metrics_have_their_names_units_and_tags()
    {
        var seen = new ConcurrentDictionary<string, double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, meter) =>
            {
                if (instrument.Meter.Name == SmppMeter.Name) meter.EnableMeasurementEvents(instrument);
            },
        };
        await using SmscSimulator smsc = await Esme.SimulatorAsync(
            new SmscBehaviour { RejectStatus = CommandStatus.InvalidDestinationAddress, RejectDestinations = "49*" });
        string bind = $"esme@127.0.0.1:{smsc.Endpoint.Port}";
        listener.SetMeasurementEventCallback<long>((i, value, tags, _) => Add(i, value, tags));
        listener.SetMeasurementEventCallback<double>((i, _, tags, _) => Add(i, 1, tags));
        listener.Start();
        await using SmppClient client = await Esme.BoundAsync(smsc.Endpoint.Port);
        await client.SubmitAsync(Esme.Submit(), Deadline.Token);
        await client.SubmitAsync(
            Esme.Submit() with { Destination = SmppAddress.FromE164("4915112345678") }, Deadline.Token);
        await smsc.InjectAsync("+447700900123", "447700900999", "hi", deadline: Deadline.Token);
        await Deadline.UntilAsync(
            () => seen.GetValueOrDefault("smpp.pdus transmit") >= 4, "all that was sent is counted");

        Assert.Equal(1, seen["smpp.binds ESME_ROK"]);
        Assert.Equal(0, seen["smpp.window.in_use"]);
        Assert.Equal(2, seen["smpp.window.wait"]);
        Assert.Equal(1, seen["smpp.request.duration submit_sm ESME_ROK"]);
        Assert.Equal(1, seen["smpp.request.duration submit_sm ESME_RINVDSTADR"]);
        Assert.Equal(1, seen["smpp.requests.handled deliver_sm ESME_ROK"]);
        Assert.True(seen["smpp.pdus receive"] >= 4);
        Assert.True(seen["smpp.octets receive"] > 64 && seen["smpp.octets transmit"] > 64);

        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            string name = instrument.Name;
            bool ours = false;
            foreach ((string key, object? tag) in tags)
            {
                if (key == "smpp.bind") ours = (string?)tag == bind;
                else name += $" {tag}";
            }

            if (ours) seen.AddOrUpdate(name, value, (_, before) => before + value);
        }
    }

    /// <summary>A log that keeps its lines.</summary>
    private sealed class RememberingLogs : ILoggerFactory, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => Lines.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
