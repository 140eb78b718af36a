using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EmailSms.Smtp;

/// <summary>
/// What a proxy says of its client before the client's first octet (HAProxy's PROXY protocol, versions 1 and 2).
/// Without addresses the connection is the proxy's own (LOCAL), or it does not know (UNKNOWN): the socket's address
/// stays.
/// </summary>
internal readonly record struct ProxyHeader(IPEndPoint? Source, IPEndPoint? Destination)
{
    /// <summary>The longest header of version 1, CRLF counted, and of version 2, its TLVs counted.</summary>
    public const int TextBytesMax = 107;

    /// <inheritdoc cref="TextBytesMax"/>
    public const int BinaryBytesMax = 536;

    private const int FixedBytes = 16; // signature, command, family, length

    private static ReadOnlySpan<byte> TextBegin => "PROXY "u8;

    private static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <summary>
    /// Takes a header off the front of <paramref name="buffer"/>, or leaves it alone until the header is whole.
    /// </summary>
    /// <exception cref="FormatException">It begins otherwise, goes on too long, or says what cannot be.</exception>
    public static bool TryTake(ref ReadOnlySequence<byte> buffer, out ProxyHeader header)
    {
        header = default;
        Span<byte> octets = stackalloc byte[BinaryBytesMax];
        octets = octets[..(int)Math.Min(buffer.Length, octets.Length)];
        buffer.Slice(0, octets.Length).CopyTo(octets);
        if (octets.IsEmpty) return false;

        bool isText = octets[0] == TextBegin[0];
        ReadOnlySpan<byte> begin = isText ? TextBegin : Signature;
        int known = Math.Min(octets.Length, begin.Length);
        if (!octets[..known].SequenceEqual(begin[..known])) throw new FormatException("It is no PROXY header.");
        if (known < begin.Length) return false;

        int bytes = isText ? TakeText(octets, ref header) : TakeBinary(octets, ref header);
        if (bytes > 0) buffer = buffer.Slice(bytes);
        return bytes > 0;
    }

    private static int TakeText(ReadOnlySpan<byte> octets, ref ProxyHeader header)
    {
        int end = octets.IndexOf("\r\n"u8);
        if (end < 0 ? octets.Length >= TextBytesMax : end + 2 > TextBytesMax)
        {
            throw new FormatException($"The PROXY header is longer than {TextBytesMax} octets.");
        }

        if (end < 0) return 0;
        string[] words = Encoding.Latin1.GetString(octets[..end]).Split(' ');
        if (words[1] != "UNKNOWN") // what follows UNKNOWN is to be ignored
        {
            AddressFamily family = words[1] switch
            {
                "TCP4" => AddressFamily.InterNetwork,
                "TCP6" => AddressFamily.InterNetworkV6,
                _ => throw new FormatException("The PROXY header is of no known family."),
            };
            if (words.Length != 6) throw new FormatException("The PROXY header has not six words.");
            header = new ProxyHeader(EndPoint(family, words[2], words[4]), EndPoint(family, words[3], words[5]));
        }

        return end + 2;
    }

    private static IPEndPoint EndPoint(AddressFamily family, string address, string port)
    {
        // Shorthands such as 127.1 and octal 010.0.0.1 are none of the protocol's.
        bool isAddress = IPAddress.TryParse(address, out IPAddress? ip) && ip.AddressFamily == family
            && !address.AsSpan().ContainsAny('[', '%')
            && (family is AddressFamily.InterNetworkV6 || ip.ToString() == address);
        bool isPort = ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number)
            && (port.Length == 1 || port[0] != '0');
        return isAddress && isPort ? Plain(ip!, number) : throw new FormatException("A PROXY address is malformed.");
    }

    private static int TakeBinary(ReadOnlySpan<byte> octets, ref ProxyHeader header)
    {
        if (octets.Length < FixedBytes) return 0;
        int bytes = FixedBytes + BinaryPrimitives.ReadUInt16BigEndian(octets[14..]);
        if (bytes > BinaryBytesMax)
        {
            throw new FormatException($"The PROXY header is longer than {BinaryBytesMax} octets.");
        }

        if (octets.Length < bytes) return 0;
        ReadOnlySpan<byte> rest = octets[FixedBytes..bytes]; // addresses, and TLVs that nobody here asks for
        header = (octets[12], octets[13]) switch
        {
            (0x20, _) => default, // LOCAL
            (0x21, 0x00 or 0x31) => default, // UNSPEC, and a Unix socket
            (0x21, 0x11) when rest.Length >= 12 => Addresses(rest, 4),
            (0x21, 0x21) when rest.Length >= 36 => Addresses(rest, 16),
            _ => throw new FormatException("The PROXY header has an unknown command or family."),
        };
        return bytes;
    }

    private static ProxyHeader Addresses(ReadOnlySpan<byte> octets, int length) => new(
        Plain(new IPAddress(octets[..length]), BinaryPrimitives.ReadUInt16BigEndian(octets[(2 * length)..])),
        Plain(
            new IPAddress(octets.Slice(length, length)),
            BinaryPrimitives.ReadUInt16BigEndian(octets[(2 * length + 2)..])));

    private static IPEndPoint Plain(IPAddress address, int port) =>
        new(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, port);
}
