using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace EmailSms.Smpp.Fuzz;

/// <summary>
/// Octets that are nearly SMPP: whole PDUs of every kind with something wrong in them, one or several in a row. The
/// same seed and number make the same octets.
/// </summary>
internal sealed class PduMutator(Random random)
{
    private static readonly uint[] OddNumbers =
    [
        0, 1, 2, 15, 16, 17, 127, 128, 254, 255, 256, 65535, 65536, 131072, 131073, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF,
    ];

    private static readonly byte[][] Good = [.. GoodPdus().Select((pdu, i) => Write(pdu, (uint)i + 1))];

    private static readonly byte[][] Receipts =
    [
        .. new[]
        {
            "id:1234 sub:001 dlvrd:001 submit date:2611241200 done date:2611241201 stat:DELIVRD err:000 text:hello",
            "00,0210021543,0210021500,,447887123456,8000,id",
            "ID:a1b2 STAT:UNDELIVERABLE ERR:0032 TEXT:id:1 stat:REJECTD",
        }.Select(Encoding.ASCII.GetBytes),
    ];

    /// <summary>Where its chances come from.</summary>
    public Random Random => random;

    public static PduMutator Of(long seed, long number) => new(new Random(unchecked((int)(seed * 1_000_003 + number))));

    /// <summary>One or some PDUs, most of them damaged.</summary>
    public byte[] Next()
    {
        int pdus = random.Next(4) == 0 ? random.Next(2, 6) : 1;
        List<byte> all = [];
        for (int i = 0; i < pdus; i++) all.AddRange(One());
        return [.. all];
    }

    /// <summary>A PDU whose framing is good, so that its body is looked at.</summary>
    public byte[] Framed()
    {
        byte[] octets = One();
        if (octets.Length < 16) octets = [.. octets, .. new byte[16 - octets.Length]];
        BinaryPrimitives.WriteUInt32BigEndian(octets, (uint)octets.Length);
        return octets;
    }

    /// <summary>Octets of no shape at all.</summary>
    public byte[] Noise()
    {
        byte[] octets = new byte[random.Next(200)];
        random.NextBytes(octets);
        return octets;
    }

    /// <summary>The text of a receipt, mostly damaged.</summary>
    public byte[] Text()
    {
        List<byte> octets = [.. Receipts[random.Next(Receipts.Length)]];
        for (int i = random.Next(4); i > 0; i--) Damage(octets);
        return [.. octets];
    }

    private byte[] One()
    {
        if (random.Next(20) == 0) return Noise();
        List<byte> octets = [.. Good[random.Next(Good.Length)]];
        for (int i = random.Next(4); i > 0; i--) Damage(octets);
        return [.. octets];
    }

    private void Damage(List<byte> octets)
    {
        if (octets.Count == 0) return;
        int at = random.Next(octets.Count);
        switch (random.Next(9))
        {
            case 0:
                octets[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                octets[at] = (byte)OddNumbers[random.Next(OddNumbers.Length)];
                break;
            case 2:
                octets.RemoveRange(at, octets.Count - at);
                break;
            case 3:
                octets.RemoveRange(at, Math.Min(random.Next(1, 9), octets.Count - at));
                break;
            case 4:
                octets.InsertRange(at, Noise());
                break;
            case 5:
                octets.InsertRange(at, octets.GetRange(at, Math.Min(random.Next(1, 40), octets.Count - at)));
                break;
            case 6:
                byte[] other = Good[random.Next(Good.Length)];
                octets.AddRange(other.AsSpan(random.Next(other.Length)));
                break;
            case 7 when octets.Count >= 16: // a field of the header
                Put(octets, random.Next(4) * 4, OddNumbers[random.Next(OddNumbers.Length)]);
                break;
            default:
                if (octets.Count < 20) break;
                Put(octets, random.Next(octets.Count - 3), OddNumbers[random.Next(OddNumbers.Length)]);
                break;
        }
    }

    private static void Put(List<byte> octets, int at, uint number)
    {
        for (int i = 0; i < 4; i++) octets[at + i] = (byte)(number >> (24 - i * 8));
    }

    private static byte[] Write(SmppPdu pdu, uint sequence)
    {
        var output = new ArrayBufferWriter<byte>();
        SmppCodec.Write(output, pdu, sequence);
        return output.WrittenSpan.ToArray();
    }

    private static IEnumerable<SmppPdu> GoodPdus()
    {
        SmppAddress source = SmppAddress.Alphanumeric("ACME"), destination = SmppAddress.FromE164("+447700900123");
        byte[] receipt = Encoding.ASCII.GetBytes(
            "id:1234 sub:001 dlvrd:001 submit date:2611241200 done date:2611241201 stat:DELIVRD err:000 text:hello");
        Tlv[] tlvs =
        [
            Tlv.Of(TlvTag.ReceiptedMessageId, "1234"), Tlv.Of(TlvTag.MessageState, (byte)2),
            new(TlvTag.NetworkErrorCode, new byte[] { 3, 0, 21 }), new(0x1400, "vendor"u8.ToArray()),
        ];
        Tlv[] sar =
        [
            Tlv.Of(TlvTag.SarMsgRefNum, (ushort)7), Tlv.Of(TlvTag.SarTotalSegments, (byte)2),
            Tlv.Of(TlvTag.SarSegmentSeqnum, (byte)1),
        ];
        foreach (BindType type in Enum.GetValues<BindType>())
        {
            yield return new BindRequest(type, "esme", "secret");
            yield return new BindResponse(type, "smsc") { Tlvs = [Tlv.Of(TlvTag.ScInterfaceVersion, (byte)0x34)] };
        }

        var submit = new SubmitSm { Source = source, Destination = destination, ShortMessage = "hello"u8.ToArray() };
        yield return submit;
        yield return submit with { Tlvs = sar };
        yield return new DeliverSm
        {
            Source = destination,
            Destination = source,
            EsmClass = EsmClass.Receipt,
            ShortMessage = receipt,
            Tlvs = tlvs,
        };
        yield return new DeliverSm
        {
            Source = destination,
            Destination = source,
            EsmClass = EsmClass.UserDataHeader,
            DataCoding = 8,
            ShortMessage = new byte[] { 5, 0, 3, 7, 2, 1, 4, 22, 4, 64 },
        };
        yield return new DeliverSm
        {
            Source = destination,
            EsmClass = EsmClass.UserDataHeader,
            ShortMessage = new byte[] { 10, 8, 4, 1, 2, 3, 3, 0x24, 1, 1, 27, 0x69, 27 },
        };
        yield return new DeliverSm { Tlvs = [new Tlv(TlvTag.MessagePayload, new byte[300])] };
        yield return new DataSm { Source = source, Tlvs = [new Tlv(TlvTag.MessagePayload, receipt)] };
        yield return new SubmitSmResp("1234");
        yield return new DeliverSmResp();
        yield return new DataSmResp("1234") { Tlvs = tlvs };
        yield return new QuerySm("1234", source);
        yield return new QuerySmResp("1234", "", MessageState.Delivered, 0);
        yield return new CancelSm("1234", source, destination);
        yield return new ReplaceSm("1234", source) { ShortMessage = "words"u8.ToArray() };
        yield return new Outbind("smsc", "secret");
        yield return EnquireLink.Instance;
        yield return EnquireLinkResp.Instance;
        yield return GenericNack.Instance;
        yield return UnbindResp.Instance;
        yield return new UnknownPdu((CommandId)0x0000_0F0F, new byte[] { 1, 2, 3 });
    }
}
