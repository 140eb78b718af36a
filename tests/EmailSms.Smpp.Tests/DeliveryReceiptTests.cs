using System.Text;

namespace EmailSms.Smpp.Tests;

/// <summary>Receipts as the standard has them, and as they were seen in the wild.</summary>
public sealed class DeliveryReceiptTests
{
    [Fact]
    public void The_receipt_of_Appendix_B_is_read()
    {
        DeliveryReceipt receipt = Parse(
            "id:0123456789 sub:001 dlvrd:001 submit date:2403011200 done date:2403011201 stat:DELIVRD err:000 Text:Hi");
        Assert.Equal(
            ("0123456789", MessageState.Delivered, "000", "2403011200", "2403011201", false),
            (receipt.MessageId, receipt.State, receipt.Error, receipt.SubmitDate, receipt.DoneDate,
                receipt.IsIntermediate));
    }

    [Theory]
    [InlineData("DELIVRD", MessageState.Delivered)]
    [InlineData("DELIVERED", MessageState.Delivered)]
    [InlineData("EXPIRED", MessageState.Expired)]
    [InlineData("DELETED", MessageState.Deleted)]
    [InlineData("UNDELIV", MessageState.Undeliverable)]
    [InlineData("UNDELIVERABLE", MessageState.Undeliverable)]
    [InlineData("ACCEPTD", MessageState.Accepted)]
    [InlineData("UNKNOWN", MessageState.Unknown)]
    [InlineData("REJECTD", MessageState.Rejected)]
    [InlineData("rejected", MessageState.Rejected)]
    [InlineData("ENROUTE", MessageState.Enroute)]
    [InlineData("BUFFRED", MessageState.Enroute)]
    [InlineData("ACKED", MessageState.Accepted)]
    [InlineData("2", MessageState.Delivered)]
    [InlineData("GIBBERISH", MessageState.Unknown)]
    public void Every_word_for_a_state_is_understood(string word, MessageState state) =>
        Assert.Equal(state, Parse($"id:1 stat:{word} err:0").State);

    [Theory]
    [InlineData("ID:A1 SUB:1 STAT:DELIVRD ERR:C1", "A1", "C1")] // capitals, letters in err
    [InlineData("stat:DELIVRD err:0032 id:A1", "A1", "0032")] // another order, four digits
    [InlineData("id:A1 stat:DELIVRD err:000\0", "A1", "000")] // a NUL at the end
    [InlineData("id:A1 submit date:20240301120000 +0100 done date:x stat:DELIVRD err:1 x:y", "A1", "1")]
    [InlineData("id:A1 id:B2 stat:DELIVRD err:1", "A1", "1")] // the first counts
    [InlineData("id: A1 stat: DELIVRD err: 1", "A1", "1")]
    [InlineData("id:0e99a2b4-55aa-4c11 stat:DELIVRD err:1", "0e99a2b4-55aa-4c11", "1")] // as it came, not as a number
    [InlineData("id:a_b@c$ stat:DELIVRD err:1", "a_b@c$", "1")] // ASCII, though data_coding is 0
    [InlineData("id:0000812FC7470000001B stat:DELIVRD err:1", "0000812FC7470000001B", "1")]
    public void Odd_spellings_are_understood(string text, string id, string error)
    {
        DeliveryReceipt receipt = Parse(text);
        Assert.Equal((id, MessageState.Delivered, error), (receipt.MessageId, receipt.State, receipt.Error));
    }

    [Fact]
    public void What_stands_behind_text_is_an_attackers_and_not_read()
    {
        DeliveryReceipt receipt = Parse("id:7 stat:DELIVRD text:id:1 stat:REJECTD err:99");
        Assert.Equal(("7", MessageState.Delivered, null), (receipt.MessageId, receipt.State, receipt.Error));
        Assert.Equal("", Parse("text:id:1 stat:REJECTD").MessageId);
    }

    [Fact]
    public void A_text_from_a_phone_that_looks_like_a_receipt_is_a_text() =>
        Assert.False(DeliveryReceipt.TryParse(
            new DeliverSm { ShortMessage = "id:7 stat:DELIVRD err:000"u8.ToArray() }, out _));

    [Fact]
    public void The_optional_parameters_are_believed_before_the_text()
    {
        var message = new DeliverSm
        {
            EsmClass = EsmClass.Receipt,
            ShortMessage = "id:99 stat:UNKNOWN err:5"u8.ToArray(),
            Tlvs =
            [
                new Tlv(TlvTag.ReceiptedMessageId, "7F"u8.ToArray()), // the NUL forgotten
                Tlv.Of(TlvTag.MessageState, (byte)5),
                new Tlv(TlvTag.NetworkErrorCode, Octets.Of("03 0015")),
            ],
        };
        Assert.True(DeliveryReceipt.TryParse(message, out DeliveryReceipt? receipt));
        Assert.Equal(
            ("7F", MessageState.Undeliverable, "5", "3:21", "id:99 stat:UNKNOWN err:5"),
            (receipt.MessageId, receipt.State, receipt.Error, receipt.NetworkError, receipt.Raw));
    }

    [Theory]
    [InlineData(0x00, true)] // no bit, but the parameter says it
    [InlineData(0x04, true)]
    [InlineData(0x44, true)] // with the bit of a header that is not there
    [InlineData(0x20, true)]
    [InlineData(0x08, false)] // an acknowledgement of an application
    public void A_receipt_is_known_by_its_bits_or_its_parameter(byte esmClass, bool isReceipt)
    {
        var message = new DeliverSm { EsmClass = esmClass, Tlvs = [Tlv.Of(TlvTag.ReceiptedMessageId, "1")] };
        Assert.Equal(isReceipt, DeliveryReceipt.TryParse(message, out DeliveryReceipt? receipt));
        if (isReceipt) Assert.Equal(esmClass == 0x20, receipt!.IsIntermediate);
    }

