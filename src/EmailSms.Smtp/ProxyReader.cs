using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Logging;

namespace EmailSms.Smtp;

/// <summary>
/// Reads the PROXY header of a connection whose peer is one of our proxies, before a word is said. From any other
/// peer it is not looked for: whoever may send one may be anybody he likes.
/// </summary>
internal static class ProxyReader
{
    // A proxy has the header ready when it connects; HAProxy's document asks for 3 seconds at least.
    private static readonly TimeSpan PatienceMax = TimeSpan.FromSeconds(3);

    public static bool Expects(IPAddress peer, SmtpServerOptions options)
    {
        foreach (IPNetwork network in options.ProxyNetworks)
        {
            if (network.Contains(peer)) return true;
        }

        return false;
    }

    /// <summary>The header; null: it did not come or is none, and there is nobody to tell.</summary>
    public static async ValueTask<ProxyHeader?> ReadAsync(ConnectionContext connection, TimeProvider time, ILogger log)
    {
        PipeReader input = connection.Transport.Input;
        CancellationToken stopping =
            connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
        using var deadline = new CancellationTokenSource(PatienceMax, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stopping);
        try
        {
            while (true)
            {
                ReadResult read = await input.ReadAsync(either.Token);
                ReadOnlySequence<byte> buffer = read.Buffer;
                if (ProxyHeader.TryTake(ref buffer, out ProxyHeader header))
                {
                    input.AdvanceTo(buffer.Start);
                    return header;
                }

                input.AdvanceTo(buffer.Start, buffer.End);
                if (read.IsCompleted) throw new FormatException("The proxy hung up.");
            }
        }
        catch (Exception trouble) when (
            trouble is FormatException or OperationCanceledException or IOException or ConnectionAbortedException)
        {
            string reason = trouble is OperationCanceledException ? "The PROXY header did not come." : trouble.Message;
            log.ProxyFailed(connection.ConnectionId, connection.RemoteEndPoint, reason);
            return null;
        }
    }
}
