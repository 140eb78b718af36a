using EmailSms.Cli;

namespace EmailSms.Tests.Cli;

public sealed class TryReadTimeTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("30s", "2026-11-24T11:59:30Z")]
    [InlineData("30m", "2026-11-24T11:30:00Z")]
    [InlineData("2h", "2026-11-24T10:00:00Z")]
    [InlineData("7d", "2026-11-17T12:00:00Z")]
    [InlineData("0h", "2026-11-24T12:00:00Z")]
    [InlineData("2026-11-24", "2026-11-24T00:00:00Z")]
    [InlineData("2026-11-24T10:00Z", "2026-11-24T10:00:00Z")]
    [InlineData("2026-11-24 10:00", "2026-11-24T10:00:00Z")] // without a zone it is UTC, as all times on the screen are
    [InlineData("2026-11-24T10:00+02:00", "2026-11-24T08:00:00Z")]
    public void A_point_in_time_or_an_age_is_read(string text, string expected)
    {
        Assert.True(ListCommand.TryReadTime(text, Now, out long? ms));
        Assert.Equal(
            DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture),
            DateTimeOffset.FromUnixTimeMilliseconds(ms!.Value));
    }

    [Fact]
    public void Nothing_asks_for_nothing()
    {
        Assert.True(ListCommand.TryReadTime(null, Now, out long? ms));
        Assert.Null(ms);
    }

    [Fact]
    public void An_age_beyond_the_calendar_is_everything()
    {
        Assert.True(ListCommand.TryReadTime($"{int.MaxValue}d", Now, out long? ms));
        Assert.True(ms < DateTimeOffset.MinValue.ToUnixTimeMilliseconds());
    }

    [Theory]
    [InlineData("")]
    [InlineData("h")]
    [InlineData("-2h")]
    [InlineData("2.5h")]
    [InlineData("2w")]
    [InlineData("99999999999d")]
    [InlineData("yesterday")]
    [InlineData("2026-02-30")]
    public void What_is_neither_is_refused(string text) => Assert.False(ListCommand.TryReadTime(text, Now, out _));
}
