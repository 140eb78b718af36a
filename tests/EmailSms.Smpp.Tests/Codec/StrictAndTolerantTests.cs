using System.Buffers;

namespace EmailSms.Smpp.Tests.Codec;

/// <summary>Strict when writing, tolerant when reading: both sides of each limit.</summary>
public sealed class StrictAndTolerantTests
{
    [Theory]
    [InlineData(20, true)]
    [InlineData(21, false)]
    public void An_address_has_at_most_20_octets(int length, bool fits) =>
        AssertFits(new SubmitSm { Destination = new SmppAddress(1, 1, new string('4', length)) }, fits);

    [Theory]
    [InlineData(254, true)]
    [InlineData(255, false)]
    public void A_short_message_has_at_most_254_octets(int length, bool fits) =>
        AssertFits(new SubmitSm { ShortMessage = new byte[length] }, fits);

    [Theory]
    [InlineData(65535, true)]
    [InlineData(65536, false)]
    public void A_TLV_has_at_most_65535_octets(int length, bool fits) =>
        AssertFits(new SubmitSm { Tlvs = [new Tlv(TlvTag.MessagePayload, new byte[length])] }, fits);

    [Theory]
    [InlineData("", true)]
    [InlineData("000001000000000R", true)]
    [InlineData("000001000000000", false)]
    public void A_time_has_16_characters_or_none(string time, bool fits) =>
        AssertFits(new SubmitSm { ValidityPeriod = time }, fits);

    [Theory]
    [InlineData("ACMÉ", true)] // Latin-1 goes through
    [InlineData("AC\0ME", false)]
    [InlineData("AC€", false)]
    public void A_string_is_Latin_1_without_a_NUL(string name, bool fits) =>
        AssertFits(new SubmitSm { Source = new SmppAddress(5, 0, name) }, fits);

    [Theory]
    [InlineData(1, true)]
    [InlineData(254, true)]
    [InlineData(255, false)]
    [InlineData(0, false)]
    public void A_submit_multi_has_1_to_254_destinations(int count, bool fits) =>
        AssertFits(
            new SubmitMulti
            {
                Destinations = [.. Enumerable.Repeat(MultiDestination.Of(new SmppAddress(1, 1, "44")), count)],
            },
            fits);

    [Fact]
    public void What_does_not_fit_leaves_no_octets_behind()
    {
        var output = new ArrayBufferWriter<byte>();
        SmppCodec.Write(output, EnquireLink.Instance, 1);
        Assert.Throws<ArgumentException>(
            () => SmppCodec.Write(output, new SubmitSm { ShortMessage = new byte[300] }, 2));
        SmppCodec.Write(output, EnquireLink.Instance, 3);
        Assert.Equal(32, output.WrittenCount);
    }

    [Theory]
    [InlineData("00000010 80000004 00000000 00000001", "")] // no body at all
    [InlineData("00000011 80000004 00000000 00000001 00", "")]
    [InlineData("00000013 80000004 00000000 00000001 'abc'", "abc")] // the NUL forgotten
    [InlineData("00000014 80000004 00000058 00000001 'abc' 00", "abc")] // an id in spite of an error
    [InlineData("00000016 80000004 00000000 00000001 'abc' 00 FFFF", "abc")] // octets left over
    public void A_submit_response_is_read_as_peers_send_it(string octets, string id) =>
        Assert.Equal(id, Assert.IsType<SubmitSmResp>(Octets.Read(Octets.Of(octets)).Pdu).MessageId);

    [Theory]
    [InlineData("00000010 80000005 00000000 00000001")]
    [InlineData("00000011 80000005 00000000 00000001 00")]
    public void A_deliver_response_needs_no_body(string octets) =>
        Assert.IsType<DeliverSmResp>(Octets.Read(Octets.Of(octets)).Pdu);

    [Fact]
    public void A_bind_without_the_NUL_of_its_last_field_is_read()
    {
        var bind = Assert.IsType<BindRequest>(
            Octets.Read(Octets.Of("00000018 00000009 00000000 00000001 'a' 00 'b' 00 00 34 01 01")).Pdu);
        Assert.Equal(("a", "b"), (bind.SystemId, bind.Password));
    }

    [Fact]
    public void TLVs_nobody_knows_and_doubled_ones_are_kept_in_order()
    {
        var message = new DeliverSm { Tlvs = [Tlv.Of(0x3FFF, 1), Tlv.Of(0x1400, "a"), Tlv.Of(0x1400, "b")] };
        var read = Assert.IsType<DeliverSm>(Octets.Read(Octets.Of(message)).Pdu);
        Assert.Equal([0x3FFF, 0x1400, 0x1400], read.Tlvs.Select(t => (int)t.Tag));
        Assert.Equal("a", read.FindTlv(0x1400)?.Text); // the first counts
    }

    [Theory]
    [InlineData(15u)]
    [InlineData(0u)]
    [InlineData(1213486160u)] // "HTTP"
    [InlineData(uint.MaxValue)]
    public void A_length_that_cannot_be_is_refused_before_the_rest_has_come(uint length)
    {
        byte[] octets = new byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(octets, length);
        var buffer = new ReadOnlySequence<byte>(octets);
        SmppException broken = Assert.Throws<SmppException>(
            () => SmppCodec.TryTake(ref buffer, SmppCodec.PduOctetsMaxDefault, out _, out _));
        Assert.Equal(CommandStatus.InvalidCommandLength, broken.Status);
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public void The_largest_PDU_is_taken_and_a_larger_one_is_not(int length, bool taken)
    {
        byte[] octets = Octets.Of(new UnknownPdu((CommandId)0x999, new byte[length - 16]));
        var buffer = new ReadOnlySequence<byte>(octets);
        if (taken) Assert.True(SmppCodec.TryTake(ref buffer, 100, out _, out _));
        else Assert.Throws<SmppException>(() => SmppCodec.TryTake(ref buffer, 100, out _, out _));
    }

    [Fact]
    public void A_message_length_beyond_the_body_is_the_peers_error()
    {
        byte[] octets = Octets.Of(new DeliverSm { ShortMessage = "hello"u8.ToArray() });
        octets[^6] = 200; // sm_length
        SmppException broken = Assert.Throws<SmppException>(() => Octets.Read(octets));
        Assert.Equal(CommandStatus.InvalidMessageLength, broken.Status);
    }

    private static void AssertFits(SmppPdu pdu, bool fits)
    {
        if (fits) Assert.Equal(Octets.Of(pdu), Octets.Of(Octets.Read(Octets.Of(pdu)).Pdu));
        else Assert.Throws<ArgumentException>(() => Octets.Of(pdu));
    }

    [Fact]
    public void A_short_message_of_255_octets_is_read_as_SMPP_5_allows_it()
    {
        byte[] octets = Octets.Of(new DeliverSm { ShortMessage = new byte[254] });
        byte[] longer = [.. octets, 7];
        longer[3]++; // command_length
        longer[octets.Length - 255]++; // sm_length
        Assert.Equal(7, Assert.IsType<DeliverSm>(Octets.Read(longer).Pdu).ShortMessage.Span[254]);
    }
}
