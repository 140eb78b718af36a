using System.Threading.Channels;
using EmailSms.Smpp.Simulation;
using EmailSms.Smpp.Tests.Sessions;
using EmailSms.Smpp.Text;

namespace EmailSms.Smpp.Tests.Simulation;

/// <summary>The simulator does what it is told, for the tests of others stand on it.</summary>
public sealed class SmscSimulatorTests
{
    [Theory]
    [InlineData(MessageState.Undeliverable, ReceiptForm.Text, IdForm.Hex)]
    [InlineData(MessageState.Delivered, ReceiptForm.TextAndTlv, IdForm.Digits)]
    [InlineData(MessageState.Rejected, ReceiptForm.Tlv, IdForm.PaddedHex)]
    public async Task Receipts_have_the_form_asked_for(MessageState state, ReceiptForm form, IdForm idForm)
    {
        var behaviour = new SmscBehaviour
        {
            ReceiptState = state,
            ReceiptForm = form,
            ReceiptIdForm = idForm,
            ReceiptError = "042",
        };
        await using SmscSimulator smsc = await Esme.SimulatorAsync(behaviour);
        Channel<DeliverSm> came = Channel.CreateUnbounded<DeliverSm>();
        await using SmppClient client = await BoundAsync(smsc, came);

        SubmitResult result = await client.SubmitAsync(Esme.Submit(1, RegisteredDelivery.Final), Deadline.Token);

        DeliverSm message = await came.Reader.ReadAsync(Deadline.Token);
        Assert.True(DeliveryReceipt.TryParse(message, out DeliveryReceipt? receipt));
        Assert.Equal((state, form is ReceiptForm.Tlv ? null : "042"), (receipt.State, receipt.Error));
        Assert.Equal(form is ReceiptForm.Text, message.Tlvs.Count == 0);
        Assert.Equal(form is ReceiptForm.Tlv, message.ShortMessage.IsEmpty);
        long id = long.Parse(Assert.IsType<SubmitResult.Accepted>(result).MessageId, null);
        string written = idForm switch { IdForm.Hex => $"{id:X}", IdForm.PaddedHex => $"{id:x16}", _ => $"{id}" };
        Assert.Equal(written, receipt.MessageId);
    }

    [Theory]
    [InlineData(RegisteredDelivery.None, MessageState.Delivered, false)]
    [InlineData(RegisteredDelivery.OnFailure, MessageState.Delivered, false)]
    [InlineData(RegisteredDelivery.OnFailure, MessageState.Expired, true)]
    [InlineData(RegisteredDelivery.OnSuccess, MessageState.Delivered, true)]
    [InlineData(RegisteredDelivery.OnSuccess, MessageState.Expired, false)]
    public async Task A_receipt_comes_when_it_was_asked_for(byte asked, MessageState state, bool comes)
    {
        await using SmscSimulator smsc = await Esme.SimulatorAsync(new SmscBehaviour { ReceiptState = state });
        Channel<DeliverSm> came = Channel.CreateUnbounded<DeliverSm>();
        await using SmppClient client = await BoundAsync(smsc, came);

        await client.SubmitAsync(Esme.Submit(1, asked), Deadline.Token);
        await smsc.InjectAsync("+447700900123", "1", "the end", deadline: Deadline.Token);

        bool isReceipt = DeliveryReceipt.TryParse(await came.Reader.ReadAsync(Deadline.Token), out _);
        Assert.Equal(comes, isReceipt);
    }

    [Fact]
    public async Task A_receipt_waits_until_its_account_is_bound_again()
    {
        await using SmscSimulator smsc = await Esme.SimulatorAsync(
            new SmscBehaviour { ReceiptDelay = TimeSpan.FromMilliseconds(100) });
        await using (SmppClient first = await Esme.BoundAsync(smsc.Endpoint.Port))
            await first.SubmitAsync(Esme.Submit(1, RegisteredDelivery.Final), Deadline.Token);
        Channel<DeliverSm> came = Channel.CreateUnbounded<DeliverSm>();

        await using SmppClient second = await BoundAsync(smsc, came);

        Assert.True(DeliveryReceipt.TryParse(await came.Reader.ReadAsync(Deadline.Token), out _));
        await Deadline.UntilAsync(() => smsc.Counts.ReceiptsTaken == 1, "the receipt is acknowledged");
    }

