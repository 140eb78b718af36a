using EmailSms.Carriers;
using EmailSms.Carriers.Routing;
using EmailSms.Messages;

namespace EmailSms.Tests.Delivery.Simulation;

/// <summary>A time within the day of a simulation.</summary>
internal sealed record Span(double FromHour, double UntilHour)
{
    public bool Has(DateTimeOffset at) => at.TimeOfDay.TotalHours >= FromHour && at.TimeOfDay.TotalHours < UntilHour;
}

/// <summary>How a carrier of a simulation behaves.</summary>
internal sealed record CarrierPlan
{
    public required string Name { get; init; }

    /// <summary>From the request to its answer.</summary>
    public required TimeSpan Latency { get; init; }

    /// <summary>From the answer to the receipt.</summary>
    public required TimeSpan ReceiptLatency { get; init; }

    /// <summary>The share of requests that it answers with trouble of its own.</summary>
    public double TroubleShare { get; init; }

    /// <summary>The share of parts that reach the phone.</summary>
    public double DeliveredShare { get; init; } = 1;

    /// <summary>Nobody answers then.</summary>
    public IReadOnlyList<Span> Outages { get; init; } = [];

    /// <summary>It takes SMS then, and hardly any of them reaches its phone.</summary>
    public IReadOnlyList<Span> Bad { get; init; } = [];

    /// <summary>What a part costs by country, in millionths.</summary>
    public required IReadOnlyDictionary<string, long> Prices { get; init; }

    /// <summary>Who knows the day would use it then.</summary>
    public bool IsGood(DateTimeOffset at) => !Outages.Any(one => one.Has(at)) && !Bad.Any(one => one.Has(at));
}

/// <summary>What a carrier of a simulation took.</summary>
internal sealed record TakenSms(string Carrier, Guid Sms, int Parts, string To, DateTimeOffset At);

/// <summary>A carrier that does as it is told by a plan, on the clock of the simulation.</summary>
internal sealed class SimulatedCarrier(CarrierPlan plan, TimeProvider time, Func<OutgoingSms, int> numberOf) : ICarrier
{
    private const double BadShare = 0.1;

    private readonly Lock _gate = new();
    private readonly List<TakenSms> _taken = [];
    private readonly PriorityQueue<InboundReceipt, long> _receipts = new();
    private int _thinking;

    public string Name => plan.Name;

    public int InFlightMax => 50;

    public bool IsReady => true;

    public bool KeepsOrder => false;

    public Action? StateChanged { get; set; }

    public CarrierStatus Status => new(Name, "ready", null, "AsIs", []);

    /// <summary>Requests that it has not answered, and will not before the clock goes on.</summary>
    public int Thinking => Volatile.Read(ref _thinking);

    public IReadOnlyList<TakenSms> Taken
    {
        get
        {
            lock (_gate)
            {
                return [.. _taken];
            }
        }
    }

    public bool HoldsUnknown(OutgoingSms sms) => true;

    public Task StartAsync() => Task.CompletedTask;

    public Task ApplyAsync(Pause? pause) => Task.CompletedTask;

    public Task StopAsync(CancellationToken deadline) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public async Task<Attempt> SendAsync(OutgoingSms sms, CancellationToken deadline)
    {
        if (plan.Outages.Any(one => one.Has(time.GetUtcNow())))
        {
            return No(new FailureCode(FailureClass.Temporary, "not-sent:refused", "4.4.1", "Nobody is there."));
        }

        Task answer = Task.Delay(plan.Latency, time, deadline);
        Interlocked.Increment(ref _thinking);
        await answer.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Interlocked.Decrement(ref _thinking);
        int number = numberOf(sms);
        if (Chance(number, sms.Attempts, 0) < plan.TroubleShare)
        {
            return No(new FailureCode(FailureClass.Temporary, "sim:trouble", "4.3.0", "It has trouble."));
        }

        DateTimeOffset now = time.GetUtcNow();
        bool isBad = plan.Bad.Any(one => one.Has(now));
        List<AcceptedPart> parts = [];
        lock (_gate)
        {
            _taken.Add(new TakenSms(Name, sms.Id, sms.Parts, sms.To.E164, now));
            for (int part = 1; part <= sms.Parts; part++)
            {
                string id = $"{Name}-{number}-{sms.Attempts}-{part}";
                parts.Add(new AcceptedPart(part, id));
                bool arrives = Chance(number, sms.Attempts, part) < (isBad ? BadShare : plan.DeliveredShare);
                ReceiptState state = arrives ? ReceiptState.Delivered : ReceiptState.Undeliverable;
                _receipts.Enqueue(
                    new InboundReceipt(Name, id, sms.To.E164, state, null, id),
                    (now + plan.ReceiptLatency).ToUnixTimeMilliseconds());
            }
        }

        return new Attempt(Name, parts, new Outcome.Accepted());
    }

    /// <summary>The receipts whose time has come.</summary>
    public List<InboundReceipt> Receipts()
    {
        List<InboundReceipt> due = [];
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        lock (_gate)
        {
            while (_receipts.TryPeek(out _, out long at) && at <= now) due.Add(_receipts.Dequeue());
        }

        return due;
    }

    private Attempt No(FailureCode code) => new(Name, [], new Outcome.Retry(code));

    // The same for the same SMS in every run, whatever the order in which threads come.
    private double Chance(int number, int attempt, int part) =>
        1 - Math.Exp(-CandidateOrder.Draw($"{number}.{attempt}.{part}", Name, 1));
}
