using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EmailSms.Tests.Peers;

/// <summary>How the server treats a name.</summary>
internal enum DnsManner
{
    /// <summary>It answers with the records, or that there are none.</summary>
    Answers,

    /// <summary>It answers SERVFAIL.</summary>
    Fails,

    /// <summary>It answers nothing.</summary>
    IsSilent,

    /// <summary>Over UDP it answers that the answer is cut off.</summary>
    CutsOff,

    /// <summary>It answers octets that are no message.</summary>
    Babbles,
}

/// <summary>
/// An authoritative DNS server on loopback, UDP and TCP on one port (RFC 1035): A, AAAA, MX, PTR, TXT and CNAME,
/// NXDOMAIN and answers without records with the SOA that says how long to remember them, and names that misbehave.
/// </summary>
internal sealed class DnsServer : IAsyncDisposable
{
    private const int TypeSoa = 6;
    private const int NegativeTtl = 60;

    private static readonly Dictionary<string, int> Types = new()
    {
        ["A"] = 1,
        ["CNAME"] = 5,
        ["PTR"] = 12,
        ["MX"] = 15,
        ["TXT"] = 16,
        ["AAAA"] = 28,
    };

    private readonly ConcurrentDictionary<string, List<(int Type, int Ttl, byte[] Data)>> _records =
        new(StringComparer.OrdinalIgnoreCase);

    private readonly ConcurrentDictionary<string, DnsManner> _manners = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentQueue<string> _questions = new();
    private readonly ConcurrentDictionary<Task, byte> _talks = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly UdpClient _udp;
    private readonly TcpListener _tcp;
    private readonly Task _work;

    private DnsServer(UdpClient udp, TcpListener tcp)
    {
        (_udp, _tcp) = (udp, tcp);
        _work = Task.WhenAll(ServeUdpAsync(), ServeTcpAsync());
    }

    public IPEndPoint EndPoint => (IPEndPoint)_udp.Client.LocalEndPoint!;

    /// <summary>Every question that came, such as <c>TXT x.example udp</c>, in their order.</summary>
    public IReadOnlyList<string> Questions => [.. _questions];

    /// <summary>Starts one on a port that is free for both.</summary>
    public static DnsServer Start(string zone = "")
    {
        for (int tries = 0; ; tries++)
        {
            var udp = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
            var tcp = new TcpListener((IPEndPoint)udp.Client.LocalEndPoint!);
            try
            {
                tcp.Start();
                var server = new DnsServer(udp, tcp);
                server.Add(zone);
                return server;
            }
            catch (SocketException) when (tries < 20) // the port is somebody's over TCP
            {
                udp.Dispose();
                tcp.Dispose();
            }
        }
    }

    /// <summary>
    /// Adds lines such as <c>x.example TXT v=spf1 -all</c>, <c>x.example 30 MX 10 mx.x.example</c>, or with a manner
    /// instead of a type: <c>x.example FAILS</c>. A TXT of several strings has <c>|</c> between them.
    /// </summary>
    public void Add(string zone)
    {
        foreach (string line in zone.Split('\n', StringSplitOptions.TrimEntries))
        {
            if (line.Length == 0 || line[0] == '#') continue;
            string[] words = line.Split(' ', 3, StringSplitOptions.TrimEntries);
            int ttl = 3600;
            if (char.IsAsciiDigit(words[1][0]))
            {
                ttl = int.Parse(words[1], CultureInfo.InvariantCulture);
                words = [words[0], .. words[2].Split(' ', 2, StringSplitOptions.TrimEntries)];
            }

            string value = words.Length > 2 ? words[2] : "";
            if (Types.TryGetValue(words[1], out int type)) AddRecord(words[0], type, ttl, value);
            else _manners[words[0]] = Enum.Parse<DnsManner>(words[1], ignoreCase: true);
        }
    }

    /// <summary>Forgets all records of a name.</summary>
    public void Remove(string name) => _records.TryRemove(name, out _);

