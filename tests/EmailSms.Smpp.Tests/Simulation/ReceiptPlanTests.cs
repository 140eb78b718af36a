using System.Globalization;
using System.Text;
using System.Threading.Channels;
using EmailSms.Smpp.Simulation;
using EmailSms.Smpp.Tests.Sessions;

namespace EmailSms.Smpp.Tests.Simulation;

/// <summary>Receipts in the forms of the field, as the simulator writes and the library reads them.</summary>
public sealed class ReceiptPlanTests
{
    [Theory]
    [InlineData("standard")]
    [InlineData("capital-text")]
    [InlineData("no-text")]
    [InlineData("upper-case")]
    [InlineData("seconds")]
    [InlineData("long-year")]
    [InlineData("time-zone")]
    [InlineData("long-states")]
    [InlineData("number-states")]
    [InlineData("short")]
    [InlineData("other-order")]
    public async Task Every_text_of_the_field_is_read(string name)
    {
        (DeliverSm message, string id) = await OneAsync(new ReceiptPlan
        {
            Form = ReceiptForm.Text,
            Text = ReceiptTexts.ByName[name],
            States = [new(MessageState.Undeliverable, 1, "0032")],
        });
        Assert.True(DeliveryReceipt.TryParse(message, out DeliveryReceipt? receipt));
        Assert.Equal((id, MessageState.Undeliverable, "0032"), (receipt.MessageId, receipt.State, receipt.Error));
    }

