using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Store;
using EmailSms.Tests.Peers;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.Queue;

/// <summary>SMS that wait on disk for carriers are in nobody's way, and come back when their carrier does.</summary>
public sealed class WaitingSmsTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 25, 10, 0, 0, TimeSpan.Zero));
    private readonly TemporaryStore _disk;

    public WaitingSmsTests() => _disk = new TemporaryStore(_time);

    private SqliteStore Store => _disk.Store;

    public ValueTask DisposeAsync() => _disk.DisposeAsync();

    [Fact]
    public async Task A_lease_passes_them_over_and_one_for_their_carrier_takes_them_in_order()
    {
        SmsQueue queue = Queue();
        OutgoingSms[] all = await TakeAsync(queue, 6);
        await queue.ParkAsync(
        [
            new(all[0], ["main"], IsFull: true), new(all[1], ["main", "spare"], IsFull: false),
            new(all[2], ["main"], IsFull: true), new(all[3], ["spare"], IsFull: true),
        ]);
        Assert.Equal(2, queue.Held);
        Assert.True(queue.IsWaitedFor("main"));
        Assert.True(queue.IsWaitedFor("spare"));
        Assert.False(queue.IsWaitedFor("mai"));
        Assert.Equal(long.MaxValue, await queue.LeaseAsync() ?? long.MaxValue);
        Assert.Empty(Drain(queue));

        await queue.LeaseWaitingAsync("spare", 10);
        List<OutgoingSms> taken = Drain(queue);
        Assert.Equal([all[1].Id, all[3].Id], taken.Select(sms => sms.Id).Order());
        Assert.All(taken, sms => Assert.True(sms.HasWaited));
        Assert.False(queue.IsWaitedFor("spare"));
        await queue.LeaseWaitingAsync("main", 1);
        Assert.Equal(all[0].Id, Assert.Single(Drain(queue)).Id);
        await queue.LeaseWaitingAsync("main", 10);
        Assert.Equal(all[2].Id, Assert.Single(Drain(queue)).Id);
        Assert.False(queue.IsWaitedFor("main"));
        Assert.Equal(6, queue.Held);
    }

    [Fact]
    public async Task The_urgent_come_back_first_and_leave_a_part_of_the_room()
    {
        SmsQueue queue = Queue();
        OutgoingSms[] bulk = await TakeAsync(queue, 8);
        OutgoingSms[] urgent = await TakeAsync(queue, 8, SmsClass.Urgent);
        await queue.ParkAsync([.. bulk.Concat(urgent).Select(sms => new WaitingSms(sms, ["main"], IsFull: true))]);
        Assert.True(queue.IsWaitedFor("main", SmsClass.Urgent));
        await queue.LeaseWaitingAsync("main", 8);
        Assert.Equal(
            [.. Enumerable.Repeat(SmsClass.Urgent, 6), SmsClass.Normal, SmsClass.Normal],
            Drain(queue).Select(sms => sms.Class));
    }

    [Fact]
    public async Task A_carrier_that_closes_releases_who_waited_for_room_and_nobody_who_had_no_other()
    {
        SmsQueue queue = Queue();
        OutgoingSms[] all = await TakeAsync(queue, 2);
        await queue.ParkAsync([new(all[0], ["main"], IsFull: true), new(all[1], ["main"], IsFull: false)]);
        await queue.ReleaseAsync("main");
        await queue.LeaseAsync();
        Assert.Equal(all[0].Id, Assert.Single(Drain(queue)).Id);

        await queue.ReleaseAsync(carrier: null); // the clock has changed the routes
        await queue.LeaseAsync();
        Assert.Equal(all[1].Id, Assert.Single(Drain(queue)).Id);
        Assert.False(queue.IsWaitedFor("main"));
    }

    [Fact]
    public async Task A_lease_that_the_disk_refuses_forgets_nobody()
    {
        SmsQueue queue = Queue();
        OutgoingSms[] all = await TakeAsync(queue, 2);
        await queue.ParkAsync(
            [new(all[0], ["main"], IsFull: true), new(all[1], ["main", "spare"], IsFull: false)]);
        await Store.WriteAsync(db => db.Execute(
            $"""
            create trigger no before update of leased_by on sms when new.id = '{all[1].Id}'
            begin select raise(abort, 'not now'); end
            """));
        await Assert.ThrowsAnyAsync<Exception>(() => queue.LeaseWaitingAsync("main", 10));
        Assert.Equal(0, queue.Held);
        await Store.WriteAsync(db => db.Execute("drop trigger no"));
        await queue.LeaseWaitingAsync("main", 10);
        Assert.Equal(all.Select(sms => sms.Id), Drain(queue).Select(sms => sms.Id).Order());
    }

    [Fact]
    public async Task One_that_others_have_not_sent_comes_back_for_the_next_carrier_or_for_all_if_that_closes()
    {
        SmsQueue queue = Queue();
        OutgoingSms tried = Assert.Single(await TakeAsync(queue, 1)) with { Tried = ["main"] };
        await queue.ParkAsync([new(tried, ["spare"], IsFull: true)]);
        Assert.True(queue.IsWaitedFor("spare"));
        Assert.False(queue.IsWaitedFor("main"));
        await queue.LeaseWaitingAsync("spare", 10);
        OutgoingSms back = Assert.Single(Drain(queue));
        Assert.Equal("spare", back.GoesTo);
        await queue.ParkAsync([new(back, ["spare"], IsFull: true)]);
        await queue.ReleaseAsync("spare");
        await queue.LeaseAsync();
        Assert.Null(Assert.Single(Drain(queue)).GoesTo);
    }

    [Fact]
    public async Task One_that_waits_for_room_and_has_no_other_carrier_stays_where_it_is()
    {
        SmsQueue queue = Queue();
        OutgoingSms sms = Assert.Single(await TakeAsync(queue, 1));
        await queue.ParkAsync([new(sms, ["main"], IsFull: true) { HasOther = false }]);
        await queue.ReleaseAsync("main");
        await queue.LeaseAsync();
        Assert.Empty(Drain(queue));
        await queue.LeaseWaitingAsync("main", 10);
        Assert.Equal(sms.Id, Assert.Single(Drain(queue)).Id);
    }

    [Fact]
    public async Task A_throttle_knows_those_that_it_has_put_off_and_no_others()
    {
        SmsQueue queue = Queue();
        OutgoingSms sms = Assert.Single(await TakeAsync(queue, 1));
        foreach (string? reason in (string?[])[null, Settlement.Throttle])
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Store.WriteAsync(db => Settlement.Defer(db, sms.Id, NowMs(), reason));
            await queue.LeaseAsync();
            Assert.Equal(reason is not null, Assert.Single(Drain(queue)).WasPutOff);
        }
    }

    [Fact]
    public async Task The_next_start_looks_at_all_of_them_again()
    {
        SmsQueue queue = Queue();
        OutgoingSms[] all = await TakeAsync(queue, 2);
        await queue.ParkAsync([new(all[0], ["main"], IsFull: true), new(all[1], ["gone"], IsFull: false)]);
        SmsQueue next = Queue();
        await next.Reclaim();
        await next.LeaseAsync();
        Assert.Equal(all.Select(sms => sms.Id), Drain(next).Select(sms => sms.Id));
    }

    [Fact]
    public async Task They_expire_while_they_wait()
    {
        SmsQueue queue = Queue();
        OutgoingSms[] all = await TakeAsync(queue, 1);
        await queue.ParkAsync([new(all[0], ["main"], IsFull: false)]);
        _time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(all[0].Id, Assert.Single(Store.Read(db => Settlement.FindExpired(db, NowMs()))).Id);
    }

    [Fact]
    public async Task One_that_may_have_been_sent_remembers_by_whom()
    {
        SmsQueue queue = Queue();
        OutgoingSms sms = Assert.Single(await TakeAsync(queue, 1));
        var code = new FailureCode(FailureClass.Uncertain, "unknown:x", "4.4.2", "No answer.");
        var surely = new Attempt("spare", [], new Outcome.Retry(code));
        var maybe = new Attempt("main", [], new Outcome.Unknown(code));
        foreach ((Attempt attempt, string? stays) in new[] { (surely, null), (maybe, "main"), (surely, "main") })
        {
            await Store.WriteAsync(db => Settlement.Retry(db, sms, attempt, code, NowMs(), NowMs()));
            queue.Settled(1);
            await queue.LeaseAsync();
            sms = Assert.Single(Drain(queue));
            Assert.Equal(stays, sms.StaysWith);
        }
    }

    [Fact]
    public async Task Where_another_may_have_it_all_the_same_nobody_is_remembered()
    {
        SmsQueue queue = Queue();
        OutgoingSms sms = Assert.Single(await TakeAsync(queue, 1));
        var code = new FailureCode(FailureClass.Uncertain, "unknown:x", "4.4.2", "No answer.");
        var free = new Attempt("main", [], new Outcome.Unknown(code)) { IsFreeAfterUnknown = true };
        await Store.WriteAsync(db => Settlement.Retry(db, sms, free, code, NowMs(), NowMs()));
        await queue.LeaseAsync();
        Assert.Null(Assert.Single(Drain(queue)).StaysWith);
    }

    private SmsQueue Queue() => new(Store, new QueueOptions { ReadyMax = 100, LeaseMax = 100 }, _time);

    private async Task<OutgoingSms[]> TakeAsync(SmsQueue queue, int count, SmsClass smsClass = SmsClass.Normal)
    {
        for (int i = 0; i < count; i++)
        {
            await Store.WriteAsync(db => queue.Enqueue(
                db,
                new NewSms(
                    TimeOrderedId.Next(_time), null, PhoneNumber.FromE164("+447700900123"), "", "ann@x.example",
                    "Hello", "gsm7", 1, 1, NoticeSetting.Never, NowMs() + 3_600_000)
                {
                    Class = smsClass,
                },
                new { }));
        }

        await queue.LeaseAsync();
        return [.. Drain(queue)];
    }

    private static List<OutgoingSms> Drain(SmsQueue queue)
    {
        List<OutgoingSms> all = [];
        while (queue.Ready.TryRead(out OutgoingSms? sms)) all.Add(sms);
        return all;
    }

    private long NowMs() => _time.GetUtcNow().ToUnixTimeMilliseconds();
}
