using EmailSms.MailOut;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Replies;
using EmailSms.Store;
using EmailSms.Tests.Peers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MimeKit;

namespace EmailSms.Tests.Replies;

/// <summary>The desk that takes what phones send, on a real disk; only the clock is moved by hand.</summary>
internal sealed class ReplyRig : IAsyncDisposable
{
    public const string Own = "+447700900999";
    public const string Phone = "+447700900123";
    public const string Ann = "ann@clinic.example";
    public const string Bob = "bob@clinic.example";
    public const string Desk = "desk@clinic.example";

    private const int MailsMax = 1000;

    private readonly TemporaryStore _disk;
    private readonly Outbox _outbox;
    private readonly SmsQueue _queue;
    private readonly UnansweredTexts _unanswered;
    private readonly ReplyDesk _desk;
    private readonly List<MimeMessage> _seen = [];

    public ReplyRig(Action<RepliesOptions>? change = null)
    {
        var options = new RepliesOptions { DefaultMailbox = "office@clinic.example" };
        change?.Invoke(options);
        _disk = new TemporaryStore(Clock);
        _outbox = new Outbox(_disk.Store, new SmartHostOptions { Host = "127.0.0.1" }, Clock);
        _queue = new SmsQueue(_disk.Store, new QueueOptions(), Clock);
        _unanswered = new UnansweredTexts(_disk.Store, Clock, NullLogger<UnansweredTexts>.Instance);
        var words = new OptOutOptions();
        var mails = new ReplyMails(_outbox, options, "sms.example", Clock);
        _desk = new ReplyDesk(
            _disk.Store,
            new KeywordDesk(
                _queue, new OptOuts(_disk.Store), words.ReadWords(), options, words, (_, _) => false, Clock,
                NullLogger<KeywordDesk>.Instance),
            new Escalations(_queue, static (_, _, _, _, _, _) => { }, new NoticeOptions(), Clock),
            new ReplyRouting(options), new Questions(_queue, options, Clock), mails, _unanswered, options, Clock,
            NullLogger<ReplyDesk>.Instance);
        Dead = new DeadMailboxes(_disk.Store, mails, options, Clock, NullLogger<DeadMailboxes>.Instance);
    }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 25, 10, 0, 0, TimeSpan.Zero));

    public SqliteStore Store => _disk.Store;

    public DeadMailboxes Dead { get; }

    /// <summary>All mails that came out and were looked at.</summary>
    public IReadOnlyList<MimeMessage> Mails => _seen;

    /// <summary>A mailbox writes to the phone. Returns the SMS, which waits to be sent.</summary>
    public async Task<Guid> WriteAsync(string mailbox, string text = "Hello", string own = Own)
    {
        Clock.Advance(TimeSpan.FromSeconds(1));
        Guid id = TimeOrderedId.Next(Clock);
        PhoneNumber phone = PhoneNumber.FromE164(Phone);
        await Store.WriteAsync(db =>
        {
            _queue.Enqueue(
                db,
                new NewSms(
                    id, null, phone, own, mailbox, text, "gsm7", 1, 1, NoticeSetting.Never,
                    Clock.GetUtcNow().AddDays(1).ToUnixTimeMilliseconds()),
                new { });
            Conversations.NoteSms(db, own, phone, mailbox, id, $"<{id}@clinic.example>", NowMs());
        });
        return id;
    }

    /// <summary>The person texts, a second later. Returns the mails that come of it.</summary>
    public Task<List<MimeMessage>> TextAsync(string text) =>
        TextAsync(new InboundText("main", Phone, Own, text, null));

    public async Task<List<MimeMessage>> TextAsync(InboundText text)
    {
        Clock.Advance(TimeSpan.FromSeconds(1));
        await _desk.TakeAsync(text, CancellationToken.None);
        return await NewMailsAsync();
    }

    /// <summary>Time passes, and what has waited too long is delivered.</summary>
    public async Task<List<MimeMessage>> PassAsync(TimeSpan time)
    {
        Clock.Advance(time);
        await _desk.TakeOverdueAsync();
        return await NewMailsAsync();
    }

    public async Task<List<MimeMessage>> NewMailsAsync()
    {
        DueMail due = await _outbox.TakeDueAsync(MailsMax);
        List<MimeMessage> mails = [];
        foreach (QueuedMail one in due.Mails.Skip(_seen.Count))
        {
            using var content = new MemoryStream(one.Mail.Content);
            mails.Add(await MimeMessage.LoadAsync(content));
        }

        _seen.AddRange(mails);
        return mails;
    }

    /// <summary>What the person was asked.</summary>
    public string Question() => (string)Store.Read(db => db.Scalar(
        "select body from sms where mailbox = '' order by id desc limit 1"))!;

    public string? ReasonOf(string text) => Store.Read(db => db.Scalar(
        "select reason from inbound where body = @body order by id desc limit 1", ("@body", text))) as string;

    public async ValueTask DisposeAsync()
    {
        _unanswered.Dispose();
        _outbox.Dispose();
        await _disk.DisposeAsync();
    }

    private long NowMs() => Clock.GetUtcNow().ToUnixTimeMilliseconds();
}
