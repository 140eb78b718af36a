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
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, Task> _talks = new();
    private readonly ConcurrentQueue<string> _heard = new();
    private readonly Task _accepting;
    private int _cuts;

    public CuttingRelay(int target)
    {
        Target = target;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>The server's port, for connections from now on.</summary>
    public int Target { get; set; }

    /// <summary>What clients said, as it came: each piece is what one read gave.</summary>
    public IReadOnlyList<string> Heard => [.. _heard];

    /// <summary>The word that is never let through; null: all is.</summary>
    public string? Cut { get; set; }

    /// <summary>How often it was heard.</summary>
    public int Cuts => Volatile.Read(ref _cuts);

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        foreach (TcpClient client in _talks.Keys) client.Dispose();
        await _accepting;
        await Task.WhenAll(_talks.Values);
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                TcpClient client = await _listener.AcceptTcpClientAsync();
                _talks[client] = RelayAsync(client);
            }
            catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        using var server = new TcpClient();
        try
        {
            using (client)
            {
                await server.ConnectAsync(IPAddress.Loopback, Target);
                await Task.WhenAny(
                    CopyAsync(client.GetStream(), server.GetStream(), isCommand: true),
                    CopyAsync(server.GetStream(), client.GetStream(), isCommand: false));
            }
        }
        catch (Exception gone) when (gone is IOException or SocketException or ObjectDisposedException)
        {
        }
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
        catch (Exception gone) when (gone is IOException or SocketException or ObjectDisposedException)
        {
        }
    }
}
