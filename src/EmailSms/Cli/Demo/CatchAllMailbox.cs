using System.Net;
using System.Threading.Channels;
using EmailSms.Smtp;
using MimeKit;

namespace EmailSms.Cli.Demo;

/// <summary>A mail of the mailbox: who it was for on the envelope, and the mail.</summary>
internal sealed record CaughtMail(IReadOnlyList<string> Recipients, MimeMessage Mail);

/// <summary>
/// The mail server of the demo and of tests: takes every mail for anybody and keeps it in memory until it is read.
/// </summary>
internal sealed class CatchAllMailbox : IAsyncDisposable
{
    private const int MailsMax = 10_000; // it is memory: what nobody reads is forgotten, the oldest first

    private readonly SmtpServer _server;
    private readonly Channel<CaughtMail> _mails = Channel.CreateBounded<CaughtMail>(
        new BoundedChannelOptions(MailsMax) { FullMode = BoundedChannelFullMode.DropOldest });

    public CatchAllMailbox(ILoggerFactory loggers, TimeProvider time) => _server = new SmtpServer(
        new SmtpServerOptions { HostName = "mailbox.example", ConnectionsPerAddressMax = 200 },
        () => new Handler(_mails.Writer), loggers, time);

    /// <summary>Where it listens.</summary>
    public IPEndPoint Endpoint => _server.Endpoints[0];

    /// <summary>The mails, in the order in which they came.</summary>
    public ChannelReader<CaughtMail> Mails => _mails.Reader;

    public Task StartAsync(CancellationToken stopping) =>
        _server.StartAsync([new IPEndPoint(IPAddress.Loopback, 0)], stopping);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private sealed class Handler(ChannelWriter<CaughtMail> mails) : ISmtpHandler
    {
        public ValueTask<SmtpReply> OnConnectAsync(SmtpSessionInfo session, CancellationToken stopping) =>
            ValueTask.FromResult(SmtpReply.Ok);

        public ValueTask<SmtpReply> OnMailAsync(SmtpMailFrom mail, CancellationToken stopping) =>
            ValueTask.FromResult(SmtpReply.SenderOk);

        public ValueTask<SmtpReply> OnRecipientAsync(SmtpRcptTo recipient, CancellationToken stopping) =>
            ValueTask.FromResult(SmtpReply.RecipientOk);

        public async ValueTask<SmtpReply> OnMessageAsync(SmtpMessage message, CancellationToken stopping)
        {
            await using Stream bytes = message.OpenRead();
            MimeMessage mail = await MimeMessage.LoadAsync(bytes, stopping).ConfigureAwait(false);
            mails.TryWrite(new CaughtMail([.. message.Recipients.Select(one => one.Address)], mail));
            return SmtpReply.MailTaken;
        }

        public void OnReset()
        {
        }
    }
}
