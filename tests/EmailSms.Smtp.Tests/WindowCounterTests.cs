using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Smtp.Tests;

public sealed class WindowCounterTests
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(59, 3)]
    [InlineData(60, 1)]
    public void A_window_ends_a_minute_after_its_first_event(int seconds, int count)
    {
        var counter = new WindowCounter<string>(TimeSpan.FromMinutes(1), 10, _time);
        Assert.Equal(1, counter.Add("a"));
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(2, counter.Add("a"));
        _time.Advance(TimeSpan.FromSeconds(seconds - 30));
        Assert.Equal(count - 1, counter.Count("a"));
        Assert.Equal(count, counter.Add("a"));
    }

    [Fact]
    public void A_full_table_forgets_the_oldest_window_and_grows_no_further()
    {
        var counter = new WindowCounter<int>(TimeSpan.FromMinutes(1), 100, _time);
        for (int key = 0; key < 10_000; key++)
        {
            counter.Add(key);
            counter.Add(key);
            Assert.True(counter.Keys <= 100);
        }

        Assert.Equal((0, 2, 2), (counter.Count(9_899), counter.Count(9_900), counter.Count(9_999)));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((0, 0), (counter.Count(9_999), counter.Keys));
    }

    [Fact]
    public void A_set_keeps_a_key_for_its_time_and_forgets_it_after_twice_that()
    {
        var set = new RecentSet<int>(TimeSpan.FromDays(1), 3, _time);
        set.Add(1);
        _time.Advance(TimeSpan.FromDays(1) - TimeSpan.FromSeconds(1));
        Assert.True(set.Contains(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(set.Contains(1));
        _time.Advance(TimeSpan.FromDays(2));
        Assert.False(set.Contains(1));
    }

    [Fact]
    public void A_set_that_is_full_drops_its_older_generation()
    {
        var set = new RecentSet<int>(TimeSpan.FromDays(1), 3, _time);
        for (int key = 1; key <= 6; key++) set.Add(key);
        Assert.True(set.Contains(6));
        set.Add(7);
        Assert.False(set.Contains(1));
        Assert.True(set.Contains(4));
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", true)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:2::1", false)]
    [InlineData("0.0.0.1", "::1:0:0:0:0", false)]
    public void A_prefix_is_an_IPv4_address_or_an_IPv6_network(string one, string other, bool isSame) =>
        Assert.Equal(isSame, AddressPrefix.Of(IPAddress.Parse(one)) == AddressPrefix.Of(IPAddress.Parse(other)));
}
