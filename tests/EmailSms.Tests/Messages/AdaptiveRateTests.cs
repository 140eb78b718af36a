using EmailSms.Messages;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.Messages;

public sealed class AdaptiveRateTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void It_halves_for_each_complaint_down_to_a_floor_and_grows_back_to_its_maximum()
    {
        var rate = new AdaptiveRate(64, adapts: true, _time);
        Assert.Equal((64, 100), (rate.PerSecond, rate.Percent));
        Assert.True(rate.Slow(_time.GetTimestamp()));
        Assert.Equal((32, 50), (rate.PerSecond, rate.Percent));
        Assert.False(rate.Slow(_time.GetTimestamp() - 1)); // left before that
        Assert.Equal(32, rate.PerSecond);
        for (int i = 0; i < 10; i++) rate.Slow(_time.GetTimestamp());
        Assert.Equal(2, rate.PerSecond);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(34, rate.PerSecond!.Value, 6);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(64, rate.PerSecond);
    }

    [Fact]
    public void Without_a_maximum_it_begins_with_what_left_and_ends_when_twice_that_goes_well()
    {
        var rate = new AdaptiveRate(0, adapts: true, _time);
        Assert.Equal((null, 100), (rate.PerSecond, rate.Percent));
        rate.Count(40);
        _time.Advance(TimeSpan.FromSeconds(1));
        rate.Slow(_time.GetTimestamp());
        Assert.Equal((20, 50), (rate.PerSecond, rate.Percent));
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(78, rate.PerSecond!.Value, 6);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(rate.PerSecond);
    }

    [Fact]
    public void One_that_does_not_give_way_stays()
    {
        var rate = new AdaptiveRate(10, adapts: false, _time);
        rate.Slow(_time.GetTimestamp());
        Assert.Equal((10, 100), (rate.PerSecond, rate.Percent));
    }
}
