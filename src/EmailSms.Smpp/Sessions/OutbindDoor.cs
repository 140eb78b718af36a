using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace EmailSms.Smpp;

/// <summary>
/// Where an ESME waits for its SMSC to call (outbind, SMPP 3.4 2.2.1): takes connections until one begins with the
/// outbind that is expected. The ESME binds over that one.
/// </summary>
internal sealed class OutbindDoor : IDisposable
{
    private readonly Socket _listener;
    private readonly SmppOutbind _expected;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly string _name;

    /// <exception cref="SocketException">The port is taken, or not allowed.</exception>
    public OutbindDoor(SmppOutbind expected, TimeSpan patience, string name, ILogger log, TimeProvider time)
    {
        (_expected, _patience, _name, _log, _time) = (expected, patience, name, log, time);
        _listener = new Socket(expected.Endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _listener.Bind(expected.Endpoint);
            _listener.Listen(8);
        }
        catch
        {
            _listener.Dispose();
            throw;
        }
    }

    public IPEndPoint Endpoint => (IPEndPoint)_listener.LocalEndPoint!;

    public async Task<Stream> AcceptAsync(CancellationToken stopping)
    {
        while (true)
        {
            Socket socket = await _listener.AcceptAsync(stopping);
            socket.NoDelay = true;
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (_expected.Tls is not null) stream = new SslStream(stream, leaveInnerStreamOpen: false);
            if (await IsExpectedAsync(stream, stopping)) return stream;
            await stream.DisposeAsync();
            stopping.ThrowIfCancellationRequested();
        }
    }

    public void Dispose() => _listener.Dispose();

    private async Task<bool> IsExpectedAsync(Stream stream, CancellationToken stopping)
    {
        using var patience = new CancellationTokenSource(_patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stopping);
        try
        {
            if (stream is SslStream secure)
                await secure.AuthenticateAsServerAsync(_expected.Tls!.ToSslOptions(), either.Token);
            SmppPdu first = await ReadOneAsync(stream, either.Token);
            if (first is Outbind outbind && Matches(outbind)) return true;
            string reason = first is Outbind ? "another name or password" : $"{first.CommandId.Name()} came";
            _log.OutbindRefused(_name, reason);
        }
        catch (Exception end) when (end is OperationCanceledException or IOException or SmppException
                                        or AuthenticationException)
        {
            _log.OutbindRefused(_name, end is OperationCanceledException ? "no outbind in time" : end.Message);
        }

        return false;
    }

    /// <summary>Reads one PDU and not an octet of what comes after it.</summary>
    private static async Task<SmppPdu> ReadOneAsync(Stream stream, CancellationToken deadline)
    {
        byte[] start = new byte[PduHeader.Octets];
        await stream.ReadExactlyAsync(start, deadline);
        PduHeader header = PduSequenceReader.ReadHeader(start);
        if (header.Length is < PduHeader.Octets or > 256)
            throw new SmppException(CommandStatus.InvalidCommandLength, $"{header.Length} octets are no outbind.");
        byte[] body = new byte[header.Length - PduHeader.Octets];
        await stream.ReadExactlyAsync(body, deadline);
        return SmppCodec.ReadBody(header, body.AsSpan());
    }

    private bool Matches(Outbind outbind) =>
        (_expected.SystemId is not { } name || name == outbind.SystemId)
        && (_expected.Password is not { } password || CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(password), Encoding.UTF8.GetBytes(outbind.Password)));
}
