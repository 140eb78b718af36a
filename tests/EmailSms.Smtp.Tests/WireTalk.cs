using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EmailSms.Smtp.Tests;

/// <summary>A client with no manners: it says the octets it is given and hears lines, each within a deadline.</summary>
internal sealed class WireTalk : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TcpClient _client;
    private Stream _stream;
    private readonly List<byte> _heard = [];

    private WireTalk(TcpClient client)
    {
        _client = client;
        _stream = client.GetStream();
    }

    public static async Task<WireTalk> ConnectAsync(IPEndPoint server)
    {
        var client = new TcpClient(server.AddressFamily) { NoDelay = true };
        using var deadline = new CancellationTokenSource(Patience);
        await client.ConnectAsync(server, deadline.Token);
        return new WireTalk(client);
    }

    /// <summary>Connects, hears the greeting and says EHLO.</summary>
    public static async Task<WireTalk> GreetedAsync(IPEndPoint server)
    {
        WireTalk talk = await ConnectAsync(server);
        await talk.HearAsync("220 ");
        await talk.SayAsync("EHLO client.example\r\n");
        await talk.HearAsync("250");
        return talk;
    }

    /// <summary>Connects to a port where TLS comes first.</summary>
    public static async Task<WireTalk> ConnectTlsAsync(IPEndPoint server)
    {
        WireTalk talk = await ConnectAsync(server);
        await talk.SecureAsync();
        return talk;
    }

    /// <summary>
    /// The client's half of a TLS handshake; any certificate will do, and it may show its own. Gives the server's.
    /// </summary>
    public Task<X509Certificate2> SecureAsync() => SecureAsync("mx.example", null);

    /// <inheritdoc cref="SecureAsync()"/>
    public async Task<X509Certificate2> SecureAsync(string host, X509Certificate2? own)
    {
        Assert.Empty(_heard);
        var tls = new SslStream(_stream);
        using var deadline = new CancellationTokenSource(Patience);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = host,
                ClientCertificateContext =
                    own is null ? null : SslStreamCertificateContext.Create(own, null, offline: true),
                RemoteCertificateValidationCallback = static (_, seen, _, _) => seen is not null,
            },
            deadline.Token);
        _stream = tls;
        return (X509Certificate2)tls.RemoteCertificate!;
    }

    public Task SayAsync(string latin1) => SayAsync(Encoding.Latin1.GetBytes(latin1));

    public async Task SayAsync(ReadOnlyMemory<byte> octets)
    {
        using var deadline = new CancellationTokenSource(Patience);
        await _stream.WriteAsync(octets, deadline.Token);
    }

    /// <summary>Says the first half of a close: no more will come, but replies are still read.</summary>
    public void EndSaying() => _client.Client.Shutdown(SocketShutdown.Send);

    /// <summary>One whole reply, all its lines; each must begin with what was expected of the first.</summary>
    public async Task<string> HearAsync(string expected)
    {
        var reply = new StringBuilder();
        while (true)
        {
            string line = await HearLineAsync()
                ?? throw new EndOfStreamException($"'{expected}' wanted, the end heard.");
            reply.Append(line).Append('\n');
            if (line.Length < 4 || line[3] == '-') continue;
            string heard = reply.ToString().TrimEnd('\n');
            Assert.StartsWith(expected, heard, StringComparison.Ordinal);
            return heard;
        }
    }

    /// <summary>A command and its reply.</summary>
    public async Task<string> AskAsync(string command, string expected)
    {
        await SayAsync(command + "\r\n");
        return await HearAsync(expected);
    }

    /// <summary>The next line without its CRLF; null: the server has closed the connection.</summary>
    public async Task<string?> HearLineAsync()
    {
        while (true)
        {
            int end = _heard.IndexOf((byte)'\n');
            if (end >= 0)
            {
                Assert.True(end > 0 && _heard[end - 1] == '\r', "A reply line ended without CR.");
                string line = Encoding.Latin1.GetString([.. _heard[..(end - 1)]]);
                _heard.RemoveRange(0, end + 1);
                return line;
            }

            byte[] buffer = new byte[4096];
            using var deadline = new CancellationTokenSource(Patience);
            int bytes = await _stream.ReadAsync(buffer, deadline.Token);
            if (bytes == 0)
            {
                Assert.Empty(_heard);
                return null;
            }

            _heard.AddRange(buffer[..bytes]);
        }
    }

    public async Task HearTheEndAsync() => Assert.Null(await HearLineAsync());

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }
}
