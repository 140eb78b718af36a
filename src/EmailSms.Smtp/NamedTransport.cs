using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace EmailSms.Smtp;

/// <summary>
/// Says of an endpoint that cannot be listened on which it is and what would help: the socket's own words are
/// "Permission denied", and with several endpoints nobody knows whose.
/// </summary>
internal sealed class NamedTransport(IConnectionListenerFactory sockets) : IConnectionListenerFactory
{
    private const int OwnPortMin = 1024; // the lowest that Unix lets everybody listen on

    public async ValueTask<IConnectionListener> BindAsync(
        EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        try
        {
            return await sockets.BindAsync(endpoint, cancellationToken);
        }
        catch (SocketException trouble)
        {
            throw new IOException($"Cannot listen on {endpoint}: {Sentence(endpoint, trouble)}", trouble);
        }
    }

    private static string Sentence(EndPoint endpoint, SocketException trouble)
    {
        SocketError code = trouble.SocketErrorCode;
        return endpoint switch
        {
            IPEndPoint { Port: < OwnPortMin } when code is SocketError.AccessDenied =>
                "ports below 1024 need root or the capability CAP_NET_BIND_SERVICE.",
            IPEndPoint when code is SocketError.AddressNotAvailable => "this machine has no such address.",
            UnixDomainSocketEndPoint when !Directory.Exists(Path.GetDirectoryName(endpoint.ToString())) =>
                "there is no such folder.",
            _ => trouble.Message,
        };
    }
}
