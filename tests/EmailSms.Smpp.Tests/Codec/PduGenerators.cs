using CsCheck;

namespace EmailSms.Smpp.Tests.Codec;

/// <summary>Any PDU that the standard allows.</summary>
internal static class PduGenerators
{
    private static readonly Gen<SmppAddress> Address =
        Gen.Select(Gen.Byte, Gen.Byte, Text(20), (ton, npi, digits) => new SmppAddress(ton, npi, digits));

    private static readonly Gen<string> Time = Gen.Bool.Select(some => some ? "000001000000000R" : "");

    private static readonly Gen<ReadOnlyMemory<byte>> Message =
        Gen.Byte.Array[0, 254].Select(octets => (ReadOnlyMemory<byte>)octets);

    private static readonly Gen<IReadOnlyList<Tlv>> Tlvs =
        Gen.Select(Gen.UShort, Gen.Byte.Array[0, 40], (tag, value) => new Tlv(tag, value)).List[0, 6]
            .Select(list => (IReadOnlyList<Tlv>)list);

    public static Gen<SubmitSm> Submit { get; } =
        from addresses in Gen.Select(Address, Address)
        from numbers in Gen.Byte.Array[7]
        from times in Gen.Select(Time, Time)
        from service in Text(5)
        from message in Message
        from tlvs in Tlvs
        select new SubmitSm
        {
            ServiceType = service,
            Source = addresses.Item1,
            Destination = addresses.Item2,
            EsmClass = numbers[0],
            ProtocolId = numbers[1],
            PriorityFlag = numbers[2],
            ScheduleDeliveryTime = times.Item1,
            ValidityPeriod = times.Item2,
            RegisteredDelivery = numbers[3],
            ReplaceIfPresent = numbers[4],
            DataCoding = numbers[5],
            DefaultMessageId = numbers[6],
            ShortMessage = message,
            Tlvs = tlvs,
        };

    public static Gen<SmppPdu> Any { get; } = Gen.OneOf(
        Submit.Select(s => (SmppPdu)s),
        Submit.Select(s => (SmppPdu)new DeliverSm
        {
            Source = s.Source,
            EsmClass = s.EsmClass,
            ShortMessage = s.ShortMessage,
            Tlvs = s.Tlvs,
        }),
        Submit.Select(s => (SmppPdu)new DataSm { Source = s.Source, Destination = s.Destination, Tlvs = s.Tlvs }),
        Submit.Select(s => (SmppPdu)new SubmitMulti
        {
            Destinations = [MultiDestination.Of(s.Destination), MultiDestination.Of("list")],
            Message = s with { Destination = SmppAddress.None },
        }),
        Gen.Select(Text(64), Tlvs, (id, tlvs) => (SmppPdu)new SubmitSmResp(id) { Tlvs = tlvs }),
        Gen.Select(Text(64), Address, (id, address) => (SmppPdu)new QuerySm(id, address)),
        Gen.Select(Text(64), Address, Address, (id, a, b) => (SmppPdu)new CancelSm(id, a, b)),
        Gen.Select(Text(64), Address, Message, (id, a, m) => (SmppPdu)new ReplaceSm(id, a) { ShortMessage = m }),
        Gen.Select(Text(15), Text(8), Address, (name, password, range) =>
            (SmppPdu)new BindRequest(BindType.Transceiver, name, password) { AddressRange = range }),
        Gen.Select(Text(15), Tlvs, (name, tlvs) =>
            (SmppPdu)new BindResponse(BindType.Receiver, name) { Tlvs = tlvs }));

    private static Gen<string> Text(int octetsMax) => Gen.String[Gen.Char['\u0001', '\u00FF'], 0, octetsMax];
}
