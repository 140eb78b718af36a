namespace EmailSms.Smpp.Tests.Codec;

/// <summary>Each PDU against octets written by hand from the tables of SMPP 3.4 chapter 4.</summary>
public sealed class GoldenPduTests
{
    private static readonly SmppAddress Alice = new(1, 1, "447700900123");
    private static readonly SmppAddress Acme = new(5, 0, "ACME");

    public static IEnumerable<TheoryDataRow<string>> Names => All.Keys.Select(name => new TheoryDataRow<string>(name));

    private static Dictionary<string, (SmppPdu Pdu, CommandStatus Status, string Octets)> All { get; } = new()
    {
        ["enquire_link"] = (EnquireLink.Instance, 0, "00000010 00000015 00000000 00000001"),
        ["enquire_link_resp"] = (EnquireLinkResp.Instance, 0, "00000010 80000015 00000000 00000001"),
        ["unbind"] = (Unbind.Instance, 0, "00000010 00000006 00000000 00000001"),
        ["unbind_resp"] = (UnbindResp.Instance, 0, "00000010 80000006 00000000 00000001"),
        ["generic_nack"] = (
            GenericNack.Instance, CommandStatus.InvalidCommandLength, "00000010 80000000 00000002 00000001"),
        ["cancel_sm_resp"] = (
            CancelSmResp.Instance, CommandStatus.CancelFailed, "00000010 80000008 00000011 00000001"),
        ["replace_sm_resp"] = (ReplaceSmResp.Instance, 0, "00000010 80000007 00000000 00000001"),
        ["bind_transmitter"] = (
            new BindRequest(BindType.Transmitter, "SMPP3TEST", "secret08")
            {
                SystemType = "SUBMIT1",
                AddressRange = new SmppAddress(1, 1, ""),
            },
            0,
            "0000002F 00000002 00000000 00000001 'SMPP3TEST' 00 'secret08' 00 'SUBMIT1' 00 34 01 01 00"),
        ["bind_receiver"] = (
            new BindRequest(BindType.Receiver, "a", "") { InterfaceVersion = 0x50 },
            0,
            "00000018 00000001 00000000 00000001 'a' 00 00 00 50 00 00 00"),
        ["bind_transceiver"] = (
            new BindRequest(BindType.Transceiver, "a", "b") { AddressRange = new SmppAddress(1, 1, "^44") },
            0,
            "0000001C 00000009 00000000 00000001 'a' 00 'b' 00 00 34 01 01 '^44' 00"),
        ["bind_transceiver_resp"] = (
            new BindResponse(BindType.Transceiver, "smsc") { Tlvs = [Tlv.Of(TlvTag.ScInterfaceVersion, (byte)0x34)] },
            0,
            "0000001A 80000009 00000000 00000001 'smsc' 00 0210 0001 34"),
        ["bind_receiver_resp with an error has no body"] = (
            new BindResponse(BindType.Receiver, ""),
            CommandStatus.InvalidPassword,
            "00000010 80000001 0000000E 00000001"),
        ["bind_transmitter_resp"] = (
            new BindResponse(BindType.Transmitter, "x"), 0, "00000012 80000002 00000000 00000001 'x' 00"),
        ["outbind"] = (new Outbind("smsc", "pw"), 0, "00000018 0000000B 00000000 00000001 'smsc' 00 'pw' 00"),
        ["submit_sm"] = (
            new SubmitSm
            {
                ServiceType = "CMT",
                Source = Acme,
                Destination = Alice,
                EsmClass = 0x40,
                ProtocolId = 0x7F,
                PriorityFlag = 1,
                ScheduleDeliveryTime = "261124120000000+",
                ValidityPeriod = "000001000000000R",
                RegisteredDelivery = 1,
                ReplaceIfPresent = 1,
                DataCoding = 8,
                DefaultMessageId = 2,
                ShortMessage = Octets.Of("05 00 03 07 02 01 0041"),
                Tlvs = [Tlv.Of(TlvTag.UserMessageReference, (ushort)0x1234), new Tlv(0x1400, Octets.Of("'PE1' 00"))],
            },
            0,
            """
            0000006A 00000004 00000000 00000001
            'CMT' 00 05 00 'ACME' 00 01 01 '447700900123' 00
            40 7F 01 '261124120000000+' 00 '000001000000000R' 00 01 01 08 02
            08 05 00 03 07 02 01 0041
            0204 0002 1234
            1400 0004 'PE1' 00
            """),
        ["submit_sm_resp"] = (
            new SubmitSmResp("7f3a"), 0, "00000015 80000004 00000000 00000001 '7f3a' 00"),
        ["submit_sm_resp with an error has no body"] = (
            new SubmitSmResp(""), CommandStatus.Throttled, "00000010 80000004 00000058 00000001"),
        ["deliver_sm"] = (
            new DeliverSm { Source = Alice, Destination = Acme, ShortMessage = Octets.Of("'hi'") },
            0,
            """
            00000033 00000005 00000000 00000001
            00 01 01 '447700900123' 00 05 00 'ACME' 00 00 00 00 00 00 00 00 00 00 02 'hi'
            """),
        ["deliver_sm_resp is always 17 octets"] = (
            new DeliverSmResp(), CommandStatus.TemporaryAppError, "00000011 80000005 00000064 00000001 00"),
        ["data_sm"] = (
            new DataSm
            {
                Source = Alice,
                Destination = Acme,
                EsmClass = 4,
                RegisteredDelivery = 1,
                DataCoding = 3,
                Tlvs = [new Tlv(TlvTag.MessagePayload, Octets.Of("'hi'"))],
            },
            0,
            """
            00000030 00000103 00000000 00000001
            00 01 01 '447700900123' 00 05 00 'ACME' 00 04 01 03 0424 0002 'hi'
            """),
        ["data_sm_resp"] = (
            new DataSmResp("9") { Tlvs = [Tlv.Of(TlvTag.DeliveryFailureReason, (byte)1)] },
            CommandStatus.DeliveryFailed,
            "00000017 80000103 000000FE 00000001 '9' 00 0425 0001 01"),
        ["query_sm"] = (
            new QuerySm("id1", Acme), 0, "0000001B 00000003 00000000 00000001 'id1' 00 05 00 'ACME' 00"),
        ["query_sm_resp"] = (
            new QuerySmResp("id1", "", MessageState.Delivered, 3),
            0,
            "00000017 80000003 00000000 00000001 'id1' 00 00 02 03"),
        ["cancel_sm"] = (
            new CancelSm("id1", Acme, Alice) { ServiceType = "X" },
            0,
            "0000002C 00000008 00000000 00000001 'X' 00 'id1' 00 05 00 'ACME' 00 01 01 '447700900123' 00"),
        ["replace_sm"] = (
            new ReplaceSm("id1", Acme)
            {
                RegisteredDelivery = 1,
                DefaultMessageId = 9,
                ShortMessage = Octets.Of("'no'"),
            },
            0,
            "00000022 00000007 00000000 00000001 'id1' 00 05 00 'ACME' 00 00 00 01 09 02 'no'"),
        ["submit_multi"] = (
            new SubmitMulti
            {
                Destinations = [MultiDestination.Of(Alice), MultiDestination.Of("nurses")],
                Message = new SubmitSm { Source = Acme, DataCoding = 1, ShortMessage = Octets.Of("'hi'") },
            },
            0,
            """
            0000003D 00000021 00000000 00000001
            00 05 00 'ACME' 00 02 01 01 01 '447700900123' 00 02 'nurses' 00
            00 00 00 00 00 00 00 01 00 02 'hi'
            """),
        ["submit_multi_resp"] = (
            new SubmitMultiResp("m")
            {
                Unsuccessful = [new UnsuccessfulDestination(Alice, CommandStatus.InvalidDestinationAddress)],
            },
            0,
            "00000026 80000021 00000000 00000001 'm' 00 01 01 01 '447700900123' 00 0000000B"),
        ["alert_notification"] = (
            new AlertNotification(Alice, Acme) { Tlvs = [Tlv.Of(0x0422, (byte)0)] },
            0,
            "0000002B 00000102 00000000 00000001 01 01 '447700900123' 00 05 00 'ACME' 00 0422 0001 00"),
    };

