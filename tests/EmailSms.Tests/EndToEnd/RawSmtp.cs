using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EmailSms.Tests.EndToEnd;

/// <summary>
/// A mail client that says exactly the octets it is told to and hears whole replies, from an address of its choice.
/// </summary>
internal sealed class RawSmtp : IAsyncDisposable
{
    private readonly StreamReader _reader;
    private readonly NetworkStream _stream;

    private RawSmtp(Socket socket)
    {
        _stream = new NetworkStream(socket, ownsSocket: true);
        _reader = new StreamReader(_stream, Encoding.Latin1);
    }

    /// <summary>Connects, hears the greeting and says EHLO.</summary>
    /// <param name="server">Where to.</param>
    /// <param name="from">An address of loopback, for rules that look at where a mail comes from.</param>
    public static async Task<RawSmtp> OpenAsync(IPEndPoint server, string from = "127.0.0.1")
    {
        RawSmtp smtp = await ConnectAsync(server, from);
        Assert.StartsWith("220 ", await smtp.HearAsync(), StringComparison.Ordinal);
        Assert.StartsWith("250", await smtp.AskAsync("EHLO client.example"), StringComparison.Ordinal);
        return smtp;
    }

    /// <summary>Connects, and hears and says nothing yet.</summary>
    /// <param name="server">Where to: an address and port, or a Unix socket.</param>
    /// <param name="from">See <see cref="OpenAsync"/>.</param>
    public static async Task<RawSmtp> ConnectAsync(EndPoint server, string from = "127.0.0.1")
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        if (server is IPEndPoint)
        {
            socket.NoDelay = true;
            socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        }

        using var deadline = new CancellationTokenSource(TestGateway.Patience);
        await socket.ConnectAsync(server, deadline.Token);
        return new RawSmtp(socket);
    }

    /// <summary>Says a command and hears its reply.</summary>
    public async Task<string> AskAsync(string command)
    {
        await SayAsync(command + "\r\n");
        return await HearAsync();
    }

    /// <summary>Says a command that must be answered so.</summary>
    public async Task AskAsync(string command, string expected)
    {
        string heard = await AskAsync(command);
        Assert.True(heard.StartsWith(expected, StringComparison.Ordinal), $"{command}: {heard}");
    }

    /// <summary>Offers a mail to one number, its octets as they are, and hears what becomes of it.</summary>
    public async Task<string> OfferAsync(string content, string sender = TestGateway.Staff, string? to = null)
    {
        await AskAsync($"MAIL FROM:<{sender}>", "250");
        await AskAsync($"RCPT TO:<{to ?? TestGateway.Phone}@{TestGateway.Domain}>", "250");
        await AskAsync("DATA", "354");
        await SayAsync(content + "\r\n.\r\n");
        return await HearAsync();
    }

    public async Task SayAsync(string latin1)
    {
        using var deadline = new CancellationTokenSource(TestGateway.Patience);
        await _stream.WriteAsync(Encoding.Latin1.GetBytes(latin1), deadline.Token);
    }

    /// <summary>One whole reply: its lines, joined as one when there are several.</summary>
    public async Task<string> HearAsync()
    {
        using var deadline = new CancellationTokenSource(TestGateway.Patience);
        var reply = new StringBuilder();
        while (true)
        {
            string line = await _reader.ReadLineAsync(deadline.Token)
                ?? throw new EndOfStreamException($"The server hung up after '{reply}'.");
            reply.Append(reply.Length == 0 ? line : "\n" + line);
            if (line.Length < 4 || line[3] == ' ') return reply.ToString();
        }
    }

    /// <summary>True once the server has hung up, without a further word.</summary>
    public async Task<bool> IsOverAsync()
    {
        using var deadline = new CancellationTokenSource(TestGateway.Patience);
        try
        {
            return await _reader.ReadLineAsync(deadline.Token) is null;
        }
        catch (IOException)
        {
            return true; // a reset is an end, too
        }
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();
}
