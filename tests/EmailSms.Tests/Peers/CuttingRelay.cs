using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EmailSms.Tests.Peers;

/// <summary>
/// Stands between a client and its server, which may change. It hears what is said, and cuts the connection before a
/// command reaches the server: as a crash would at that very moment.
/// </summary>
internal sealed class CuttingRelay : IAsyncDisposable
{
    private readonly LoopbackServer _server;
    private readonly ConcurrentQueue<string> _heard = new();
    private int _cuts;

    public CuttingRelay(int target)
    {
        Target = target;
        _server = new LoopbackServer(RelayAsync);
    }

    public int Port => _server.Port;

    /// <summary>The server's port, for connections from now on.</summary>
    public int Target { get; set; }

    /// <summary>What clients said, as it came: each piece is what one read gave.</summary>
    public IReadOnlyList<string> Heard => [.. _heard];

    /// <summary>The word that is never let through; null: all is.</summary>
    public string? Cut { get; set; }

    /// <summary>How often it was heard.</summary>
    public int Cuts => Volatile.Read(ref _cuts);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task RelayAsync(TcpClient client)
    {
        using var server = new TcpClient();
        await server.ConnectAsync(IPAddress.Loopback, Target);
        await Task.WhenAny(
            CopyAsync(client.GetStream(), server.GetStream(), isCommand: true),
            CopyAsync(server.GetStream(), client.GetStream(), isCommand: false));
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, bool isCommand)
    {
        byte[] buffer = new byte[16384];
        try
        {
            for (int read; (read = await from.ReadAsync(buffer)) > 0;)
            {
                string said = isCommand ? Encoding.Latin1.GetString(buffer, 0, read) : "";
                if (Cut is { } word && said.Contains(word, StringComparison.Ordinal))
                {
                    Interlocked.Increment(ref _cuts);
                    return;
                }

                if (isCommand) _heard.Enqueue(said);

                await to.WriteAsync(buffer.AsMemory(0, read));
            }
        }
        catch (Exception gone) when (LoopbackServer.IsGone(gone))
        {
        }
    }
}