    [Fact]
    public async Task Parts_are_put_together_in_any_order_and_doubled_ones_count_once()
    {
        await using SmscSimulator smsc = await Esme.SimulatorAsync();
        await using SmppClient client = await Esme.BoundAsync(smsc.Endpoint.Port);
        string text = new('Ж', 150);
        IReadOnlyList<SubmitSm> parts = SmsSegmenter.ToSubmits(Esme.Submit(), SmsSegmenter.Split(text), 5);

        foreach (int which in new[] { 2, 0, 2, 1 }) await client.SubmitAsync(parts[which], Deadline.Token);

        SimulatedSms sms = await smsc.NextAsync(Deadline.Token);
        Assert.Equal((text, 3, SmsEncoding.Ucs2), (sms.Text, sms.Parts, sms.Encoding));
    }

    [Fact]
    public async Task Above_the_rate_submits_are_throttled()
    {
        await using SmscSimulator smsc = await Esme.SimulatorAsync(new SmscBehaviour { ThrottleAboveRate = 5 });
        await using var client = new SmppClient(
            Esme.Options(smsc.Endpoint.Port) with { AdaptRate = false },
            Microsoft.Extensions.Logging.Abstractions.NullLogger<SmppClient>.Instance);
        client.Start();
        await client.WaitUntilBoundAsync(Deadline.Token);
        SubmitResult[] results = await Task.WhenAll(
            Enumerable.Range(0, 30).Select(i => client.SubmitAsync(Esme.Submit(i), Deadline.Token)));
        Assert.InRange(results.Count(r => r is SubmitResult.Accepted), 5, 10); // a new second may begin between
        Assert.Equal(30, smsc.Counts.Accepted + smsc.Counts.Throttled);
    }

    [Fact]
    public async Task The_third_submit_is_hung_up_on()
    {
        await using SmscSimulator smsc = await Esme.SimulatorAsync(new SmscBehaviour { HangUpAfter = 3 });
        await using SmppClient client = await Esme.BoundAsync(smsc.Endpoint.Port);
        Assert.IsType<SubmitResult.Accepted>(await client.SubmitAsync(Esme.Submit(1), Deadline.Token));
        Assert.IsType<SubmitResult.Accepted>(await client.SubmitAsync(Esme.Submit(2), Deadline.Token));
        Assert.IsType<SubmitResult.Unknown>(await client.SubmitAsync(Esme.Submit(3), Deadline.Token));
    }

    [Fact]
    public async Task Garbage_makes_the_client_come_back()
    {
        await using SmscSimulator smsc = await Esme.SimulatorAsync();
        var lost = new TaskCompletionSource();
        await using var client = new SmppClient(
            Esme.Options(smsc.Endpoint.Port),
            Microsoft.Extensions.Logging.Abstractions.NullLogger<SmppClient>.Instance)
        {
            StateChanged = state =>
            {
                if (state is SmppClientState.Waiting) lost.TrySetResult();
            },
        };
        client.Start();
        await client.WaitUntilBoundAsync(Deadline.Token);

        smsc.SendGarbage("HTTP/1.1 400 Bad Request\r\n\r\n"u8);

        await lost.Task.WaitAsync(Deadline.Token);
        await client.WaitUntilBoundAsync(Deadline.Token);
    }

    [Fact]
    public async Task Only_its_account_may_bind()
    {
        await using var smsc = new SmscSimulator(
            new SmscSimulatorOptions { SystemId = "acme", Password = "right" },
            Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        await smsc.StartAsync(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        await using SmppClient client = Esme.Client(smsc.Endpoint.Port); // "esme"
        client.Start();
        await Deadline.UntilAsync(() => client.State is SmppClientState.Waiting, "the bind is refused");
        Assert.Equal(CommandStatus.InvalidSystemId, client.BindRefusal);
    }

    private static Task<SmppClient> BoundAsync(SmscSimulator smsc, Channel<DeliverSm> came) =>
        Esme.BoundAsync(smsc.Endpoint.Port, deliver: async (message, stopping) =>
        {
            await came.Writer.WriteAsync(message, stopping);
            return CommandStatus.Ok;
        });
}
