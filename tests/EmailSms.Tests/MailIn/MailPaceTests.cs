using System.Net;
using EmailSms.MailIn;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.MailIn;

public sealed class MailPaceTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void An_address_has_its_mails_of_a_minute_and_no_more()
    {
        var pace = new MailPace(2, _time);
        IPAddress ups = IPAddress.Parse("192.0.2.1");
        Assert.True(pace.TryTake(ups));
        Assert.True(pace.TryTake(ups));
        Assert.False(pace.TryTake(ups));
        Assert.True(pace.TryTake(IPAddress.Parse("192.0.2.2")));

        _time.Advance(TimeSpan.FromSeconds(59.9));
        Assert.False(pace.TryTake(ups));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.True(pace.TryTake(ups));
    }

    [Fact]
    public void A_network_of_IPv6_is_one_address_and_the_next_is_another()
    {
        var pace = new MailPace(1, _time);
        Assert.True(pace.TryTake(IPAddress.Parse("2001:db8:0:1::1")));
        Assert.False(pace.TryTake(IPAddress.Parse("2001:db8:0:1:ffff::9")));
        Assert.True(pace.TryTake(IPAddress.Parse("2001:db8:0:2::1")));
    }
}
