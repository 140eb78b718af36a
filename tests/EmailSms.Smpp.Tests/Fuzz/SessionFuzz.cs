using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Smpp.Fuzz;

/// <summary>
/// Octets thrown at live sessions, at the SMSC's side and at the ESME's. Whatever they are, all that comes back is good
/// SMPP, a broken stream is told so with generic_nack before the connection ends, and the next peer is served.
/// </summary>
internal sealed class SessionFuzz : IAsyncDisposable
{
    private static readonly TimeSpan CaseMax = TimeSpan.FromSeconds(20);

    private readonly SmppServer _server = new(
        new SmppServerOptions { BindMax = CaseMax }, NullLogger<SmppServer>.Instance)
    {
        Submit = (_, _, _) => ValueTask.FromResult(SubmitReply.Accept("1")),
        Request = (_, _, _) => ValueTask.FromResult(new SmppReply(CommandStatus.SystemError, null)),
    };

    private readonly TcpListener _smsc = new(IPAddress.Loopback, 0);
    private readonly SmppClient _client;

    public SessionFuzz()
    {
        _server.Start(new IPEndPoint(IPAddress.Loopback, 0));
        _smsc.Start();
        _client = new SmppClient(
            new SmppClientOptions
            {
                Host = "127.0.0.1",
                Port = ((IPEndPoint)_smsc.LocalEndpoint).Port,
                ReconnectFirst = TimeSpan.FromMilliseconds(1),
                ReconnectMax = TimeSpan.FromMilliseconds(2),
                RefusedFirst = TimeSpan.FromMilliseconds(1),
                RefusedMax = TimeSpan.FromMilliseconds(2),
                AlreadyBoundPause = TimeSpan.FromMilliseconds(1),
            },
            NullLogger<SmppClient>.Instance)
        {
            Deliver = (_, _) => ValueTask.FromResult(CommandStatus.Ok),
        };
        _client.Start();
    }

    /// <summary>Tries one case on both sides.</summary>
    /// <exception cref="FuzzFinding">Something does not hold.</exception>
    public async Task TryAsync(long seed, long number)
    {
        PduMutator mutator = PduMutator.Of(seed, number);
        byte[] octets = mutator.Next();
        await CheckAsync("SMSC session", seed, number, octets, async deadline =>
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(_server.Endpoint, deadline);
            if (number % 2 == 0) await BindAsync(socket, deadline);
            return await ThrowAsync(socket, octets, deadline);
        });
        await CheckAsync("ESME session", seed, number, octets, async deadline =>
        {
            using Socket socket = await _smsc.AcceptSocketAsync(deadline); // it comes back after every case
            (PduHeader bind, _) = await HearAsync(socket, deadline);
            if (number % 2 == 0)
                await SayAsync(socket, new BindResponse(BindType.Transceiver, "fuzz"), bind.Sequence, deadline);
            return await ThrowAsync(socket, octets, deadline);
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
        _smsc.Dispose();
    }

    private static async Task CheckAsync(
        string target, long seed, long number, byte[] octets, Func<CancellationToken, Task<string?>> holds)
    {
        using var deadline = new CancellationTokenSource(CaseMax);
        try
        {
            if (await holds(deadline.Token) is { } what)
                throw new FuzzFinding(target, seed, number, octets, what, null);
        }
        catch (Exception fault) when (fault is not FuzzFinding)
        {
            throw new FuzzFinding(target, seed, number, octets, $"threw {fault.GetType().Name}", fault);
        }
    }

    /// <summary>Says the octets and nothing more, then hears what comes until the other side closes.</summary>
    private static async Task<string?> ThrowAsync(Socket socket, byte[] octets, CancellationToken deadline)
    {
        await socket.SendAsync(octets, deadline);
        socket.Shutdown(SocketShutdown.Send);
        List<byte> heard = [];
        byte[] chunk = new byte[65536];
        try
        {
            while (await socket.ReceiveAsync(chunk, deadline) is > 0 and var count)
                heard.AddRange(chunk.AsSpan(0, count));
        }
        catch (SocketException)
        {
            return null; // a reset: our end came before its last words were read
        }

        (List<(PduHeader Header, byte[] Body)> pdus, CommandStatus? broken) =
            FuzzTargets.Take(new ReadOnlySequence<byte>([.. heard]));
        if (broken is not null) return $"what came back is no SMPP: {Convert.ToHexString([.. heard])}";
        foreach ((PduHeader header, byte[] body) in pdus)
            SmppCodec.ReadBody(header, new ReadOnlySequence<byte>(body));
        var sent = FuzzTargets.Take(new ReadOnlySequence<byte>(octets));
        bool unbound = sent.Pdus.Any(pdu => pdu.Header.CommandId is CommandId.Unbind
            or CommandId.BindReceiver or CommandId.BindTransmitter or CommandId.BindTransceiver); // may end it before
        bool answered = sent.Pdus.Any(pdu => pdu.Header.IsResponse); // may be the answer to a bind, and a no
        if (sent.Broken is null || unbound || answered) return null;
        return pdus.Any(pdu => pdu.Header.Status is CommandStatus.InvalidCommandLength)
            ? null
            : "a broken stream got no generic_nack";
    }

    private static async Task BindAsync(Socket socket, CancellationToken deadline)
    {
        await SayAsync(socket, new BindRequest(BindType.Transceiver, "fuzz", "secret"), 1, deadline);
        (PduHeader header, _) = await HearAsync(socket, deadline);
        if (header.Status is not CommandStatus.Ok) throw new InvalidOperationException("The bind was refused.");
    }

    private static async Task SayAsync(Socket socket, SmppPdu pdu, uint sequence, CancellationToken deadline)
    {
        var output = new ArrayBufferWriter<byte>();
        SmppCodec.Write(output, pdu, sequence);
        await socket.SendAsync(output.WrittenMemory, deadline);
    }

    private static async Task<(PduHeader Header, byte[] Body)> HearAsync(Socket socket, CancellationToken deadline)
    {
        List<byte> heard = [];
        byte[] chunk = new byte[4096];
        while (true)
        {
            int count = await socket.ReceiveAsync(chunk, deadline);
            if (count == 0) throw new InvalidOperationException("The other side closed the connection.");
            heard.AddRange(chunk.AsSpan(0, count));
            (List<(PduHeader, byte[])> pdus, _) = FuzzTargets.Take(new ReadOnlySequence<byte>([.. heard]));
            if (pdus.Count > 0) return pdus[0];
        }
    }
}
