using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace EmailSms.Smpp.Text;

/// <summary>A text as it goes out: its encoding, and the text of each part.</summary>
public sealed record SegmentedText(SmsEncoding Encoding, IReadOnlyList<string> Parts);

/// <summary>
/// Cuts a text into the parts of an SMS (3GPP TS 23.040 9.2.3.24.1). Never cut are an escape and its septet, a
/// surrogate pair and, unless it is longer than a part, what a reader sees as one character.
/// </summary>
public static class SmsSegmenter
{
    /// <summary>The most parts that a header can number.</summary>
    public const int PartsMax = 255;

    /// <summary>
    /// Composes accents (é is one letter of GSM-7, e and ´ are two of UCS-2), then cuts. Any number of parts; no text
    /// is one empty part.
    /// </summary>
    public static SegmentedText Split(string text, Segmentation segmentation = Segmentation.Udh8)
    {
        text = Composition.Compose(text);
        SmsEncoding encoding = Gsm7.IsEncodable(text) ? SmsEncoding.Gsm7 : SmsEncoding.Ucs2;
        (int single, int part) = Room(encoding, segmentation);
        return new SegmentedText(encoding, Cost(text, encoding) <= single ? [text] : Cut(text, encoding, part));
    }

    /// <summary>The parts <see cref="Split"/> would make.</summary>
    public static int CountParts(string text) => Split(text).Parts.Count;

    /// <summary>
    /// One submit_sm for each part, in order, each with the addresses and options of <paramref name="template"/>.
    /// </summary>
    /// <param name="template">Its data_coding is kept for GSM-7; for UCS-2 it becomes 8 (0x18 if it is flash).</param>
    /// <param name="text">From <see cref="Split"/> with the same <paramref name="segmentation"/>.</param>
    /// <param name="reference">Tells the parts of one text to one number from those of another.</param>
    /// <param name="segmentation">How the parts say that they belong together.</param>
    /// <exception cref="ArgumentException">More than <see cref="PartsMax"/> parts.</exception>
    public static IReadOnlyList<SubmitSm> ToSubmits(
        SubmitSm template, SegmentedText text, ushort reference, Segmentation segmentation = Segmentation.Udh8)
    {
        int total = text.Parts.Count;
        if (total > PartsMax) throw new ArgumentException("A text has at most 255 parts.", nameof(text));

        byte dataCoding = text.Encoding is SmsEncoding.Gsm7 ? template.DataCoding
            : template.DataCoding is DataCoding.Gsm7Flash ? DataCoding.Ucs2Flash
            : DataCoding.Ucs2;
        SubmitSm common = template with { DataCoding = dataCoding };
        if (segmentation is Segmentation.Payload)
        {
            byte[] payload = [.. text.Parts.SelectMany(part => Encode(part, text.Encoding))];
            return [common with { Tlvs = [.. template.Tlvs, new Tlv(TlvTag.MessagePayload, payload)] }];
        }

        if (total == 1) return [common with { ShortMessage = Encode(text.Parts[0], text.Encoding) }];

        var submits = new List<SubmitSm>(total);
        for (int i = 0; i < total; i++)
        {
            byte[] octets = Encode(text.Parts[i], text.Encoding);
            submits.Add(
                segmentation is Segmentation.Sar
                    ? common with
                    {
                        ShortMessage = octets,
                        Tlvs =
                        [
                            .. template.Tlvs,
                            Tlv.Of(TlvTag.SarMsgRefNum, reference),
                            Tlv.Of(TlvTag.SarTotalSegments, (byte)total),
                            Tlv.Of(TlvTag.SarSegmentSeqnum, (byte)(i + 1)),
                        ],
                    }
                    : common with
                    {
                        EsmClass = (byte)(template.EsmClass | EsmClass.UserDataHeader),
                        ShortMessage = (byte[])[.. Header(segmentation, reference, total, i + 1), .. octets],
                    });
        }

        return submits;
    }

    /// <summary>What fits into a single message, and into one of several parts.</summary>
    internal static (int Single, int Part) Room(SmsEncoding encoding, Segmentation segmentation) =>
        (encoding, segmentation) switch
        {
            (_, Segmentation.Payload) => (int.MaxValue, int.MaxValue),
            (SmsEncoding.Gsm7, Segmentation.Udh8) => (160, 153),
            (SmsEncoding.Gsm7, _) => (160, 152),
            (_, Segmentation.Udh8) => (70, 67),
            _ => (70, 66),
        };

    internal static byte[] Encode(string part, SmsEncoding encoding) =>
        encoding is SmsEncoding.Ucs2 ? Encoding.BigEndianUnicode.GetBytes(part)
        : Gsm7.TryEncode(part, out byte[]? septets) ? septets
        : throw new ArgumentException("The text has a character that is not in GSM-7.", nameof(part));

    private static byte[] Header(Segmentation segmentation, ushort reference, int total, int sequence)
    {
        if (segmentation is Segmentation.Udh8) return [5, 0, 3, (byte)reference, (byte)total, (byte)sequence];
        byte[] header = [6, 8, 4, 0, 0, (byte)total, (byte)sequence];
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(3), reference);
        return header;
    }

    private static List<string> Cut(string text, SmsEncoding encoding, int room)
    {
        var parts = new List<string>();
        int start = 0;
        int filled = 0;
        for (int at = 0; at < text.Length;)
        {
            int length = StringInfo.GetNextTextElementLength(text, at);
            int cost = Cost(text.AsSpan(at, length), encoding);
            if (cost > room)
            {
                // A tower of marks: cut it where it can be cut.
                length = at + 1 < text.Length && char.IsSurrogatePair(text, at) ? 2 : 1;
                cost = Cost(text.AsSpan(at, length), encoding);
            }

            if (filled + cost > room)
            {
                parts.Add(text[start..at]);
                (start, filled) = (at, 0);
            }

            filled += cost;
            at += length;
        }

        parts.Add(text[start..]);
        return parts;
    }

    private static int Cost(ReadOnlySpan<char> text, SmsEncoding encoding) =>
        encoding is SmsEncoding.Ucs2 ? text.Length : Gsm7.CountSeptets(text) ?? int.MaxValue;
}
