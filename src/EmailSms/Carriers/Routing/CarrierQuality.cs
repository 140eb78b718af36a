namespace EmailSms.Carriers.Routing;

/// <summary>Submissions that a carrier took for a country at about the same time, and what became of them.</summary>
/// <param name="Carrier">Its name.</param>
/// <param name="Country">ISO code; null: of none.</param>
/// <param name="TakenMs">When, unix milliseconds.</param>
/// <param name="Taken">How many.</param>
/// <param name="Delivered">Of those, on the phone.</param>
/// <param name="Lost">Of those, undeliverable or expired.</param>
/// <param name="LatencyMs">From taking to receipt, the sum of all delivered ones.</param>
internal sealed record Cohort(
    string Carrier, string? Country, long TakenMs, long Taken, long Delivered, long Lost, long LatencyMs);

/// <summary>How well a carrier delivers to a country, as of now; counts are those of the window, undecayed.</summary>
/// <param name="Carrier">Its name.</param>
/// <param name="Country">ISO code; null: of none.</param>
/// <param name="Taken">Submissions that it took.</param>
/// <param name="Delivered">Of those, on the phone.</param>
/// <param name="Lost">Of those, undeliverable or expired.</param>
/// <param name="Silent">Of those, without a word for too long.</param>
/// <param name="LatencyMs">From taking to the receipt, on the average; null: none was delivered.</param>
/// <param name="Value">0 to 1; null: too few are known.</param>
internal sealed record QualityView(
    string Carrier, string? Country, long Taken, long Delivered, long Lost, long Silent, double? LatencyMs,
    double? Value);

/// <summary>
/// How well carriers deliver, by country, over a window that slides: the share that is delivered, made less by the time
/// to the receipt. Submissions are counted in the slot of the time at which they were taken, so that a silent carrier
/// is seen as such; older slots count for less. Memory is bounded by carriers times countries.
/// <code>
///   taken ──► slot of now ◄── receipt, by the time at which its submission was taken
///   now-23 … now-1, now      weight 1/2 for every 6 slots of age
/// </code>
/// Safe for several threads.
/// </summary>
internal sealed class CarrierQuality
{
    private const int Slots = 24;
    private const int HalfLife = Slots / 4;

    private static readonly double[] Weights =
        [.. Enumerable.Range(0, Slots).Select(age => Math.Pow(0.5, (double)age / HalfLife))];

    private readonly Dictionary<(string Carrier, string Country), Slot[]> _windows = [];
    private readonly HashSet<string> _reporting = [];
    private readonly Lock _lock = new();
    private readonly QualityOptions _options;
    private readonly TimeProvider _time;
    private readonly long _slotMs;

    public CarrierQuality(QualityOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _slotMs = Math.Max(1, (long)options.Window.TotalMilliseconds / Slots);
    }

    /// <summary>Since when what was taken counts, unix milliseconds: for reading it from disk at the start.</summary>
    public long SinceMs => (NowSlot() - Slots + 1) * _slotMs;

    /// <summary>How long a slot is.</summary>
    public long SlotMs => _slotMs;

    /// <summary>Counts what is known from before.</summary>
    public void Add(Cohort cohort)
    {
        lock (_lock)
        {
            if (cohort.Delivered + cohort.Lost > 0) _reporting.Add(cohort.Carrier);
            if (SlotOf(cohort.Carrier, cohort.Country, cohort.TakenMs) is not { } slot) return;
            slot.Taken += cohort.Taken;
            slot.Delivered += cohort.Delivered;
            slot.Lost += cohort.Lost;
            slot.LatencyMs += cohort.LatencyMs;
        }
    }

    /// <summary>A carrier took so many submissions.</summary>
    public void Taken(string carrier, string? country, int count) =>
        Add(new Cohort(carrier, country, NowMs(), count, 0, 0, 0));

