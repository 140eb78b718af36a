using System.Net;
using EmailSms.Policy;

namespace EmailSms.Tests.Policy;

public sealed class NetworkListTests
{
    [Theory]
    [InlineData("192.0.2.0/24", "192.0.2.0", true)]
    [InlineData("192.0.2.0/24", "192.0.2.255", true)]
    [InlineData("192.0.2.0/24", "192.0.3.0", false)]
    [InlineData("192.0.2.0/24", "192.0.1.255", false)]
    [InlineData("192.0.2.0/24", "::ffff:192.0.2.9", true)] // how a dual-stack socket names an IPv4 client
    [InlineData("192.0.2.0/24", "::192.0.2.9", false)] // the old form that is not mapped
    [InlineData("::/16", "::ffff:192.0.2.9", false)] // a network of IPv6 holds no IPv4, however it is written
    [InlineData("192.0.2.7", "192.0.2.7", true)]
    [InlineData("192.0.2.7", "192.0.2.8", false)]
    [InlineData("10.0.0.0/8", "10.255.255.255", true)]
    [InlineData("::ffff:10.0.0.0/104", "10.1.2.3", true)]
    [InlineData("::ffff:10.0.0.7", "10.0.0.7", true)]
    [InlineData("2001:db8::/32", "2001:db8:ffff::1", true)]
    [InlineData("2001:db8::/32", "2001:db9::1", false)]
    [InlineData("2001:DB8:0:0::/64", "2001:db8::5", true)]
    [InlineData("fe80::/16", "fe80::1%3", true)] // a scope is a matter of the machine, not of the address
    [InlineData("::1", "::1", true)]
    [InlineData("::1", "127.0.0.1", false)]
    [InlineData("127.0.0.0/8 ::1; 192.0.2.7,", "192.0.2.7", true)]
    public void A_list_says_whether_it_holds_an_address(string list, string address, bool holds)
    {
        Assert.True(NetworkList.TryParse(list, out NetworkList? networks, out _));
        Assert.Equal(holds, networks.Contains(IPAddress.Parse(address)));
        Assert.True(NetworkList.TryParse(networks.ToString(), out NetworkList? again, out _));
        Assert.Equal(holds, again.Contains(IPAddress.Parse(address)));
    }

    [Theory]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("10.0.0.0/ 8x")]
    [InlineData("10/8")] // to C's inet_aton this is 0.0.0.10
    [InlineData("010.0.0.0/8")] // and this is 8.0.0.0
    [InlineData("0x7f000001")]
    [InlineData("2001:db8::/129")]
    [InlineData("fe80::1%eth0")]
    [InlineData("[::1]")]
    [InlineData("mail.example.com")]
    [InlineData("*")]
    public void What_is_no_network_is_refused(string word)
    {
        Assert.False(NetworkList.TryParse(word, out _, out IReadOnlyList<string> mistakes));
        Assert.Contains(
            "is not a network: write it like 192.0.2.0/24, 192.0.2.7 or 2001:db8::/48.", mistakes[0],
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.0.0.0/0", "0.0.0.0/0 is too wide to prove anything: /8 is the widest, and the narrower the better.")]
    [InlineData(
        "10.0.0.0/7",
        "10.0.0.0/7 is too wide to prove anything: /8 is the widest, and the narrower the better.")]
    [InlineData("::/0", "::/0 is too wide to prove anything: /16 is the widest, and the narrower the better.")]
    [InlineData(
        "fc00::/15",
        "fc00::/15 is too wide to prove anything: /16 is the widest, and the narrower the better.")]
    [InlineData(
        "::ffff:0.0.0.0/96",
        "::ffff:0.0.0.0/96 is too wide to prove anything: /8 is the widest, and the narrower the better.")]
    [InlineData("192.0.2.7/24", "192.0.2.7/24 is an address inside a network: write 192.0.2.0/24 or 192.0.2.7.")]
    [InlineData("2001:db8::1/64", "2001:db8::1/64 is an address inside a network: write 2001:db8::/64 or 2001:db8::1.")]
    [InlineData(
        "",
        "A rule must name the networks it believes, such as 127.0.0.0/8 or 192.0.2.0/24: "
        + "a From header alone proves nothing.")]
    [InlineData(
        null,
        "A rule must name the networks it believes, such as 127.0.0.0/8 or 192.0.2.0/24: "
        + "a From header alone proves nothing.")]
    public void Every_mistake_has_its_sentence(string? list, string sentence)
    {
        Assert.False(NetworkList.TryParse(list, out _, out IReadOnlyList<string> mistakes));
        Assert.Equal(sentence, Assert.Single(mistakes));
    }

    [Theory]
    [InlineData("10.0.0.0/8")]
    [InlineData("fc00::/16")]
    [InlineData("::ffff:10.0.0.0/104")]
    public void The_widest_network_is_taken(string list)
    {
        Assert.True(NetworkList.TryParse(list, out _, out _));
    }

    [Fact]
    public void A_list_has_a_longest_length()
    {
        string full = string.Join(' ', Enumerable.Repeat("::1", NetworkList.EntriesMax));
        Assert.True(NetworkList.TryParse(full, out _, out _));
        Assert.False(NetworkList.TryParse(full + " ::1", out _, out IReadOnlyList<string> mistakes));
        Assert.Equal("A rule takes at most 100 networks.", Assert.Single(mistakes));
    }

    [Fact]
    public void Loopback_is_this_machine()
    {
        Assert.True(NetworkList.Loopback.Contains(IPAddress.Loopback));
        Assert.True(NetworkList.Loopback.Contains(IPAddress.IPv6Loopback));
        Assert.True(NetworkList.Loopback.Contains(IPAddress.Loopback.MapToIPv6()));
        Assert.False(NetworkList.Loopback.Contains(IPAddress.Parse("128.0.0.1")));
    }
}