    [Fact]
    public void A_receipt_without_any_id_is_a_receipt_all_the_same_and_no_text_of_a_person()
    {
        DeliveryReceipt receipt = Parse("your message was delivered");
        Assert.Equal(("", MessageState.Unknown), (receipt.MessageId, receipt.State));
    }

    [Fact]
    public void The_text_may_be_in_UCS_2_and_in_the_payload()
    {
        var message = new DeliverSm
        {
            EsmClass = EsmClass.Receipt,
            DataCoding = DataCoding.Ucs2,
            Tlvs = [new Tlv(TlvTag.MessagePayload, Encoding.BigEndianUnicode.GetBytes("id:5 stat:EXPIRED err:1"))],
        };
        Assert.True(DeliveryReceipt.TryParse(message, out DeliveryReceipt? receipt));
        Assert.Equal(("5", MessageState.Expired), (receipt.MessageId, receipt.State));
    }

    [Theory]
    [InlineData("id:1 sub:001 dlvrd:001 submit date:240301120000 done date:20240301120105 stat:DELIVRD err:000", null)]
    [InlineData("id:1 stat:DELIVRD err:0", null)]
    [InlineData("id:1 stat:UNDELIV err:0032", "32")]
    [InlineData("id:1 stat:UNDELIV err:00c1", "C1")]
    [InlineData("id:1 stat:UNDELIV", null)]
    public void An_error_is_normalised_for_a_table(string text, string? code) =>
        Assert.Equal(code, Parse(text).ErrorCode);

    [Fact]
    public void An_id_that_is_blank_in_the_text_is_in_the_parameter()
    {
        var message = new DeliverSm
        {
            EsmClass = EsmClass.Receipt,
            ShortMessage = "id: sub:001 dlvrd:001 stat:DELIVRD err:000"u8.ToArray(),
            Tlvs = [Tlv.Of(TlvTag.ReceiptedMessageId, "7F")],
        };
        Assert.True(DeliveryReceipt.TryParse(message, out DeliveryReceipt? receipt));
        Assert.Equal(("7F", MessageState.Delivered), (receipt.MessageId, receipt.State));
        Assert.Equal("", Parse("id: sub:001 dlvrd:001 stat:DELIVRD").MessageId);
    }

    [Fact]
    public void Parameters_alone_are_a_receipt()
    {
        var message = new DeliverSm
        {
            Tlvs = [Tlv.Of(TlvTag.ReceiptedMessageId, "7F"), Tlv.Of(TlvTag.MessageState, (byte)3)],
        };
        Assert.True(DeliveryReceipt.TryParse(message, out DeliveryReceipt? receipt));
        Assert.Equal(("7F", MessageState.Expired, ""), (receipt.MessageId, receipt.State, receipt.Raw));
    }

    [Fact]
    public void A_receipt_may_come_as_data_sm()
    {
        var data = new DataSm
        {
            EsmClass = EsmClass.Receipt,
            Tlvs = [new Tlv(TlvTag.MessagePayload, "id:9 stat:REJECTD err:8"u8.ToArray())],
        };
        Assert.True(DeliveryReceipt.TryParse(data.ToDeliverSm(), out DeliveryReceipt? receipt));
        Assert.Equal(("9", MessageState.Rejected, "8"), (receipt.MessageId, receipt.State, receipt.ErrorCode));
    }

    [Theory]
    [InlineData("00,0210021543,0210021500,,447887123456,8000,id7", MessageState.Delivered, "8000")]
    [InlineData("21,0210021543,0210021500,,447887123456,8000,id7", MessageState.Undeliverable, "8000")]
    public void A_carrier_may_have_a_form_of_its_own(string text, MessageState state, string error)
    {
        const string commas = @"^(?<stat>[^,]*),(?<submit>\d*),(?<done>\d*),[^,]*,\d+,(?<err>\d*),(?<id>\w+)$";
        var states = new Dictionary<string, MessageState>
        {
            ["00"] = MessageState.Delivered,
            ["21"] = MessageState.Undeliverable,
        };
        Assert.True(ReceiptPattern.TryCreate(commas, states, out ReceiptPattern? pattern, out _));
        var message = new DeliverSm { EsmClass = EsmClass.Receipt, ShortMessage = Encoding.Latin1.GetBytes(text) };
        Assert.True(DeliveryReceipt.TryParse(message, pattern, out DeliveryReceipt? receipt));
        Assert.Equal(("id7", state, error), (receipt.MessageId, receipt.State, receipt.Error));

        message = message with { ShortMessage = "id:1 stat:DELIVRD err:000"u8.ToArray() };
        Assert.True(DeliveryReceipt.TryParse(message, pattern, out receipt));
        Assert.Equal("1", receipt.MessageId); // what does not match is read as the standard has it
    }

    [Theory]
    [InlineData("(?<id>", "no regular expression")]
    [InlineData(@"(?<id>\w+) (?<stat>\w+) \1", "backtracking")]
    [InlineData(@"id:(?<id>\w+)", "(?<stat>")]
    public void A_pattern_that_cannot_work_is_refused_with_a_sentence(string pattern, string word)
    {
        Assert.False(ReceiptPattern.TryCreate(pattern, null, out _, out string? wrong));
        Assert.Contains(word, wrong, StringComparison.Ordinal);
    }

    private static DeliveryReceipt Parse(string text)
    {
        Assert.True(DeliveryReceipt.TryParse(
            new DeliverSm { EsmClass = EsmClass.Receipt, ShortMessage = Encoding.Latin1.GetBytes(text) },
            out DeliveryReceipt? receipt));
        return receipt;
    }
}
