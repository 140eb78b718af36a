using EmailSms.Carriers;
using EmailSms.Carriers.Http;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Tests.Carriers.Http;
using EmailSms.Tests.Peers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.Delivery;

/// <summary>Whoever feeds the lanes sleeps until rung: no bell may be lost, in whatever order things happen.</summary>
public sealed class DispatcherTests : IDisposable
{
    private const string Alarm = "+447700900200";

    private readonly TestFolder _folder = new();
    private readonly CountingClock _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_bell_that_rang_before_there_was_room_is_heard()
    {
        var carrier = new HeldCarrier("main");
        await using var rig = new DeliveryRig(
            _folder.Path, [carrier], _time, new RigOptions { Queue = new QueueOptions { ReadyMax = 1 } });
        await rig.Dispatcher.StartAsync(CancellationToken.None);
        await rig.EnqueueAsync(TimeOrderedId.Next(_time), "+447700900101");
        HeldSms first = await carrier.NextAsync();

        // The next one becomes due while the lane is full. Whoever settles the first one knows nothing of it.
        Guid next = TimeOrderedId.Next(_time);
        long due = _time.GetUtcNow().AddMinutes(1).ToUnixTimeMilliseconds();
        await rig.EnqueueAsync(next, "+447700900102", sms => sms with { DueMs = due });
        _time.Advance(TimeSpan.FromMinutes(2));
        for (int i = 0; i < 3; i++)
        {
            int sleeps = _time.Timers;
            rig.Queue.Ring();
            await Eventually.IsAsync(() => _time.Timers > sleeps); // it has looked, and there is no room
        }

        Assert.Single(carrier.Asked);
        first.Accept("m1");
        HeldSms second = await carrier.NextAsync();
        Assert.Equal(next, second.Sms.Id);
        second.Accept("m2");
        await rig.Dispatcher.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Who_was_sent_to_wait_by_routes_that_have_just_changed_is_let_go()
    {
        var main = new HeldCarrier("main");
        var away = new HeldCarrier("away") { IsReady = false };
        string owner = "away";
        DeliveryRig? rig = null;
        await using DeliveryRig made = rig = new DeliveryRig(
            _folder.Path, [main, away], _time,
            new RigOptions
            {
                OwnerOf = sender =>
                {
                    // It moves right after it was asked about, and before what follows from that is on disk.
                    (string was, owner) = (owner, "main");
                    if (was != owner) _ = rig!.Queue.ReleaseAsync(carrier: null);
                    return was;
                },
            });
        await rig.Dispatcher.StartAsync(CancellationToken.None);
        Guid id = TimeOrderedId.Next(_time);
        await rig.EnqueueAsync(id, "+447700900101");
        HeldSms sms = await main.NextAsync();
        Assert.Equal(id, sms.Sms.Id);
        sms.Accept("m1");
        await rig.Dispatcher.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task An_alarm_passes_what_waits_for_the_rate_of_a_carrier()
    {
        await using Provider web = await Provider.StartAsync();
        web.Answer = (_, number) => Task.FromResult(new Reply(202, $$"""{"id":"m{{number}}"}"""));
        await using var carrier = new HttpCarrier(
            "web",
            new CarrierOptions
            {
                Kind = CarrierKind.Http,
                Definition = "json",
                Values = new() { ["Url"] = web.Url },
                SubmitsPerSecondMax = 1,
            },
            hooks: null, NullLoggerFactory.Instance, _time);
        await carrier.StartAsync();
        await using var rig = new DeliveryRig(_folder.Path, [carrier], _time, new RigOptions());
        await rig.Dispatcher.StartAsync(CancellationToken.None);
        for (int i = 0; i < 40; i++) await rig.EnqueueAsync(TimeOrderedId.Next(_time), $"+4477009001{i:00}");
        await Eventually.IsAsync(() => web.Requests.Count == 1); // the others wait for their second
        await rig.EnqueueAsync(TimeOrderedId.Next(_time), Alarm, sms => sms with { Class = SmsClass.Urgent });
        await Eventually.IsAsync(
            () => web.Requests.Any(one => one.Body.Contains(Alarm, StringComparison.Ordinal)), _time,
            TimeSpan.FromMilliseconds(50));
        Assert.InRange(web.Requests.Count, 2, 8);
        await Eventually.IsAsync(() => web.Requests.Count == 41, _time, TimeSpan.FromMilliseconds(200));
        await Eventually.IsAsync(() => rig.Queue.Held == 0);
        await rig.Dispatcher.StopAsync(CancellationToken.None);
    }

    /// <summary>Counts the timers that are made: whoever sleeps makes one.</summary>
    private sealed class CountingClock : FakeTimeProvider
    {
        private int _timers;

        public int Timers => Volatile.Read(ref _timers);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            ITimer timer = base.CreateTimer(callback, state, dueTime, period);
            Interlocked.Increment(ref _timers);
            return timer;
        }
    }
}
