using EmailSms.Delivery;
using EmailSms.MailOut;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Store;
using EmailSms.Tests.Peers;
using Microsoft.Extensions.Time.Testing;
using MimeKit;

namespace EmailSms.Tests.Delivery;

/// <summary>What is told in one mail, when, and what is not told any more.</summary>
public sealed class NoticeDeskTests : IAsyncDisposable
{
    private static readonly DateTimeOffset Began = new(2026, 11, 25, 10, 0, 0, TimeSpan.Zero);
    private static readonly NoticeOptions Options = new();

    private readonly FakeTimeProvider _time = new(Began);
    private readonly TemporaryStore _disk;
    private readonly SmsQueue _queue;
    private readonly Outbox _outbox;
    private readonly NoticeDesk _desk;

    public NoticeDeskTests()
    {
        _disk = new TemporaryStore(_time);
        _queue = new SmsQueue(Store, new QueueOptions(), _time);
        _outbox = new Outbox(Store, new SmartHostOptions(), _time);
        _desk = new NoticeDesk(_outbox, Options, "sms.example", TimeZoneInfo.Utc, _time);
    }

    private SqliteStore Store => _disk.Store;

    public async ValueTask DisposeAsync()
    {
        _outbox.Dispose();
        await _disk.DisposeAsync();
    }

    [Fact]
    public async Task That_the_SMS_of_a_mail_still_wait_is_one_mail()
    {
        List<Guid> sms = await AcceptAsync([.. Enumerable.Range(100, 50), 100]);
        _time.Advance(Options.DelayAfter);
        await Store.WriteAsync(db => LookAt(db, sms[..20]));
        Assert.Empty(Mails()); // the others are looked at in a moment
        await Store.WriteAsync(db => LookAt(db, sms[20..]));
        MimeMessage mail = Assert.Single(Mails());
        Assert.Equal("Delayed: SMS to 50 numbers", mail.Subject);
        Assert.Equal($"delayed.{sms[0]}@sms.example", mail.MessageId);
        Assert.All(sms, one => Assert.Equal(1, NoticesOf(one)));
    }

    [Fact]
    public async Task And_one_that_no_more_is_known_of_them()
    {
        List<Guid> sms = await AcceptAsync([101, 102], NoticeSetting.Always);
        await SetAsync(sms, SmsState.Sent);
        _time.Advance(TimeSpan.FromDays(1) + Options.ReceiptGrace);
        await Store.WriteAsync(db => LookAt(db, sms));
        Assert.Equal("Handed over: SMS to 2 numbers", Assert.Single(Mails()).Subject);
    }

    [Theory]
    [InlineData(nameof(DsnNotify.Success), 1)] // a program is told once that it went well
    [InlineData(nameof(DsnNotify.Unsaid), 2)]
    public async Task And_one_that_arrived_after_that_is_told_to_people(string asked, int count)
    {
        List<Guid> sms = await AcceptAsync([101], NoticeSetting.Always, asked: Enum.Parse<DsnNotify>(asked));
        await SetAsync(sms, SmsState.Sent);
        _time.Advance(TimeSpan.FromDays(1) + Options.ReceiptGrace);
        await Store.WriteAsync(db => LookAt(db, sms));
        Assert.Equal("Handed over: SMS to +44 7700 900101", Assert.Single(Mails()).Subject);
        await EndAsync(sms[0], SmsState.Delivered);
        Assert.Equal(count, Mails().Count);
        Assert.Equal(count, Mails().Select(mail => mail.MessageId).Distinct().Count());
    }

    [Fact]
    public async Task What_the_others_wait_for_is_waited_for_no_longer_than_the_time_for_it()
    {
        List<Guid> sms = await AcceptAsync([101, 102]);
        _time.Advance(Options.DelayAfter);
        await Store.WriteAsync(db => LookAt(db, sms[..1]));
        Assert.Empty(Mails());
        Assert.Equal(
            (Began + Options.DelayAfter + Options.CollectFor).ToUnixTimeMilliseconds(),
            Store.Read(Notices.NextDueMs));
    }

