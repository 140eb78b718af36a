using System.Net;
using System.Net.Sockets;
using EmailSms.Policy.Proof;
using EmailSms.Tests.Peers;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.Policy.Proof;

/// <summary>Questions to a DNS server on loopback.</summary>
public sealed class DnsLookupTests : IAsyncDisposable
{
    private readonly DnsServer _server = DnsServer.Start(
        """
        x.example 300 A 192.0.2.1
        x.example 300 A 192.0.2.2
        x.example AAAA 2001:db8::1
        x.example MX 20 mx2.x.example
        x.example MX 10 mx1.x.example
        x.example TXT one|two
        alias.example CNAME x.example
        1.2.0.192.in-addr.arpa PTR x.example
        1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa PTR v6.example
        large.example CUTSOFF
        large.example TXT long
        down.example FAILS
        silent.example ISSILENT
        odd.example BABBLES
        brief.example 0 A 192.0.2.9
        """);

    private readonly FakeTimeProvider _clock = new();
    private readonly RecordedLog<DnsLookup> _log = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Records_of_every_kind_come_back()
    {
        using DnsLookup dns = Open();
        Assert.Equal(
            ["192.0.2.1", "192.0.2.2"],
            (await dns.AddressesAsync("x.example", AddressFamily.InterNetwork, Ct)).Records
                .Select(address => address.ToString()).Order());
        Assert.Equal(
            [IPAddress.Parse("2001:db8::1")],
            (await dns.AddressesAsync("X.Example.", AddressFamily.InterNetworkV6, Ct)).Records);
        Assert.Equal(["mx1.x.example", "mx2.x.example"], (await dns.MailServersAsync("x.example", Ct)).Records);
        Assert.Equal(["onetwo"], (await dns.TxtAsync("x.example", Ct)).Records);
        Assert.Equal(["onetwo"], (await dns.TxtAsync("alias.example", Ct)).Records);
        Assert.Equal(["x.example"], (await dns.NamesAsync(IPAddress.Parse("192.0.2.1"), Ct)).Records);
        Assert.Equal(["v6.example"], (await dns.NamesAsync(IPAddress.Parse("2001:db8::1"), Ct)).Records);
    }

    [Theory]
    [InlineData("x.example", DnsStatus.NoData)] // it has no PTR
    [InlineData("nobody.example", DnsStatus.NoName)]
    [InlineData("down.example", DnsStatus.Failed)]
    [InlineData("odd.example", DnsStatus.Failed)]
    [InlineData("a..b.example", DnsStatus.NoName)] // nobody is asked for what cannot be a name
    [InlineData("a b.example", DnsStatus.NoName)]
    [InlineData("\u00fc.example", DnsStatus.NoName)]
    [InlineData("a\\b.example", DnsStatus.NoName)]
    [InlineData("", DnsStatus.NoName)]
    public async Task What_is_not_there_is_told_from_what_nobody_could_say(string name, object status)
    {
        using DnsLookup dns = Open();
        DnsAnswer<IPAddress> answer = name == "x.example"
            ? new DnsAnswer<IPAddress>((await dns.TxtAsync("1.2.0.192.in-addr.arpa", Ct)).Status, [])
            : await dns.AddressesAsync(name, AddressFamily.InterNetwork, Ct);
        Assert.Equal(status, answer.Status);
        Assert.Empty(answer.Records);
        Assert.Equal(answer.IsFailed ? 1 : 0, _log.Count(1301));
    }

    [Fact]
    public async Task A_name_that_is_too_long_is_asked_of_nobody()
    {
        using DnsLookup dns = Open();
        Assert.Equal(DnsStatus.NoName, (await dns.TxtAsync($"{new string('a', 64)}.example", Ct)).Status);
        string name = string.Concat(Enumerable.Repeat("a.", 124)) + "example";
        Assert.Equal(DnsStatus.NoName, (await dns.TxtAsync(name, Ct)).Status);
        Assert.Empty(_server.Questions);
        Assert.Equal(DnsStatus.NoName, (await dns.TxtAsync($"{new string('a', 63)}.example", Ct)).Status);
        Assert.Single(_server.Questions);
    }

    [Fact]
    public async Task An_answer_that_is_cut_off_is_asked_for_over_TCP()
    {
        using DnsLookup dns = Open();
        Assert.Equal(["long"], (await dns.TxtAsync("large.example", Ct)).Records);
        Assert.Equal(["TXT large.example udp", "TXT large.example tcp"], _server.Questions);
    }

    [Fact]
    public async Task A_silent_server_is_asked_again_and_then_given_up()
    {
        using DnsLookup dns = Open(options =>
        {
            options.Timeout = TimeSpan.FromMilliseconds(100);
            options.Retries = 2;
        });
        Assert.Equal(DnsStatus.Failed, (await dns.TxtAsync("silent.example", Ct)).Status);
        await Eventually.IsAsync(() => _server.Count("TXT silent.example") >= 3); // the last may be on its way
        Assert.Equal(3, _server.Count("TXT silent.example"));
    }

    [Fact]
    public async Task The_next_server_is_asked_where_the_first_cannot_say()
    {
        await using DnsServer second = DnsServer.Start("down.example TXT here");
        using DnsLookup dns = Open(options => options.Servers.Add(second.EndPoint.ToString()));
        Assert.Equal(["here"], (await dns.TxtAsync("down.example", Ct)).Records);
    }

