using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using EmailSms.Carriers;
using EmailSms.Carriers.Routing;
using EmailSms.Messages;

namespace EmailSms.Delivery;

/// <summary>An SMS in a carrier's lane.</summary>
/// <param name="Sms">It.</param>
/// <param name="Route">The route that led here; null: none did.</param>
/// <param name="Pass">What the breaker let it through with.</param>
internal sealed record LaneSms(OutgoingSms Sms, string? Route, BreakerPass Pass);

/// <summary>
/// What one carrier has in memory: the SMS in its line, in the order of their turns, and those in its window. Each lane
/// has its share of the memory, so that a slow carrier fills its own and no other's. Of that a phone whose SMS go one
/// after the other has a small part: a lane that is half full has work for its whole window.
/// </summary>
internal sealed class CarrierLane : IDisposable
{
    private readonly Channel<LaneSms> _line = Channel.CreateUnboundedPrioritized<LaneSms>(
        new UnboundedPrioritizedChannelOptions<LaneSms>
        {
            Comparer = Comparer<LaneSms>.Create((one, other) => one.Sms.Turn.CompareTo(other.Sms.Turn)),
        });

    private readonly SemaphoreSlim _window;
    private readonly int _share;
    private readonly int _urgentShare;
    private readonly Dictionary<string, Phone> _phones = []; // where they go one after the other
    private readonly OrderedDictionary<string, bool> _hungry = [];
    private int _count; // in the line, in flight or behind one that is

    /// <param name="carrier">The carrier.</param>
    /// <param name="breaker">Its breaker.</param>
    /// <param name="share">SMS of the lane in memory.</param>
    /// <param name="urgentExtra">More of them if they are urgent.</param>
    public CarrierLane(ICarrier carrier, CircuitBreaker breaker, int share, int urgentExtra)
    {
        (Carrier, Breaker, _share, _urgentShare) = (carrier, breaker, share, share + urgentExtra);
        _window = new SemaphoreSlim(carrier.InFlightMax);
        PhoneMax = Math.Max(1, share / 2 / Math.Max(1, carrier.InFlightMax));
    }

    public ICarrier Carrier { get; }

    public CircuitBreaker Breaker { get; }

    public string Name => Carrier.Name;

    /// <summary>It has closed since somebody looked: what waits on disk for room in it may take another one.</summary>
    public bool HasClosed { get; set; }

    /// <summary>Its breaker has opened, and nobody was told yet.</summary>
    public bool IsToBeTold { get; set; }

    /// <summary>What it has refused our account with, and nobody was told yet; null: it has not.</summary>
    public string? Refusal { get; set; }

    /// <summary>It takes SMS now.</summary>
    public bool IsOpen => WhyClosed is null;

    /// <summary>Why it takes none, as a predicate; null: it does.</summary>
    public string? WhyClosed => !Carrier.IsReady ? NotReady : Breaker.IsPassable ? null : Failing;

    /// <summary>Half of its share is free: it is time to look on disk for more.</summary>
    public bool IsLow => Volatile.Read(ref _count) <= _share / 2;

    /// <summary>
    /// SMS to one phone that it has in memory, where they go one after the other; more of them wait on disk.
    /// </summary>
    public int PhoneMax { get; }

    /// <summary>
    /// So many phones may have lines of their own on disk: as many as it has SMS in memory. One more waits for room
    /// like everybody.
    /// </summary>
    public int PhoneLinesMax => _share;

    /// <summary>How many more SMS it takes now.</summary>
    public int Room => Math.Min(_share - Volatile.Read(ref _count), Breaker.PassesMax);

    private const string NotReady = "is not connected, or is paused";

    private const string Failing = "has failed lately and is left alone";

    /// <summary>There is room in its share for one more.</summary>
    public bool HasRoomFor(SmsClass smsClass) =>
        Volatile.Read(ref _count) < (smsClass is SmsClass.Urgent ? _urgentShare : _share);

    /// <summary>It has as many to this phone as it may have.</summary>
    public bool IsFullOf(PhoneNumber to, SmsClass smsClass) => !Carrier.KeepsOrder
        && CountTo(to.E164) >= PhoneMax + (smsClass is SmsClass.Urgent ? Math.Max(1, PhoneMax / 4) : 0);

    /// <summary>SMS to a phone that it has, where they go one after the other.</summary>
    public int CountTo(string phone)
    {
        lock (_phones) return _phones.TryGetValue(phone, out Phone? one) ? one.Count : 0;
    }

    /// <summary>It has so few to a phone that more may be taken from disk.</summary>
    public bool IsLowOn(string phone) => CountTo(phone) <= PhoneMax / 2;

    /// <summary>Phones that wait on disk and are to be looked at, those that wait longest first.</summary>
    public List<string> Hungry
    {
        get
        {
            lock (_hungry) return [.. _hungry.Keys];
        }
    }

