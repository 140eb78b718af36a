using EmailSms.Carriers;
using EmailSms.Carriers.Http;
using EmailSms.Messages;
using EmailSms.Tests.EndToEnd;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.Carriers.Http;

/// <summary>A carrier that wants a token by client credentials (RFC 6749 4.4), as a definition of one's own.</summary>
public sealed class OAuthTests : IAsyncLifetime
{
    private const string Definition = """
        {
          "values": {
            "Url": { "required": true },
            "Client": { "required": true },
            "Secret": { "required": true, "secret": true }
          },
          "send": {
            "url": "{Url}/send",
            "auth": {
              "type": "oauth2", "url": "{Url}/token", "client": "{Client}", "secret": "{Secret}", "scope": "sms:send"
            },
            "body": "json",
            "content": { "to": "{to}", "text": "{text}" },
            "ids": ["id"]
          },
          "errors": { "trustsStatus": true }
        }
        """;

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 25, 9, 0, 0, TimeSpan.Zero));
    private readonly TestFolder _folder = new();
    private readonly HashSet<string> _valid = [];
    private readonly List<string> _trace = [];

    private Provider _provider = null!;
    private HttpCarrier _carrier = null!;
    private Reply? _noToken; // what the token endpoint says instead
    private int _tokens;

    private IEnumerable<Asked> Fetches => _provider.Requests.Where(one => one.Path == "/token");

    private IEnumerable<Asked> Sends => _provider.Requests.Where(one => one.Path == "/send");

    public async ValueTask InitializeAsync()
    {
        _provider = await Provider.StartAsync();
        _provider.Answer = (asked, _) => Task.FromResult(asked.Path == "/token" ? Token() : Send(asked));
        string file = _folder.File("own.json");
        await File.WriteAllTextAsync(file, Definition);
        var options = new CarrierOptions
        {
            Kind = CarrierKind.Http,
            Definition = file,
            Values = new() { ["Url"] = _provider.Url, ["Client"] = "a:b", ["Secret"] = "s c" },
        };
        _carrier = new HttpCarrier("main", options, null, NullLoggerFactory.Instance, _time) { Trace = _trace.Add };
        await _carrier.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _carrier.DisposeAsync();
        await _provider.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_token_is_fetched_once_and_kept_until_shortly_before_its_end()
    {
        await Task.WhenAll(SendsAsync(), SendsAsync(), SendsAsync());
        Asked fetch = Assert.Single(Fetches);
        Assert.Equal("a%3Ab:s%20c", fetch.Basic); // RFC 6749 2.3.1
        Assert.Equal(("client_credentials", "sms:send"), (fetch.Form["grant_type"], fetch.Form["scope"]));
        Assert.All(Sends, asked => Assert.Equal("Bearer token-1", asked.Headers.Authorization.ToString()));
        Assert.DoesNotContain("token-1", string.Concat(_trace), StringComparison.Ordinal);
        Assert.DoesNotContain("s c", string.Concat(_trace), StringComparison.Ordinal);

        _time.Advance(TimeSpan.FromSeconds(569)); // of 600, and half a minute early
        await SendsAsync();
        Assert.Single(Fetches);
        _time.Advance(TimeSpan.FromSeconds(1));
        await SendsAsync();
        Assert.Equal(2, Fetches.Count());
        Assert.Equal("Bearer token-2", Sends.Last().Headers.Authorization.ToString());
    }

    [Fact]
    public async Task A_token_that_is_taken_back_early_is_replaced_within_the_attempt()
    {
        await SendsAsync();
        _valid.Clear();
        await SendsAsync();
        Assert.Equal(
            ["Bearer token-1", "Bearer token-1", "Bearer token-2"],
            Sends.Select(one => one.Headers.Authorization.ToString()));
        await SendsAsync();
        Assert.Equal(2, Fetches.Count());
    }

    [Fact]
    public async Task Only_a_new_token_that_is_refused_says_that_the_account_is_wrong()
    {
        await SendsAsync();
        _valid.Clear();
        _provider.Answer = (asked, _) => Task.FromResult(asked.Path == "/token" ? Token() : new Reply(401, ""));
        await AssertRefusedAsync();
        Assert.Equal(3, Sends.Count()); // the kept one and a new one, once each

        await AssertRefusedAsync(); // with one that was fetched for it
        Assert.Equal((4, 3), (Sends.Count(), Fetches.Count()));

        async Task AssertRefusedAsync() => Assert.Equal(
            FailureClass.Authentication, Assert.IsType<Outcome.Retry>((await SendAsync()).Outcome).Code.Class);
    }

    [Theory]
    [InlineData(0)] // the connection breaks
    [InlineData(200)]
    [InlineData(429)]
    [InlineData(503)]
    public async Task Where_no_token_comes_nothing_was_sent(int status)
    {
        _noToken = new Reply(status, "{}");
        var outcome = Assert.IsType<Outcome.Retry>((await SendAsync()).Outcome);
        Assert.Equal("not-sent:no token", outcome.Code.Code);
        Assert.Empty(Sends);

        _noToken = null;
        await SendsAsync();
    }

    [Fact]
    public async Task Credentials_that_the_token_endpoint_refuses_are_a_wrong_account()
    {
        _noToken = new Reply(400, """{"error":"invalid_client"}""");
        var outcome = Assert.IsType<Outcome.Retry>((await SendAsync()).Outcome);
        Assert.Equal(FailureClass.Authentication, outcome.Code.Class);
        Assert.Empty(Sends);
    }

    [Theory]
    [InlineData("1e300")]
    [InlineData("9223372036854775807")]
    [InlineData("\"soon\"")]
    [InlineData("-5")]
    public async Task A_time_that_is_none_does_no_harm(string expires)
    {
        _noToken = new Reply(200, $$"""{"access_token":"odd","expires_in":{{expires}}}""");
        _valid.Add("odd");
        await SendsAsync();
        await SendsAsync();
        Assert.Single(Fetches);
    }

    private Reply Token()
    {
        if (_noToken is { } no) return no;
        string token = $"token-{Interlocked.Increment(ref _tokens)}";
        _valid.Add(token);
        return new Reply(200, $$"""{"access_token":"{{token}}","token_type":"Bearer","expires_in":600}""");
    }

    private Reply Send(Asked asked) =>
        _valid.Contains(asked.Headers.Authorization.ToString().Replace("Bearer ", "", StringComparison.Ordinal))
            ? new Reply(202, """{"id":"1"}""")
            : new Reply(401, """{"error":"invalid_token"}""");

    private async Task SendsAsync() => Assert.IsType<Outcome.Accepted>((await SendAsync()).Outcome);

    private async Task<Attempt> SendAsync()
    {
        using var deadline = new CancellationTokenSource(TestGateway.Patience);
        var sms = new OutgoingSms(
            Guid.CreateVersion7(), PhoneNumber.FromE164(TestGateway.Phone), TestGateway.OwnNumber, "Hello", 1, 7, 0,
            _time.GetUtcNow().AddHours(1).ToUnixTimeMilliseconds(), [], DespiteOptOut: false);
        return await _carrier.SendAsync(sms, deadline.Token);
    }
}
