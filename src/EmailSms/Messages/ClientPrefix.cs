using System.Net;

namespace EmailSms.Messages;

/// <summary>What counts as one client: an IPv4 address, or an IPv6 /64, as one house is given it.</summary>
internal static class ClientPrefix
{
    public static IPAddress Of(IPAddress client)
    {
        Span<byte> octets = stackalloc byte[16];
        if (!client.TryWriteBytes(octets, out int length) || length == 4) return client;
        octets[8..].Clear();
        return new IPAddress(octets);
    }
}
