using System.Net;
using System.Runtime.InteropServices;

namespace EmailSms.Smtp;

/// <summary>
/// Counts open sessions, all together and for each <see cref="AddressPrefix"/>. Endpoints that share a gate share the
/// count; each compares it with limits of its own.
/// </summary>
internal sealed class ConnectionGate
{
    private readonly Lock _lock = new();
    private readonly Dictionary<AddressPrefix, int> _perAddress = [];
    private int _sessions;

    /// <summary>Null: come in, and <see cref="Leave"/> later. Otherwise the reply that turns the client away.</summary>
    public SmtpReply? TryEnter(IPAddress address, SmtpServerOptions limits)
    {
        lock (_lock)
        {
            if (_sessions >= limits.ConnectionsMax) return Replies.TooManyConnections;
<<<<<<< HEAD
            ref int here = ref CollectionsMarshal.GetValueRefOrAddDefault(_perAddress, Prefix(address), out _);
            if (here >= limits.ConnectionsPerAddressMax && !IsLocal(address)) return Replies.TooManyFromThere;
=======
            AddressPrefix from = AddressPrefix.Of(address);
            ref int here = ref CollectionsMarshal.GetValueRefOrAddDefault(_perAddress, from, out _);
            if (here >= limits.ConnectionsPerAddressMax) return Replies.TooManyFromThere;
>>>>>>> 9a58944 (SMTP: one client cannot take the others' share)
            here++;
            _sessions++;
            return null;
        }
    }

    public void Leave(IPAddress address)
    {
        lock (_lock)
        {
            _sessions--;
            AddressPrefix prefix = AddressPrefix.Of(address);
            if (--_perAddress[prefix] == 0) _perAddress.Remove(prefix);
        }
    }
<<<<<<< HEAD

    // On a Unix socket all clients are the same and none has an address.
    private static bool IsLocal(IPAddress address) => address.Equals(IPAddress.None);

    private static (AddressFamily, ulong) Prefix(IPAddress address)
    {
        Span<byte> octets = stackalloc byte[16];
        address.TryWriteBytes(octets, out int length);
        return length == 4
            ? (AddressFamily.InterNetwork, BinaryPrimitives.ReadUInt32BigEndian(octets))
            : (AddressFamily.InterNetworkV6, BinaryPrimitives.ReadUInt64BigEndian(octets));
    }
=======
>>>>>>> 9a58944 (SMTP: one client cannot take the others' share)
}
