using EmailSms.Carriers;
using EmailSms.Carriers.Routing;
using EmailSms.Delivery;
using EmailSms.MailOut;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Store;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.Delivery;

/// <summary>What a test wants otherwise.</summary>
internal sealed record RigOptions
{
    public QueueOptions Queue { get; init; } = new();

    public DeliveryOptions Delivery { get; init; } = new();

    public BreakerOptions Breaker { get; init; } = new();

    public QualityOptions Quality { get; init; } = new();

    public Tariffs Tariffs { get; init; } = new("EUR", new Dictionary<string, Tariff>());

    public IReadOnlyList<RouteOptions> Routes { get; init; } = [];

    public Func<string, string?> OwnerOf { get; init; } = _ => null;

    public ILogger<AttemptDesk> AttemptLog { get; init; } = NullLogger<AttemptDesk>.Instance;
}

/// <summary>
/// The real queue, store, router, dispatcher and receipts, over carriers of a test and on its clock. The folder is the
/// test's, so that another one can go on where this one stopped.
/// </summary>
internal sealed class DeliveryRig : IAsyncDisposable
{
    private readonly FakeTimeProvider _time;
    private readonly Outbox _outbox;

    public DeliveryRig(string folder, IReadOnlyList<ICarrier> carriers, FakeTimeProvider time, RigOptions options)
    {
        _time = time;
        Store = SqliteStore.Open(
            new StoreOptions { Folder = folder, DiskFreeBytesMin = 0 }, TimeProvider.System,
            NullLogger<SqliteStore>.Instance);
        Queue = new SmsQueue(Store, options.Queue, time);
        _outbox = new Outbox(Store, new SmartHostOptions(), time);
        Quality = QualityWatch.Read(Store, options.Quality, time);
        var fates = new Fates(
            new NoticeDesk(_outbox, new NoticeOptions(), "sms.example", TimeZoneInfo.Utc, time),
            new Escalations(Queue, static (_, _, _, _, _, _) => { }, new NoticeOptions(), time),
            new OptOutScopes(new OptOutOptions()), options.Tariffs, new QualityWatch(Quality), options.Delivery, time);
        Receipts = new ReceiptDesk(Store, fates, NullLogger<ReceiptDesk>.Instance);
        var alerts = new CarrierAlerts(new AdminAlerts(_outbox, "sms.example", "admin@sms.example", time));
        var rules = new SenderRules(Store, time);
        var attempts = new AttemptDesk(
            Store, Queue, fates,
            new RecipientGate(
                Store, new OptOuts(Store), new Consents(Store), new QuietHours(new QuietHoursOptions()), rules,
                new SmtpUsers(Store, time), _ => null, time),
            (_, _) => null, alerts, options.Delivery, time, options.AttemptLog);
        Dispatcher = new Dispatcher(
            Store, Queue, CarrierSet.Of([.. carriers.Select(one => (one, options.Breaker))], time),
            RouterOf([.. carriers.Select(one => one.Name)], options), attempts, fates, alerts, options.Delivery, time,
            NullLogger<Dispatcher>.Instance);
    }

    public SqliteStore Store { get; }

    public SmsQueue Queue { get; }

    public Dispatcher Dispatcher { get; }

    public ReceiptDesk Receipts { get; }

    public CarrierQuality Quality { get; }

    /// <summary>How many SMS there are in each state.</summary>
    public Dictionary<string, long> States => Store.Read(SmsRecord.Count);

    /// <summary>Accepts an SMS.</summary>
    public Task EnqueueAsync(Guid id, string to, Func<NewSms, NewSms>? change = null) => Store.WriteAsync(db =>
    {
        var sms = new NewSms(
            id, null, PhoneNumber.FromE164(to), "", "", "Hello", "gsm7", 1, null, NoticeSetting.Never,
            _time.GetUtcNow().AddHours(12).ToUnixTimeMilliseconds());
        Queue.Enqueue(db, change?.Invoke(sms) ?? sms, new { });
    });

    /// <summary>The state of an SMS on disk.</summary>
    public SmsState StateOf(Guid id) => Store.Read(db => SmsRecord.Find(db, id))!.State;

    public async ValueTask DisposeAsync()
    {
        Dispatcher.Dispose();
        _outbox.Dispose();
        await Store.DisposeAsync();
    }

    private Router RouterOf(string[] names, RigOptions options)
    {
        List<(string, string)> wrong = [];
        var around = new RouteSurroundings(names, TimeZoneInfo.Utc, NumberRegion.Of, RegionCode.IsOne);
        IReadOnlyList<Route> routes = Route.Read(options.Routes, around, wrong);
        Assert.Empty(wrong);
        return new Router(routes, names, new RouteKnowledge
        {
            RegionOf = NumberRegion.Of,
            OwnerOf = options.OwnerOf,
            PricePerPart = (carrier, to, at) => options.Tariffs.PerPart(carrier, to, at) is { } micros
                ? (decimal)micros / Money.One
                : null,
            Quality = Quality.Of,
        });
    }
}
