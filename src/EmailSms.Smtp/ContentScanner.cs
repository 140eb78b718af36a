using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace EmailSms.Smtp;

/// <summary>
/// Measures what a mail would cost to parse, line by line while it is received: the size of its headers, its parts,
/// their depth, the servers it has passed. A parser of mail can be made to take seconds and hundreds of megabytes for a
/// few megabytes of mail; this takes neither, and it may be wrong where a mail is broken.
/// </summary>
internal sealed partial class ContentScanner(SmtpServerOptions options)
{
    private const int LineBytesSeen = 512; // of each line; a boundary has at most 70 (RFC 2046 5.1.1)

    private const int ContentTypeBytesMax = 1024; // with its continuation lines

    private readonly List<byte[]> _open = []; // boundaries, the outermost first; an empty one is a mail in the mail
    private readonly List<byte> _contentType = [];
    private byte[] _line = [];
    private int _lineBytes;
    private bool _isLineSplit;
    private bool _isInHeader = true;
    private bool _isInContentType;
    private long _headerBytes;
    private int _parts;
    private int _received;
    private DataFault _fault;

    /// <summary>Looks at the next octets of the mail. The first fault seen, now or before.</summary>
    public DataFault Scan(ReadOnlySpan<byte> octets)
    {
        while (octets.Length > 0 && _fault is DataFault.None)
        {
            int feed = octets.IndexOf((byte)'\n');
            int bytes = feed < 0 ? octets.Length : feed + 1;
            if (_isInHeader && (_headerBytes += bytes) > options.HeaderBytesMax) _fault = DataFault.HeaderTooBig;
            if (feed < 0 || _isLineSplit) Keep(octets[..bytes]);
            if (feed >= 0)
            {
                TakeLine((_isLineSplit ? _line.AsSpan(0, _lineBytes) : octets[..bytes]).TrimEnd("\r\n"u8));
                if (_isLineSplit) GiveBackLine();
            }

            octets = octets[bytes..];
        }

        return _fault;
    }

    private void Keep(ReadOnlySpan<byte> octets)
    {
        if (_line.Length == 0) _line = ArrayPool<byte>.Shared.Rent(LineBytesSeen);
        int bytes = Math.Min(octets.Length, LineBytesSeen - _lineBytes);
        octets[..bytes].CopyTo(_line.AsSpan(_lineBytes));
        _lineBytes += bytes;
        _isLineSplit = true;
    }

    // A mail that ends within a line keeps it, and leaves it to the garbage collector.
    private void GiveBackLine()
    {
        ArrayPool<byte>.Shared.Return(_line);
        _line = [];
        _lineBytes = 0;
        _isLineSplit = false;
    }

    private void TakeLine(ReadOnlySpan<byte> line)
    {
        if (line is [(byte)'-', (byte)'-', ..] && IsBoundary(line[2..].TrimEnd(" \t"u8))) return;
        if (!_isInHeader) return;
        if (line is [(byte)' ' or (byte)'\t', ..])
        {
            if (_isInContentType) KeepContentType(line);
            return;
        }

        // What is no field ends a header, too: a device that sends a line of text and nothing else has none.
        if (line.IndexOf((byte)':') < 0)
        {
            EndHeader();
            return;
        }

        _isInContentType = Begins(line, "content-type:"u8);
        if (_isInContentType)
        {
            _contentType.Clear();
            KeepContentType(line);
        }
        else if (_open.Count == 0 && Begins(line, "received:"u8) && ++_received > options.ReceivedMax)
        {
            _fault = DataFault.Loop;
        }
    }

    private bool IsBoundary(ReadOnlySpan<byte> text)
    {
        for (int i = _open.Count - 1; i >= 0; i--)
        {
            byte[] boundary = _open[i];
            if (boundary.Length == 0 || !text.StartsWith(boundary)) continue;
            bool isLast = text[boundary.Length..].SequenceEqual("--"u8);
            if (!isLast && text.Length > boundary.Length) continue;

            // What was open inside is over, whether or not it said so.
            int kept = isLast ? i : i + 1;
            _open.RemoveRange(kept, _open.Count - kept);
            _isInHeader = false;
            if (!isLast) BeginPart();
            return true;
        }

        return false;
    }

    private void BeginPart()
    {
        if (++_parts > options.MimePartsMax) _fault = DataFault.TooManyParts;
        BeginHeader();
    }

    private void BeginHeader()
    {
        _isInHeader = true;
        _isInContentType = false;
        _contentType.Clear();
        _headerBytes = 0;
    }

    private void EndHeader()
    {
        _isInHeader = false;
        if (_contentType.Count == 0) return;
        string type = Encoding.Latin1.GetString([.. _contentType]);
        if (EmbeddedMail().IsMatch(type))
        {
            Open([]);
            BeginHeader();
        }
        else if (Boundary().Match(type) is { Success: true } found)
        {
            string quoted = found.Groups[1].Value;
            string boundary = quoted.Length > 0 ? QuotedPair().Replace(quoted, "$1") : found.Groups[2].Value;
            if (boundary.Length > 0) Open(Encoding.Latin1.GetBytes(boundary.TrimEnd()));
        }
    }

    private void Open(byte[] boundary)
    {
        _open.Add(boundary);
        if (_open.Count > options.MimeDepthMax) _fault = DataFault.TooDeep;
    }

    private void KeepContentType(ReadOnlySpan<byte> line)
    {
        int bytes = Math.Min(line.Length, ContentTypeBytesMax - _contentType.Count);
        _contentType.AddRange(line[..Math.Min(bytes, LineBytesSeen)]);
    }

    private static bool Begins(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name) =>
        line.Length >= name.Length && Ascii.EqualsIgnoreCase(line[..name.Length], name);

    [GeneratedRegex(@"^[^:]*:\s*message/(rfc822|global)\b", RegexOptions.IgnoreCase)]
    private static partial Regex EmbeddedMail();

    [GeneratedRegex(
        @"^[^:]*:\s*multipart/.*?;\s*boundary\s*=\s*(?:""((?>(?:[^""\\]|\\.)*))""|([^\s;""]+))",
        RegexOptions.IgnoreCase)]
    private static partial Regex Boundary();

    [GeneratedRegex(@"\\(.)")]
    private static partial Regex QuotedPair();
}
