using System.Globalization;
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

namespace EmailSms.Tests.Delivery.Simulation;

/// <summary>
/// A day of SMS over carriers that behave as planned: the real queue, store, router, dispatcher and receipts, on a
/// clock that is moved by hand. It moves on when nothing is left to do at the moment at which it stands.
/// </summary>
internal sealed class SimulatedDay : IAsyncDisposable
{
    public static readonly DateTimeOffset Midnight = new(2026, 11, 25, 0, 0, 0, TimeSpan.Zero);
    public static readonly TimeSpan Step = TimeSpan.FromSeconds(15);

    private readonly TestFolder _folder = new();
    private readonly FakeTimeProvider _time = new(Midnight);
    private readonly SqliteStore _store;
    private readonly SmsQueue _queue;
    private readonly Outbox _outbox;
    private readonly ReceiptDesk _receipts;
    private readonly Dispatcher _dispatcher;
    private readonly IReadOnlyList<SimulatedCarrier> _carriers;

    public SimulatedDay(IReadOnlyList<CarrierPlan> plans, RouteOptions route, QualityOptions qualityOptions)
    {
        _store = SqliteStore.Open(
            new StoreOptions { Folder = _folder.Path, DiskFreeBytesMin = 0 }, TimeProvider.System,
            NullLogger<SqliteStore>.Instance);
        _queue = new SmsQueue(_store, new QueueOptions(), _time);
        _outbox = new Outbox(_store, new SmartHostOptions(), _time);
        _carriers = [.. plans.Select(plan => new SimulatedCarrier(
            plan, _time, sms => int.Parse(sms.Body, CultureInfo.InvariantCulture)))];
        Breaker = new BreakerOptions();
        var carriers = CarrierSet.Of([.. _carriers.Select(one => ((ICarrier)one, Breaker))], _time);
        Quality = QualityWatch.Read(_store, qualityOptions, _time);
        var tariffs = new Tariffs("EUR", plans.ToDictionary(plan => plan.Name, TariffOf));
        var fates = new Fates(
            new NoticeDesk(_outbox, new NoticeOptions(), "sms.example", TimeZoneInfo.Utc, _time),
            new Escalations(_queue, static (_, _, _, _, _, _) => { }, _time), new OptOutScopes(new OptOutOptions()),
            tariffs, new QualityWatch(Quality), new DeliveryOptions(), _time);
        _receipts = new ReceiptDesk(_store, fates, NullLogger<ReceiptDesk>.Instance);
        _dispatcher = DispatcherOf(carriers, RouterOf(plans, route, tariffs), fates);
    }

    public BreakerOptions Breaker { get; }

    public CarrierQuality Quality { get; }

    /// <summary>When each SMS was accepted, and how many parts it has.</summary>
    public Dictionary<Guid, (DateTimeOffset At, string To, int Parts)> Accepted { get; } = [];

    public IReadOnlyList<TakenSms> Taken => [.. _carriers.SelectMany(one => one.Taken).OrderBy(one => one.At)];

    /// <summary>What all of it cost, as the program says.</summary>
    public long CostMicros =>
        _store.Read(db => Costs.Total(db, 0, long.MaxValue)).Estimated.Sum(one => one.Amount.Micros);

    /// <summary>How many SMS there are in each state.</summary>
    public Dictionary<string, long> States => _store.Read(SmsRecord.Count);