    [Fact]
    public void Every_command_of_the_standard_is_here()
    {
        CommandId[] answeredByANack =
            [CommandId.BroadcastSm, CommandId.QueryBroadcastSm, CommandId.CancelBroadcastSm]; // of 5.0
        Assert.Equal(
            Enum.GetValues<CommandId>().Except(answeredByANack).Order(),
            All.Values.Select(golden => golden.Pdu.CommandId).Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_PDU_is_written_octet_by_octet_as_the_standard_says(string name)
    {
        (SmppPdu pdu, CommandStatus status, string octets) = All[name];
        Assert.Equal(Convert.ToHexString(Octets.Of(octets)), Convert.ToHexString(Octets.Of(pdu, 1, status)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_PDU_is_read_back_to_the_same_octets(string name)
    {
        (_, CommandStatus status, string octets) = All[name];
        byte[] golden = Octets.Of(octets);

        (PduHeader header, SmppPdu pdu) = Octets.Read(golden);

        Assert.Equal(status, header.Status);
        Assert.Equal(Convert.ToHexString(golden), Convert.ToHexString(Octets.Of(pdu, header.Sequence, status)));
    }

    [Fact]
    public void Every_field_of_a_submit_is_read_to_its_place()
    {
        var submit = Assert.IsType<SubmitSm>(Octets.Read(Octets.Of(All["submit_sm"].Octets)).Pdu);

        Assert.Equal("CMT", submit.ServiceType);
        Assert.Equal(Acme, submit.Source);
        Assert.Equal(Alice, submit.Destination);
        Assert.Equal(
            (0x40, 0x7F, 1, 1, 1, 8, 2),
            (submit.EsmClass, submit.ProtocolId, submit.PriorityFlag, submit.RegisteredDelivery,
                submit.ReplaceIfPresent, submit.DataCoding, submit.DefaultMessageId));
        Assert.Equal(("261124120000000+", "000001000000000R"), (submit.ScheduleDeliveryTime, submit.ValidityPeriod));
        Assert.Equal(Octets.Of("05 00 03 07 02 01 0041"), submit.ShortMessage.ToArray());
        Assert.Equal(0x1234u, submit.FindTlv(TlvTag.UserMessageReference)?.Number);
        Assert.Equal("PE1", submit.FindTlv(0x1400)?.Text);
    }

    [Fact]
    public void A_command_nobody_knows_is_kept_as_it_came()
    {
        byte[] octets = Octets.Of("00000013 00010201 00000000 00000007 010203");
        (PduHeader header, SmppPdu pdu) = Octets.Read(octets);
        Assert.Equal(octets, Octets.Of(Assert.IsType<UnknownPdu>(pdu), header.Sequence));
    }
}