    public int Count(string question) =>
        _questions.Count(one => one.StartsWith(question, StringComparison.OrdinalIgnoreCase));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _udp.Dispose();
        _tcp.Dispose();
        await _work;
        await Task.WhenAll(_talks.Keys);
        _stop.Dispose();
    }

    private void AddRecord(string name, int type, int ttl, string value)
    {
        string[] words = value.Split(' ');
        byte[] data = type switch
        {
            1 or 28 => IPAddress.Parse(value).GetAddressBytes(),
            5 or 12 => Name(value),
            15 => [.. Number(int.Parse(words[0], CultureInfo.InvariantCulture), 2), .. Name(words[1])],
            _ => Strings(value),
        };
        _records.GetOrAdd(name, _ => []).Add((type, ttl, data));
    }

    private async Task ServeUdpAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                UdpReceiveResult query = await _udp.ReceiveAsync(_stop.Token);
                if (Answer(query.Buffer, isUdp: true) is { } answer) await _udp.SendAsync(answer, query.RemoteEndPoint);
            }
            catch (Exception over) when (over is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // A client is gone; the others are not.
            }
        }
    }

    private async Task ServeTcpAsync()
    {
        while (true)
        {
            try
            {
                Task talk = TalkAsync(await _tcp.AcceptTcpClientAsync(_stop.Token));
                _talks.TryAdd(talk, 0);
            }
            catch (Exception over)
                when (over is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                NetworkStream stream = client.GetStream();
                byte[] length = new byte[2];
                while (true)
                {
                    await stream.ReadExactlyAsync(length, _stop.Token);
                    byte[] query = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                    await stream.ReadExactlyAsync(query, _stop.Token);
                    if (Answer(query, isUdp: false) is not { } answer) continue;
                    await stream.WriteAsync((byte[])[.. Number(answer.Length, 2), .. answer], _stop.Token);
                }
            }
            catch (Exception over) when (over is OperationCanceledException or IOException or SocketException)
            {
                // The client has what it wanted.
            }
        }
    }

    private byte[]? Answer(byte[] query, bool isUdp)
    {
        int at = 12;
        List<string> labels = [];
        while (query[at] != 0)
        {
            labels.Add(Encoding.ASCII.GetString(query, at + 1, query[at]));
            at += query[at] + 1;
        }

        int type = BinaryPrimitives.ReadUInt16BigEndian(query.AsSpan(at + 1));
        byte[] question = query[12..(at + 5)];
        string name = string.Join('.', labels);
        string typeName = Types.FirstOrDefault(one => one.Value == type).Key ?? $"{type}";
        _questions.Enqueue($"{typeName} {name} {(isUdp ? "udp" : "tcp")}");
        DnsManner manner = _manners.GetValueOrDefault(name);
        if (manner is DnsManner.IsSilent) return null;
        if (manner is DnsManner.Babbles) return [.. query[..2], 0xff, 0xff, 0xff];
        bool isCut = manner is DnsManner.CutsOff && isUdp;
        List<byte[]> answers = [];
        bool isThere = isCut || Collect(name, type, answers);
        int code = manner is DnsManner.Fails ? 2 : isThere ? 0 : 3;
        byte[][] authorities = code == 2 || answers.Count > 0 || isCut ? [] : [Soa()];
        return
        [
            .. query[..2], (byte)(0x84 | (isCut ? 2 : 0) | (query[2] & 1)), (byte)(0x80 | code),
            .. Number(1, 2), .. Number(answers.Count, 2), .. Number(authorities.Length, 2), .. Number(0, 2),
            .. question, .. answers.SelectMany(one => one), .. authorities.SelectMany(one => one),
        ];
    }

    // Whether the name is there: it has records, or one below it has (an empty non-terminal).
    private bool Collect(string name, int type, List<byte[]> answers)
    {
        if (!_records.TryGetValue(name, out List<(int Type, int Ttl, byte[] Data)>? records))
        {
            return _records.Keys.Any(key => key.EndsWith("." + name, StringComparison.OrdinalIgnoreCase));
        }

        foreach ((int has, int ttl, byte[] data) in records)
        {
            if (has != type && has != Types["CNAME"]) continue;
            answers.Add(Record(name, has, ttl, data));
            if (has == Types["CNAME"] && type != has) return Collect(ReadName(data), type, answers);
        }

        return true;
    }

    private static byte[] Soa()
    {
        byte[] data =
        [
            .. Name("ns.example"), .. Name("admin.example"), .. Number(1, 4), .. Number(60, 4), .. Number(60, 4),
            .. Number(60, 4), .. Number(NegativeTtl, 4),
        ];
        return Record("example", TypeSoa, NegativeTtl, data);
    }

    private static byte[] Record(string name, int type, int ttl, byte[] data) =>
    [
        .. Name(name), .. Number(type, 2), .. Number(1, 2), .. Number(ttl, 4), .. Number(data.Length, 2), .. data,
    ];

    private static string ReadName(byte[] data)
    {
        List<string> labels = [];
        for (int at = 0; data[at] != 0; at += data[at] + 1)
        {
            labels.Add(Encoding.ASCII.GetString(data, at + 1, data[at]));
        }

        return string.Join('.', labels);
    }

    private static byte[] Name(string name) =>
    [
        .. name.TrimEnd('.').Split('.', StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]),
        0,
    ];

    private static byte[] Strings(string text) =>
    [
        .. text.Split('|').SelectMany(piece => Encoding.UTF8.GetBytes(piece).Chunk(255) is var chunks && chunks.Any()
            ? chunks
            : [[]]).SelectMany(piece => (byte[])[(byte)piece.Length, .. piece]),
    ];

    private static byte[] Number(int value, int bytes)
    {
        byte[] number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, value);
        return number[(4 - bytes)..];
    }
}