    /// <summary>The fate of one became known, the first time.</summary>
    public void Ended(string carrier, string? country, long takenMs, bool isDelivered) => Add(new Cohort(
        carrier, country, takenMs, 0, isDelivered ? 1 : 0, isDelivered ? 0 : 1,
        isDelivered ? Math.Max(0, NowMs() - takenMs) : 0));

    /// <summary>The fate of one is no fault of the carrier's: it is not counted.</summary>
    public void Excused(string carrier, string? country, long takenMs) =>
        Add(new Cohort(carrier, country, takenMs, -1, 0, 0, 0));

    /// <summary>How well a carrier delivers to a country, 0 to 1; null: too few are known.</summary>
    public double? Of(string carrier, string? country)
    {
        lock (_lock)
        {
            return _windows.TryGetValue((carrier, country ?? ""), out Slot[]? window)
                ? ViewOf(carrier, country, window).Value
                : null;
        }
    }

    /// <summary>All of which anything is known, by carrier, most used countries first.</summary>
    public IReadOnlyList<QualityView> All()
    {
        lock (_lock)
        {
            return
            [
                .. _windows
                    .Select(one => ViewOf(
                        one.Key.Carrier, one.Key.Country.Length > 0 ? one.Key.Country : null, one.Value))
                    .Where(view => view.Taken > 0)
                    .OrderBy(view => view.Carrier, StringComparer.Ordinal).ThenByDescending(view => view.Taken),
            ];
        }
    }

    // Null: it is older than the window, or of a clock that runs ahead.
    private Slot? SlotOf(string carrier, string? country, long atMs)
    {
        long number = atMs / _slotMs;
        long now = NowSlot();
        if (number <= now - Slots || number > now) return null;
        (string, string) key = (carrier, country ?? "");
        if (!_windows.TryGetValue(key, out Slot[]? window))
        {
            _windows[key] = window = [.. Enumerable.Range(0, Slots).Select(_ => new Slot())];
        }

        Slot slot = window[number % Slots];
        if (slot.Number != number) slot.Begin(number);
        return slot;
    }

    private QualityView ViewOf(string carrier, string? country, Slot[] window)
    {
        long now = NowSlot();
        long silentBefore = _options.SilentAfter > TimeSpan.Zero && _reporting.Contains(carrier)
            ? (NowMs() - (long)_options.SilentAfter.TotalMilliseconds) / _slotMs
            : long.MinValue;
        long taken = 0, delivered = 0, lost = 0, silent = 0;
        double good = 0, bad = 0, latencyMs = 0;
        foreach (Slot slot in window)
        {
            long age = now - slot.Number;
            if (age is < 0 or >= Slots) continue;
            long quiet = slot.Number < silentBefore ? Math.Max(0, slot.Taken - slot.Delivered - slot.Lost) : 0;
            double weight = Weights[age];
            taken += slot.Taken;
            delivered += slot.Delivered;
            lost += slot.Lost;
            silent += quiet;
            good += weight * slot.Delivered;
            bad += weight * (slot.Lost + quiet);
            latencyMs += weight * slot.LatencyMs;
        }

        double? latency = good > 0 ? latencyMs / good : null;
        double half = _options.LatencyHalf.TotalMilliseconds;
        double? value = delivered + lost + silent < _options.SamplesMin || good + bad <= 0 ? null
            : good / (good + bad) * (half / (half + (latency ?? 0)));
        return new QualityView(carrier, country, taken, delivered, lost, silent, latency, value);
    }

    private long NowSlot() => NowMs() / _slotMs;

    private long NowMs() => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private sealed class Slot
    {
        public long Number { get; private set; } = long.MinValue / 2;

        public long Taken { get; set; }

        public long Delivered { get; set; }

        public long Lost { get; set; }

        public long LatencyMs { get; set; }

        public void Begin(long number)
        {
            Number = number;
            Taken = Delivered = Lost = LatencyMs = 0;
        }
    }
}
