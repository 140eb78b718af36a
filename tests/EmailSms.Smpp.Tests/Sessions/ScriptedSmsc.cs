using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace EmailSms.Smpp.Tests.Sessions;

/// <summary>
/// A peer that does what the test says, octet by octet: it listens, hands over each PDU it hears, and says what it is
/// told to.
/// </summary>
internal sealed class ScriptedSmsc : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<IDisposable> _open = [];

    public ScriptedSmsc() => _listener.Start();

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async Task<ScriptedPeer> AcceptAsync()
    {
        Socket socket = await _listener.AcceptSocketAsync(Deadline.Token);
        _open.Add(socket);
        return new ScriptedPeer(socket);
    }

    /// <summary>Accepts and answers the bind.</summary>
    public async Task<ScriptedPeer> AcceptBoundAsync()
    {
        ScriptedPeer peer = await AcceptAsync();
        await peer.AnswerBindAsync();
        return peer;
    }

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        foreach (IDisposable socket in _open) socket.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>One connection of such a peer.</summary>
internal sealed class ScriptedPeer(Socket socket)
{
    private byte[] _heard = [];

    public static async Task<ScriptedPeer> ConnectAsync(IPEndPoint endpoint)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(endpoint, Deadline.Token);
        return new ScriptedPeer(socket);
    }

    public async Task SayAsync(params byte[] octets) => await socket.SendAsync(octets, Deadline.Token);

    public Task SayAsync(SmppPdu pdu, uint sequence, CommandStatus status = CommandStatus.Ok) =>
        SayAsync(Octets.Of(pdu, sequence, status));

    public async Task<(PduHeader Header, SmppPdu Pdu)> HearAsync() =>
        await TryHearAsync() ?? throw new InvalidOperationException("The other side closed the connection.");

    /// <summary>The next PDU; null when the other side closed.</summary>
    public async Task<(PduHeader Header, SmppPdu Pdu)?> TryHearAsync()
    {
        byte[] chunk = new byte[65536];
        while (true)
        {
            var buffer = new ReadOnlySequence<byte>(_heard);
            if (SmppCodec.TryTake(ref buffer, int.MaxValue, out PduHeader header, out var body))
            {
                SmppPdu pdu = SmppCodec.ReadBody(header, body);
                _heard = buffer.ToArray();
                return (header, pdu);
            }

            int count;
            try
            {
                count = await socket.ReceiveAsync(chunk, Deadline.Token);
            }
            catch (SocketException)
            {
                return null; // reset
            }

            if (count == 0) return null;
            _heard = [.. _heard, .. chunk.AsSpan(0, count)];
        }
    }

    /// <summary>Hears until the other side closes, whatever it says until then, SMPP or not.</summary>
    public async Task HearTheEndAsync()
    {
        byte[] chunk = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(chunk, Deadline.Token) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // Reset.
        }
    }

    /// <summary>
    /// The other side has closed already: no octet is to come, and nothing is waited for.
    /// </summary>
    public bool IsAtItsEnd()
    {
        byte[] chunk = new byte[4096];
        try
        {
            while (socket.Poll(0, SelectMode.SelectRead))
                if (socket.Receive(chunk) == 0) return true;
            return false;
        }
        catch (SocketException)
        {
            return true; // reset
        }
    }

    /// <summary>The next PDU of this kind; anything else is a failure.</summary>
    public async Task<(PduHeader Header, T Pdu)> HearAsync<T>()
        where T : SmppPdu
    {
        (PduHeader header, SmppPdu pdu) = await HearAsync();
        return (header, Assert.IsType<T>(pdu));
    }

    public async Task AnswerBindAsync(CommandStatus status = CommandStatus.Ok)
    {
        (PduHeader header, BindRequest bind) = await HearAsync<BindRequest>();
        await SayAsync(new BindResponse(bind.Type, "smsc"), header.Sequence, status);
    }

    public void HangUp() => socket.Close(0); // a reset, not a goodbye

    public void Close() => socket.Dispose();
}
