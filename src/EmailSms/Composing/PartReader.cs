using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using MimeKit;

namespace EmailSms.Composing;

/// <summary>
/// Decodes one text part: any transfer encoding, any charset, whatever the label says. Old devices send 8-bit text
/// with no label or a wrong one; nobody reads "Ã¤" on a phone.
/// </summary>
internal static class PartReader
{
    private const int DeclarationBytesMax = 2048; // HTML 4.2.5.4 wants the declaration in the first 1024

    private static readonly UTF8Encoding StrictUtf8 = new(
        encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly Regex HtmlCharset = new(
        """charset\s*=\s*["']?(?<name>[A-Za-z0-9_:-]{2,40})""",
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    static PartReader() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>The text, at most <see cref="MailLimits.TextBytesMax"/> of it, flowed lines joined.</summary>
    public static string Read(MimePart part)
    {
        byte[] lent = ArrayPool<byte>.Shared.Rent(RoomFor(part));
        ReadOnlySpan<byte> bytes = lent.AsSpan(0, Fill(part, lent));
        string text = Decode(bytes, part.ContentType.Charset ?? DeclaredIn(part, bytes));
        ArrayPool<byte>.Shared.Return(lent);
        if (part is not TextPart { IsFlowed: true }) return text;

        string? delsp = part.ContentType.Parameters["delsp"];
        return FlowedText.Join(text, string.Equals(delsp, "yes", StringComparison.OrdinalIgnoreCase));
    }

    public static byte[] Bytes(MimePart part)
    {
        byte[] bytes = new byte[RoomFor(part)];
        int length = Fill(part, bytes);
        return length == bytes.Length ? bytes : bytes[..length];
    }

    public static string Decode(ReadOnlySpan<byte> bytes, string? charset)
    {
        if (WithMark(bytes) is { } marked) return marked;
        Encoding? declared = EncodingOf(charset);
        if (declared is null) return TryUtf8(bytes) ?? Windows1252.GetString(bytes);
        string text = declared.GetString(bytes);

        // Said to be UTF-8, with no single character that is: it was a Latin alphabet all along.
        return declared is UTF8Encoding && text.Contains('\uFFFD') && text.All(c => c is < '\u0080' or '\uFFFD')
            ? Windows1252.GetString(bytes)
            : text;
    }

    // No transfer encoding makes text shorter than it is (RFC 2045 6).
    private static int RoomFor(MimePart part) =>
        part.Content?.Stream is { } encoded ? (int)Math.Min(encoded.Length, MailLimits.TextBytesMax) : 0;

    private static int Fill(MimePart part, byte[] bytes)
    {
        if (part.Content is not { Stream: { } encoded } content) return 0;
        bool isEncoded = content.Encoding is ContentEncoding.Base64 or ContentEncoding.QuotedPrintable
            or ContentEncoding.UUEncode;
        if (!isEncoded) encoded.Position = 0;
        Stream decoded = isEncoded ? content.Open() : encoded;
        int room = Math.Min(bytes.Length, MailLimits.TextBytesMax);
        int length = 0;
        while (length < room && decoded.Read(bytes, length, room - length) is > 0 and int read) length += read;
        return length;
    }

    private static Encoding Windows1252 => Encoding.GetEncoding(1252);

    /// <summary>
    /// Null where the label says nothing. ISO-8859-1 and ASCII are read as Windows-1252 and GB2312 as GB18030, the
    /// supersets that senders mean by them (WHATWG Encoding 4.2).
    /// </summary>
    private static Encoding? EncodingOf(string? charset)
    {
        switch (charset?.Trim().Trim('"', '\'').ToLowerInvariant())
        {
            case null or "" or "us-ascii" or "ascii" or "ansi_x3.4-1968" or "unknown-8bit" or "x-unknown" or "utf-7":
                return null;
            case "utf8" or "utf-8":
                return Encoding.UTF8;
            case "iso-8859-1" or "iso8859-1" or "iso_8859-1" or "latin1" or "latin-1" or "windows-1252" or "cp1252":
                return Windows1252;
            case "gb2312" or "gbk" or "x-gbk" or "gb18030" or "cp936":
                return Encoding.GetEncoding(54936);
            case "ks_c_5601-1987" or "euc-kr" or "cp949":
                return Encoding.GetEncoding(949);
            case { } name:
                return Named(name.StartsWith("cp", StringComparison.Ordinal) ? name[2..].TrimStart('-', '_') : name);
        }
    }

    private static Encoding? Named(string name)
    {
        try
        {
            return int.TryParse(name, out int page) ? Encoding.GetEncoding(page) : Encoding.GetEncoding(name);
        }
        catch (Exception unknown) when (unknown is ArgumentException or NotSupportedException)
        {
            return null; // a name nobody registered: guess as if there were none
        }
    }

    private static string? TryUtf8(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes[..WholeUtf8Length(bytes)]);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>Without a character that the size limit cut in two.</summary>
    private static int WholeUtf8Length(ReadOnlySpan<byte> bytes)
    {
        int length = bytes.Length;
        if (length < MailLimits.TextBytesMax) return length;
        while (length > 0 && bytes.Length - length < 3 && (bytes[length - 1] & 0xC0) == 0x80) length--;
        return length > 0 && bytes[length - 1] >= 0xC0 ? length - 1 : length;
    }

    private static string? WithMark(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xEF, 0xBB, 0xBF, ..] => Encoding.UTF8.GetString(bytes[3..]),
        [0xFF, 0xFE, ..] => Encoding.Unicode.GetString(bytes[2..]),
        [0xFE, 0xFF, ..] => Encoding.BigEndianUnicode.GetString(bytes[2..]),
        _ => null,
    };

    private static string? DeclaredIn(MimePart part, ReadOnlySpan<byte> bytes)
    {
        if (part is not TextPart { IsHtml: true }) return null;
        string head = Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, DeclarationBytesMax)]);
        return HtmlCharset.Match(head) is { Success: true } match ? match.Groups["name"].Value : null;
    }
}
