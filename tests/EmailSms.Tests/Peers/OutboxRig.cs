using System.Text;
using EmailSms.MailOut;
using EmailSms.Messages;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.Peers;

/// <summary>An outbox on a real disk with its sender; only the clock is moved by hand.</summary>
internal sealed class OutboxRig : IAsyncDisposable
{
    private OutboxSender? _sender;

    public OutboxRig()
    {
        Disk = new TemporaryStore(Clock);
        Outbox = new Outbox(Disk.Store, Options, Clock);
    }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));

    public RecordedLog<OutboxSender> Log { get; } = new();

    public SmartHostOptions Options { get; } = new() { Host = "127.0.0.1", Tls = SmartHostTls.None };

    public List<DkimOptions> Keys { get; } = [];

    public Func<DkimSignatures, IMailRoute> Direct { get; set; } = _ => throw new InvalidOperationException();

    public TemporaryStore Disk { get; }

    public Outbox Outbox { get; }

    public async Task StartAsync(int port)
    {
        Options.Port = port;
        _sender = new OutboxSender(Outbox, Options, Keys, Disk.Store, Direct, Clock, Log);
        await _sender.StartAsync(CancellationToken.None);
    }

    public async Task StopAsync()
    {
        if (_sender is null) return;
        await _sender.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
        _sender.Dispose();
        _sender = null;
    }

    public Task<string> EnqueueAsync(string body) => EnqueueAsync(new OutgoingMail(
        MailKind.Notice, "", EmailAddress.Parse("ann@x.example"),
        Encoding.ASCII.GetBytes($"From: gw@gw.example\r\nSubject: x\r\n\r\n{body}\r\n")));

    public Task<string> EnqueueAsync(OutgoingMail mail) => Disk.Store.WriteAsync(db => Outbox.Enqueue(db, mail));

    public Task AllSentAsync() => Eventually.IsAsync(() => Outbox.Count().Queued == 0, Clock, TimeSpan.FromSeconds(10));

    public static IEnumerable<string> Bodies(SmtpSink sink) =>
        sink.Mails.Select(mail => Encoding.ASCII.GetString(mail.Content).Split("\r\n\r\n")[^1].TrimEnd());

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Outbox.Dispose();
        await Disk.DisposeAsync();
    }
}
