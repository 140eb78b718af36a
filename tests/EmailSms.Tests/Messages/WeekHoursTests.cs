using System.Globalization;
using EmailSms.Messages;

namespace EmailSms.Tests.Messages;

public sealed class WeekHoursTests
{
    private static readonly TimeZoneInfo London = TimeZoneInfo.FindSystemTimeZoneById("Europe/London");

    [Theory]
    [InlineData("mon-fri", "08:00-18:00", "2026-11-25T08:00Z", true)]
    [InlineData("mon-fri", "08:00-18:00", "2026-11-25T07:59Z", false)]
    [InlineData("mon-fri", "08:00-18:00", "2026-11-25T18:00Z", false)]
    [InlineData("mon-fri", "08:00-18:00", "2026-11-28T12:00Z", false)]
    [InlineData("fri", "22:00-06:00", "2026-11-28T05:59Z", true)] // of the night that began on Friday
    [InlineData("fri", "22:00-06:00", "2026-11-27T05:59Z", false)]
    [InlineData("", "00:00-24:00", "2026-11-28T05:59Z", true)]
    [InlineData("sat sun", "", "2026-11-28T23:59Z", true)]
    [InlineData("mon-fri", "08:00-18:00", "2026-07-01T07:00Z", true)] // summer time
    [InlineData("mon-fri", "08:00-18:00", "2026-07-01T17:00Z", false)]
    public void A_moment_is_in_them_or_not(string days, string hours, string at, bool isIn) =>
        Assert.Equal(isIn, WeekHours.Of(days, hours, London)!.Contains(Time(at)));

    [Theory]
    [InlineData("mon-fri", "08:00-18:00", "2026-11-25T08:00Z", "2026-11-25T18:00Z")]
    [InlineData("mon-fri", "08:00-18:00", "2026-11-27T18:00Z", "2026-11-30T08:00Z")]
    [InlineData("fri", "22:00-06:00", "2026-11-27T23:00Z", "2026-11-28T06:00Z")]
    [InlineData("sun", "01:30-03:00", "2026-03-28T12:00Z", "2026-03-29T01:00Z")] // no clock shows 01:30 that day
    public void The_next_edge_is_where_they_begin_or_end(string days, string hours, string after, string edge) =>
        Assert.Equal(Time(edge), WeekHours.Of(days, hours, London)!.NextEdge(Time(after)));

    [Theory]
    [InlineData("someday", "08:00-18:00")]
    [InlineData("mon-fri", "8-18")]
    public void What_cannot_be_read_is_none(string days, string hours) =>
        Assert.Null(WeekHours.Of(days, hours, London));

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
