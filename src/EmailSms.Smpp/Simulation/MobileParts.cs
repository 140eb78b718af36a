using System.Buffers.Binary;
using System.Text;
using EmailSms.Smpp.Text;

namespace EmailSms.Smpp.Simulation;

/// <summary>Writes the PDUs of a person's message.</summary>
internal static class MobileParts
{
    private const int OctetsMax = 140; // of the radio; septets are counted as 7/8 of an octet

    /// <summary>Every part in order, each once.</summary>
    public static IReadOnlyList<SmppPdu> Write(MobileMessage message, ushort reference)
    {
        (byte coding, Func<string, byte[]> encode, bool isSeptets) = Coding(message);
        List<byte[]> parts = Cut(message, encode, isSeptets);
        var pdus = new List<SmppPdu>(parts.Count);
        for (int i = 0; i < parts.Count; i++)
        {
            byte[] header = Header(message, reference, parts.Count, i + 1);
            byte[] octets = [.. header, .. parts[i]];
            bool isPayload = message.Segmentation is Segmentation.Payload || message.DataSm;
            List<Tlv> tlvs = [];
            if (parts.Count > 1 && message.Segmentation is Segmentation.Sar)
            {
                tlvs.Add(Tlv.Of(TlvTag.SarMsgRefNum, reference));
                tlvs.Add(Tlv.Of(TlvTag.SarTotalSegments, (byte)parts.Count));
                tlvs.Add(Tlv.Of(TlvTag.SarSegmentSeqnum, (byte)(i + 1)));
            }

            if (isPayload) tlvs.Add(new Tlv(TlvTag.MessagePayload, octets));
            byte esmClass = header.Length > 0 ? EsmClass.UserDataHeader : (byte)0;
            SmppAddress source = ToAddress(message.From), destination = ToAddress(message.To);
            pdus.Add(message.DataSm
                ? new DataSm
                {
                    Source = source,
                    Destination = destination,
                    EsmClass = esmClass,
                    DataCoding = coding,
                    Tlvs = tlvs,
                }
                : new DeliverSm
                {
                    Source = source,
                    Destination = destination,
                    EsmClass = esmClass,
                    DataCoding = coding,
                    Tlvs = tlvs,
                    ShortMessage = isPayload ? default : octets,
                });
        }

        return pdus;
    }

    public static SmppAddress ToAddress(string address)
    {
        string digits = address.TrimStart('+');
        bool isNumber = digits.Length > 0 && !digits.AsSpan().ContainsAnyExceptInRange('0', '9');
        if (!isNumber) return new SmppAddress(5, 0, address);
        return digits.Length > 8 ? new SmppAddress(1, 1, digits) : new SmppAddress(6, 0, digits);
    }

    private static (byte Coding, Func<string, byte[]> Encode, bool IsSeptets) Coding(MobileMessage message)
    {
        MobileCoding coding = message.Coding;
        if (coding is MobileCoding.Auto)
        {
            coding = !message.Binary.IsEmpty ? MobileCoding.Binary
                : Gsm7.CountSeptets(message.Text, message.Tables) is not null ? MobileCoding.Gsm7
                : MobileCoding.Ucs2;
        }

        (byte number, Func<string, byte[]> encode) = coding switch
        {
            MobileCoding.Ucs2 => (DataCoding.Ucs2, Encoding.BigEndianUnicode.GetBytes),
            MobileCoding.Latin1 => (DataCoding.Latin1, Encoding.Latin1.GetBytes),
            MobileCoding.Ascii => (DataCoding.Ascii, Encoding.ASCII.GetBytes),
            MobileCoding.Binary => (DataCoding.Binary, Encoding.Latin1.GetBytes),
            _ => (DataCoding.Default, (Func<string, byte[]>)(character => Septets(character, message.Tables))),
        };
        bool isSeptets = coding is MobileCoding.Gsm7 or MobileCoding.Ascii;
        return (message.DataCoding ?? number, encode, isSeptets);
    }

    /// <summary>The octets of each part, no character cut in two.</summary>
    private static List<byte[]> Cut(MobileMessage message, Func<string, byte[]> encode, bool isSeptets)
    {
        byte[][] characters = !message.Binary.IsEmpty
            ? [.. message.Binary.ToArray().Select(octet => new[] { octet })]
            : [.. message.Text.EnumerateRunes().Select(rune => encode(rune.ToString()))];
        int total = characters.Sum(character => character.Length);
        if (message.Segmentation is Segmentation.Payload || message.DataSm || total <= Room(message, isSeptets, false))
            return [[.. characters.SelectMany(character => character)]];

        int room = Room(message, isSeptets, inParts: true);
        List<byte[]> parts = [];
        List<byte> part = [];
        foreach (byte[] character in characters)
        {
            if (part.Count + character.Length > room)
            {
                parts.Add([.. part]);
                part.Clear();
            }

            part.AddRange(character);
        }

        parts.Add([.. part]);
        return parts.Count <= SmsSegmenter.PartsMax
            ? parts
            : throw new ArgumentException("A text has at most 255 parts.", nameof(message));
    }

    private static int Room(MobileMessage message, bool isSeptets, bool inParts)
    {
        int concatenation = !inParts ? 0 : message.Segmentation is Segmentation.Udh8 ? 5 : 6;
        int elements = message.Tables.HeaderOctets + message.HeaderElements.Length + concatenation;
        int octets = OctetsMax - (elements == 0 ? 0 : elements + 1);
        return isSeptets ? octets * 8 / 7 : octets;
    }

    private static byte[] Header(MobileMessage message, ushort reference, int total, int sequence)
    {
        List<byte> elements = [.. message.Tables.ToElements(), .. message.HeaderElements.Span];
        if (total > 1 && message.Segmentation is Segmentation.Udh8)
        {
            elements.AddRange([0, 3, (byte)reference, (byte)total, (byte)sequence]);
        }
        else if (total > 1 && message.Segmentation is Segmentation.Udh16)
        {
            byte[] element = [8, 4, 0, 0, (byte)total, (byte)sequence];
            BinaryPrimitives.WriteUInt16BigEndian(element.AsSpan(2), reference);
            elements.AddRange(element);
        }

        return elements.Count == 0 ? [] : [(byte)elements.Count, .. elements];
    }

    private static byte[] Septets(string character, Gsm7Tables tables) =>
        Gsm7.TryEncode(character, tables, out byte[]? septets) ? septets : "?"u8.ToArray();
}
