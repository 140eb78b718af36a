using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Store;
using EmailSms.Tests.Peers;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.Queue;

/// <summary>
/// SMS that wait on disk for others to their phone have lines of their own, and nobody overtakes them.
/// </summary>
public sealed class PhoneLinesTests : IAsyncDisposable
{
    private const string One = "+447700900101";
    private const string Two = "+447700900102";

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 25, 10, 0, 0, TimeSpan.Zero));
    private readonly TemporaryStore _disk;

    public PhoneLinesTests() => _disk = new TemporaryStore(_time);

    private SqliteStore Store => _disk.Store;

    public ValueTask DisposeAsync() => _disk.DisposeAsync();

    [Fact]
    public async Task Each_phone_has_a_line_from_which_the_urgent_come_first()
    {
        SmsQueue queue = Queue();
        OutgoingSms[] one = await TakeAsync(queue, 3, One);
        OutgoingSms urgent = Assert.Single(await TakeAsync(queue, 1, One, SmsClass.Urgent));
        OutgoingSms two = Assert.Single(await TakeAsync(queue, 1, Two));
        await queue.ParkAsync([.. one.Append(two).Append(urgent).Select(Behind)]);
        Assert.Equal((2, 0), (queue.PhonesWaitedFor("main"), queue.PhonesWaitedFor("spare")));
        Assert.False(queue.IsWaitedFor("main")); // it is nobody else's line
        Assert.Equal(long.MaxValue, await queue.LeaseAsync() ?? long.MaxValue);

        Assert.Equal(3, await queue.LeaseForPhonesAsync("main", [(One, 2), (Two, 5)]));
        OutgoingSms[] taken = Drain(queue);
        Assert.Equal([urgent.Id, one[0].Id, two.Id], taken.Select(sms => sms.Id));
        Assert.All(taken, sms => Assert.Equal(("main", true, null), (sms.TurnAt, sms.HasWaited, sms.GoesTo)));
        Assert.True(queue.IsPhoneWaitedFor("main", One));
        Assert.False(queue.IsPhoneWaitedFor("main", Two));
        Assert.Equal(2, await queue.LeaseForPhonesAsync("main", [(One, 5)]));
        Assert.Equal([one[1].Id, one[2].Id], Drain(queue).Select(sms => sms.Id));
        Assert.Equal((0, 5), (queue.PhonesWaitedFor("main"), queue.Held));
    }

    [Fact]
    public async Task An_urgent_one_is_behind_the_urgent_alone()
    {
        SmsQueue queue = Queue();
        PhoneNumber phone = PhoneNumber.FromE164(One);
        await queue.ParkAsync([.. (await TakeAsync(queue, 1, One)).Select(Behind)]);
        Assert.True(queue.IsPhoneWaitedFor("main", phone, SmsClass.Normal));
        Assert.False(queue.IsPhoneWaitedFor("main", phone, SmsClass.Urgent));
        await queue.ParkAsync([.. (await TakeAsync(queue, 1, One, SmsClass.Urgent)).Select(Behind)]);
        Assert.True(queue.IsPhoneWaitedFor("main", phone, SmsClass.Urgent));
    }

    [Theory]
    [InlineData(true)] // from the line of its phone
    [InlineData(false)] // from that of the lane
    public async Task Whoever_comes_from_a_line_is_waited_for_until_it_has_a_place(bool isBehind)
    {
        SmsQueue queue = Queue();
        PhoneNumber phone = PhoneNumber.FromE164(One);
        OutgoingSms sms = Assert.Single(await TakeAsync(queue, 1, One));
        await queue.ParkAsync([Behind(sms) with { IsBehind = isBehind }]);
        Assert.False(queue.IsComing(phone, SmsClass.Normal));
        if (isBehind) await queue.LeaseForPhonesAsync("main", [(One, 5)]);
        else await queue.LeaseWaitingAsync("main", 5);
        Assert.True(queue.IsComing(phone, SmsClass.Normal));
        Assert.False(queue.IsComing(phone, SmsClass.Urgent)); // that passes it
        Assert.Equal((1, 0), (queue.ComingTo(One), queue.ComingTo(Two)));
        Assert.True(queue.Ready.TryRead(out OutgoingSms? taken));
        Assert.True(queue.IsComing(phone, SmsClass.Normal)); // it has no place yet
        queue.Arrived(taken);
        Assert.False(queue.IsComing(phone, SmsClass.Normal));
        queue.Arrived(taken with { IsComing = false }); // of who went on from a lane nothing is counted
        Assert.Equal(0, queue.ComingTo(One));
    }

    [Fact]
    public async Task A_carrier_that_closes_frees_them_and_those_who_have_no_other_wait_like_all_of_its_own()
    {
        SmsQueue queue = Queue();
        OutgoingSms[] all = await TakeAsync(queue, 3, One);
        await queue.ParkAsync(
        [
            Behind(all[0]), Behind(all[2]) with { HasOther = false }, Behind(all[1]) with { HasOther = false },
        ]);
        await queue.ReleaseAsync("main");
        Assert.Equal(0, queue.PhonesWaitedFor("main"));
        await queue.LeaseAsync();
        Assert.Equal(all[0].Id, Assert.Single(Drain(queue)).Id);
        Assert.True(queue.IsWaitedFor("main"));
        await queue.LeaseWaitingAsync("main", 5);
        Assert.Equal([all[1].Id, all[2].Id], Drain(queue).Select(sms => sms.Id));
    }

    [Fact]
    public async Task Routes_that_have_changed_free_all_of_them()
    {
        SmsQueue queue = Queue();
        OutgoingSms sms = Assert.Single(await TakeAsync(queue, 1, One));
        await queue.ParkAsync([Behind(sms) with { HasOther = false }]);
        Assert.Equal(0, queue.Releases);
        await queue.ReleaseAsync(carrier: null);
        Assert.Equal((1, 0), (queue.Releases, queue.PhonesWaitedFor("main")));
        await queue.LeaseAsync();
        Assert.Equal(sms.Id, Assert.Single(Drain(queue)).Id);
    }

    [Fact]
    public async Task A_lease_that_the_disk_refuses_forgets_nobody()
    {
        SmsQueue queue = Queue();
        OutgoingSms[] all = await TakeAsync(queue, 2, One);
        await queue.ParkAsync([.. all.Select(Behind)]);
        await Store.WriteAsync(db => db.Execute(
            $"""
            create trigger no before update of leased_by on sms when new.id = '{all[1].Id}'
            begin select raise(abort, 'not now'); end
            """));
        await Assert.ThrowsAnyAsync<Exception>(() => queue.LeaseForPhonesAsync("main", [(One, 5)]));
        Assert.Equal((0, 0), (queue.Held, queue.ComingTo(One)));
        await Store.WriteAsync(db => db.Execute("drop trigger no"));
        Assert.Equal(2, await queue.LeaseForPhonesAsync("main", [(One, 5)]));
        Assert.Equal(all.Select(sms => sms.Id), Drain(queue).Select(sms => sms.Id));
    }

    [Fact]
    public async Task One_that_others_have_not_sent_comes_back_for_the_next_carrier_and_first()
    {
        SmsQueue queue = Queue();
        OutgoingSms[] all = await TakeAsync(queue, 2, One);
        await queue.ParkAsync([Behind(all[0]), Behind(all[1] with { Tried = ["web"] })]);
        await queue.LeaseForPhonesAsync("main", [(One, 5)]);
        Assert.Equal(
            [(all[1].Id, "main"), (all[0].Id, null)], Drain(queue).Select(sms => (sms.Id, sms.GoesTo)));
    }

    [Fact]
    public async Task Memory_that_is_full_leaves_them_where_they_are()
    {
        SmsQueue queue = Queue(readyMax: 4);
        OutgoingSms[] all = await TakeAsync(queue, 2, One);
        await queue.ParkAsync([.. all.Select(Behind)]);
        await TakeAsync(queue, 4, Two);
        Assert.Equal(1, await queue.LeaseForPhonesAsync("main", [(One, 5)])); // the room of the urgent
        Assert.Equal(0, await queue.LeaseForPhonesAsync("main", [(One, 5)]));
        queue.Settled(2);
        Assert.Equal(1, await queue.LeaseForPhonesAsync("main", [(One, 5)]));
    }

    private static WaitingSms Behind(OutgoingSms sms) => new(sms, ["main"], IsFull: true) { IsBehind = true };

    private SmsQueue Queue(int readyMax = 100) =>
        new(Store, new QueueOptions { ReadyMax = readyMax, LeaseMax = 100 }, _time);

    private async Task<OutgoingSms[]> TakeAsync(
        SmsQueue queue, int count, string to, SmsClass smsClass = SmsClass.Normal)
    {
        for (int i = 0; i < count; i++)
        {
            await Store.WriteAsync(db => queue.Enqueue(
                db,
                new NewSms(
                    TimeOrderedId.Next(_time), null, PhoneNumber.FromE164(to), "", "ann@x.example", "Hello", "gsm7", 1,
                    1, NoticeSetting.Never, _time.GetUtcNow().AddHours(1).ToUnixTimeMilliseconds())
                {
                    Class = smsClass,
                },
                new { }));
        }

        await queue.LeaseAsync();
        return Drain(queue);
    }

    private static OutgoingSms[] Drain(SmsQueue queue)
    {
        List<OutgoingSms> all = [];
        while (queue.Ready.TryRead(out OutgoingSms? sms)) all.Add(sms);
        return [.. all];
    }
}
