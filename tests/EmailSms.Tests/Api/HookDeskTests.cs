using System.Net;
using EmailSms.Api;
using EmailSms.Carriers;
using EmailSms.Carriers.Http;
using EmailSms.MailOut;
using EmailSms.Store;
using EmailSms.Tests.Carriers.Http;
using EmailSms.Tests.EndToEnd;
using EmailSms.Tests.Peers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.Api;

/// <summary>What is on disk between a carrier's call and what is done with it, and what is given up.</summary>
public sealed class HookDeskTests : IAsyncLifetime
{
    private const int AttemptsMax = 12;

    private readonly TestFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 25, 9, 0, 0, TimeSpan.Zero));
    private readonly RecordedLogs _logs = new();
    private readonly HookAddresses _addresses = new("https://sms.example", new byte[32]);

    private SqliteStore _store = null!;
    private CarrierSet _carriers = null!;
    private Outbox _outbox = null!;
    private HookDesk _desk = null!;
    private WebListener _web = null!;
    private Func<Task> _take = () => Task.CompletedTask;

    public async ValueTask InitializeAsync()
    {
        _store = SqliteStore.Open(new StoreOptions { Folder = _folder.Path }, _time, NullLogger<SqliteStore>.Instance);
        var events = new CarrierEvents((_, _) => _take(), (_, _) => _take());
        var carrier = new CarrierOptions
        {
            Kind = CarrierKind.Http,
            Definition = "json",
            Values = new() { ["Url"] = "https://carrier.example" },
        };
        _carriers = await CarrierSet.CreateAsync(
            new Dictionary<string, CarrierOptions> { ["main"] = carrier }, events, _addresses,
            NullLoggerFactory.Instance, _time);
        _outbox = new Outbox(_store, new SmartHostOptions(), _time);
        _desk = new HookDesk(
            _store, _carriers, _addresses, events, new AdminAlerts(_outbox, "sms.example", "admin@x.example", _time),
            _time, _logs.CreateLogger<HookDesk>());
        _web = new WebListener(
            new WebOptions { Listen = ["127.0.0.1:0"], PublicUrl = "https://sms.example" }, _desk,
            NullLoggerFactory.Instance);
        await _desk.StartAsync(CancellationToken.None);
        await _web.StartAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _web.DisposeAsync();
        await _desk.StopAsync(CancellationToken.None);
        _desk.Dispose();
        _outbox.Dispose();
        await _carriers.DisposeAsync();
        await _store.DisposeAsync();
        _logs.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_call_is_answered_when_it_is_on_disk_and_not_when_it_is_done()
    {
        var done = new TaskCompletionSource();
        _take = () => done.Task;
        Assert.Equal(HttpStatusCode.OK, await CallAsync("""{"id":"1","state":"delivered"}"""));
        Assert.Equal(1, Rows());
        done.SetResult();
        await TestGateway.UntilAsync(() => Rows() == 0);
    }

    [Fact]
    public async Task What_fails_again_and_again_is_given_up_told_and_can_be_tried_after_all()
    {
        await GiveUpAsync("""{"id":"1","from":"+447700900123","to":"+447700900999","text":"Help"}""", 1);
        Assert.Single(_logs.Lines, line => line.Contains(" Error 1808: ", StringComparison.Ordinal));
        Assert.Equal(1, Mails());
        StuckItem stuck = Assert.Single(_store.Read(Webhooks.Stuck));
        Assert.Equal(("main", AttemptsMax, "No."), (stuck.Carrier, stuck.Attempts, stuck.Error));

        await GiveUpAsync("""{"id":"1","state":"delivered"}""", 2); // more than an hour later
        Assert.Equal(2, Mails());

        _take = () => Task.CompletedTask;
        Assert.Equal(0, await RetryAsync(stuck.Id + 100));
        Assert.Equal(1, await RetryAsync(stuck.Id));
        await TestGateway.UntilAsync(() => Rows() == 1);
        Assert.Equal(1, await RetryAsync(null));
        await TestGateway.UntilAsync(() => Rows() == 0);
    }

    [Fact]
    public async Task What_was_given_up_is_forgotten_as_old_texts_are()
    {
        await GiveUpAsync("""{"id":"1","from":"+447700900123","to":"+447700900999","text":"Help"}""", 1);
        RetentionTask task = Webhooks.Retention(TimeSpan.FromDays(30));
        long received = Assert.Single(_store.Read(Webhooks.Stuck)).ReceivedMs;
        Assert.Empty(_store.Read(db => task.Find(db, received, "", 10)));
        string key = Assert.Single(_store.Read(db => task.Find(db, received + 1, "", 10)));
        Assert.Empty(_store.Read(db => task.Find(db, received + 1, key, 10)));

        // It was tried again in between: it is not its time.
        await _store.WriteAsync(db => db.Execute("update webhook set due_ms = @later", ("@later", received * 2)));
        await _store.WriteAsync(db => task.Forget(db, key, received + 1));
        Assert.Equal(1, Rows());
        await _store.WriteAsync(db => db.Execute("update webhook set due_ms = @never", ("@never", Webhooks.Never)));
        await _store.WriteAsync(db => task.Forget(db, key, received + 1));
        Assert.Equal(0, Rows());
    }

    private async Task GiveUpAsync(string body, int stuck)
    {
        _take = () => throw new InvalidOperationException("No.");
        Assert.Equal(HttpStatusCode.OK, await CallAsync(body));
        for (int attempt = 1; attempt < AttemptsMax; attempt++)
        {
            int count = attempt;
            await TestGateway.UntilAsync(() => _store.Read(db => db.Scalar(
                "select 1 from webhook where attempts = @count and due_ms < @never",
                ("@count", count), ("@never", Webhooks.Never))) is not null);
            _time.Advance(TimeSpan.FromHours(1));
        }

        await TestGateway.UntilAsync(() => _store.Read(Webhooks.CountStuck) == stuck);
    }

    private async Task<int> RetryAsync(long? item)
    {
        int count = await _store.WriteAsync(
            db => Webhooks.Retry(db, item, _time.GetUtcNow().ToUnixTimeMilliseconds()));
        _desk.Wake();
        return count;
    }

    private async Task<HttpStatusCode> CallAsync(string body) =>
        (await HookSample.Json(body).CallAsync(_web.Addresses[0], _addresses.Of("main"))).Status;

    private long Rows() => _store.Read(db => (long)db.Scalar("select count(*) from webhook")!);

    private long Mails() => _store.Read(db => (long)db.Scalar(
        "select count(*) from outbox where rcpt_to = 'admin@x.example'")!);
}
