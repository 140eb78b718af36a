using System.Net.Security;
using System.Net.Sockets;

namespace EmailSms.Smpp;

/// <summary>Makes the stream of one session.</summary>
internal static class Connector
{
    public static async Task<Stream> ConnectAsync(
        SmppClientOptions options, TimeProvider time, CancellationToken stopping)
    {
        using var patience = new CancellationTokenSource(options.ConnectMax, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stopping);
        // Nagle's wait would be added to every answer; the output collects PDUs itself.
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(options.Host, options.Port, either.Token);
            var plain = new NetworkStream(socket, ownsSocket: true);
            if (options.Tls is not { } tls) return plain;
            var secure = new SslStream(plain, leaveInnerStreamOpen: false);
            await secure.AuthenticateAsClientAsync(tls.ToSslOptions(options.Host), either.Token);
            return secure;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
