using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EmailSms.Load;

/// <summary>
/// One SMTP session that sends mail after mail: envelope in one packet (RFC 2920), then the mail, then it waits for
/// the answer. It notes when the dot was sent and when the answer came.
/// </summary>
internal sealed class Sender(IPEndPoint server, Ledger ledger, int bodyBytes)
{
    /// <summary>Sends the mails that <paramref name="next"/> names, until it names none.</summary>
    public async Task RunAsync(Func<ValueTask<int>> next)
    {
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(server);
        await using NetworkStream stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII, false, 4096, leaveOpen: true);
        await HearAsync(reader, "220");
        await SayAsync(stream, "EHLO load.example\r\n");
        await HearAsync(reader, "250");
        string filler = new('x', Math.Max(0, bodyBytes - 12));
        while (await next() is >= 0 and var mail)
        {
            await SayAsync(
                stream,
                $"MAIL FROM:<ups@plant.example>\r\nRCPT TO:<+4477009{mail % 100_000:00000}@sms.example>\r\nDATA\r\n");
            await HearAsync(reader, "250");
            await HearAsync(reader, "250");
            await HearAsync(reader, "354");
            ledger.Dot[mail] = Stopwatch.GetTimestamp();
            await SayAsync(
                stream,
                $"From: ups@plant.example\r\nSubject: load\r\nMessage-ID: <{mail}@plant.example>\r\n\r\n"
                + $"{mail:0000000} {filler}\r\n.\r\n");
            await HearAsync(reader, "250");
            ledger.Answered[mail] = Stopwatch.GetTimestamp();
        }

        await SayAsync(stream, "QUIT\r\n");
    }

    private static ValueTask SayAsync(NetworkStream stream, string text) =>
        stream.WriteAsync(Encoding.ASCII.GetBytes(text));

    private static async Task HearAsync(StreamReader reader, string code)
    {
        while (true)
        {
            string line = await reader.ReadLineAsync() ?? throw new IOException("The service hung up.");
            if (!line.StartsWith(code, StringComparison.Ordinal)) throw new IOException($"The service said {line}");
            if (line.Length < 4 || line[3] == ' ') return;
        }
    }
}
