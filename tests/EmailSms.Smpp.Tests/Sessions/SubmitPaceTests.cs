using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Smpp.Tests.Sessions;

/// <summary>The rate: tokens, half at a complaint, and slowly back.</summary>
public sealed class SubmitPaceTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void A_tenth_of_a_second_may_go_at_once_and_then_one_by_one()
    {
        var pace = new SubmitPace(100, _time);
        Assert.Equal(10, Take(pace));
        _time.Advance(TimeSpan.FromMilliseconds(50));
        Assert.Equal(5, Take(pace));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(10, Take(pace));
    }

    [Fact]
    public void Half_at_a_complaint_and_back_a_twentieth_a_second()
    {
        var pace = new SubmitPace(100, _time);
        pace.Slow(_time.GetTimestamp());
        Assert.Equal((50d, 0.5), (pace.LimitPerSecond, pace.Factor));
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(70, pace.LimitPerSecond!.Value, 3);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((100d, 1d), (pace.LimitPerSecond, pace.Factor));
    }

    [Fact]
    public void Many_complaints_about_one_burst_are_one()
    {
        var pace = new SubmitPace(100, _time);
        long burst = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromMilliseconds(1));
        for (int i = 0; i < 50; i++) pace.Slow(burst);
        Assert.Equal(50d, pace.LimitPerSecond);
    }

    [Fact]
    public void However_many_complaints_one_a_second_is_tried()
    {
        var pace = new SubmitPace(100, _time);
        for (int i = 0; i < 100; i++) pace.Slow(_time.GetTimestamp());
        Assert.Equal(1d, pace.LimitPerSecond);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(pace.TryTake());
    }

    [Fact]
    public void Without_a_limit_a_complaint_halves_what_was_really_sent_and_twice_of_it_ends_the_limit()
    {
        var pace = new SubmitPace(0, _time);
        Assert.Null(pace.LimitPerSecond);
        for (int i = 0; i < 200; i++) Assert.True(pace.TryTake());

        pace.Slow(_time.GetTimestamp());

        Assert.Equal(100d, pace.LimitPerSecond);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(200, pace.LimitPerSecond!.Value, 3);
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.Null(pace.LimitPerSecond);
        Assert.Equal(1, pace.Factor);
    }

    [Theory]
    [InlineData(79u, 100, 100)]
    [InlineData(85u, 100, 100)]
    [InlineData(95u, 50, 50)] // half, and held there
    public void Congestion_slows_and_holds(uint state, double at, double after)
    {
        var pace = new SubmitPace(100, _time);
        pace.Congestion(state, _time.GetTimestamp());
        Assert.Equal(at, pace.LimitPerSecond);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(after, pace.LimitPerSecond);

        pace.Congestion(0, _time.GetTimestamp());
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(100d, pace.LimitPerSecond);
    }

    [Fact]
    public void A_token_that_was_not_used_may_be_given_back()
    {
        var pace = new SubmitPace(10, _time);
        Assert.True(pace.TryTake());
        Assert.False(pace.TryTake());
        pace.GiveBack();
        Assert.True(pace.TryTake());
    }

    [Fact]
    public void Full_queues_are_of_the_SMSC_when_three_phones_have_them_within_five_seconds()
    {
        var queues = new FullQueues(_time);
        foreach (string phone in (string[])["a", "a", "b", "a", "b"]) Assert.False(queues.IsOfAll(phone));
        Assert.True(queues.IsOfAll("c"));
        Assert.True(queues.IsOfAll("d"));
        Assert.True(queues.IsOfAll("c"));
        _time.Advance(TimeSpan.FromSeconds(5.1));
        Assert.False(queues.IsOfAll("e"));
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.False(queues.IsOfAll("f"));
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.False(queues.IsOfAll("g")); // e is too long ago
    }

    private static int Take(SubmitPace pace)
    {
        int taken = 0;
        while (pace.TryTake()) taken++;
        return taken;
    }
}
