using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using EmailSms.Samples.Smsc;
using EmailSms.Smpp.Simulation;
using EmailSms.Smpp.Tests.Sessions;
using EmailSms.Smpp.Text;

namespace EmailSms.Smpp.Tests.Simulation;

/// <summary>The simulator as a program: what is typed and what is printed.</summary>
public sealed class DeskTests
{
    [Fact]
    public async Task A_person_at_the_console_sees_texts_and_sends_some()
    {
        var keyboard = new Keyboard();
        var screen = new Screen();
        Task<int> desk = new Desk(keyboard, screen, Options(json: true))
            .RunAsync(new SmscSimulatorOptions(), Deadline.Token);
        int port = int.Parse((await keyboard.SayAndHearAsync("port", screen)).Split(':')[^1], null);
        var came = new TaskCompletionSource<string>();
        Assert.Equal("Nobody is bound to take it.", await keyboard.SayAndHearAsync("mo 1 2 hi", screen));
        await using SmppClient client = await Esme.BoundAsync(port, deliver: (message, _) =>
        {
            came.TrySetResult(MessageText.Read(message));
            return ValueTask.FromResult(CommandStatus.Ok);
        });

        await client.SubmitAsync(Esme.Submit(42), Deadline.Token);
        JsonElement printed = JsonDocument.Parse(await screen.NextAsync()).RootElement;
        Assert.Equal("42", printed.GetProperty("text").GetString());
        Assert.Equal(1, printed.GetProperty("parts").GetInt32());

        Assert.Equal("taken", await keyboard.SayAndHearAsync("mo +447700900123 447700900999 Hello  there", screen));
        Assert.Equal("Hello  there", await came.Task);

        Assert.Equal("set", await keyboard.SayAndHearAsync("set reject 0B@4477*", screen));
        Assert.Equal(
            new SubmitResult.Rejected(CommandStatus.InvalidDestinationAddress),
            await client.SubmitAsync(Esme.Submit(), Deadline.Token));
        Assert.StartsWith(
            "latency takes a delay such as 50ms", await keyboard.SayAndHearAsync("set latency soon", screen),
            StringComparison.Ordinal);

        keyboard.Say("quit");
        Assert.Equal(0, await desk);
    }

    [Fact]
    public async Task The_screen_says_who_binds_who_is_refused_and_what_comes()
    {
        var keyboard = new Keyboard();
        var screen = new Screen();
        Task<int> desk = new Desk(keyboard, screen, Options(json: false))
            .RunAsync(new SmscSimulatorOptions { SystemId = "esme", FirstId = 77 }, Deadline.Token);
        Match greeting = Regex.Match(await screen.NextAsync(), @"127\.0\.0\.1:(\d+)");
        int port = int.Parse(greeting.Groups[1].Value, null);
        ScriptedPeer early = await ScriptedPeer.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
        await early.SayAsync(Esme.Submit(), 1);
        await HearAsync("submit_sm refused with ESME_RINVBNDSTS: it is not bound");
        await early.SayAsync(new BindRequest(BindType.Transmitter, "stranger", ""), 2);
        await HearAsync("bind of stranger refused with ESME_RINVSYSID");

        await using SmppClient client = await Esme.BoundAsync(port);
        await HearAsync("bound as esme, Transceiver");
        await client.SubmitAsync(Esme.Submit(42), Deadline.Token);
        await HearAsync("ACME -> 447700900123  Gsm7, 1 part(s), id 77  42");
        keyboard.Say("state 77");
        await HearAsync("DELIVRD");
        keyboard.Say("set reject ESME_RINVDSTADR");
        await HearAsync("set");
        await client.SubmitAsync(Esme.Submit(), Deadline.Token);
        await HearAsync("ACME -> 447700900123  refused with ESME_RINVDSTADR");
        await client.StopAsync(Deadline.Token);
        await HearAsync("closed: the peer unbound");
        keyboard.Say("quit");
        Assert.Equal(0, await desk);

        async Task HearAsync(string wanted)
        {
            while (!(await screen.NextAsync()).EndsWith(wanted, StringComparison.Ordinal))
            {
                // A line about something else; the deadline of the screen ends it.
            }
        }
    }

    [Fact]
    public async Task Who_stops_it_need_not_type_anything()
    {
        using var stopping = new CancellationTokenSource();
        var screen = new Screen();
        Task<int> desk = new Desk(new Keyboard(), screen, Options(json: false))
            .RunAsync(new SmscSimulatorOptions(), stopping.Token);
        await screen.NextAsync();
        await stopping.CancelAsync();
        Assert.Equal(0, await desk.WaitAsync(Deadline.Token));
    }

    [Theory]
    [InlineData("--port", "99999")]
    [InlineData("--http", "-1")]
    public async Task A_port_that_cannot_be_is_refused_with_a_sentence(string option, string value)
    {
        var errors = new StringWriter();
        var command = new SimulatorCommand(TextReader.Null, TextWriter.Null, errors);
        Assert.Equal(2, await command.RunAsync([option, value]));
        Assert.Contains("is not a port from 0 to 65535", errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_an_exit_code()
    {
        await using SmscSimulator other = await Esme.SimulatorAsync();
        var desk = new Desk(new Keyboard(), new Screen(), Options(json: false, other.Endpoint));
        Assert.Equal(1, await desk.RunAsync(new SmscSimulatorOptions(), Deadline.Token));
    }

    [Theory]
    [InlineData("50ms", 50)]
    [InlineData("50", 50)]
    [InlineData("1.5s", 1500)]
    [InlineData("2m", 120_000)]
    [InlineData("soon", null)]
    [InlineData("-1s", null)]
    [InlineData("9999999h", null)]
    public void Durations_are_what_people_write(string text, int? milliseconds)
    {
        Assert.Equal(milliseconds is not null, Delay.TryParseDuration(text, out TimeSpan duration));
        if (milliseconds is { } expected) Assert.Equal(expected, duration.TotalMilliseconds);
    }

    private static DeskOptions Options(bool json, IPEndPoint? smpp = null) =>
        new(smpp ?? new IPEndPoint(IPAddress.Loopback, 0), null, [], json, Board: false);

    private sealed class Keyboard : TextReader
    {
        private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

        public void Say(string line) => _lines.Writer.TryWrite(line);

        public Task<string> SayAndHearAsync(string line, Screen screen)
        {
            Say(line);
            return screen.NextAsync();
        }

        // As a console does: it blocks, and nothing calls it off.
        public override string? ReadLine() => _lines.Reader.ReadAsync().AsTask().GetAwaiter().GetResult();
    }

    private sealed class Screen : StringWriter
    {
        private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

        public async Task<string> NextAsync() => await _lines.Reader.ReadAsync(Deadline.Token);

        public override void WriteLine(string? value) => _lines.Writer.TryWrite(value ?? "");
    }
}
