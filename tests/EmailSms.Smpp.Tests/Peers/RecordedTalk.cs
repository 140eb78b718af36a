using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace EmailSms.Smpp.Tests.Peers;

/// <summary>
/// Stands between a client and a server, passes on what they say to each other, and remembers it. What went over real
/// sockets is then written as a capture file, in packets with headers of our own: capturing on an interface needs
/// rights that a test has not.
/// </summary>
internal sealed class RecordedTalk : IAsyncDisposable
{
    private const int ServerPort = 2775;
    private const int ClientPort = 50000;
    private const int SegmentOctetsMax = 1400;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<(bool FromClient, byte[] Octets)> _said = [];
    private readonly CancellationTokenSource _over = new();
    private readonly Task _relaying;

    public RecordedTalk(IPEndPoint server)
    {
        _listener.Start();
        _relaying = RelayAsync(server, _over.Token);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Writes a capture file (pcap, LINKTYPE_RAW).</summary>
    public void Write(string path)
    {
        using var file = new BinaryWriter(File.Create(path));
        file.Write([0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0, 101, 0, 0, 0]);
        (uint client, uint server) = (1000, 5000);
        int number = 0;
        lock (_said)
        {
            foreach ((bool fromClient, byte[] octets) in _said)
            {
                foreach (byte[] segment in octets.Chunk(SegmentOctetsMax))
                {
                    byte[] packet = Packet(fromClient, fromClient ? (client, server) : (server, client), segment);
                    file.Write(1_700_000_000 + number);
                    file.Write(number++);
                    file.Write(packet.Length);
                    file.Write(packet.Length);
                    file.Write(packet);
                    if (fromClient) client += (uint)segment.Length;
                    else server += (uint)segment.Length;
                }
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        _listener.Dispose();
        await _relaying.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _over.Dispose();
    }

    private async Task RelayAsync(IPEndPoint server, CancellationToken over)
    {
        using TcpClient near = await _listener.AcceptTcpClientAsync(over);
        using var far = new TcpClient();
        await far.ConnectAsync(server, over);
        await Task.WhenAll(
            PassAsync(near.GetStream(), far.GetStream(), fromClient: true, over),
            PassAsync(far.GetStream(), near.GetStream(), fromClient: false, over));
    }

    private async Task PassAsync(NetworkStream from, NetworkStream to, bool fromClient, CancellationToken over)
    {
        byte[] chunk = new byte[65536];
        while (await from.ReadAsync(chunk, over) is > 0 and var count)
        {
            lock (_said) _said.Add((fromClient, chunk[..count]));
            await to.WriteAsync(chunk.AsMemory(0, count), over);
        }

        to.Socket.Shutdown(SocketShutdown.Send);
    }

    /// <summary>IPv4 and TCP without options (RFC 791 3.1, RFC 9293 3.1); nobody checks sums here.</summary>
    private static byte[] Packet(bool fromClient, (uint Sequence, uint Acknowledged) numbers, byte[] segment)
    {
        byte[] packet = new byte[40 + segment.Length];
        packet[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
        packet[8] = 64;
        packet[9] = 6;
        byte[] client = [192, 0, 2, 1], server = [192, 0, 2, 2];
        (fromClient ? client : server).CopyTo(packet, 12);
        (fromClient ? server : client).CopyTo(packet, 16);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(20), (ushort)(fromClient ? ClientPort : ServerPort));
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(22), (ushort)(fromClient ? ServerPort : ClientPort));
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(24), numbers.Sequence);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(28), numbers.Acknowledged);
        packet[32] = 0x50;
        packet[33] = 0x18;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(34), 65535);
        segment.CopyTo(packet, 40);
        return packet;
    }
}
