using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Smpp.Text;
using EmailSms.Store;
using EmailSms.Tests.Peers;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.Queue;

public sealed class SmsQueueTests : IAsyncDisposable
{
    private static readonly PhoneNumber Phone = PhoneNumber.FromE164("+447700900123");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 10, 0, 0, TimeSpan.Zero));
    private readonly TemporaryStore _disk;

    public SmsQueueTests() => _disk = new TemporaryStore(_time);

    private SqliteStore Store => _disk.Store;

    public ValueTask DisposeAsync() => _disk.DisposeAsync();

    [Fact]
    public async Task The_first_SMS_after_a_start_is_leased_from_disk_and_the_next_goes_straight_through()
    {
        SmsQueue queue = Queue();
        Guid first = await EnqueueAsync(queue);
        Assert.False(queue.Ready.TryRead(out _));
        await queue.LeaseAsync();
        Assert.Equal(first, Read(queue));

        Guid second = await EnqueueAsync(queue);
        Assert.Equal(second, Read(queue));
    }

    [Fact]
    public async Task What_does_not_fit_into_memory_waits_on_disk_and_keeps_its_order()
    {
        SmsQueue queue = Queue(new QueueOptions { ReadyMax = 3, LeaseMax = 2 });
        await queue.LeaseAsync(); // nothing is there, so what comes may go straight through
        List<Guid> ids = [];
        for (int i = 0; i < 10; i++) ids.Add(await EnqueueAsync(queue));
        Assert.Equal(3, queue.Held);

        List<Guid> sent = [];
        for (int round = 0; round < 20 && sent.Count < 10; round++)
        {
            while (queue.Ready.TryRead(out OutgoingSms? sms))
            {
                await SettleAsync(queue, sms);
                sent.Add(sms.Id);
            }

            await queue.LeaseAsync();
            Assert.InRange(queue.Held, 0, 3);
        }

        Assert.Equal(ids, sent);
    }

    [Fact]
    public async Task While_older_SMS_wait_on_disk_a_new_one_does_not_overtake_them()
    {
        SmsQueue queue = Queue(new QueueOptions { ReadyMax = 2, LeaseMax = 1 });
        await queue.LeaseAsync();
        for (int i = 0; i < 3; i++) await EnqueueAsync(queue); // the third is on disk
        await SettleAsync(queue, await ReadSmsAsync(queue));
        await EnqueueAsync(queue); // there is room, and somebody older

        Assert.Equal(1, queue.Held);
    }

    [Fact]
    public async Task A_rolled_back_write_leaves_neither_row_nor_lease()
    {
        SmsQueue queue = Queue();
        await queue.LeaseAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => Store.WriteAsync(db =>
        {
            queue.Enqueue(db, New(), new { });
            throw new InvalidOperationException();
        }));

        Assert.Equal(0, queue.Held);
        Assert.False(queue.Ready.TryRead(out _));
        Assert.Empty(Store.Read(db => SmsRecord.Search(db, new SmsSearch())));
    }

    [Fact]
    public async Task Leases_of_a_process_that_is_gone_are_taken_back_at_start()
    {
        SmsQueue gone = Queue();
        await gone.LeaseAsync();
        Guid id = await EnqueueAsync(gone); // leased with its insert

        SmsQueue next = Queue();
        await next.LeaseAsync();
        Assert.False(next.Ready.TryRead(out _));
        Assert.Equal(1, await next.Reclaim());
        await next.LeaseAsync();
        Assert.Equal(id, Read(next));
    }

    [Fact]
    public async Task Urgent_SMS_go_first_from_disk_and_from_memory_and_leave_room_for_the_others()
    {
        SmsQueue queue = Queue(new QueueOptions { ReadyMax = 8, LeaseMax = 8 });
        List<Guid> bulk = [];
        for (int i = 0; i < 4; i++) bulk.Add(await EnqueueAsync(queue));
        for (int i = 0; i < 20; i++) await EnqueueAsync(queue, smsClass: SmsClass.Urgent);
        await queue.LeaseAsync();

        List<SmsClass> order = [];
        while (queue.Ready.TryRead(out OutgoingSms? sms)) order.Add(sms.Class);
        Assert.Equal([.. Enumerable.Repeat(SmsClass.Urgent, 6), SmsClass.Normal, SmsClass.Normal], order);
    }

    [Fact]
    public async Task An_urgent_SMS_finds_room_in_a_memory_that_is_full_of_others()
    {
        SmsQueue queue = Queue(new QueueOptions { ReadyMax = 4, LeaseMax = 4 });
        await queue.LeaseAsync();
        for (int i = 0; i < 6; i++) await EnqueueAsync(queue); // two of them on disk
        Guid urgent = await EnqueueAsync(queue, smsClass: SmsClass.Urgent);

        Assert.Equal(urgent, Read(queue));
    }

    [Fact]
    public async Task One_in_memory_is_overtaken_a_bounded_number_of_times()
    {
        SmsQueue queue = Queue(new QueueOptions { ReadyMax = 4, LeaseMax = 4 });
        await queue.LeaseAsync();
        Guid bulk = await EnqueueAsync(queue);
        int overtaken = 0;
        while (true)
        {
            await EnqueueAsync(queue, smsClass: SmsClass.Urgent);
            OutgoingSms next = await ReadSmsAsync(queue);
            await SettleAsync(queue, next);
            if (next.Id == bulk) break;
            Assert.InRange(++overtaken, 1, queue.OvertakesMax);
        }
    }

    [Fact]
    public async Task What_is_for_later_is_in_nobody_s_way()
    {
        SmsQueue queue = Queue();
        await queue.LeaseAsync();
        long due = NowMs() + 60_000;
        await EnqueueAsync(queue, dueMs: due);
        Guid now = await EnqueueAsync(queue);

        Assert.Equal(now, Read(queue));
        Assert.Equal(due, await queue.LeaseAsync());
    }

    [Fact]
    public async Task A_retry_is_not_leased_before_it_is_due()
    {
        SmsQueue queue = Queue();
        await EnqueueAsync(queue);
        await queue.LeaseAsync();
        OutgoingSms sms = await ReadSmsAsync(queue);
        long due = NowMs() + 5000;
        var code = new FailureCode(FailureClass.Temporary, "smpp:ESME_RSYSERR", "4.3.0", "Trouble.");
        await Store.WriteAsync(db => Settlement.Retry(
            db, sms, new Attempt("main", [], new Outcome.Retry(code)), code, due, NowMs()));
        queue.Settled(1);

        Assert.Equal(due, await queue.LeaseAsync());
        Assert.False(queue.Ready.TryRead(out _));
        _time.Advance(TimeSpan.FromSeconds(5));
        await queue.LeaseAsync();
        OutgoingSms again = await ReadSmsAsync(queue);
        Assert.Equal((sms.Id, 1, sms.Reference), (again.Id, again.Attempts, again.Reference));
    }

    [Fact]
    public async Task Parts_that_a_carrier_took_are_not_sent_again()
    {
        SmsQueue queue = Queue();
        await EnqueueAsync(queue, parts: 3);
        await queue.LeaseAsync();
        OutgoingSms sms = await ReadSmsAsync(queue);
        var code = new FailureCode(FailureClass.Temporary, "not-sent:not bound", "4.4.1", "Trouble.");
        var attempt = new Attempt("main", [new AcceptedPart(2, "a2")], new Outcome.Retry(code));
        await Store.WriteAsync(db =>
        {
            Receipts.AddSubmissions(db, sms, attempt, NowMs());
            Settlement.Retry(db, sms, attempt, code, NowMs(), NowMs());
        });
        queue.Settled(1);
        await queue.LeaseAsync();

        OutgoingSms again = await ReadSmsAsync(queue);
        Assert.Equal([new PartTaken("main", 2)], again.PartsAccepted);
        Assert.False(again.IsAccepted("other", 2)); // which may cut the text elsewhere
    }

    [Fact]
    public async Task Returned_SMS_are_leased_again()
    {
        SmsQueue queue = Queue();
        await queue.LeaseAsync();
        Guid id = await EnqueueAsync(queue);
        await queue.ReturnAsync([await ReadSmsAsync(queue)]);
        Assert.Equal(0, queue.Held);
        await queue.LeaseAsync();
        Assert.Equal(id, Read(queue));
    }

    [Fact]
    public async Task Expired_SMS_are_found_unless_they_are_leased()
    {
        SmsQueue queue = Queue();
        Guid id = await EnqueueAsync(queue);
        _time.Advance(TimeSpan.FromHours(25));
        Assert.Equal([(id, FailureCode.Expired)], Store.Read(db => Settlement.FindExpired(db, NowMs())));
        await queue.LeaseAsync();
        Assert.Empty(Store.Read(db => Settlement.FindExpired(db, NowMs())));
    }

    [Fact]
    public async Task A_repeat_is_the_same_mail_from_the_same_sender_to_the_same_number_in_the_window()
    {
        SmsQueue queue = Queue();
        var mailId = TimeOrderedId.Next(_time);
        Guid id = Guid.Empty;
        await Store.WriteAsync(db =>
        {
            queue.AddMail(db, new NewMail(mailId, "Ann@x.example", "<1@x>", "<1@x>", "s", 1, "ip", "127.0.0.1", 100));
            NewSms sms = New() with { MailId = mailId };
            id = sms.Id;
            queue.Enqueue(db, sms, new { });
        });

        Guid? Find(string message, string from, string to, long since) =>
            Store.Read(db => SmsQueue.FindRepeat(db, message, from, PhoneNumber.FromE164(to), since));
        Assert.Equal(id, Find("<1@x>", "ann@x.example", "+447700900123", NowMs()));
        Assert.Null(Find("<2@x>", "ann@x.example", "+447700900123", NowMs()));
        Assert.Null(Find("<1@x>", "eve@x.example", "+447700900123", NowMs()));
        Assert.Null(Find("<1@x>", "ann@x.example", "+447700900124", NowMs()));
        Assert.Null(Find("<1@x>", "ann@x.example", "+447700900123", NowMs() + 1));
    }

    private SmsQueue Queue(QueueOptions? options = null) => new(Store, options ?? new QueueOptions(), _time);

    private NewSms New(int parts = 1) => new(
        TimeOrderedId.Next(_time), null, Phone, "", "ann@x.example", "Hello", "gsm7", parts, 1, NoticeSetting.Failures,
        NowMs() + (long)TimeSpan.FromHours(24).TotalMilliseconds);

    [Fact]
    public async Task An_SMS_keeps_its_language_through_memory_and_disk()
    {
        SmsQueue queue = Queue();
        NewSms sms = New(parts: 1) with { Encoding = "gsm7-turkish" };
        await Store.WriteAsync(db => queue.Enqueue(db, sms, new { from = "ann@x.example" }));
        await queue.LeaseAsync();
        Assert.Equal(NationalLanguage.Turkish, (await ReadSmsAsync(queue)).Language);
        NewSms next = New(parts: 1) with { Encoding = "gsm7-urdu" };
        await Store.WriteAsync(db => queue.Enqueue(db, next, new { from = "ann@x.example" }));
        Assert.Equal(NationalLanguage.Urdu, (await ReadSmsAsync(queue)).Language);
    }

    private async Task<Guid> EnqueueAsync(
        SmsQueue queue, int parts = 1, SmsClass smsClass = SmsClass.Normal, long? dueMs = null)
    {
        NewSms sms = New(parts) with { Class = smsClass, DueMs = dueMs };
        await Store.WriteAsync(db => queue.Enqueue(db, sms, new { from = "ann@x.example" }));
        return sms.Id;
    }

    private static Guid Read(SmsQueue queue) => queue.Ready.TryRead(out OutgoingSms? sms) ? sms.Id : Guid.Empty;

    private static async Task<OutgoingSms> ReadSmsAsync(SmsQueue queue)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        return await queue.Ready.ReadAsync(deadline.Token);
    }

    private async Task SettleAsync(SmsQueue queue, OutgoingSms sms)
    {
        var attempt = new Attempt("main", [new AcceptedPart(1, sms.Id.ToString())], new Outcome.Accepted());
        await Store.WriteAsync(db =>
        {
            Settlement.Sent(db, sms, attempt, NowMs());
            Receipts.AddSubmissions(db, sms, attempt, NowMs());
        });
        queue.Settled(1);
    }

    private long NowMs() => _time.GetUtcNow().ToUnixTimeMilliseconds();
}