    /// <summary>Lets the day pass, and then as much time as what is left of it needs.</summary>
    public async Task RunAsync(IReadOnlyList<(TimeSpan At, string To, int Parts)> arrivals)
    {
        await _dispatcher.StartAsync(CancellationToken.None);
        int next = 0;
        DateTimeOffset latest = Midnight.AddDays(1).AddHours(3);
        for (int step = 0; _time.GetUtcNow() < latest; step++)
        {
            bool isOver = next == arrivals.Count && step % 20 == 0 && !States.Keys.Any(
                state => state is "queued" or "held" or "sent");
            if (isOver) break;
            _time.Advance(Step);
            InboundReceipt[] receipts = [.. _carriers.SelectMany(one => one.Receipts())];
            await Task.WhenAll(receipts.Select(one => _receipts.TakeAsync(one, CancellationToken.None)));
            List<(TimeSpan, string To, int Parts)> now = [.. arrivals.Skip(next)
                .TakeWhile(one => Midnight + one.At <= _time.GetUtcNow())];
            if (now.Count > 0) await AcceptAsync(now, next);
            next += now.Count;
            await QuietAsync();
        }

        await _dispatcher.StopAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        _dispatcher.Dispose();
        _outbox.Dispose();
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    private Task AcceptAsync(List<(TimeSpan, string To, int Parts)> arrivals, int first) => _store.WriteAsync(db =>
    {
        foreach ((int i, (_, string to, int parts)) in arrivals.Index())
        {
            Guid id = TimeOrderedId.Next(_time);
            Accepted[id] = (_time.GetUtcNow(), to, parts);
            _queue.Enqueue(
                db,
                new NewSms(
                    id, null, PhoneNumber.FromE164(to), "", "", $"{first + i}", "gsm7",
                    parts, null, NoticeSetting.Never, _time.GetUtcNow().AddHours(12).ToUnixTimeMilliseconds()),
                new { });
        }
    });

    // Nothing is left to do now: all SMS in memory are with carriers that think, and none on disk is due. While
    // carriers are left alone some may stay where they are; then it is enough that nothing moves, and that whatever
    // waited for the disk has had its turn there meanwhile: a machine that has much to do is slow, and not at rest.
    private async Task QuietAsync()
    {
        (int, int, long) last = default;
        int same = 0;
        while (true)
        {
            (int Held, int Thinking, long Due) now = (_queue.Held, _carriers.Sum(one => one.Thinking), Due());
            if (now.Due == 0 && now.Held == now.Thinking) return;
            same = now == last ? same + 1 : 0;
            if (same >= 30) return;
            last = now;
            if (same % 10 == 9) await _store.WriteAsync(static _ => { });
            else await Task.Delay(1);
        }
    }

    private long Due() => _store.Read(db => (long)db.Scalar(
        """
        select count(*) from sms
         where state = 'queued' and leased_by is null and waits_for is null and due_ms <= @now
        """,
        ("@now", _time.GetUtcNow().ToUnixTimeMilliseconds()))!);

    private Dispatcher DispatcherOf(CarrierSet carriers, Router router, Fates fates)
    {
        var alerts = new CarrierAlerts(_outbox, "sms.example", "admin@sms.example", _time);
        var rules = new SenderRules(_store, _time);
        var attempts = new AttemptDesk(
            _store, _queue, fates,
            new RecipientGate(
                _store, new OptOuts(_store), new Consents(_store), new QuietHours(new QuietHoursOptions()), rules,
                new SmtpUsers(_store, _time), _ => null, _time),
            (_, _) => null, alerts, new DeliveryOptions(), _time, NullLogger<AttemptDesk>.Instance);
        return new Dispatcher(
            _store, _queue, carriers, router, attempts, fates, alerts, new DeliveryOptions(), _time,
            NullLogger<Dispatcher>.Instance);
    }

    private Router RouterOf(IReadOnlyList<CarrierPlan> plans, RouteOptions route, Tariffs tariffs)
    {
        List<(string, string)> wrong = [];
        string[] names = [.. plans.Select(plan => plan.Name)];
        var around = new RouteSurroundings(names, TimeZoneInfo.Utc, NumberRegion.Of, RegionCode.IsOne);
        IReadOnlyList<Route> routes = Route.Read([route], around, wrong);
        Assert.Empty(wrong);
        return new Router(routes, names, new RouteKnowledge
        {
            RegionOf = NumberRegion.Of,
            PricePerPart = (carrier, to, at) => tariffs.PerPart(carrier, to, at) is { } micros
                ? (decimal)micros / Money.One
                : null,
            Quality = Quality.Of,
        });
    }

    private static Tariff TariffOf(CarrierPlan plan)
    {
        Dictionary<string, string> prefixes = new() { ["GB"] = "+44", ["US"] = "+1" };
        Assert.True(Tariff.TryCreate(
            plan.Prices.Select((one, i) => new TariffLine(i, prefixes[one.Key], Money.Amount(one.Value), null, null)),
            out Tariff? tariff, out _));
        return tariff;
    }
}
