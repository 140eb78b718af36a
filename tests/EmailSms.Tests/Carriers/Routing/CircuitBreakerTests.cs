using EmailSms.Carriers.Routing;
using EmailSms.Messages;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.Carriers.Routing;

public sealed class CircuitBreakerTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));
    private readonly List<BreakerState> _changes = [];

    [Theory]
    [InlineData("ffff", "closed")]
    [InlineData("fffff", "open")]
    [InlineData("ffffwffff", "closed")] // not in a row
    [InlineData("ffff.f", "open")] // what says nothing ends no row
    [InlineData("wfwfwfwfwfwfwfwfwfwf", "open")] // ten of twenty
    [InlineData("wwfwfwfwfwfwfwfwfwfw", "closed")]
    public void It_opens_after_failures_in_a_row_or_too_many_of_the_last(string answers, string state)
    {
        CircuitBreaker breaker = Breaker();
        foreach (char answer in answers) Say(breaker, answer);
        Assert.Equal(state, breaker.Status.State);
        Assert.Equal(state == "closed", breaker.TryPass() is not null);
    }

    [Fact]
    public void It_lets_a_few_through_after_its_time_and_closes_when_they_were_taken()
    {
        CircuitBreaker breaker = Breaker();
        for (int i = 0; i < 5; i++) Say(breaker, 'f');
        Assert.Equal([BreakerState.Open], _changes);
        Assert.Equal(_time.GetUtcNow().AddSeconds(5).ToUnixTimeMilliseconds(), breaker.OpenUntilMs);
        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Null(breaker.TryPass());
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(("half-open", 2), (breaker.Status.State, breaker.PassesMax));
        BreakerPass one = breaker.TryPass()!.Value;
        BreakerPass two = breaker.TryPass()!.Value;
        Assert.Null(breaker.TryPass()); // two at a time
        breaker.End(one, BreakerVerdict.Works);
        breaker.End(two, BreakerVerdict.Nothing); // it had expired, say: another may try
        Assert.Equal("half-open", breaker.Status.State);
        breaker.End(breaker.TryPass()!.Value, BreakerVerdict.Works);
        Assert.Equal(("closed", int.MaxValue), (breaker.Status.State, breaker.PassesMax));
        Assert.Equal([BreakerState.Open, BreakerState.Closed], _changes);
    }

    [Fact]
    public void A_clock_that_is_put_back_leaves_nobody_alone_for_longer()
    {
        var clock = new ClockPutBack(_time);
        var breaker = new CircuitBreaker(new BreakerOptions(), clock);
        for (int i = 0; i < 5; i++) Say(breaker, 'f');
        clock.Back = TimeSpan.FromHours(1);
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(clock.GetUtcNow().AddSeconds(1).ToUnixTimeMilliseconds(), breaker.OpenUntilMs);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(breaker.OpenUntilMs);
        Assert.NotNull(breaker.TryPass());
    }

    [Fact]
    public void One_probe_that_fails_opens_it_for_twice_as_long_up_to_a_limit_and_closing_forgets_that()
    {
        CircuitBreaker breaker = Breaker();
        for (int i = 0; i < 5; i++) Say(breaker, 'f');
        foreach (int seconds in (int[])[5, 10, 20, 40, 60, 60])
        {
            Assert.Equal(_time.GetUtcNow().AddSeconds(seconds).ToUnixTimeMilliseconds(), breaker.OpenUntilMs);
            _time.Advance(TimeSpan.FromSeconds(seconds));
            Say(breaker, 'f');
        }

        _time.Advance(TimeSpan.FromSeconds(60));
        Say(breaker, 'w');
        Say(breaker, 'w');
        Assert.Equal("closed", breaker.Status.State);
        for (int i = 0; i < 5; i++) Say(breaker, 'f');
        Assert.Equal(_time.GetUtcNow().AddSeconds(5).ToUnixTimeMilliseconds(), breaker.OpenUntilMs);
    }

    [Fact]
    public void What_was_sent_before_it_opened_says_nothing_of_what_comes_after()
    {
        CircuitBreaker breaker = Breaker();
        BreakerPass old = breaker.TryPass()!.Value;
        BreakerPass older = breaker.TryPass()!.Value;
        for (int i = 0; i < 5; i++) Say(breaker, 'f');
        breaker.End(older, BreakerVerdict.Works);
        Assert.Equal("open", breaker.Status.State);
        _time.Advance(TimeSpan.FromSeconds(5));
        BreakerPass probe = breaker.TryPass()!.Value;
        breaker.End(old, BreakerVerdict.Fails);
        Assert.Equal("half-open", breaker.Status.State);
        breaker.End(probe, BreakerVerdict.Works);
        Say(breaker, 'w');
        Assert.Equal("closed", breaker.Status.State);
    }

    [Fact]
    public void It_can_be_switched_off()
    {
        var breaker = new CircuitBreaker(new BreakerOptions { FailuresInRow = 0 }, _time);
        for (int i = 0; i < 100; i++) Say(breaker, 'f');
        Assert.Equal("closed", breaker.Status.State);
    }

    [Fact]
    public void What_an_attempt_says_of_its_carrier()
    {
        var trouble = new FailureCode(FailureClass.Temporary, "x", "4.3.0", "Trouble.");
        Assert.Equal(BreakerVerdict.Works, CircuitBreaker.VerdictOf(new Outcome.Accepted()));
        Assert.Equal(BreakerVerdict.Works, CircuitBreaker.VerdictOf(
            new Outcome.Refused(trouble with { Class = FailureClass.Permanent })));
        Assert.Equal(BreakerVerdict.Fails, CircuitBreaker.VerdictOf(new Outcome.Unknown(trouble)));
        Assert.Equal(BreakerVerdict.Fails, CircuitBreaker.VerdictOf(new Outcome.Retry(trouble)));
        FailureCode[] nothing =
        [
            trouble with { AttemptsMax = 3 }, trouble with { IsOurOwn = true },
            trouble with { Class = FailureClass.Throttled }, trouble with { Class = FailureClass.Authentication },
        ];
        Assert.All(nothing, code => Assert.Equal(
            BreakerVerdict.Nothing, CircuitBreaker.VerdictOf(new Outcome.Retry(code))));
    }

    private CircuitBreaker Breaker() => new(new BreakerOptions(), _time) { Changed = _changes.Add };

    private static void Say(CircuitBreaker breaker, char answer)
    {
        BreakerPass pass = Assert.NotNull(breaker.TryPass());
        breaker.End(pass, answer switch
        {
            'f' => BreakerVerdict.Fails,
            'w' => BreakerVerdict.Works,
            _ => BreakerVerdict.Nothing,
        });
    }

    /// <summary>Somebody puts its hands back; the moments of the machine go on.</summary>
    private sealed class ClockPutBack(TimeProvider machine) : TimeProvider
    {
        public TimeSpan Back { get; set; }

        public override long TimestampFrequency => machine.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => machine.GetUtcNow() - Back;

        public override long GetTimestamp() => machine.GetTimestamp();
    }
}
