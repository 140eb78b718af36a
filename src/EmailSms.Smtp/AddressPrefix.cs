using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace EmailSms.Smtp;

/// <summary>
/// Whom a count belongs to: one IPv4 address or one IPv6 /64. Inside a /64 a single host can take any address it likes.
/// </summary>
internal readonly record struct AddressPrefix(AddressFamily Family, ulong Bits)
{
    public static AddressPrefix Of(IPAddress address)
    {
        Span<byte> octets = stackalloc byte[16];
        address.TryWriteBytes(octets, out int length);
        return length == 4
            ? new AddressPrefix(AddressFamily.InterNetwork, BinaryPrimitives.ReadUInt32BigEndian(octets))
            : new AddressPrefix(AddressFamily.InterNetworkV6, BinaryPrimitives.ReadUInt64BigEndian(octets));
    }
}
