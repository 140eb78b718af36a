using EmailSms.Carriers;
using EmailSms.Carriers.Routing;
using EmailSms.Delivery;
using EmailSms.Messages;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.Delivery;

public sealed class CarrierLaneTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly StillCarrier _carrier = new();
    private CarrierLane? _lane;

    public void Dispose() => _lane?.Dispose();

    [Fact]
    public async Task SMS_go_by_their_turn_as_the_window_allows()
    {
        CarrierLane lane = Lane(window: 2);
        foreach (int turn in (int[])[3, 1, 2]) Assert.True(lane.TryAdd(Sms(turn), "gb"));
        LaneSms first = (await lane.NextAsync(Deadline()))!;
        LaneSms second = (await lane.NextAsync(Deadline()))!;
        Assert.Equal((1, 2), (first.Sms.Turn, second.Sms.Turn));
        Task<LaneSms?> third = lane.NextAsync(Deadline());
        Assert.False(third.IsCompleted);
        Assert.Null(lane.End(first, BreakerVerdict.Works));
        Assert.Equal((3, "gb"), ((await third)!.Sms.Turn, (await third)!.Route));
    }

    [Fact]
    public void It_has_a_share_and_a_little_more_for_the_urgent()
    {
        CarrierLane lane = Lane(share: 4, urgentExtra: 1);
        for (int i = 0; i < 4; i++) lane.TryAdd(Sms(i), null);
        Assert.False(lane.HasRoomFor(SmsClass.Normal));
        Assert.True(lane.HasRoomFor(SmsClass.Urgent));
        Assert.False(lane.IsLow);
        lane.TryAdd(Sms(5), null);
        Assert.False(lane.HasRoomFor(SmsClass.Urgent));
        Assert.Equal(5, lane.TakeBack().Count);
        Assert.True(lane.IsLow);
        Assert.Equal(4, lane.Room);
    }

    [Fact]
    public async Task Where_requests_overtake_each_other_an_SMS_waits_for_the_one_before_it_to_the_same_phone()
    {
        _carrier.KeepsOrder = false;
        CarrierLane lane = Lane(window: 3);
        lane.TryAdd(Sms(1, "+447700900101"), null);
        lane.TryAdd(Sms(2, "+447700900101"), null);
        lane.TryAdd(Sms(3, "+447700900101"), null);
        lane.TryAdd(Sms(4, "+447700900102"), null);
        LaneSms one = (await lane.NextAsync(Deadline()))!;
        Assert.Null(await lane.NextAsync(Deadline())); // behind it
        Assert.Null(await lane.NextAsync(Deadline()));
        LaneSms four = (await lane.NextAsync(Deadline()))!;
        Assert.Equal((1, 4), (one.Sms.Turn, four.Sms.Turn));
        LaneSms two = lane.End(one, BreakerVerdict.Works)!; // its place in the window goes on
        LaneSms three = lane.End(two, BreakerVerdict.Works)!;
        Assert.Equal((2, 3), (two.Sms.Turn, three.Sms.Turn));
        Assert.Null(lane.End(three, BreakerVerdict.Works));
        lane.TryAdd(Sms(5, "+447700900101"), null);
        Assert.Equal(5, (await lane.NextAsync(Deadline()))!.Sms.Turn);
    }

    [Fact]
    public async Task An_urgent_one_to_a_phone_passes_those_that_wait_for_the_one_before()
    {
        _carrier.KeepsOrder = false;
        CarrierLane lane = Lane(window: 3);
        foreach (int turn in (int[])[1, 2, 3]) lane.TryAdd(Sms(turn), null);
        LaneSms one = (await lane.NextAsync(Deadline()))!;
        Assert.Null(await lane.NextAsync(Deadline()));
        Assert.Null(await lane.NextAsync(Deadline()));
        lane.TryAdd(Sms(-100), null);
        Assert.Null(await lane.NextAsync(Deadline()));
        LaneSms urgent = lane.End(one, BreakerVerdict.Works)!;
        Assert.Equal(-100, urgent.Sms.Turn);
        Assert.Equal(2, lane.End(urgent, BreakerVerdict.Works)!.Sms.Turn);
    }

    [Theory]
    [InlineData(100, 5, 10)] // of half the share, a part for each place in the window
    [InlineData(8, 5, 1)]
    public async Task A_phone_has_a_part_of_it_so_that_half_a_lane_is_enough_for_the_window(
        int share, int window, int phoneMax)
    {
        _carrier.KeepsOrder = false;
        CarrierLane lane = Lane(window, share);
        Assert.Equal(phoneMax, lane.PhoneMax);
        PhoneNumber phone = PhoneNumber.FromE164("+447700900123");
        for (int i = 0; i < phoneMax; i++)
        {
            Assert.False(lane.IsFullOf(phone, SmsClass.Normal));
            lane.TryAdd(Sms(i), null);
        }

        Assert.Equal((true, false), (lane.IsFullOf(phone, SmsClass.Normal), lane.IsFullOf(phone, SmsClass.Urgent)));
        Assert.False(lane.IsFullOf(PhoneNumber.FromE164("+447700900124"), SmsClass.Normal));
        Assert.False(lane.IsLowOn(phone.E164));
        LaneSms one = (await lane.NextAsync(Deadline()))!;
        lane.End(one, BreakerVerdict.Works);
        Assert.False(lane.IsFullOf(phone, SmsClass.Normal));
        lane.TakeBack();
        Assert.Equal((0, true), (lane.CountTo(phone.E164), lane.IsLowOn(phone.E164)));
    }

    [Fact]
    public void Where_nobody_overtakes_a_phone_may_have_all_of_it()
    {
        CarrierLane lane = Lane(window: 5);
        for (int i = 0; i < 100; i++) lane.TryAdd(Sms(i), null);
        Assert.False(lane.IsFullOf(PhoneNumber.FromE164("+447700900123"), SmsClass.Normal));
    }

    [Fact]
    public async Task A_lane_that_closes_gives_back_what_is_not_in_flight()
    {
        _carrier.KeepsOrder = false;
        CarrierLane lane = Lane(window: 2);
        for (int i = 1; i <= 3; i++) lane.TryAdd(Sms(i), null);
        LaneSms flying = (await lane.NextAsync(Deadline()))!;
        Assert.Null(await lane.NextAsync(Deadline()));
        _carrier.IsReady = false;
        Assert.Equal("is not connected, or is paused", lane.WhyClosed);
        Assert.Null(await lane.NextAsync(Deadline()));
        Assert.Equal([2, 3], lane.TakeBack().Select(one => one.Sms.Turn)); // the second was behind, the third in line
        Assert.Null(lane.End(flying, BreakerVerdict.Nothing));
        _carrier.IsReady = true;
        lane.TryAdd(Sms(4), null);
        Assert.Equal(4, (await lane.NextAsync(Deadline()))!.Sms.Turn);
    }

    [Fact]
    public void One_that_has_failed_takes_as_many_as_its_breaker_lets_through()
    {
        CarrierLane lane = Lane();
        for (int i = 0; i < 5; i++)
        {
            BreakerPass pass = lane.Breaker.TryPass()!.Value;
            lane.Breaker.End(pass, BreakerVerdict.Fails);
        }

        Assert.Equal((false, "has failed lately and is left alone", 0), (lane.IsOpen, lane.WhyClosed, lane.Room));
        Assert.False(lane.TryAdd(Sms(1), null));
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal((true, 2), (lane.IsOpen, lane.Room));
        Assert.True(lane.TryAdd(Sms(1), null));
        Assert.True(lane.TryAdd(Sms(2), null));
        Assert.False(lane.TryAdd(Sms(3), null));
        Assert.Equal(2, lane.TakeBack().Count);
        Assert.True(lane.TryAdd(Sms(3), null)); // those said nothing of the carrier
    }

    private CarrierLane Lane(int window = 10, int share = 100, int urgentExtra = 10)
    {
        _carrier.InFlightMax = window;
        return _lane = new CarrierLane(
            _carrier, new CircuitBreaker(new BreakerOptions(), _time), share, urgentExtra);
    }

    private static OutgoingSms Sms(int turn, string to = "+447700900123") => new(
        Guid.NewGuid(), PhoneNumber.FromE164(to), "", "Hello", 1, 1, 0, long.MaxValue, [], DespiteOptOut: false)
    {
        Turn = turn,
    };

    private static CancellationToken Deadline() => TestContext.Current.CancellationToken;

    /// <summary>A carrier that is asked nothing: a lane only looks at what it is.</summary>
    private sealed class StillCarrier : ICarrier
    {
        public string Name => "main";

        public int InFlightMax { get; set; }

        public bool IsReady { get; set; } = true;

        public bool KeepsOrder { get; set; } = true;

        public Action? StateChanged { get; set; }

        public CarrierStatus Status => throw new NotSupportedException();

        public bool HoldsUnknown(OutgoingSms sms) => throw new NotSupportedException();

        public Task StartAsync() => throw new NotSupportedException();

        public Task ApplyAsync(Pause? pause) => throw new NotSupportedException();

        public Task StopAsync(CancellationToken deadline) => throw new NotSupportedException();

        public Task<Attempt> SendAsync(OutgoingSms sms, CancellationToken deadline) =>
            throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
