using System.Globalization;
using EmailSms.Carriers;
using EmailSms.Carriers.Routing;
using EmailSms.Messages;
using EmailSms.Queue;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.Delivery.Simulation;

/// <summary>An SMS that comes at a time of the day.</summary>
internal sealed record Arrival(TimeSpan At, string To, int Parts = 1, SmsClass Class = SmsClass.Normal);

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
    private readonly DeliveryRig _rig;
    private readonly IReadOnlyList<SimulatedCarrier> _carriers;

    public SimulatedDay(
        IReadOnlyList<CarrierPlan> plans, RouteOptions route, QualityOptions quality, QueueOptions? queue = null)
    {
        _carriers = [.. plans.Select(plan => new SimulatedCarrier(
            plan, _time, sms => int.Parse(sms.Body, CultureInfo.InvariantCulture)))];
        _rig = new DeliveryRig(_folder.Path, [.. _carriers], _time, new RigOptions
        {
            Queue = queue ?? new QueueOptions(),
            Breaker = Breaker,
            Quality = quality,
            Tariffs = new Tariffs("EUR", plans.ToDictionary(plan => plan.Name, TariffOf)),
            Routes = [route],
        });
    }

    public BreakerOptions Breaker { get; } = new();

    /// <summary>When each SMS was accepted, and how many parts it has.</summary>
    public Dictionary<Guid, (DateTimeOffset At, string To, int Parts, SmsClass Class)> Accepted { get; } = [];

    /// <summary>How long an SMS is worth sending.</summary>
    public TimeSpan Validity { get; init; } = TimeSpan.FromHours(12);

    public IReadOnlyList<TakenSms> Taken => [.. _carriers.SelectMany(one => one.Taken).OrderBy(one => one.At)];

    /// <summary>All that carriers were asked, in this order.</summary>
    public IReadOnlyList<AskedSms> Asked => [.. _carriers.SelectMany(one => one.Asked).OrderBy(one => one.At)];

    /// <summary>What all of it cost, as the program says.</summary>
    public long CostMicros =>
        _rig.Store.Read(db => Costs.Total(db, 0, long.MaxValue)).Estimated.Sum(one => one.Amount.Micros);

    /// <summary>How many SMS there are in each state.</summary>
    public Dictionary<string, long> States => _rig.States;

    /// <summary>What became of an SMS.</summary>
    public SmsState StateOf(Guid sms) => _rig.StateOf(sms);

    /// <summary>Lets the day pass, and then as much time as what is left of it needs.</summary>
    public async Task RunAsync(IReadOnlyList<Arrival> arrivals)
    {
        await _rig.Dispatcher.StartAsync(CancellationToken.None);
        int next = 0;
        DateTimeOffset latest = Midnight.AddDays(1).AddHours(3);
        for (int step = 0; _time.GetUtcNow() < latest; step++)
        {
            bool isOver = next == arrivals.Count && step % 20 == 0 && !States.Keys.Any(
                state => state is "queued" or "held" or "sent");
            if (isOver) break;
            _time.Advance(Step);
            InboundReceipt[] receipts = [.. _carriers.SelectMany(one => one.Receipts())];
            await Task.WhenAll(receipts.Select(one => _rig.Receipts.TakeAsync(one, CancellationToken.None)));
            List<Arrival> now = [.. arrivals.Skip(next)
                .TakeWhile(one => Midnight + one.At <= _time.GetUtcNow())];
            if (now.Count > 0) await AcceptAsync(now, next);
            next += now.Count;
            await QuietAsync();
        }

        await _rig.Dispatcher.StopAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _rig.DisposeAsync();
        _folder.Dispose();
    }

    private Task AcceptAsync(List<Arrival> arrivals, int first) => _rig.Store.WriteAsync(db =>
    {
        foreach ((int i, Arrival one) in arrivals.Index())
        {
            Guid id = TimeOrderedId.Next(_time);
            Accepted[id] = (_time.GetUtcNow(), one.To, one.Parts, one.Class);
            _rig.Queue.Enqueue(
                db,
                new NewSms(
                    id, null, PhoneNumber.FromE164(one.To), "", "", $"{first + i}", "gsm7", one.Parts, null,
                    NoticeSetting.Never, (_time.GetUtcNow() + Validity).ToUnixTimeMilliseconds())
                {
                    Class = one.Class,
                },
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
            (int Held, int Thinking, long Due) now = (_rig.Queue.Held, _carriers.Sum(one => one.Thinking), Due());
            if (now.Due == 0 && now.Held == now.Thinking) return;
            same = now == last ? same + 1 : 0;
            if (same >= 30) return;
            last = now;
            if (same % 10 == 9) await _rig.Store.WriteAsync(static _ => { });
            else await Task.Delay(1);
        }
    }

    private long Due() => _rig.Store.Read(db => (long)db.Scalar(
        """
        select count(*) from sms
         where state = 'queued' and leased_by is null and waits_for is null and due_ms <= @now
        """,
        ("@now", _time.GetUtcNow().ToUnixTimeMilliseconds()))!);

    private static Tariff TariffOf(CarrierPlan plan)
    {
        Dictionary<string, string> prefixes = new() { ["GB"] = "+44", ["US"] = "+1" };
        Assert.True(Tariff.TryCreate(
            plan.Prices.Select((one, i) => new TariffLine(i, prefixes[one.Key], Money.Amount(one.Value), null, null)),
            out Tariff? tariff, out _));
        return tariff;
    }
}