    [Fact]
    public async Task A_blank_id_in_the_text_is_no_loss_when_the_parameters_have_it()
    {
        (DeliverSm message, string id) = await OneAsync(
            new ReceiptPlan { Text = ReceiptTexts.ByName["blank-id"] });
        Assert.True(DeliveryReceipt.TryParse(message, out DeliveryReceipt? receipt));
        Assert.Equal(id, receipt.MessageId);
        Assert.Contains("id: sub:", receipt.Raw, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receipt_as_comma_separated_values_keeps_its_text_for_the_rules_of_the_carrier()
    {
        (DeliverSm message, string id) = await OneAsync(
            new ReceiptPlan { Form = ReceiptForm.Text, Text = ReceiptTexts.ByName["csv"] });
        Assert.True(DeliveryReceipt.TryParse(message, out DeliveryReceipt? receipt));
        Assert.Equal((MessageState.Unknown, ""), (receipt.State, receipt.MessageId));
        Assert.EndsWith($",447700900123,8000,{id}", receipt.Raw, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, false, false, false)]
    [InlineData(false, true, false, false)]
    [InlineData(false, false, true, false)]
    [InlineData(false, false, false, true)]
    [InlineData(true, true, true, true)]
    public async Task A_receipt_may_be_UCS_2_or_a_payload_or_end_in_NUL_or_come_by_data_sm(
        bool ucs2, bool payload, bool nul, bool dataSm)
    {
        (DeliverSm message, string id) = await OneAsync(new ReceiptPlan
        {
            Form = ReceiptForm.Text,
            Ucs2 = ucs2,
            Payload = payload,
            NulAtEnd = nul,
            DataSm = dataSm,
        });
        Assert.Equal(payload || dataSm, message.ShortMessage.IsEmpty);
        Assert.Equal(ucs2 ? DataCoding.Ucs2 : DataCoding.Default, message.DataCoding);
        Assert.True(DeliveryReceipt.TryParse(message, out DeliveryReceipt? receipt));
        Assert.Equal((id, MessageState.Delivered), (receipt.MessageId, receipt.State));
    }

    [Theory]
    [InlineData(IdForm.Hex, "1234AB")]
    [InlineData(IdForm.LowerHex, "1234ab")]
    [InlineData(IdForm.PaddedHex, "00000000001234ab")]
    [InlineData(IdForm.PaddedUpperHex, "00000000001234AB")]
    [InlineData(IdForm.Digits, "1193131")]
    [InlineData(IdForm.PaddedDigits, "00000000000001193131")]
    [InlineData(IdForm.Uuid, "d5ab4b0f")]
    [InlineData(IdForm.Blank, "")]
    public async Task Answers_and_receipts_spell_ids_each_their_way(IdForm form, string written)
    {
        DeliverSm message;
        (message, string id) = await OneAsync(
            new ReceiptPlan { TextIdForm = form, TlvIdForm = IdForm.Digits }, firstId: 0x1234AB, idForm: form);
        if (form is IdForm.Uuid)
        {
            Assert.True(Guid.TryParse(id, out _));
            written = id;
        }

        Assert.Equal(written, id);
        string text = Encoding.ASCII.GetString(message.ShortMessage.Span);
        Assert.StartsWith($"id:{written} ", text, StringComparison.Ordinal);
        Assert.Equal("1193131", message.Tlvs.Single(tlv => tlv.Tag == TlvTag.ReceiptedMessageId).Text);
    }

    [Fact]
    public async Task States_on_the_way_come_first_and_copies_come_too()
    {
        List<DeliverSm> came = await SomeAsync(6, 1, new ReceiptPlan
        {
            Before = [MessageState.Enroute, MessageState.Accepted],
            Copies = 2,
        });
        Assert.Equal(
            [
                MessageState.Enroute, MessageState.Enroute, MessageState.Accepted, MessageState.Accepted,
                MessageState.Delivered, MessageState.Delivered,
            ],
            came.Select(StateOf));
    }

    [Fact]
    public async Task Receipts_leave_in_the_reverse_order()
    {
        List<DeliverSm> came = await SomeAsync(5, 5, new ReceiptPlan { ReverseOver = 5 }, firstId: 1);
        Assert.Equal(["5", "4", "3", "2", "1"], came.Select(IdOf));
    }

    [Fact]
    public async Task Receipts_that_are_held_and_never_become_enough_leave_after_a_second() =>
        Assert.Equal(["2", "1"], (await SomeAsync(2, 2, new ReceiptPlan { ReverseOver = 9 }, firstId: 1)).Select(IdOf));

    [Fact]
    public async Task A_receipt_that_is_three_days_late_comes_soon_when_time_is_accelerated()
    {
        List<DeliverSm> came = await SomeAsync(
            1, 1, new ReceiptPlan { Delay = TimeSpan.FromDays(3) }, acceleration: 86400 * 30);
        Assert.True(DeliveryReceipt.TryParse(came[0], out DeliveryReceipt? receipt));
        Assert.Equal(TimeSpan.FromDays(3), DateOf(receipt.DoneDate) - DateOf(receipt.SubmitDate));
    }

    [Fact]
    public async Task A_receipt_comes_unasked()
    {
        List<DeliverSm> came = await SomeAsync(
            1, 1, new ReceiptPlan { Unasked = true }, registered: RegisteredDelivery.None);
        Assert.Equal(MessageState.Delivered, StateOf(came[0]));
    }

    [Fact]
    public async Task Final_states_come_by_their_weight()
    {
        List<DeliverSm> came = await SomeAsync(40, 40, new ReceiptPlan
        {
            States = [new(MessageState.Delivered), new(MessageState.Expired), new(MessageState.Rejected, 0)],
        });
        Assert.Equal(
            [MessageState.Delivered, MessageState.Expired], came.Select(StateOf).Distinct().Order());
    }

    private static MessageState StateOf(DeliverSm message) =>
        DeliveryReceipt.TryParse(message, out DeliveryReceipt? receipt) ? receipt.State : MessageState.Scheduled;

    private static string IdOf(DeliverSm message) =>
        DeliveryReceipt.TryParse(message, out DeliveryReceipt? receipt) ? receipt.MessageId : "";

    private static DateTime DateOf(string? date) =>
        DateTime.ParseExact(date!, "yyMMddHHmm", CultureInfo.InvariantCulture);

    private static async Task<(DeliverSm Message, string Id)> OneAsync(
        ReceiptPlan plan, ulong? firstId = null, IdForm idForm = IdForm.Digits)
    {
        string id = "";
        List<DeliverSm> came = await SomeAsync(
            1, 1, plan, firstId, submitted: results => id = ((SubmitResult.Accepted)results[0]).MessageId,
            idForm: idForm);
        return (came[0], id);
    }

    private static async Task<List<DeliverSm>> SomeAsync(
        int receipts, int submits, ReceiptPlan plan, ulong? firstId = null, double acceleration = 1,
        byte registered = RegisteredDelivery.Final, Action<SubmitResult[]>? submitted = null,
        IdForm idForm = IdForm.Digits)
    {
        Channel<DeliverSm> came = Channel.CreateUnbounded<DeliverSm>();
        await using var smsc = new SmscSimulator(
            new SmscSimulatorOptions
            {
                FirstId = firstId,
                Behaviour = new SmscBehaviour
                {
                    Acceleration = acceleration,
                    Rules = [new SmscRule { Receipts = plan, IdForm = idForm }],
                },
            },
            Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        await smsc.StartAsync(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        await using SmppClient client = await Esme.BoundAsync(smsc.Endpoint.Port, deliver: async (message, stopping) =>
        {
            await came.Writer.WriteAsync(message, stopping);
            return CommandStatus.Ok;
        });
        List<SubmitResult> results = [];
        for (int i = 0; i < submits; i++)
            results.Add(await client.SubmitAsync(Esme.Submit(i, registered), Deadline.Token));
        submitted?.Invoke([.. results]);
        List<DeliverSm> all = [];
        while (all.Count < receipts) all.Add(await came.Reader.ReadAsync(Deadline.Token));
        return all;
    }
}