    [Fact]
    public async Task A_delay_that_is_over_is_not_told()
    {
        List<Guid> sms = await AcceptAsync([101, 102, 103]);
        _time.Advance(Options.DelayAfter);
        await Store.WriteAsync(db => LookAt(db, sms[..2]));
        await SetAsync(sms[..1], SmsState.Sent);
        await Store.WriteAsync(db => LookAt(db, sms[2..]));
        Assert.Equal("Delayed: SMS to 2 numbers", Assert.Single(Mails()).Subject);
        Assert.Equal([0, 1, 1], sms.Select(NoticesOf));
        Assert.Null(Store.Read(Notices.NextDueMs));
    }

    [Fact]
    public async Task Who_asks_for_a_read_receipt_gets_one_for_each_number()
    {
        List<Guid> sms = await AcceptAsync([101, 102, 101, 101], tellsEach: true);
        await EndAsync(sms[0], SmsState.Delivered);
        await EndAsync(sms[2], SmsState.Failed);
        Assert.Empty(Mails()); // one more to that number is on its way
        await EndAsync(sms[1], SmsState.Delivered);
        Assert.Equal("Delivered: SMS to +44 7700 900102", Assert.Single(Mails()).Subject);
        await EndAsync(sms[3], SmsState.Delivered);
        Assert.Equal("Not delivered: SMS to +44 7700 900101", Mails()[1].Subject);
        Assert.Equal(2, Mails().Count);
    }

    [Fact]
    public async Task What_nobody_wants_to_hear_of_holds_up_nothing_that_somebody_does()
    {
        List<Guid> sms = await AcceptAsync([101, 101], tellsEach: true, asked: DsnNotify.Failure);
        await EndAsync(sms[0], SmsState.Failed);
        Assert.Empty(Mails());
        await EndAsync(sms[1], SmsState.Delivered);
        Assert.Equal("Not delivered: SMS to +44 7700 900101", Assert.Single(Mails()).Subject);
    }

    private async Task<List<Guid>> AcceptAsync(
        int[] phones, NoticeSetting notices = NoticeSetting.Failures, bool tellsEach = false,
        DsnNotify asked = DsnNotify.Unsaid)
    {
        var mail = Guid.CreateVersion7();
        long now = Began.ToUnixTimeMilliseconds();
        long expires = Began.AddDays(1).ToUnixTimeMilliseconds();
        List<Guid> made = [];
        foreach (int phone in phones)
        {
            var sms = new NewSms(
                TimeOrderedId.Next(_time), mail, PhoneNumber.FromE164($"+447700900{phone}"), "", "ann@x.example",
                "Hello", "gsm7", 1, 1, notices, expires)
            {
                Dsn = new DsnRequest(asked, null),
                TellsEach = tellsEach,
                LookMs = Options.FirstLookMs(asked, notices, tellsEach, now, expires),
            };
            await Store.WriteAsync(db => _queue.Enqueue(db, sms, new { }));
            made.Add(sms.Id);
        }

        return made;
    }

    private void LookAt(StoreSession db, IEnumerable<Guid> all)
    {
        foreach (Guid sms in all) _desk.Look(db, sms);
    }

    private Task SetAsync(IEnumerable<Guid> all, SmsState state) => Store.WriteAsync(db =>
    {
        foreach (Guid sms in all) Set(db, sms, state);
    });

    private Task EndAsync(Guid id, SmsState state) => Store.WriteAsync(db =>
    {
        Set(db, id, state);
        bool isGood = state is SmsState.Delivered;
        _desk.Tell(
            db, SmsRecord.Find(db, id)!, isGood ? NoticeFate.Delivered : NoticeFate.Failed,
            isGood ? null : FailureCode.Expired);
    });

    private static void Set(StoreSession db, Guid sms, SmsState state) => db.Execute(
        "update sms set state = @state where id = @id",
        ("@state", SmsRecord.StateText(state)), ("@id", sms.ToString()));

    private List<MimeMessage> Mails() => Store.Read(db => db.Query(
        "select content from outbox order by id",
        row => MimeMessage.Load(new MemoryStream((byte[])row.GetValue(0)), TestContext.Current.CancellationToken)));

    private int NoticesOf(Guid sms) => Store.Read(db => Timeline.Of(db, sms))
        .Count(line => line.Kind == Timeline.Notice);
}
