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

    /// <summary>
    /// The share of requests that it reads and never answers; one in two of these it has taken all the same.
    /// </summary>
    public double SilentShare { get; init; }

    /// <summary>It knows an SMS by our id, and takes it once however often it is asked.</summary>
    public bool Deduplicates { get; init; }

    /// <summary>Its receipts name our id.</summary>
    public bool NamesUs { get; init; }

    /// <summary>Requests in flight.</summary>
    public int Window { get; init; } = 50;

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

/// <summary>A request, at the time at which it was made, that was answered or never will be.</summary>
internal sealed record AskedSms(string Carrier, Guid Sms, bool IsTaken, bool IsAnswered, DateTimeOffset At);

/// <summary>A carrier that does as it is told by a plan, on the clock of the simulation.</summary>
internal sealed class SimulatedCarrier(CarrierPlan plan, TimeProvider time, Func<OutgoingSms, int> numberOf) : ICarrier
{
    private const double BadShare = 0.1;

    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly List<TakenSms> _taken = [];
    private readonly List<AskedSms> _asked = [];
    private readonly HashSet<Guid> _known = [];
    private readonly PriorityQueue<InboundReceipt, long> _receipts = new();
    private int _thinking;

    public string Name => plan.Name;

    public int InFlightMax => plan.Window;

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

    /// <summary>The requests to which something came of, in this order.</summary>
    public IReadOnlyList<AskedSms> Asked
    {
        get
        {
            lock (_gate)
            {
                return [.. _asked];
            }
        }
    }

    public bool HoldsUnknown(OutgoingSms sms) => UnknownFate.Auto.Holds(sms, plan.Deduplicates);

    public Task StartAsync() => Task.CompletedTask;

    public Task ApplyAsync(Pause? pause) => Task.CompletedTask;

    public Task StopAsync(CancellationToken deadline) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public async Task<Attempt> SendAsync(OutgoingSms sms, CancellationToken deadline)
    {
        DateTimeOffset began = time.GetUtcNow();
        if (plan.Outages.Any(one => one.Has(began)))
        {
            return No(
                sms, began, new FailureCode(FailureClass.Temporary, "not-sent:refused", "4.4.1", "Nobody is there."));
        }

        int number = numberOf(sms);
        bool isSilent = Chance(number, sms.Attempts, -1) < plan.SilentShare;
        Task answer = Task.Delay(isSilent ? AnswerMax : plan.Latency, time, deadline);
        Interlocked.Increment(ref _thinking);
        await answer.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Interlocked.Decrement(ref _thinking);
        if (isSilent) return Nothing(sms, began, isTaken: Chance(number, sms.Attempts, -2) < 0.5);
        if (Chance(number, sms.Attempts, 0) < plan.TroubleShare)
        {
            return No(sms, began, new FailureCode(FailureClass.Temporary, "sim:trouble", "4.3.0", "It has trouble."));
        }

        return new Attempt(Name, Take(sms, began, isAnswered: true), new Outcome.Accepted());
    }

    private List<AcceptedPart> Take(OutgoingSms sms, DateTimeOffset began, bool isAnswered)
    {
        int number = numberOf(sms);
        DateTimeOffset now = time.GetUtcNow();
        bool isBad = plan.Bad.Any(one => one.Has(now));
        List<AcceptedPart> parts = [];
        lock (_gate)
        {
            _asked.Add(new AskedSms(Name, sms.Id, IsTaken: true, isAnswered, began));
            bool isNew = _known.Add(sms.Id) || !plan.Deduplicates;
            if (isNew) _taken.Add(new TakenSms(Name, sms.Id, sms.Parts, sms.To.E164, now));
            for (int part = 1; part <= sms.Parts; part++)
            {
                string id = $"{Name}-{number}-{(plan.Deduplicates ? 0 : sms.Attempts)}-{part}";
                parts.Add(new AcceptedPart(part, id));
                if (!isNew) continue;
                bool arrives = Chance(number, sms.Attempts, part) < (isBad ? BadShare : plan.DeliveredShare);
                ReceiptState state = arrives ? ReceiptState.Delivered : ReceiptState.Undeliverable;
                _receipts.Enqueue(
                    new InboundReceipt(Name, id, sms.To.E164, state, null, id)
                    {
                        Sms = plan.NamesUs ? sms.Id : null,
                    },
                    (now + plan.ReceiptLatency).ToUnixTimeMilliseconds());
            }
        }

        return parts;
    }

    // The request was read, and nobody will ever say what became of it.
    private Attempt Nothing(OutgoingSms sms, DateTimeOffset began, bool isTaken)
    {
        bool holds = HoldsUnknown(sms);
        if (isTaken) Take(sms, began, isAnswered: false);
        else Note(sms, began, isAnswered: false);
        var code = new FailureCode(FailureClass.Uncertain, "unknown:timeout", "4.4.2", "No answer came.");
        return new Attempt(Name, [], new Outcome.Unknown(code)) { HoldsUnknown = holds };
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

    private Attempt No(OutgoingSms sms, DateTimeOffset began, FailureCode code)
    {
        Note(sms, began, isAnswered: true);
        return new Attempt(Name, [], new Outcome.Retry(code));
    }

    private void Note(OutgoingSms sms, DateTimeOffset began, bool isAnswered)
    {
        lock (_gate)
        {
            _asked.Add(new AskedSms(Name, sms.Id, IsTaken: false, isAnswered, began));
        }
    }

    // The same for the same SMS in every run, whatever the order in which threads come.
    private double Chance(int number, int attempt, int part) =>
        1 - Math.Exp(-CandidateOrder.Draw($"{number}.{attempt}.{part}", Name, 1));
}
