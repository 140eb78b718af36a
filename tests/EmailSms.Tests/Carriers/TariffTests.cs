using EmailSms.Carriers;
using EmailSms.Messages;

namespace EmailSms.Tests.Carriers;

public sealed class TariffTests
{
    [Theory]
    [InlineData("+447700900123", 40_000)]
    [InlineData("+441632960123", 50_000)]
    [InlineData("+12025550123", 90_000)] // what is left
    [InlineData("60000", 90_000)] // a short code has no prefix
    public void The_longest_prefix_counts(string number, long micros)
    {
        Tariff tariff = Read(new(2, "+44", "0.05", null, null), new(3, "+4477", "0.04", null, null),
            new(4, "*", "0.09", null, null));
        Assert.Equal(micros, tariff.PerPart(PhoneNumber.FromE164(number), 0));
    }

    [Fact]
    public void Where_nobody_has_said_there_is_no_price() =>
        Assert.Null(
            Read(new TariffLine(2, "+44", "0.05", null, null)).PerPart(PhoneNumber.FromE164("+33612345678"), 0));

    [Theory]
    [InlineData("2026-10-31T23:59:59Z", 40_000)] // the old price, to its last moment
    [InlineData("2026-11-01T00:00:00Z", 45_000)]
    [InlineData("2026-11-15T05:59:59Z", 45_000)]
    [InlineData("2026-11-15T06:00:00Z", 30_000)] // an offer within its time goes before what began earlier
    [InlineData("2026-11-20T00:00:00Z", 45_000)] // and when it is over, that counts again
    [InlineData("2020-01-01T00:00:00Z", 40_000)]
    public void The_price_in_force_counts(string at, long micros)
    {
        Tariff tariff = Read(
            new(2, "+44", "0.045", "2026-11-01", null), new(3, "+44", "0.04", null, null),
            new(4, "+44", "0.03", "2026-11-15T06:00Z", "2026-11-20"));
        Assert.Equal(micros, tariff.PerPart(PhoneNumber.FromE164("+447700900123"), Ms(at)));
    }

    [Fact]
    public void A_longer_prefix_that_is_not_in_force_leaves_the_word_to_a_shorter_one()
    {
        Tariff tariff = Read(
            new(2, "+4477", "0.03", "2026-11-01", "2026-12-01"), new(3, "+44", "0.05", null, null));
        PhoneNumber phone = PhoneNumber.FromE164("+447700900123");
        Assert.Equal(
            [50_000L, 30_000L, 50_000L],
            new[] { "2026-10-01", "2026-11-01", "2026-12-01" }.Select(day => tariff.PerPart(phone, Ms(day))));
    }

    [Fact]
    public void All_mistakes_are_told_with_their_lines()
    {
        Assert.False(Tariff.TryCreate(
            [
                new(2, "44", "0.05", null, null), new(3, "+44", "0,05", null, null),
                new(4, "+45", "0.0000001", null, null), new(5, "+46", "1", "1.11.2026", "later"),
                new(6, "+47", "1", "2026-11-02", "2026-11-01"), new(7, "+48", "1", "2026-11-01", null),
                new(9, "+48", "2", "2026-11-01", "2026-12-01"), new(10, "+49", "-1", null, null),
            ],
            out Tariff? none, out IReadOnlyList<string> mistakes));
        Assert.Null(none);
        Assert.Equal([2, 3, 4, 5, 5, 6, 9, 10], mistakes.Select(one => int.Parse(one.Split(' ', ':')[1])));
        Assert.Contains("on line 7", mistakes[6], StringComparison.Ordinal);
        Assert.False(Tariff.TryCreate([], out _, out mistakes));
        Assert.Single(mistakes);
    }

    private static Tariff Read(params TariffLine[] lines)
    {
        bool isGood = Tariff.TryCreate(lines, out Tariff? tariff, out IReadOnlyList<string> mistakes);
        Assert.True(isGood && tariff is not null, string.Join(' ', mistakes));
        return tariff;
    }

    private static long Ms(string at) =>
        DateTimeOffset.Parse(at, null, System.Globalization.DateTimeStyles.AssumeUniversal).ToUnixTimeMilliseconds();
}
