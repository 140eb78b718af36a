using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EmailSms.Tests.Peers;

/// <summary>
/// Stands between a client and its server, and cuts the connection before a command reaches the server: as a crash
/// would at that very moment.
/// </summary>
internal sealed class CuttingRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, Task> _talks = new();
    private readonly int _target;
    private readonly Task _accepting;
    private int _cuts;

    public CuttingRelay(int target)
    {
        _target = target;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

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
                await server.ConnectAsync(IPAddress.Loopback, _target);
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
                bool isCut = isCommand && Cut is { } word
                    && Encoding.Latin1.GetString(buffer, 0, read).Contains(word, StringComparison.Ordinal);
                if (isCut)
                {
                    Interlocked.Increment(ref _cuts);
                    return;
                }

                await to.WriteAsync(buffer.AsMemory(0, read));
            }
        }
        catch (Exception gone) when (gone is IOException or SocketException or ObjectDisposedException)
        {
        }
    }
}
