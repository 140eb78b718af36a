using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EmailSms.Tests.Peers;

/// <summary>Where a client stands when <see cref="SmtpSink.Answer"/> is asked.</summary>
internal enum SinkStage
{
    Greeting,
    Hello,
    Auth,
    Mail,
    Recipient,
    Data,
    EndOfData,
    Reset,
    Quit,
}

/// <summary>A mail that the sink has said 250 to.</summary>
internal sealed record SunkMail(string From, string To, byte[] Content);

/// <summary>
/// A mail server that keeps what it is given: SMTP on a bare socket of loopback, so that a client is tested against
/// bytes and not against a library of its own kind. It can be told what to answer at each stage, hang up, be away and
/// come back on the same port.
/// </summary>
internal sealed class SmtpSink : IAsyncDisposable
{
    /// <summary>An answer that is none: the connection ends.</summary>
    public const string HangUp = "";

    private readonly ConcurrentQueue<SunkMail> _mails = new();
    private readonly ConcurrentQueue<string> _commands = new();
    private readonly ConcurrentDictionary<TcpClient, Task> _talks = new();
    private TcpListener? _listener;
    private Task _accepting = Task.CompletedTask;
    private int _connections;

    public int Port { get; private set; }

    /// <summary>What the greeting to EHLO offers besides the name.</summary>
    public string[] Offers { get; set; } = ["PIPELINING", "8BITMIME"];

    /// <summary>The answer at a stage; null for the usual one. The text is the line that led there.</summary>
    public Func<SinkStage, string, string?> Answer { get; set; } = (_, _) => null;

    /// <summary>While it is not done, the reply to the last dot is held back.</summary>
    public Task EndOfDataGate { get; set; } = Task.CompletedTask;

    public int Connections => Volatile.Read(ref _connections);

    public IReadOnlyList<SunkMail> Mails => [.. _mails];

    public IReadOnlyList<string> Commands => [.. _commands];

    /// <summary>A sink that listens.</summary>
    public static SmtpSink Open()
    {
        var sink = new SmtpSink();
        sink.Start();
        return sink;
    }

    /// <summary>A sink that has a port and does not listen on it yet.</summary>
    public static async Task<SmtpSink> AwayAsync()
    {
        SmtpSink sink = Open();
        await sink.StopAsync();
        return sink;
    }

    public void Start()
    {
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync(_listener);
    }

    public async Task StopAsync()
    {
        _listener?.Dispose();
        foreach (TcpClient client in _talks.Keys) client.Dispose();
        await _accepting;
        await Task.WhenAll(_talks.Values);
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task AcceptAsync(TcpListener listener)
    {
        while (true)
        {
            try
            {
                TcpClient client = await listener.AcceptTcpClientAsync();
                Interlocked.Increment(ref _connections);
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
        await Task.Yield();
        try
        {
            using (client)
            {
                await ConverseAsync(client.GetStream());
            }
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException or SocketException)
        {
        }
    }

    private async Task ConverseAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.Latin1);
        if (!await SayAsync(stream, SinkStage.Greeting, "", "220 sink.test ESMTP")) return;
        (string from, string to) = ("", "");
        while (await reader.ReadLineAsync() is { } line)
        {
            _commands.Enqueue(line);
            string verb = line.Split(' ')[0].ToUpperInvariant();
            if (verb == "MAIL") from = Path(line);
            if (verb == "RCPT") to = Path(line);
            bool goesOn = verb switch
            {
                "EHLO" => await SayAsync(stream, SinkStage.Hello, line, Hello()),
                "AUTH" => await SayAsync(stream, SinkStage.Auth, line, "235 2.7.0 welcome"),
                "MAIL" => await SayAsync(stream, SinkStage.Mail, line, "250 2.1.0 ok"),
                "RCPT" => await SayAsync(stream, SinkStage.Recipient, line, "250 2.1.5 ok"),
                "DATA" => await TakeAsync(stream, reader, from, to, line),
                "RSET" => await SayAsync(stream, SinkStage.Reset, line, "250 2.0.0 ok"),
                "NOOP" => await SayAsync(stream, SinkStage.Reset, line, "250 2.0.0 ok"),
                "QUIT" => await SayAsync(stream, SinkStage.Quit, line, "221 2.0.0 bye") && false,
                _ => await SayAsync(stream, SinkStage.Reset, line, "500 5.5.1 unknown"),
            };
            if (!goesOn) return;
        }
    }

    private async Task<bool> TakeAsync(NetworkStream stream, StreamReader reader, string from, string to, string line)
    {
        const string go = "354 go on";
        string answer = Answer(SinkStage.Data, line) ?? go;
        if (!await WriteAsync(stream, answer)) return false;
        if (answer != go) return true;

        var content = new StringBuilder();
        while (await reader.ReadLineAsync() is { } text)
        {
            if (text != ".")
            {
                content.Append(text.StartsWith('.') ? text[1..] : text).Append("\r\n");
                continue;
            }

            await EndOfDataGate;
            string end = Answer(SinkStage.EndOfData, "") ?? "250 2.0.0 kept";
            byte[] bytes = Encoding.Latin1.GetBytes(content.ToString());
            if (end.StartsWith('2')) _mails.Enqueue(new SunkMail(from, to, bytes));
            return await WriteAsync(stream, end);
        }

        return false;
    }

    private string Hello() =>
        string.Join("\r\n", (string[])["250-sink.test", .. Offers.Select(offer => "250-" + offer), "250 HELP"]);

    private Task<bool> SayAsync(NetworkStream stream, SinkStage stage, string line, string usual) =>
        WriteAsync(stream, Answer(stage, line) ?? usual);

    private static async Task<bool> WriteAsync(NetworkStream stream, string answer)
    {
        if (answer == HangUp) return false;
        await stream.WriteAsync(Encoding.Latin1.GetBytes(answer + "\r\n"));
        return true;
    }

    private static string Path(string line) => line[(line.IndexOf('<') + 1)..line.IndexOf('>')];
}
