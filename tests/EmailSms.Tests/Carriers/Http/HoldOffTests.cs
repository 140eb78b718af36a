using EmailSms.Carriers;
using EmailSms.Carriers.Http;
using EmailSms.Messages;
using EmailSms.Tests.EndToEnd;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.Carriers.Http;

/// <summary>How long a carrier that says "slower" is left alone.</summary>
public sealed class HoldOffTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 25, 9, 0, 0, TimeSpan.Zero));

    private Provider _provider = null!;
    private HttpCarrier _carrier = null!;

    public async ValueTask InitializeAsync()
    {
        _provider = await Provider.StartAsync();
        var options = new CarrierOptions
        {
            Kind = CarrierKind.Http,
            Definition = "json",
            Window = 50,
            Values = new() { ["Url"] = _provider.Url },
        };
        _carrier = new HttpCarrier("main", options, null, NullLoggerFactory.Instance, _time);
        await _carrier.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _carrier.DisposeAsync();
        await _provider.DisposeAsync();
    }

    [Fact]
    public async Task A_late_complaint_shortens_no_wish()
    {
        var late = new TaskCompletionSource<Reply>();
        _provider.Answer = (_, number) =>
            number == 1 ? late.Task : Task.FromResult(new Reply(429, "", RetryAfter: "60"));
        Task<Attempt> first = SendAsync();
        await TestGateway.UntilAsync(() => _provider.Requests.Count == 1);
        await SendAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
        late.SetResult(new Reply(429, ""));
        await first;
        _time.Advance(TimeSpan.FromSeconds(58));
        Assert.Equal("held off", _carrier.Status.State);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_carrier.IsReady);
    }

    [Fact]
    public async Task A_longer_wish_of_the_same_burst_is_granted()
    {
        var late = new TaskCompletionSource<Reply>();
        _provider.Answer = (_, number) => number == 1 ? late.Task : Task.FromResult(new Reply(429, ""));
        Task<Attempt> first = SendAsync();
        await TestGateway.UntilAsync(() => _provider.Requests.Count == 1);
        await SendAsync();
        late.SetResult(new Reply(429, "", RetryAfter: "60"));
        await first;
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(_carrier.IsReady);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_carrier.IsReady);
    }

    [Fact]
    public async Task A_burst_is_one_complaint_and_the_next_one_is_the_second_in_a_row()
    {
        const int Burst = 50;
        var all = new TaskCompletionSource<Reply>();
        _provider.Answer = (_, _) => all.Task;
        Task<Attempt>[] sent = [.. Enumerable.Range(0, Burst).Select(_ => SendAsync())];
        await TestGateway.UntilAsync(() => _provider.Requests.Count == Burst);
        all.SetResult(new Reply(429, ""));
        await Task.WhenAll(sent);
        Assert.False(_carrier.IsReady);
        _time.Advance(TimeSpan.FromSeconds(1)); // the first pause is half a second to one
        Assert.True(_carrier.IsReady);

        await AdvanceWhileAsync(SendAsync());
        Assert.False(_carrier.IsReady);
        _time.Advance(TimeSpan.FromMilliseconds(900)); // the second is one second to two
        Assert.False(_carrier.IsReady);
        _time.Advance(TimeSpan.FromMilliseconds(1100));
        Assert.True(_carrier.IsReady);
    }

    [Theory]
    [InlineData("Wed, 25 Nov 2026 09:00:07 GMT", 7)]
    [InlineData("Wed, 25 Nov 2026 08:59:00 GMT", 0)] // was yesterday: no wish
    [InlineData("Thu, 26 Nov 2026 09:00:00 GMT", 3600)] // an hour is the most
    [InlineData("7", 7)]
    [InlineData("soon", null)]
    public async Task Retry_After_is_seconds_or_a_date(string header, int? seconds)
    {
        _provider.Answer = (_, _) => Task.FromResult(new Reply(429, "", RetryAfter: header));
        var outcome = Assert.IsType<Outcome.Retry>((await SendAsync()).Outcome);
        Assert.Equal(seconds, (int?)outcome.NotBefore?.TotalSeconds);
        Assert.False(_carrier.IsReady);
        _time.Advance(TimeSpan.FromSeconds(Math.Max(1, seconds ?? 0)));
        Assert.True(_carrier.IsReady);
    }

    // The rate is low after a complaint: a turn may be a moment away.
    private async Task AdvanceWhileAsync(Task<Attempt> sending)
    {
        while (await Task.WhenAny(sending, Task.Delay(20)) != sending && _provider.Requests.Count == 50)
        {
            _time.Advance(TimeSpan.FromMilliseconds(50));
        }

        await sending;
    }

    private async Task<Attempt> SendAsync()
    {
        using var deadline = new CancellationTokenSource(TestGateway.Patience);
        var sms = new OutgoingSms(
            Guid.CreateVersion7(), PhoneNumber.FromE164(TestGateway.Phone), TestGateway.OwnNumber, "Hello", 1, 7, 0,
            _time.GetUtcNow().AddHours(1).ToUnixTimeMilliseconds(), [], DespiteOptOut: false);
        return await _carrier.SendAsync(sms, deadline.Token);
    }
}
