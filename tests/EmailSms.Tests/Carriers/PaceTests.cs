using EmailSms.Carriers;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.Carriers;

public sealed class PaceTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly Pace _pace;

    public PaceTests() => _pace = new Pace(_clock);

    private static CancellationToken Stopping => TestContext.Current.CancellationToken;

    [Fact]
    public void A_carrier_that_does_not_throttle_waits_for_nothing()
    {
        Assert.False(_pace.IsSlowed);
        Assert.True(_pace.WaitAsync(Stopping).AsTask().IsCompletedSuccessfully);
    }

    [Theory]
    [InlineData(1, 100)]
    [InlineData(2, 200)]
    [InlineData(3, 400)]
    [InlineData(6, 3200)]
    [InlineData(7, 5000)]
    [InlineData(50, 5000)]
    public async Task The_pause_begins_at_100_ms_and_doubles_up_to_5_s(int throttled, int milliseconds)
    {
        for (int i = 0; i < throttled; i++)
        {
            if (i > 0) _clock.Advance(TimeSpan.FromSeconds(5)); // the pause was waited for, and it was in vain
            _pace.Slow();
        }

        Task wait = _pace.WaitAsync(Stopping).AsTask();
        _clock.Advance(TimeSpan.FromMilliseconds(milliseconds - 1));
        Assert.False(wait.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await wait.WaitAsync(TimeSpan.FromSeconds(10), Stopping);
    }

    [Fact]
    public void Many_answers_to_one_burst_are_one_sign()
    {
        for (int i = 0; i < 50; i++) _pace.Slow();
        Task wait = _pace.WaitAsync(Stopping).AsTask();
        _clock.Advance(TimeSpan.FromMilliseconds(100));
        Assert.True(wait.IsCompletedSuccessfully);
    }

    [Fact]
    public void Only_what_is_accepted_after_the_pause_ends_it()
    {
        _pace.Slow();
        _pace.Free(); // an answer to what was sent before
        Assert.True(_pace.IsSlowed);
        _clock.Advance(TimeSpan.FromMilliseconds(100));
        Assert.True(_pace.IsSlowed);
        _pace.Free();
        Assert.False(_pace.IsSlowed);

        _pace.Slow(); // and the next trouble begins small again
        Task wait = _pace.WaitAsync(Stopping).AsTask();
        _clock.Advance(TimeSpan.FromMilliseconds(100));
        Assert.True(wait.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task An_attempt_that_is_over_does_not_wait_on()
    {
        using var deadline = new CancellationTokenSource();
        _pace.Slow();
        Task wait = _pace.WaitAsync(deadline.Token).AsTask();
        await deadline.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }
}
