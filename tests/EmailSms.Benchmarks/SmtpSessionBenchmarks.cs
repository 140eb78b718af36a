using System.IO.Pipelines;
using System.Text;
using BenchmarkDotNet.Attributes;
using EmailSms.Smtp;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Benchmarks;

/// <summary>
/// What the listener itself spends on a mail: sessions on pipes instead of sockets, and a handler that keeps nothing.
/// Allocated is what the listener makes for one mail; with one mail a session, the session is in it.
/// </summary>
[MemoryDiagnoser]
public class SmtpSessionBenchmarks
{
    private const int Mails = 1000;

    private readonly SmtpConnectionHandler _server = new(
        new SmtpServerOptions { ConnectionsPerMinuteMax = 1_000_000 }, static () => new Discard(),
        NullLoggerFactory.Instance);

    private byte[] _talk = [];
    private int _sessions;

    [Params(512, 5 * 1024)]
    public int MailBytes { get; set; }

    [Params(1, 100)]
    public int MailsPerSession { get; set; }

    [Params(false, true)]
    public bool Pipelined { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _sessions = Mails / MailsPerSession;
        var mail = new StringBuilder("Subject: benchmark\r\n\r\n");
        while (mail.Length < MailBytes) mail.Append("A line of an ordinary length, as people write them by hand.\r\n");
        var talk = new StringBuilder("EHLO client.example\r\n");
        for (int i = 0; i < MailsPerSession; i++)
        {
            talk.Append("MAIL FROM:<ann@a.example> SIZE=512\r\nRCPT TO:<+447700900123@gw.example>\r\nDATA\r\n");
            talk.Append(mail).Append(".\r\n");
        }

        _talk = Encoding.Latin1.GetBytes(talk.Append("QUIT\r\n").ToString());
    }

    [Benchmark(OperationsPerInvoke = Mails)]
    public async Task TakeMails()
    {
        for (int i = 0; i < _sessions; i++) await RunSessionAsync();
    }

    private async Task RunSessionAsync()
    {
        var inline = new PipeOptions(null, PipeScheduler.Inline, PipeScheduler.Inline, 0, 0, -1, false);
        var toServer = new Pipe(inline);
        var toClient = new Pipe(inline);
        var connection = new DefaultConnectionContext(
            "benchmark", new Duplex(toServer.Reader, toClient.Writer), new Duplex(toClient.Reader, toServer.Writer));
        Task session = _server.OnConnectedAsync(connection);
        if (Pipelined)
        {
            await toServer.Writer.WriteAsync(_talk);
        }
        else
        {
            // A line a read: the worst that a client can do short of single octets.
            for (int at = 0; at < _talk.Length;)
            {
                int end = at + _talk.AsSpan(at).IndexOf((byte)'\n') + 1;
                await toServer.Writer.WriteAsync(_talk.AsMemory(at, end - at));
                at = end;
            }
        }

        await toServer.Writer.CompleteAsync();
        await session;
        ReadResult read = await toClient.Reader.ReadAsync();
        toClient.Reader.AdvanceTo(read.Buffer.End);
        await toClient.Writer.CompleteAsync();
        await toClient.Reader.CompleteAsync();
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    /// <summary>Takes everything and keeps nothing.</summary>
    private sealed class Discard : ISmtpHandler
    {
        public ValueTask<SmtpReply> OnConnectAsync(SmtpSessionInfo session, CancellationToken stopping) =>
            new(SmtpReply.Ok);

        public ValueTask<SmtpReply> OnMailAsync(SmtpMailFrom mail, CancellationToken stopping) =>
            new(SmtpReply.SenderOk);

        public ValueTask<SmtpReply> OnRecipientAsync(SmtpRcptTo recipient, CancellationToken stopping) =>
            new(SmtpReply.RecipientOk);

        public ValueTask<SmtpReply> OnMessageAsync(SmtpMessage message, CancellationToken stopping) =>
            new(SmtpReply.MailTaken);

        public void OnReset()
        {
        }
    }
}
