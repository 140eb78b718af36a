using EmailSms.Carriers;
using EmailSms.Carriers.Routing;
using EmailSms.Delivery;
using EmailSms.MailOut;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Store;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.Delivery;

/// <summary>What a carrier says is written down, whatever else goes wrong; no SMS is left in nobody's hand.</summary>
public sealed class AttemptDeskTests : IAsyncDisposable
{
    private static readonly FailureCode Trouble = new(FailureClass.Temporary, "sim:trouble", "4.3.0", "Trouble.");

    private readonly TestFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 25, 10, 0, 0, TimeSpan.Zero));
    private readonly SqliteStore _store;
    private readonly SmsQueue _queue;
    private readonly Outbox _outbox;
    private readonly SayingCarrier _carrier = new();
    private readonly List<Guid> _left = [];
    private Action? _fault;

    public AttemptDeskTests()
    {
        _store = SqliteStore.Open(
            new StoreOptions { Folder = _folder.Path, DiskFreeBytesMin = 0 }, _time, NullLogger<SqliteStore>.Instance);
        _queue = new SmsQueue(_store, new QueueOptions(), _time);
        _outbox = new Outbox(_store, new SmartHostOptions(), _time);
    }

    public async ValueTask DisposeAsync()
    {
        _outbox.Dispose();
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(true, "held")] // it may be on its way, and nobody else knows
    [InlineData(false, "queued")]
    public async Task A_fault_of_our_own_leaves_no_SMS_leased(bool isTaken, string state)
    {
        OutgoingSms sms = await TakeAsync();
        _carrier.Says = isTaken ? new Outcome.Accepted() : new Outcome.Retry(Trouble);
        _fault = () => throw new InvalidOperationException("a fault");
        Assert.Null((await SendAsync(sms)).GoesOn);
        Assert.Equal((state, true, 0), (Field(sms, "state"), Field(sms, "leased_by") is null, _queue.Held));
    }

    [Theory]
    [InlineData(false, 1L)]
    [InlineData(true, 0L)] // it never left
    public async Task An_answer_counts_though_the_carrier_went_away_after_it(bool isOurOwn, long attempts)
    {
        OutgoingSms sms = await TakeAsync();
        _carrier.Says = new Outcome.Retry(Trouble with { IsOurOwn = isOurOwn });
        _carrier.IsReady = false;
        Assert.Equal(isOurOwn ? BreakerVerdict.Nothing : BreakerVerdict.Fails, (await SendAsync(sms)).Verdict);
        Assert.Equal(attempts, Field(sms, "attempts"));
        Assert.Null(Field(sms, "leased_by"));
    }

    [Theory]
    [InlineData(false, false, 2)] // it keeps all away, and this one waits like them for whichever takes it first
    [InlineData(false, true, null)]
    [InlineData(true, true, 600)] // about this SMS alone
    public async Task What_met_a_carrier_that_wants_to_be_left_alone_may_take_the_next_one_at_once(
        bool isReady, bool hasOther, int? secondsMax)
    {
        OutgoingSms sms = await TakeAsync();
        _carrier.Says = new Outcome.Retry(
            new FailureCode(FailureClass.Throttled, "sim:slower", "4.3.2", "Slower."), TimeSpan.FromMinutes(10));
        _carrier.IsReady = isReady;
        AttemptEnd end = await SendAsync(sms, hasOther);
        Assert.Equal(secondsMax is null, end.GoesOn is not null);
        if (secondsMax is not { } most) return;
        long due = (long)Field(sms, "due_ms")! - _time.GetUtcNow().ToUnixTimeMilliseconds();
        Assert.InRange(due, most * 500, most * 1000);
    }

    [Fact]
    public async Task Tries_of_a_code_that_may_mean_never_are_those_that_ended_with_it_there()
    {
        OutgoingSms sms = await TakeAsync();
        var maybe = new Outcome.Retry(Trouble with { Code = "sim:maybe", AttemptsMax = 2 });
        foreach (Outcome says in (Outcome[])[new Outcome.Retry(Trouble), new Outcome.Retry(Trouble), maybe])
        {
            _carrier.Says = says;
            await SendAsync(sms);
            Assert.Equal("queued", Field(sms, "state"));
            _time.Advance(TimeSpan.FromMinutes(10));
            sms = await LeaseAsync();
        }

        await SendAsync(sms);
        Assert.Equal(("failed", "sim:maybe"), (Field(sms, "state"), Field(sms, "reason")));
    }

    [Fact]
    public async Task What_leaves_long_after_it_was_written_is_told()
    {
        await SendAsync(await TakeAsync());
        OutgoingSms late = await TakeAsync();
        _time.Advance(TimeSpan.FromMinutes(2));
        _carrier.Says = new Outcome.Retry(Trouble);
        await SendAsync(late);
        Assert.Empty(_left); // the one at once, the other not yet

        _time.Advance(TimeSpan.FromMinutes(10));
        _carrier.Says = new Outcome.Unknown(Trouble);
        await SendAsync(await LeaseAsync());
        Assert.Equal([late.Id], _left); // maybe
        _time.Advance(TimeSpan.FromMinutes(10));
        _carrier.Says = new Outcome.Accepted();
        await SendAsync(await LeaseAsync());
        Assert.Equal([late.Id, late.Id], _left);
    }

    private Task<AttemptEnd> SendAsync(OutgoingSms sms, bool hasOther = false)
    {
        var scopes = new OptOutScopes(new OptOutOptions());
        var fates = new Fates(
            new NoticeDesk(_outbox, new NoticeOptions(), "sms.example", TimeZoneInfo.Utc, _time),
            new Escalations(_queue, static (_, _, _, _, _, _) => { }, new NoticeOptions(), _time), scopes,
            new Tariffs("EUR", new Dictionary<string, Tariff>()),
            new QualityWatch(QualityWatch.Read(_store, new QualityOptions(), _time)), new DeliveryOptions(), _time)
        {
            LeftLater = (_, one) => _left.Add(one.Id),
        };
        var desk = new AttemptDesk(
            _store, _queue, fates,
            new RecipientGate(
                _store, new OptOuts(_store, scopes), new Consents(_store), new QuietHours(new QuietHoursOptions()),
                new SenderRules(_store, _time), new SmtpUsers(_store, _time), _ => null, _time),
            (_, _) => null, new CarrierAlerts(new AdminAlerts(_outbox, "sms.example", "admin@sms.example", _time)),
            new DeliveryOptions(), _time, NullLogger<AttemptDesk>.Instance)
        {
            Ended = (_, _) => _fault?.Invoke(),
        };
        return desk.SendAsync(_carrier, new LaneSms(sms, null, default), _ => hasOther);
    }

    private async Task<OutgoingSms> TakeAsync()
    {
        await _store.WriteAsync(db => _queue.Enqueue(
            db,
            new NewSms(
                TimeOrderedId.Next(_time), null, PhoneNumber.FromE164("+447700900123"), "", "ann@x.example", "Hello",
                "gsm7", 1, null, NoticeSetting.Never, _time.GetUtcNow().AddDays(1).ToUnixTimeMilliseconds()),
            new { }));
        return await LeaseAsync();
    }

    private async Task<OutgoingSms> LeaseAsync()
    {
        await _queue.LeaseAsync();
        Assert.True(_queue.Ready.TryRead(out OutgoingSms? sms));
        return sms;
    }

    private object? Field(OutgoingSms sms, string column) =>
        _store.Read(db => db.Scalar($"select {column} from sms where id = @id", ("@id", sms.Id.ToString())));

    private sealed class SayingCarrier : ICarrier
    {
        public Outcome Says { get; set; } = new Outcome.Accepted();

        public string Name => "main";

        public int InFlightMax => 1;

        public bool IsReady { get; set; } = true;

        public bool KeepsOrder => true;

        public Action? StateChanged { get; set; }

        public CarrierStatus Status => new(Name, "ready", null, "AsIs", []);

        public bool HoldsUnknown(OutgoingSms sms) => false;

        public Task StartAsync() => Task.CompletedTask;

        public Task ApplyAsync(Pause? pause) => Task.CompletedTask;

        public Task StopAsync(CancellationToken deadline) => Task.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        public Task<Attempt> SendAsync(OutgoingSms sms, CancellationToken deadline) => Task.FromResult(
            new Attempt(Name, Says is Outcome.Accepted ? [new AcceptedPart(1, "id-1")] : [], Says));
    }
}
