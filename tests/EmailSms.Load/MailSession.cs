using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EmailSms.Load;

/// <summary>
/// A mail client that costs next to nothing, so that what is measured is the server: one kept connection, the envelope
/// pipelined (RFC 2920), the mail and its final dot in one write.
/// </summary>
internal sealed class MailSession : IDisposable
{
    private readonly Socket _socket;
    private readonly byte[] _heard = new byte[4096];
    private int _start;
    private int _end;

    private MailSession(Socket socket) => _socket = socket;

    /// <summary>Connects, hears the greeting, says EHLO.</summary>
    public static async Task<MailSession> OpenAsync(IPEndPoint server, CancellationToken deadline)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var session = new MailSession(socket);
        await socket.ConnectAsync(server, deadline);
        await session.HearAsync("220", deadline);
        await session.SayAsync("EHLO load.example\r\n", deadline);
        await session.HearAsync("250", deadline);
        return session;
    }

    /// <summary>
    /// Sends all mails of a journal over so many sessions: as fast as they are answered, or so many a second.
    /// </summary>
    public static async Task SendAllAsync(
        IPEndPoint server, Journal journal, LoadOptions options, int? rate, CancellationToken deadline)
    {
        int next = -1;
        int sessions = Math.Min(options.Sessions, journal.Count);
        long started = Journal.Now();

        async Task OneAsync()
        {
            using MailSession session = await OpenAsync(server, deadline);
            while (Interlocked.Increment(ref next) is int number && number < journal.Count)
            {
                // Each mail has its moment, whatever became of those before it.
                double due = rate is { } each ? (double)number / each : 0;
                double early = due - Journal.Seconds(started, Journal.Now());
                if (early > 0) await Task.Delay(TimeSpan.FromSeconds(early), deadline);
                await session.SendAsync(number, options.Bytes, journal, deadline);
            }
        }

        await Task.WhenAll(Enumerable.Range(0, sessions).Select(_ => OneAsync()));
    }

    /// <summary>Sends one mail, and writes down when its dot went out and when its 250 came.</summary>
    public async Task SendAsync(int number, int bytes, Journal journal, CancellationToken deadline)
    {
        string sender = string.Create(CultureInfo.InvariantCulture, $"ward{number % 100}@clinic.example");
        string envelope = string.Create(
            CultureInfo.InvariantCulture,
            $"MAIL FROM:<{sender}>\r\nRCPT TO:<+447700900{number % 1000:000}@sms.example>\r\nDATA\r\n");
        byte[] mail = Mail(journal.Name, number, sender, bytes);
        await SayAsync(envelope, deadline);
        await HearAsync("250", deadline);
        await HearAsync("250", deadline);
        await HearAsync("354", deadline);
        journal.Sent(number);
        await SayAsync(mail, deadline);
        await HearAsync("250", deadline);
        journal.Kept(number);
    }

    public void Dispose() => _socket.Dispose();

    // The text is one SMS. The rest of the size is header, as the mails of the field have it.
    private static byte[] Mail(string run, int number, string sender, int bytes)
    {
        var mail = new StringBuilder(bytes + 200);
        mail.Append(CultureInfo.InvariantCulture, $"From: {sender}\r\nSubject: Call\r\n");
        mail.Append(CultureInfo.InvariantCulture, $"Message-ID: <{run}-{number}@clinic.example>\r\n");
        string body = $"\r\n{Journal.Text(run, number)}\r\n.\r\n";
        for (int i = 0; mail.Length + body.Length + 20 < bytes; i++)
        {
            int letters = Math.Min(60, bytes - mail.Length - body.Length - 19);
            mail.Append(CultureInfo.InvariantCulture, $"X-Trace-{i:0000}: ").Append('x', letters).Append("\r\n");
        }

        return Encoding.ASCII.GetBytes(mail.Append(body).ToString());
    }

    private ValueTask SayAsync(string ascii, CancellationToken deadline) =>
        SayAsync(Encoding.ASCII.GetBytes(ascii), deadline);

    private async ValueTask SayAsync(ReadOnlyMemory<byte> octets, CancellationToken deadline)
    {
        while (octets.Length > 0) octets = octets[await _socket.SendAsync(octets, deadline)..];
    }

    // A reply of several lines has a dash after its code in all but the last (RFC 5321 4.2.1).
    private async ValueTask HearAsync(string code, CancellationToken deadline)
    {
        while (true)
        {
            string line = await LineAsync(deadline);
            if (!line.StartsWith(code, StringComparison.Ordinal))
            {
                throw new IOException($"The gateway answered '{line}' where {code} was due.");
            }

            if (line.Length == 3 || line[3] == ' ') return;
        }
    }

    private async ValueTask<string> LineAsync(CancellationToken deadline)
    {
        while (true)
        {
            int length = _heard.AsSpan(_start.._end).IndexOf("\r\n"u8);
            if (length >= 0)
            {
                string line = Encoding.ASCII.GetString(_heard, _start, length);
                _start += length + 2;
                return line;
            }

            _heard.AsSpan(_start.._end).CopyTo(_heard);
            (_start, _end) = (0, _end - _start);
            int read = await _socket.ReceiveAsync(_heard.AsMemory(_end), deadline);
            if (read == 0) throw new IOException("The gateway hung up.");
            _end += read;
        }
    }
}
