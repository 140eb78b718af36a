using CsCheck;
using EmailSms.MailOut;

namespace EmailSms.Tests.MailOut;

public sealed class RetryDelayTests
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Max = TimeSpan.FromHours(1);

    [Theory]
    [InlineData(1, 30)]
    [InlineData(2, 60)]
    [InlineData(3, 120)]
    [InlineData(7, 1920)]
    [InlineData(8, 3600)]
    [InlineData(9, 3600)]
    [InlineData(int.MaxValue, 3600)]
    public void The_ceiling_doubles_with_each_failure_up_to_the_longest(int failures, double seconds)
    {
        Assert.Equal(TimeSpan.FromSeconds(seconds / 2), RetryDelay.After(failures, First, Max, 0.5));
    }

    [Fact]
    public void A_wait_lies_between_a_second_and_the_ceiling()
    {
        Gen.Select(Gen.Int[1, 100], Gen.Int[1, 3600], Gen.Int[1, 86400], Gen.Double[0, 1])
            .Sample((failures, first, max, random) =>
            {
                TimeSpan wait = RetryDelay.After(
                    failures, TimeSpan.FromSeconds(first), TimeSpan.FromSeconds(max), random);
                Assert.InRange(wait, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(max));
            });
    }

    [Fact]
    public void No_failure_is_no_reason_to_wait()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => RetryDelay.After(0, First, Max, 0.5));
    }
}
