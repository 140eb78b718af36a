using CsCheck;
using EmailSms.Smpp.Tests.Codec;
using EmailSms.Smpp.Text;

namespace EmailSms.Smpp.Tests.Text;

public sealed class MessageTextTests
{
    [Theory]
    [InlineData(0x00, "48 00 65", "H@e")]
    [InlineData(0x01, "48 40 65", "H@e")]
    [InlineData(0x01, "48 00 1B65 5F", "H@€§")] // GSM under the name of ASCII
    [InlineData(0x01, "48 09 5F", "H\t_")]
    [InlineData(0x03, "48 E9", "Hé")]
    [InlineData(0x06, "B6", "Ж")]
    [InlineData(0x07, "E0", "א")]
    [InlineData(0x0E, "C7D1", "한")]
    [InlineData(0x08, "0041 0416 D83D DE00", "AЖ😀")]
    [InlineData(0x08, "FEFF 0041", "A")] // with a byte order mark
    [InlineData(0x08, "FFFE 4100", "A")] // and the wrong way round
    [InlineData(0x08, "0041 00", "A")] // an odd octet
    [InlineData(0x10, "48 00", "H@")] // flash
    [InlineData(0x18, "0416", "Ж")]
    [InlineData(0xF0, "48 00", "H@")]
    [InlineData(0xF5, "48 40", "H@")] // 8-bit data
    [InlineData(0xC8, "48 00", "H@")] // message waiting
    [InlineData(0xE0, "0416", "Ж")]
    public void A_text_is_read_by_its_coding(byte dataCoding, string octets, string text) =>
        Assert.Equal(
            text, MessageText.Read(new DeliverSm { DataCoding = dataCoding, ShortMessage = Octets.Of(octets) }));

    [Theory]
    [InlineData(DefaultAlphabet.Gsm7, "@_")]
    [InlineData(DefaultAlphabet.Latin1, "\0\u0011")]
    public void What_data_coding_0_means_is_a_matter_of_the_carrier(DefaultAlphabet alphabet, string text) =>
        Assert.Equal(text, MessageText.Read(new DeliverSm { ShortMessage = Octets.Of("00 11") }, alphabet));

    [Fact]
    public void The_text_may_lie_in_the_payload_with_its_header()
    {
        var message = new DeliverSm
        {
            EsmClass = EsmClass.UserDataHeader,
            Tlvs = [new Tlv(TlvTag.MessagePayload, Octets.Of("05 00 03 01 02 01 'hi'"))],
        };
        Assert.Equal("hi", MessageText.Read(message));
        Assert.Equal(new Concatenation(1, 2, 1, false), Concatenation.TryRead(message));
    }

    [Fact]
    public void A_header_may_have_other_elements_in_front_and_behind()
    {
        var message = new DeliverSm
        {
            EsmClass = EsmClass.UserDataHeader,
            ShortMessage = Octets.Of("0F 05 04 0B84 23F0 08 04 1234 03 02 24 01 01 'hi'"),
        };
        Assert.Equal(new Concatenation(0x1234, 3, 2, true), Concatenation.TryRead(message));
        Assert.Equal("hi", MessageText.Read(message));
    }

    [Theory]
    [InlineData("05 00 03 01 02 03 'x'")] // part 3 of 2
    [InlineData("05 00 03 01 02 00 'x'")]
    [InlineData("05 00 03 01 00 00 'x'")]
    public void A_part_that_cannot_be_is_a_single_text(string octets)
    {
        var message = new DeliverSm { EsmClass = EsmClass.UserDataHeader, ShortMessage = Octets.Of(octets) };
        Assert.Null(Concatenation.TryRead(message));
        Assert.Equal("x", MessageText.Read(message));
    }

    [Theory]
    [InlineData("'id:1 stat:DELIVRD'")] // the bit without a header, as on some receipts
    [InlineData("05 00 09 01 02 01")]
    [InlineData("")]
    public void A_header_that_is_none_is_text(string octets)
    {
        var message = new DeliverSm { EsmClass = EsmClass.UserDataHeader, ShortMessage = Octets.Of(octets) };
        Assert.Equal(Gsm7.Decode(Octets.Of(octets)), MessageText.Read(message));
    }

    [Fact]
    public void The_sar_parameters_number_parts_too() =>
        Assert.Equal(
            new Concatenation(0x1234, 2, 1, true),
            Concatenation.TryRead(new DeliverSm
            {
                Tlvs =
                [
                    Tlv.Of(TlvTag.SarMsgRefNum, (ushort)0x1234),
                    Tlv.Of(TlvTag.SarTotalSegments, (byte)2),
                    Tlv.Of(TlvTag.SarSegmentSeqnum, (byte)1),
                ],
            }));

    [Fact]
    public void Any_message_is_read_without_an_exception() =>
        PduGenerators.Submit.Sample(
            message =>
            {
                MessageText.Read(message);
                Concatenation.TryRead(message);
                _ = DeliveryReceipt.TryParse(
                    new DeliverSm
                    {
                        EsmClass = message.EsmClass,
                        DataCoding = message.DataCoding,
                        ShortMessage = message.ShortMessage,
                        Tlvs = message.Tlvs,
                    },
                    out _);
            },
            iter: 5_000);
}
