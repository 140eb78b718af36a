using EmailSms.Samples.Smsc;
using EmailSms.Smpp.Simulation;
using EmailSms.Smpp.Tests.Sessions;

namespace EmailSms.Smpp.Tests.Simulation;

/// <summary>What can be typed.</summary>
public sealed class SimulatorConsoleTests
{
    [Theory]
    [InlineData("mo +447700900123 447700900999 Hello  there", true)]
    [InlineData("mo coding=ucs2,parts=udh16,order=2-1,ref=7,dcs=0x18,account=a +447700900123 4477 Hello there", true)]
    [InlineData("mo locking=turkish,single=turkish +447700900123 4477 Hello", true)]
    [InlineData("mo data_sm +447700900123 4477 Hello", true)]
    [InlineData("mo coding=binary,elements=05040B8423F0 +447700900123 4477 00FF", true)]
    [InlineData("mo coding=binary +447700900123 4477 hello", false)]
    [InlineData("mo coding=morse +447700900123 4477 hello", false)]
    [InlineData("mo +447700900123 4477", false)]
    [InlineData("receipt ABC UNDELIV 4477", true)]
    [InlineData("receipt ABC none 4477", false)]
    [InlineData("set latency uniform 1ms 2ms", true)]
    [InlineData("set latency soon", false)]
    [InlineData("set half-open on", true)]
    [InlineData("set half-open maybe", false)]
    [InlineData("set wrong-sequence 3", true)]
    [InlineData("hangup", true)]
    [InlineData("dance", false)]
    public void Lines_are_understood_or_not(string line, bool good) =>
        Assert.Equal(good, SimulatorConsole.IsCommand(line));

    [Theory]
    [InlineData("dance", "There is no 'dance'; \"help\" tells what can be typed.")]
    [InlineData("mo 1", "That is not all of it, or too much:\nmo FROM TO TEXT ")]
    [InlineData("receipt 1", "That is not all of it, or too much:\nreceipt ID STATE TO ")]
    [InlineData("unbind all", "That is not all of it, or too much:\nhangup | unbind ")]
    [InlineData("set", "That is not all of it, or too much:\nset NAME VALUE ")]
    [InlineData("set dance on", "There is no 'dance'; known are acceleration, bind-status, ")]
    [InlineData("set silent maybe", "silent takes on or off, and not 'maybe'.")]
    [InlineData("set reject nothing", "reject takes a status such as 0x0B")]
    [InlineData("sessions", "Nobody is bound.")]
    [InlineData("counts", "submits 0: accepted 0, refused 0, ")]
    [InlineData("state 4711", "No message has the id '4711'.")]
    [InlineData("set read-octets-per-second 7", "set")]
    public async Task Each_line_has_an_answer_that_says_what_would_be_right(string line, string answer)
    {
        await using SmscSimulator smsc = await Esme.SimulatorAsync();
        Assert.StartsWith(
            answer, await new SimulatorConsole(smsc).DoAsync(line, Deadline.Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receipt_for_any_id_can_be_sent()
    {
        var came = new TaskCompletionSource<DeliverSm>();
        await using SmscSimulator smsc = await Esme.SimulatorAsync();
        await using SmppClient client = await Esme.BoundAsync(smsc.Endpoint.Port, deliver: (message, _) =>
        {
            came.TrySetResult(message);
            return ValueTask.FromResult(CommandStatus.Ok);
        });
        Assert.Equal("taken", await new SimulatorConsole(smsc).DoAsync("receipt ABC EXPIRED 4477", Deadline.Token));
        Assert.True(DeliveryReceipt.TryParse(await came.Task, out DeliveryReceipt? receipt));
        Assert.Equal(("ABC", MessageState.Expired), (receipt.MessageId, receipt.State));
    }

    [Fact]
    public async Task The_board_has_rates_and_who_is_bound()
    {
        await using SmscSimulator smsc = await Esme.SimulatorAsync();
        await using SmppClient first = await Esme.BoundAsync(smsc.Endpoint.Port);
        await using SmppClient second = await Esme.BoundAsync(smsc.Endpoint.Port);
        await Deadline.UntilAsync(() => smsc.Sessions.Count == 2, "both are bound");
        SimulatorCounts before = smsc.Counts;
        for (int i = 0; i < 10; i++) await first.SubmitAsync(Esme.Submit(i), Deadline.Token);

        IReadOnlyList<string> lines = Board.Write(
            smsc, before, smsc.Counts, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3700));

        Assert.Contains("0.01:01:40   bound: esme transceiver x2", lines[0], StringComparison.Ordinal);
        Assert.Contains("submits       5.0/s         10", lines[1], StringComparison.Ordinal);
        Assert.All(lines, line => Assert.InRange(line.Length, 1, 120));
    }
}