    [Fact]
    public async Task A_deadline_ends_the_waiting()
    {
        using DnsLookup dns = Open(options => options.Timeout = TimeSpan.FromSeconds(30));
        using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        Assert.Equal(DnsStatus.Failed, (await dns.TxtAsync("silent.example", deadline.Token)).Status);
    }

    [Fact]
    public async Task An_answer_is_remembered_as_long_as_it_says_and_no_longer_than_we_say()
    {
        using DnsLookup dns = Open(options => options.CacheTimeMax = TimeSpan.FromMinutes(10));
        await AskTwiceAsync(dns, "x.example", expected: 1);
        _clock.Advance(TimeSpan.FromSeconds(299));
        await AskTwiceAsync(dns, "x.example", expected: 1);
        _clock.Advance(TimeSpan.FromSeconds(1)); // its TTL is 300
        await AskTwiceAsync(dns, "X.example", expected: 2);

        await dns.TxtAsync("x.example", Ct); // an hour, which is more than ten minutes
        _clock.Advance(TimeSpan.FromMinutes(10));
        await dns.TxtAsync("x.example", Ct);
        Assert.Equal(2, _server.Count("TXT x.example"));
        await AskTwiceAsync(dns, "brief.example", expected: 2); // TTL 0
    }

    [Fact]
    public async Task It_is_remembered_that_there_is_no_such_name_as_long_as_the_zone_says()
    {
        using DnsLookup dns = Open();
        await AskTwiceAsync(dns, "nobody.example", expected: 1);
        _clock.Advance(TimeSpan.FromSeconds(60));
        await AskTwiceAsync(dns, "nobody.example", expected: 2);
        await AskTwiceAsync(dns, "down.example", expected: 2); // a failure is not remembered
    }

    [Fact]
    public async Task Nothing_is_remembered_where_that_is_switched_off()
    {
        using DnsLookup dns = Open(options => options.CacheEntriesMax = 0);
        await AskTwiceAsync(dns, "x.example", expected: 2);
    }

    [Fact]
    public async Task The_memory_is_bounded()
    {
        _server.Add(string.Join('\n', Enumerable.Range(0, 300).Select(i => $"n{i}.many.example TXT x")));
        using DnsLookup dns = Open(options => options.CacheEntriesMax = 10);
        for (int i = 0; i < 300; i++) await dns.TxtAsync($"n{i}.many.example", Ct);
        int before = _server.Questions.Count;
        for (int i = 0; i < 300; i++) await dns.TxtAsync($"n{i}.many.example", Ct);
        Assert.InRange(_server.Questions.Count - before, 290 - 10, 300);
    }

    [Fact]
    public async Task A_mail_has_so_many_questions_and_so_much_time()
    {
        using DnsLookup dns = Open();
        var options = new DnsOptions { MailQuestionsMax = 10, MailTimeMax = TimeSpan.FromSeconds(20) };
        using (var budget = new DnsBudget(dns, options, _clock, Ct))
        {
            for (int i = 0; i < 10; i++) Assert.False((await budget.TxtAsync("x.example")).IsFailed);
            Assert.True((await budget.TxtAsync("x.example")).IsFailed);
        }

        using var timed = new DnsBudget(dns, options, _clock, Ct);
        Assert.False((await timed.TxtAsync("x.example")).IsFailed);
        _clock.Advance(TimeSpan.FromSeconds(20));
        Assert.True((await timed.TxtAsync("x.example")).IsFailed);
    }

    [Fact]
    public async Task The_time_of_a_mail_ends_a_question_under_way()
    {
        using DnsLookup dns = Open(options => options.Timeout = TimeSpan.FromSeconds(30));
        using var budget = new DnsBudget(dns, new DnsOptions(), _clock, Ct);
        Task<DnsAnswer<string>> asked = budget.TxtAsync("silent.example");
        await Eventually.IsAsync(() => _server.Count("TXT silent.example") == 1);
        _clock.Advance(TimeSpan.FromSeconds(20));
        Assert.True((await asked).IsFailed);
    }

    [Fact]
    public async Task A_program_that_stops_waits_for_no_answer()
    {
        using DnsLookup dns = Open(options => options.Timeout = TimeSpan.FromSeconds(30));
        using var stopping = new CancellationTokenSource();
        using var budget = new DnsBudget(dns, new DnsOptions(), _clock, stopping.Token);
        Task<DnsAnswer<string>> asked = budget.TxtAsync("silent.example");
        await Eventually.IsAsync(() => _server.Count("TXT silent.example") == 1);
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    private async Task AskTwiceAsync(DnsLookup dns, string name, int expected)
    {
        await dns.AddressesAsync(name, AddressFamily.InterNetwork, Ct);
        await dns.AddressesAsync(name, AddressFamily.InterNetwork, Ct);
        Assert.Equal(expected, _server.Count($"A {name} "));
    }

    private DnsLookup Open(Action<DnsOptions>? change = null)
    {
        var options = new DnsOptions
        {
            Servers = [_server.EndPoint.ToString()],
            Timeout = TimeSpan.FromSeconds(10),
            Retries = 0,
        };
        change?.Invoke(options);
        return new DnsLookup(options, _clock, _log);
    }
}
