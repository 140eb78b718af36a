using System.Text;
using EmailSms.Smpp.Text;

namespace EmailSms.Smpp.Fuzz;

/// <summary>
/// What puts parts together, and what reads a carrier's own receipts, fed with octets and patterns that are nearly
/// right.
/// </summary>
internal static class PartsFuzz
{
    private const int TextsMax = 6;

    private static readonly byte[] Codings = [0, 0, 3, 8, 8, 0xF5];

    // Hard for a matcher that tries every way: nested repeats, and one that fits nearly everything.
    private static readonly ReceiptPattern[] Patterns =
    [
        Made(@"^(?<stat>[^,]*),(?<submit>\d*),(?<done>\d*),[^,]*,\d+,(?<err>\d*),(?<id>\w+)$"),
        Made(@"(?<id>(\w+\s?)+):(?<stat>(a|ab|[^x])*)$"),
        Made(@"(?<stat>.*)(?<id>.*)(?<err>.*)"),
    ];

    /// <summary>
    /// Parts with any header, from two phones, in any order: the memory is bounded, and no part is in two texts.
    /// </summary>
    public static string? Parts(Random random)
    {
        List<ReassembledText> given = [];
        using var texts = new MessageReassembler(new ReassemblyOptions { TextsMax = TextsMax })
        {
            GivenUp = given.Add,
        };
        for (int i = random.Next(40); i > 0; i--)
        {
            if (texts.TryAdd(random.Next(2) == 0 ? "one" : "two", Part(random), out ReassembledText? text))
            {
                if (!text.IsWhole) return "a text came with a gap, and nothing had been given up";
                given.Add(text);
            }

            if (texts.Waiting > TextsMax) return "more texts wait than may";
        }

        List<ShortMessagePdu> parts = [.. given.SelectMany(text => text.Parts).OfType<ShortMessagePdu>()];
        if (parts.Distinct(ReferenceEqualityComparer.Instance).Count() != parts.Count)
            return "a part is in two texts";
        return given.All(text => text.Parts.OfType<ShortMessagePdu>().All(
            part => part.Source == text.Source && part.Destination == text.Destination))
            ? null
            : "parts of two phones are in one text";
    }

    /// <summary>Any text is a receipt of that form or none; any pattern is one or is refused with a sentence.</summary>
    public static string? Receipts(byte[] octets, bool makesPattern)
    {
        var message = new DeliverSm { EsmClass = EsmClass.Receipt, ShortMessage = octets };
        foreach (ReceiptPattern pattern in Patterns)
        {
            if (!DeliveryReceipt.TryParse(message, pattern, out DeliveryReceipt? receipt)) return "a receipt is none";
            if (receipt.MessageId is null || receipt.Raw is null) return "a receipt without even an empty id";
        }

        if (!makesPattern) return null;
        string noise = Encoding.Latin1.GetString(octets);
        string wanted = @$"(?<id>\w+){noise}(?<stat>\w+)";
        if (ReceiptPattern.TryCreate(wanted, null, out ReceiptPattern? made, out string? wrong))
        {
            DeliveryReceipt.TryParse(message, made, out _);
            return null;
        }

        return string.IsNullOrWhiteSpace(wrong) ? "a pattern was refused without a word" : null;
    }

    private static DeliverSm Part(Random random)
    {
        byte[] text = new byte[random.Next(12)];
        random.NextBytes(text);
        byte total = (byte)random.Next(5);
        byte sequence = (byte)random.Next(6);
        byte reference = (byte)random.Next(3);
        byte[] header = random.Next(5) switch
        {
            0 => [6, 8, 4, 0, reference, total, sequence],
            1 => [8, 0x24, 1, (byte)random.Next(15), 0, 3, reference, total, sequence],
            2 => [5, 0, (byte)random.Next(5), reference, total, sequence],
            3 => [],
            _ => [5, 0, 3, reference, total, sequence],
        };
        bool hasSar = random.Next(4) == 0;
        return new DeliverSm
        {
            Source = SmppAddress.FromE164(random.Next(2) == 0 ? "+447700900123" : "+447700900124"),
            Destination = SmppAddress.ShortCode("60777"),
            EsmClass = header.Length > 0 ? EsmClass.UserDataHeader : (byte)0,
            DataCoding = Codings[random.Next(Codings.Length)],
            ShortMessage = (byte[])[.. header, .. text],
            Tlvs = hasSar
                ?
                [
                    Tlv.Of(TlvTag.SarMsgRefNum, (ushort)reference), Tlv.Of(TlvTag.SarTotalSegments, total),
                    Tlv.Of(TlvTag.SarSegmentSeqnum, sequence),
                ]
                : [],
        };
    }

    private static ReceiptPattern Made(string pattern) =>
        ReceiptPattern.TryCreate(pattern, null, out ReceiptPattern? made, out string? wrong)
            ? made
            : throw new InvalidOperationException(wrong);
}
