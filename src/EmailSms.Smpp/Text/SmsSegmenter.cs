using System.Globalization;
using System.Text;

namespace EmailSms.Smpp.Text;

/// <summary>A text as it goes out: its encoding, and the text of each part.</summary>
public sealed record SegmentedText(SmsEncoding Encoding, IReadOnlyList<string> Parts)
{
    /// <summary>The tables of a GSM-7 text; every part names them in its header.</summary>
    public Gsm7Tables Tables { get; init; }
}

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
    public static SegmentedText Split(string text, SegmentOptions? options = null)
    {
        options ??= SegmentOptions.Default;
        text = Composition.Compose(text);
        SmsEncoding letters = options.Alphabet switch
        {
            DefaultAlphabet.Latin1 => SmsEncoding.Latin1,
            DefaultAlphabet.Ascii => SmsEncoding.Ascii,
            _ => SmsEncoding.Gsm7,
        };
        if (IsWritable(text, letters)) return Fill(text, letters, default, options.Segmentation);

        SegmentedText wide = Fill(text, SmsEncoding.Ucs2, default, options.Segmentation);
        if (letters is not SmsEncoding.Gsm7
            || options.Segmentation is not (Segmentation.Udh8 or Segmentation.Udh16))
        {
            return wide;
        }

        return options.Languages.SelectMany(TablesOf)
            .Where(tables => Gsm7.CountSeptets(text, tables) is not null)
            .Select(tables => Fill(text, SmsEncoding.Gsm7, tables, options.Segmentation))
            .Where(narrow => narrow.Parts.Count <= wide.Parts.Count)
            .MinBy(narrow => narrow.Parts.Count) ?? wide;
    }

    /// <summary>The same, without national languages.</summary>
    public static SegmentedText Split(string text, Segmentation segmentation) =>
        Split(text, new SegmentOptions { Segmentation = segmentation });

    /// <summary>The parts <see cref="Split(string, SegmentOptions)"/> would make.</summary>
    public static int CountParts(string text, SegmentOptions? options = null) => Split(text, options).Parts.Count;

    /// <summary>
    /// One submit_sm for each part, in order, each with the addresses and options of <paramref name="template"/>.
    /// </summary>
    /// <param name="template">Its data_coding is kept for GSM-7; for UCS-2 it becomes 8 (0x18 if it is flash).</param>
    /// <param name="text">A text that was split with the same <paramref name="segmentation"/>.</param>
    /// <param name="reference">Tells the parts of one text to one number from those of another.</param>
    /// <param name="segmentation">How the parts say that they belong together.</param>
    /// <exception cref="ArgumentException">More than <see cref="PartsMax"/> parts.</exception>
    public static IReadOnlyList<SubmitSm> ToSubmits(
        SubmitSm template, SegmentedText text, ushort reference, Segmentation segmentation = Segmentation.Udh8)
    {
        int total = text.Parts.Count;
        if (total > PartsMax) throw new ArgumentException("A text has at most 255 parts.", nameof(text));

        byte dataCoding = text.Encoding is not SmsEncoding.Ucs2 ? template.DataCoding
            : template.DataCoding is DataCoding.Gsm7Flash ? DataCoding.Ucs2Flash
            : DataCoding.Ucs2;
        SubmitSm common = template with { DataCoding = dataCoding };
        if (segmentation is Segmentation.Payload)
        {
            byte[] payload = [.. text.Parts.SelectMany(part => Encode(part, text))];
            return [common with { Tlvs = [.. template.Tlvs, new Tlv(TlvTag.MessagePayload, payload)] }];
        }

        if (total == 1)
        {
            byte[] octets = Encode(text.Parts[0], text);
            byte[] elements = text.Tables.ToElements();
            return
            [
                elements.Length == 0
                    ? common with { ShortMessage = octets }
                    : common with
                    {
                        EsmClass = (byte)(template.EsmClass | EsmClass.UserDataHeader),
                        ShortMessage = (byte[])[(byte)elements.Length, .. elements, .. octets],
                    },
            ];
        }

        return [.. text.Parts.Select((_, i) => Part(common, text, reference, i + 1, segmentation))];
    }

    /// <summary>What fits into a single message, and into one of several parts.</summary>
    internal static (int Single, int Part) Room(
        SmsEncoding encoding, Segmentation segmentation, Gsm7Tables tables = default)
    {
        if (segmentation is Segmentation.Payload) return (int.MaxValue, int.MaxValue);
        int concatenation = segmentation is Segmentation.Udh8 ? 5 : 6;
        return (
            Letters(tables.HeaderOctets == 0 ? 0 : 1 + tables.HeaderOctets, encoding),
            Letters(1 + concatenation + tables.HeaderOctets, encoding));
    }

    // 140 octets (TS 23.040 9.2.3.24): septets begin at the next boundary of seven bits behind the header.
    private static int Letters(int headerOctets, SmsEncoding encoding) => encoding is SmsEncoding.Ucs2
        ? (140 - headerOctets) / 2
        : (140 - headerOctets) * 8 / 7;

    private static SubmitSm Part(
        SubmitSm common, SegmentedText text, ushort reference, int sequence, Segmentation segmentation)
    {
        int total = text.Parts.Count;
        byte[] octets = Encode(text.Parts[sequence - 1], text);
        if (segmentation is not Segmentation.Sar)
        {
            return common with
            {
                EsmClass = (byte)(common.EsmClass | EsmClass.UserDataHeader),
                ShortMessage =
                    (byte[])[.. Header(segmentation, reference, total, sequence, text.Tables), .. octets],
            };
        }

        return common with
        {
            ShortMessage = octets,
            Tlvs =
            [
                .. common.Tlvs,
                Tlv.Of(TlvTag.SarMsgRefNum, reference),
                Tlv.Of(TlvTag.SarTotalSegments, (byte)total),
                Tlv.Of(TlvTag.SarSegmentSeqnum, (byte)sequence),
            ],
        };
    }

    private static IEnumerable<Gsm7Tables> TablesOf(NationalLanguage language)
    {
        bool locks = ShiftTables.Find(locking: true, language) is not null;
        bool shifts = ShiftTables.Find(locking: false, language) is not null;
        if (shifts) yield return new Gsm7Tables(NationalLanguage.Default, language);
        if (locks) yield return new Gsm7Tables(language, NationalLanguage.Default);
        if (locks && shifts) yield return new Gsm7Tables(language, language);
    }

    private static bool IsWritable(string text, SmsEncoding encoding) =>
        Gsm7.IsEncodable(text)
        && (encoding is SmsEncoding.Gsm7
            || !text.AsSpan().ContainsAnyExceptInRange('\0', encoding is SmsEncoding.Ascii ? '\x7F' : '\xFF'));

    private static SegmentedText Fill(string text, SmsEncoding encoding, Gsm7Tables tables, Segmentation segmentation)
    {
        (int single, int part) = Room(encoding, segmentation, tables);
        IReadOnlyList<string> parts =
            Cost(text, encoding, tables) <= single ? [text] : Cut(text, encoding, tables, part);
        return new SegmentedText(encoding, parts) { Tables = tables };
    }

    private static byte[] Encode(string part, SegmentedText text) => text.Encoding switch
    {
        SmsEncoding.Ucs2 => Encoding.BigEndianUnicode.GetBytes(part),
        SmsEncoding.Latin1 or SmsEncoding.Ascii => Encoding.Latin1.GetBytes(part),
        _ when Gsm7.TryEncode(part, text.Tables, out byte[]? septets) => septets,
        _ => throw new ArgumentException("The text has a character that is not in its alphabet.", nameof(part)),
    };

    private static byte[] Header(
        Segmentation segmentation, ushort reference, int total, int sequence, Gsm7Tables tables)
    {
        byte[] elements = tables.ToElements();
        if (segmentation is Segmentation.Udh8)
        {
            return
            [
                (byte)(5 + elements.Length), 0, 3, (byte)reference, (byte)total, (byte)sequence, .. elements,
            ];
        }

        return
        [
            (byte)(6 + elements.Length), 8, 4, (byte)(reference >> 8), (byte)reference, (byte)total, (byte)sequence,
            .. elements,
        ];
    }

    private static List<string> Cut(string text, SmsEncoding encoding, Gsm7Tables tables, int room)
    {
        var parts = new List<string>();
        int start = 0;
        int filled = 0;
        for (int at = 0; at < text.Length;)
        {
            int length = StringInfo.GetNextTextElementLength(text, at);
            int cost = Cost(text.AsSpan(at, length), encoding, tables);
            if (cost > room)
            {
                // A tower of marks: cut it where it can be cut.
                length = at + 1 < text.Length && char.IsSurrogatePair(text, at) ? 2 : 1;
                cost = Cost(text.AsSpan(at, length), encoding, tables);
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

    private static int Cost(ReadOnlySpan<char> text, SmsEncoding encoding, Gsm7Tables tables) =>
        encoding is SmsEncoding.Ucs2 ? text.Length : Gsm7.CountSeptets(text, tables) ?? int.MaxValue;
}
