using System.Collections.Concurrent;
using EmailSms.Messages;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.Messages;

public sealed class TimeOrderedIdTests
{
    [Fact]
    public void It_is_a_UUID_of_version_7_and_holds_its_time()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2099, 1, 2, 3, 4, 5, 678, TimeSpan.Zero));
        byte[] octets = TimeOrderedId.Next(clock).ToByteArray(bigEndian: true);
        long ms = 0;
        foreach (byte octet in octets.AsSpan(0, 6)) ms = (ms << 8) | octet;

        Assert.InRange(ms - clock.GetUtcNow().ToUnixTimeMilliseconds(), 0, 1000);
        Assert.Equal(0x70, octets[6] & 0xF0); // RFC 9562 4.2
        Assert.Equal(0x80, octets[8] & 0xC0); // RFC 9562 4.1
    }

    [Fact]
    public void Those_of_one_millisecond_are_in_order_and_so_they_are_when_the_clock_goes_back()
    {
        var clock = new FakeTimeProvider();
        string last = "";
        for (int i = 0; i < 10_000; i++) // more than the 4096 that one millisecond has room for
        {
            if (i == 5_000) clock.AdjustTime(clock.Start.AddHours(-1));
            string next = TimeOrderedId.Next(clock).ToString();
            Assert.True(string.CompareOrdinal(last, next) < 0, $"{last} is not before {next}");
            last = next;
        }
    }

    [Fact]
    public void A_clock_that_is_ahead_takes_no_other_one_with_it()
    {
        var ahead = new FakeTimeProvider(new DateTimeOffset(2099, 1, 2, 3, 4, 5, TimeSpan.Zero));
        string later = TimeOrderedId.Next(ahead).ToString();
        string now = TimeOrderedId.Next(new FakeTimeProvider(ahead.Start.AddMinutes(-1))).ToString();
        Assert.True(string.CompareOrdinal(now, TimeOrderedId.FirstOf(ahead.Start.ToUnixTimeMilliseconds())) < 0, now);
        Assert.True(string.CompareOrdinal(now, later) < 0, now);
    }

    [Fact]
    public void No_two_are_alike_whoever_asks_at_once()
    {
        var all = new ConcurrentDictionary<Guid, bool>();
        Parallel.For(0, 20_000, _ => Assert.True(all.TryAdd(TimeOrderedId.Next(TimeProvider.System), true)));
        Assert.Equal(20_000, all.Count);
    }
}