    /// <summary>Whether there are any.</summary>
    public bool HasHungry
    {
        get
        {
            lock (_hungry) return _hungry.Count > 0;
        }
    }

    /// <summary>A phone that waits on disk has few here, if any.</summary>
    public void AddHungry(string phone)
    {
        lock (_hungry) _hungry.TryAdd(phone, true);
    }

    /// <summary>It was looked at.</summary>
    public void RemoveHungry(string phone)
    {
        lock (_hungry) _hungry.Remove(phone);
    }

    /// <summary>Puts an SMS at its turn in the line. False: the breaker has let the last one through.</summary>
    public bool TryAdd(OutgoingSms sms, string? route)
    {
        if (Breaker.TryPass() is not { } pass) return false;
        Interlocked.Increment(ref _count);
        if (!Carrier.KeepsOrder) CountIn(sms.To.E164);
        _line.Writer.TryWrite(new LaneSms(sms, route, pass));
        return true;
    }

    /// <summary>
    /// The next SMS that may go, once there is one and a place in the window. Null: there was none after all, or it has
    /// to wait behind another one to the same phone.
    /// </summary>
    public async Task<LaneSms?> NextAsync(CancellationToken stopping)
    {
        await _line.Reader.WaitToReadAsync(stopping).ConfigureAwait(false);
        await _window.WaitAsync(stopping).ConfigureAwait(false);
        bool mayGo = !stopping.IsCancellationRequested && Carrier.IsReady;
        if (mayGo && TryTakeFirst(out LaneSms? next)) return next;
        _window.Release();
        return null;
    }

    /// <summary>
    /// One has ended, its fate on disk. Its place in the window goes to the next one to the same phone, which is
    /// returned and has to go now; null: there is none.
    /// </summary>
    public LaneSms? End(LaneSms ended, BreakerVerdict verdict)
    {
        Interlocked.Decrement(ref _count);
        Breaker.End(ended.Pass, verdict);
        if (NextTo(ended.Sms.To.E164) is { } next) return next;
        _window.Release();
        return null;
    }

    /// <summary>Takes back what is not in flight, in the order of its turns: the lane is closed.</summary>
    public List<LaneSms> TakeBack()
    {
        List<LaneSms> all = [];
        lock (_phones)
        {
            while (_line.Reader.TryRead(out LaneSms? waiting)) all.Add(waiting);
            foreach (Phone phone in _phones.Values)
            {
                if (phone.Behind is not { } behind) continue;
                all.AddRange(behind.UnorderedItems.Select(one => one.Element));
                behind.Clear();
            }

            foreach (LaneSms one in all) CountOut(one.Sms.To.E164);
        }

        foreach (LaneSms one in all)
        {
            Interlocked.Decrement(ref _count);
            Breaker.End(one.Pass, BreakerVerdict.Nothing);
        }

        all.Sort((one, other) => one.Sms.Turn.CompareTo(other.Sms.Turn));
        return all;
    }

    /// <inheritdoc/>
    public void Dispose() => _window.Dispose();

    // Requests of their own may overtake each other; over one bind they cannot. Who is taken out of the line is in
    // flight or behind another one at once, or a lane that closes now would give back the one before it alone.
    private bool TryTakeFirst([NotNullWhen(true)] out LaneSms? next)
    {
        if (Carrier.KeepsOrder) return _line.Reader.TryRead(out next);
        lock (_phones)
        {
            if (!_line.Reader.TryRead(out next)) return false;
            Phone phone = _phones[next.Sms.To.E164];
            if (!phone.IsInFlight) return phone.IsInFlight = true;
            phone.Behind ??= new PriorityQueue<LaneSms, long>();
            phone.Behind.Enqueue(next, next.Sms.Turn); // an urgent one passes the others here, too
            return false;
        }
    }

    private LaneSms? NextTo(string to)
    {
        if (Carrier.KeepsOrder) return null;
        lock (_phones)
        {
            Phone phone = _phones[to];
            CountOut(to);
            if (phone.Behind is { } behind && behind.TryDequeue(out LaneSms? next, out _)) return next;
            phone.IsInFlight = false;
            return null;
        }
    }

    private void CountIn(string to)
    {
        lock (_phones)
        {
            if (!_phones.TryGetValue(to, out Phone? phone)) _phones[to] = phone = new Phone();
            phone.Count++;
        }
    }

    private void CountOut(string to)
    {
        if (_phones.TryGetValue(to, out Phone? phone) && --phone.Count == 0) _phones.Remove(to);
    }

    // One phone's SMS: those in the line, in flight (one) and behind that.
    private sealed class Phone
    {
        public int Count { get; set; }

        public bool IsInFlight { get; set; }

        public PriorityQueue<LaneSms, long>? Behind { get; set; }
    }
}
