using System.Collections.Concurrent;
using System.Text;

namespace EmailSms.Smpp.Text;

/// <summary>The text of a message, whatever its coding, without its header.</summary>
public static class MessageText
{
    private static readonly ConcurrentDictionary<int, Encoding> CodePages = new();

    /// <summary>
    /// Reads short_message, or message_payload when that is empty. Never fails: what is no text is read as Latin-1,
    /// which loses nothing.
    /// </summary>
    public static string Read(ShortMessagePdu message, DefaultAlphabet defaultAlphabet = DefaultAlphabet.Gsm7)
    {
        UserDataHeader header = UserDataHeader.Read(message);
        return Read(
            message.Octets.Span[header.Octets..], message.DataCoding, Gsm7Tables.Of(header), defaultAlphabet);
    }

    /// <summary>The same of octets without a header, such as those of several parts in a row.</summary>
    internal static string Read(
        ReadOnlySpan<byte> octets, byte dataCoding, Gsm7Tables tables, DefaultAlphabet defaultAlphabet)
    {
        // Who names a language writes in GSM-7, whatever else data_coding 0 means at this carrier.
        bool isGsm7 = defaultAlphabet is DefaultAlphabet.Gsm7 || tables != default;
        return dataCoding switch
        {
            0x00 => isGsm7 ? Gsm7.Decode(octets, tables) : Encoding.Latin1.GetString(octets),
            0x01 when HasSeptets(octets) => Gsm7.Decode(octets, tables),
            0x05 => CodePage(50220, octets), // JIS
            0x06 => CodePage(28595, octets), // ISO 8859-5, Cyrillic
            0x07 => CodePage(28598, octets), // ISO 8859-8, Hebrew
            0x08 => Utf16(octets),
            0x0A => CodePage(50220, octets), // ISO-2022-JP, music codes
            0x0D => CodePage(20932, octets), // extended Kanji, JIS X 0212
            0x0E => CodePage(949, octets), // KS C 5601
            < 0x10 => Encoding.Latin1.GetString(octets), // ASCII, Latin-1, binary, reserved
            _ => Alphabet(dataCoding) switch
            {
                SmsEncoding.Gsm7 => Gsm7.Decode(octets, tables),
                SmsEncoding.Ucs2 => Utf16(octets),
                _ => Encoding.Latin1.GetString(octets),
            },
        };
    }

    /// <summary>The alphabet of a GSM data coding scheme above 0x0F (3GPP TS 23.038 4); null for 8-bit data.</summary>
    private static SmsEncoding? Alphabet(byte dataCoding) => (dataCoding >> 4) switch
    {
        <= 0x7 when (dataCoding & 0x0C) == 0x08 => SmsEncoding.Ucs2,
        <= 0x7 when (dataCoding & 0x0C) == 0x04 => null,
        0xE => SmsEncoding.Ucs2,
        0xF when (dataCoding & 0x04) != 0 => null,
        _ => SmsEncoding.Gsm7,
    };

    /// <summary>
    /// ASCII in name, GSM 03.38 in fact: '@' is a NUL there and '€' begins with an escape, and no text in ASCII has
    /// either. Seen with node-smpp 0.5.1.
    /// </summary>
    private static bool HasSeptets(ReadOnlySpan<byte> octets) =>
        octets.ContainsAny((byte)0x00, (byte)0x1B) || octets.ContainsAnyInRange((byte)0x01, (byte)0x08);

    /// <summary>
    /// UTF-16, big-endian unless a byte order mark says otherwise. An odd octet at the end is left out.
    /// </summary>
    private static string Utf16(ReadOnlySpan<byte> octets)
    {
        octets = octets[..(octets.Length & ~1)];
        if (octets.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE])) return Encoding.Unicode.GetString(octets[2..]);
        if (octets.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF])) octets = octets[2..];
        return Encoding.BigEndianUnicode.GetString(octets);
    }

    private static string CodePage(int number, ReadOnlySpan<byte> octets) =>
        CodePages.GetOrAdd(
            number,
            static n => CodePagesEncodingProvider.Instance.GetEncoding(n) ?? Encoding.Latin1).GetString(octets);
}
