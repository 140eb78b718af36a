using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace EmailSms.Tests.Peers;

/// <summary>
/// A bare socket of loopback that listens from the first moment, and whoever talks with each of its clients. A talk
/// that breaks off is over; the client is closed with it.
/// </summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, Task> _talks = new();
    private readonly Func<TcpClient, Task> _talk;
    private readonly Task _accepting;

    public LoopbackServer(Func<TcpClient, Task> talk)
    {
        _talk = talk;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Whether the other side has gone, or we have: no fault of the test.</summary>
    public static bool IsGone(Exception trouble) =>
        trouble is IOException or SocketException or ObjectDisposedException;

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
                _talks[client] = TalkAsync(client);
            }
            catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                await _talk(client);
            }
        }
        catch (Exception gone) when (IsGone(gone))
        {
        }
    }
}
