using System.Net;
using System.Threading.Channels;
using EmailSms.Smpp.Simulation;
using EmailSms.Smpp.Tests.Sessions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Smpp.Tests.Simulation;

/// <summary>query_sm and cancel_sm are told what is so, whether a receipt was wanted or not.</summary>
public sealed class MessageLedgerTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    // A leap of the clock is nothing to it.
    private static readonly SmppServerOptions Patient = new()
    {
        WriteStallMax = TimeSpan.Zero,
        PduCompletionMax = TimeSpan.Zero,
        EnquireLinkIdle = TimeSpan.Zero,
        AnswerMax = TimeSpan.Zero,
        BindMax = TimeSpan.Zero,
    };

    private readonly FakeTimeProvider _time = new(Noon);
    private readonly Channel<DeliverSm> _came = Channel.CreateUnbounded<DeliverSm>();

    [Theory]
    [InlineData(RegisteredDelivery.Final)]
    [InlineData(RegisteredDelivery.None)]
    public async Task A_message_is_on_its_way_until_its_receipt_is_due_and_then_in_its_state(byte registered)
    {
        var behaviour = new SmscBehaviour
        {
            ReceiptState = MessageState.Undeliverable,
            ReceiptError = "027",
            ReceiptDelay = TimeSpan.FromMinutes(5),
        };
        await using SmscSimulator smsc = await SimulatorAsync(
            new SmscSimulatorOptions { Behaviour = behaviour, Server = Patient }, _time);
        await using SmppClient client = await BoundAsync(smsc);
        string id = await SubmitAsync(client, registered);

        Assert.Equal(new QuerySmResp(id, "", MessageState.Enroute, 0), await QueryAsync(client, id));
        _time.Advance(TimeSpan.FromMinutes(5));

        var end = new QuerySmResp(id, "261125120500000+", MessageState.Undeliverable, 27);
        QuerySmResp? now = null;
        for (int i = 0; i < 1000 && now != end; i++) now = await QueryAsync(client, id);
        Assert.Equal(end, now);
    }

    [Fact]
    public async Task A_message_that_was_taken_and_not_answered_is_known_by_its_id()
    {
        var behaviour = new SmscBehaviour
        {
            Rules = [new SmscRule { Answer = AnswerKind.None, IdForm = IdForm.Hex }],
        };
        await using SmscSimulator smsc = await SimulatorAsync(
            new SmscSimulatorOptions { Behaviour = behaviour, FirstId = 0xABC });
        await using SmppClient client = await BoundAsync(smsc);

        _ = client.SubmitAsync(Esme.Submit(), Deadline.Token);

        await smsc.NextAsync(Deadline.Token);
        QuerySmResp? now = null;
        for (int i = 0; i < 1000 && now?.State is not MessageState.Delivered; i++)
            now = await QueryAsync(client, "ABC");
        Assert.Equal(MessageState.Delivered, now?.State);
    }

    [Fact]
    public async Task What_is_on_its_way_can_be_cancelled_once_and_its_receipt_says_so()
    {
        var behaviour = new SmscBehaviour { ReceiptDelay = TimeSpan.FromMinutes(5) };
        await using SmscSimulator smsc = await SimulatorAsync(
            new SmscSimulatorOptions { Behaviour = behaviour, Server = Patient }, _time);
        await using SmppClient client = await BoundAsync(smsc);
        string id = await SubmitAsync(client, RegisteredDelivery.Final);

        Assert.Equal(CommandStatus.Ok, await CancelAsync(client, id));
        Assert.Equal(CommandStatus.CancelFailed, await CancelAsync(client, id));
        Assert.Equal(MessageState.Deleted, (await QueryAsync(client, id))?.State);
        _time.Advance(TimeSpan.FromMinutes(5));

        Assert.True(DeliveryReceipt.TryParse(await _came.Reader.ReadAsync(Deadline.Token), out var receipt));
        Assert.Equal((id, MessageState.Deleted), (receipt.MessageId, receipt.State));
    }

    [Theory]
    [InlineData("4711", "")] // no such message
    [InlineData(null, "OTHER")] // somebody else's
    public async Task Another_message_is_not_told_of(string? id, string source)
    {
        await using SmscSimulator smsc = await Esme.SimulatorAsync();
        await using SmppClient client = await BoundAsync(smsc);
        string known = await SubmitAsync(client, RegisteredDelivery.None);
        SmppAddress asker = source.Length == 0 ? SmppAddress.None : SmppAddress.Alphanumeric(source);

        var answer = Assert.IsType<RequestOutcome.Answered>(
            await client.RequestAsync(new QuerySm(id ?? known, asker), Deadline.Token));
        Assert.Equal(CommandStatus.InvalidMessageId, answer.Status);
        Assert.Equal(CommandStatus.InvalidMessageId, await CancelAsync(client, "4711"));
    }

    private static async Task<SmscSimulator> SimulatorAsync(
        SmscSimulatorOptions options, TimeProvider? time = null)
    {
        var simulator = new SmscSimulator(options, NullLoggerFactory.Instance, time);
        await simulator.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        return simulator;
    }

    private async Task<SmppClient> BoundAsync(SmscSimulator smsc) =>
        await Esme.BoundAsync(smsc.Endpoint.Port, deliver: async (message, stopping) =>
        {
            await _came.Writer.WriteAsync(message, stopping);
            return CommandStatus.Ok;
        });

    private static async Task<string> SubmitAsync(SmppClient client, byte registered) =>
        Assert.IsType<SubmitResult.Accepted>(
            await client.SubmitAsync(Esme.Submit(1, registered), Deadline.Token)).MessageId;

    private static async Task<QuerySmResp?> QueryAsync(SmppClient client, string id) =>
        Assert.IsType<RequestOutcome.Answered>(await client.RequestAsync(
            new QuerySm(id, Esme.Submit().Source), Deadline.Token)).Response as QuerySmResp;

    private static async Task<CommandStatus> CancelAsync(SmppClient client, string id) =>
        Assert.IsType<RequestOutcome.Answered>(await client.RequestAsync(
            new CancelSm(id, SmppAddress.None, SmppAddress.None), Deadline.Token)).Status;
}
