using System.Net;
using EmailSms.Policy.Proof;
using EmailSms.Tests.Peers;
using EmailSms.Tests.Tidy;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.Policy.Proof;

/// <summary>The zone of spf-cases.txt, served once for all cases.</summary>
public sealed class SpfZone : IAsyncDisposable
{
    public SpfZone() => Server = DnsServer.Start(string.Join('\n', Lines.Where(line => !line.StartsWith('='))));

    public static IReadOnlyList<string> Lines { get; } =
        File.ReadAllLines(Path.Combine(Source.Root, "tests/EmailSms.Tests/Policy/Proof/spf-cases.txt"));

    internal DnsServer Server { get; }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}

/// <summary>SPF by the rules of RFC 7208.</summary>
public sealed class SpfCheckTests(SpfZone zone) : IClassFixture<SpfZone>
{
    private static readonly FakeTimeProvider Clock = new(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));

    public static TheoryData<string> Cases =>
        [.. SpfZone.Lines.Where(line => line.StartsWith('=')).Select(line => line[1..].Trim())];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task The_rule_is_kept(string rule)
    {
        string[] parts = rule.Split('|', StringSplitOptions.TrimEntries);
        SpfVerdict verdict = await CheckAsync(parts[1], parts[2], parts[3] == "<>" ? "" : parts[3]);
        Assert.True(parts[0] == verdict.Word, $"{rule}: {verdict}");
    }

    [Fact]
    public void There_are_cases_of_every_result()
    {
        Assert.True(Cases.Count > 150);
        Assert.Equal(7, Cases.Select(one => one.Data.Split('|')[0].Trim()).Distinct().Count());
    }

    [Theory]
    [InlineData("plain.exp.example", "Not from here")]
    [InlineData("macro.exp.example", "198.51.100.7 is not one of macro.exp.example (mx.sms.example, 1700000000)")]
    [InlineData("none.exp.example", null)]
    [InlineData("two.exp.example", null)]
    [InlineData("bad.exp.example", null)]
    [InlineData("down.exp.example", null)]
    [InlineData("line.exp.example", "250 2.0.0 OK QUIT")] // nothing that could end a line
    [InlineData("included.exp.example", null)] // 6.2: of the included domain it is not ours
    [InlineData("redirected.exp.example", "Not from here")] // of the one redirected to it is
    public async Task A_fail_is_explained_in_the_domain_s_own_words(string domain, string? says)
    {
        SpfVerdict verdict = await CheckAsync("198.51.100.7", "h.example", $"ann@{domain}");
        Assert.Equal(SpfResult.Fail, verdict.Result);
        Assert.Equal(says, verdict.Explanation);
    }

    [Fact]
    public async Task An_explanation_is_short()
    {
        zone.Server.Add($"long.exp.example TXT {new string('x', 200)}|{new string('y', 200)}");
        zone.Server.Add("lengthy.exp.example TXT v=spf1 exp=long.exp.example -all");
        SpfVerdict verdict = await CheckAsync("198.51.100.7", "h.example", "ann@lengthy.exp.example");
        Assert.Equal(new string('x', 200), verdict.Explanation);
    }

    [Fact]
    public async Task The_reason_names_the_term_that_decided()
    {
        SpfVerdict verdict = await CheckAsync("192.0.2.1", "h.example", "ann@in-pass.example");
        Assert.Equal("spf=pass (in-pass.example: ip4:192.0.2.0/24)", verdict.ToString());
        verdict = await CheckAsync("192.0.2.1", "h.example", "ann@m1.example");
        Assert.Equal("spf=permerror (m1.example: the SPF record of m1.example is wrong at moo)", verdict.ToString());
    }

    [Fact]
    public async Task A_domain_in_any_writing_is_asked_for_in_ASCII()
    {
        zone.Server.Add("xn--mnchen-3ya.example TXT v=spf1 ip4:192.0.2.0/24 -all");
        SpfVerdict verdict = await CheckAsync("192.0.2.1", "h.example", "ann@m\u00fcnchen.example");
        Assert.Equal(SpfResult.Pass, verdict.Result);
    }

    [Fact]
    public async Task A_record_of_any_octets_has_a_result()
    {
        var random = new Random(7208);
        const string Alphabet = "v=spf1 aimxptr:/%{}dlsor.-+~?4602\t,_^=\\\"";
        for (int i = 0; i < 300; i++)
        {
            string name = $"r{i}.fuzz.example";
            string text = string.Concat(
                Enumerable.Range(0, random.Next(60)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
            zone.Server.Add($"{name} TXT v=spf1 {text.Trim()}");
            SpfVerdict verdict = await CheckAsync("192.0.2.1", "h.example", $"ann@{name}");
            Assert.True(Enum.IsDefined(verdict.Result));
        }
    }

    private async Task<SpfVerdict> CheckAsync(string client, string helo, string sender)
    {
        var options = new DnsOptions
        {
            Servers = [zone.Server.EndPoint.ToString()],
            Timeout = TimeSpan.FromSeconds(10),
            Retries = 0,
        };
        using var dns = new DnsLookup(options, Clock, NullLogger<DnsLookup>.Instance);
        using var budget = new DnsBudget(dns, options, Clock, TestContext.Current.CancellationToken);
        return await SpfCheck.CheckAsync(budget, IPAddress.Parse(client), helo, sender, "mx.sms.example", Clock);
    }
}
