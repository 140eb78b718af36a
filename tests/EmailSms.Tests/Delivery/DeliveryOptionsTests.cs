using EmailSms.Delivery;

namespace EmailSms.Tests.Delivery;

public sealed class DeliveryOptionsTests
{
    private static readonly DeliveryOptions Options = new()
    {
        RetryFirst = TimeSpan.FromSeconds(5),
        RetryMax = TimeSpan.FromMinutes(10),
    };

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 10)]
    [InlineData(3, 20)]
    [InlineData(7, 320)]
    [InlineData(8, 600)] // 640 would be longer than the longest
    [InlineData(1000, 600)]
    [InlineData(int.MaxValue, 600)]
    public void The_pause_doubles_up_to_the_longest(int failures, double seconds)
    {
        Assert.Equal(seconds, Options.PauseAfter(failures, chance: 1).TotalSeconds, 3);
        Assert.Equal(seconds / 2, Options.PauseAfter(failures, chance: 0.5).TotalSeconds, 3);
    }

    [Fact]
    public void No_luck_makes_it_nothing_for_a_loop_without_a_pause_would_hammer_the_carrier() =>
        Assert.Equal(0.5, Options.PauseAfter(1, chance: 0).TotalSeconds, 3);
}
