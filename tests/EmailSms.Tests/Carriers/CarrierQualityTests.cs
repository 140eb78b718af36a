using EmailSms.Carriers.Routing;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.Carriers;

public sealed class CarrierQualityTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));
    private readonly QualityOptions _options = new() { SamplesMin = 10, LatencyHalf = TimeSpan.FromHours(1) };

    [Fact]
    public void What_is_delivered_counts_once_enough_is_known_by_carrier_and_country()
    {
        CarrierQuality quality = New();
        End(quality, "main", "GB", delivered: 7, lost: 2);
        Assert.Null(quality.Of("main", "GB"));
        End(quality, "main", "GB", delivered: 1, lost: 0);
        Assert.Equal(0.8, quality.Of("main", "GB")!.Value, 3);
        Assert.Null(quality.Of("main", "US"));
        Assert.Null(quality.Of("other", "GB"));
        Assert.Null(quality.Of("main", null));
    }

    [Fact]
    public void Slow_receipts_make_it_less()
    {
        CarrierQuality quality = New();
        long taken = NowMs();
        quality.Taken("main", "GB", 20);
        _time.Advance(TimeSpan.FromMinutes(20));
        for (int i = 0; i < 20; i++) quality.Ended("main", "GB", taken, isDelivered: true);
        Assert.Equal(0.75, quality.Of("main", "GB")!.Value, 3); // 60 of 60 + 20 minutes
        Assert.Equal(20 * 60_000, Assert.Single(quality.All()).LatencyMs);
    }

    [Fact]
    public void What_is_new_counts_more_and_what_is_older_than_the_window_not_at_all()
    {
        CarrierQuality quality = New();
        End(quality, "main", "GB", delivered: 0, lost: 100);
        _time.Advance(_options.Window / 2); // two half-lives: a quarter is left
        End(quality, "main", "GB", delivered: 75, lost: 0);
        Assert.Equal(0.75, quality.Of("main", "GB")!.Value, 3);
        _time.Advance(_options.Window / 2);
        Assert.Equal(1, quality.Of("main", "GB")!.Value, 3);
        _time.Advance(_options.Window);
        Assert.Null(quality.Of("main", "GB"));
        Assert.Empty(quality.All());
    }

    [Fact]
    public void Silence_is_held_against_a_carrier_that_sends_receipts()
    {
        CarrierQuality quality = New();
        quality.Taken("mute", "GB", 100); // it never sends any
        quality.Taken("main", "GB", 40);
        for (int i = 0; i < 20; i++) quality.Ended("main", "GB", NowMs(), isDelivered: true);
        Assert.Equal(1, quality.Of("main", "GB")!.Value, 3); // the others may still come
        _time.Advance(_options.SilentAfter + (_options.Window / 24));
        Assert.Equal(0.5, quality.Of("main", "GB")!.Value, 3);
        Assert.Null(quality.Of("mute", "GB"));
        QualityView view = quality.All()[0];
        Assert.Equal((40, 20, 0, 20), (view.Taken, view.Delivered, view.Lost, view.Silent));
    }

    [Fact]
    public void A_fate_that_is_no_fault_of_the_carrier_counts_nothing()
    {
        CarrierQuality quality = New();
        End(quality, "main", "GB", delivered: 20, lost: 0);
        quality.Taken("main", "GB", 1);
        quality.Excused("main", "GB", NowMs());
        _time.Advance(_options.SilentAfter * 2);
        Assert.Equal(1, quality.Of("main", "GB")!.Value, 3);
        Assert.Equal(20, quality.All()[0].Taken);
    }

    [Fact]
    public void A_receipt_that_comes_after_the_window_or_before_its_time_is_left_aside()
    {
        CarrierQuality quality = New();
        long taken = NowMs();
        quality.Taken("main", "GB", 1);
        _time.Advance(_options.Window * 2);
        quality.Ended("main", "GB", taken, isDelivered: true);
        quality.Ended("main", "GB", NowMs() + (long)_options.Window.TotalMilliseconds, isDelivered: true);
        Assert.Empty(quality.All());
    }

    private CarrierQuality New() => new(_options, _time);

    private void End(CarrierQuality quality, string carrier, string country, int delivered, int lost)
    {
        quality.Taken(carrier, country, delivered + lost);
        for (int i = 0; i < delivered + lost; i++) quality.Ended(carrier, country, NowMs(), i < delivered);
    }

    private long NowMs() => _time.GetUtcNow().ToUnixTimeMilliseconds();
}
