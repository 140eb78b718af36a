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
            AddressPrefix from = AddressPrefix.Of(address);
            ref int here = ref CollectionsMarshal.GetValueRefOrAddDefault(_perAddress, from, out _);
            if (here >= limits.ConnectionsPerAddressMax && !IsLocal(address)) return Replies.TooManyFromThere;
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

    /// <summary>On a Unix socket all clients are the same and none has an address.</summary>
    public static bool IsLocal(IPAddress address) => address.Equals(IPAddress.None);
}
