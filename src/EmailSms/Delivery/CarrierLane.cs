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
/// has its share of the memory, so that a slow carrier fills its own and no other's.
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
    private readonly Dictionary<string, PriorityQueue<LaneSms, long>> _phones = []; // in flight, with those behind
    private int _count; // in the line or in flight

    /// <param name="carrier">The carrier.</param>
    /// <param name="breaker">Its breaker.</param>
    /// <param name="share">SMS of the lane in memory.</param>
    /// <param name="urgentExtra">More of them if they are urgent.</param>
    public CarrierLane(ICarrier carrier, CircuitBreaker breaker, int share, int urgentExtra)
    {
        (Carrier, Breaker, _share, _urgentShare) = (carrier, breaker, share, share + urgentExtra);
        _window = new SemaphoreSlim(carrier.InFlightMax);
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

    /// <summary>How many more SMS it takes now.</summary>
    public int Room => Math.Min(_share - Volatile.Read(ref _count), Breaker.PassesMax);

    private const string NotReady = "is not connected, or is paused";

    private const string Failing = "has failed lately and is left alone";

    /// <summary>There is room in its share for one more.</summary>
    public bool HasRoomFor(SmsClass smsClass) =>
        Volatile.Read(ref _count) < (smsClass is SmsClass.Urgent ? _urgentShare : _share);

    /// <summary>Puts an SMS at its turn in the line. False: the breaker has let the last one through.</summary>
    public bool TryAdd(OutgoingSms sms, string? route)
    {
        if (Breaker.TryPass() is not { } pass) return false;
        Interlocked.Increment(ref _count);
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
        if (mayGo && _line.Reader.TryRead(out LaneSms? next) && IsFirst(next)) return next;
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

    /// <summary>Takes back what is not in flight: the lane is closed.</summary>
    public List<LaneSms> TakeBack()
    {
        List<LaneSms> all = [];
        while (_line.Reader.TryRead(out LaneSms? waiting)) all.Add(waiting);
        lock (_phones)
        {
            foreach (PriorityQueue<LaneSms, long> behind in _phones.Values)
            {
                all.AddRange(behind.UnorderedItems.Select(one => one.Element));
                behind.Clear();
            }
        }

        foreach (LaneSms one in all)
        {
            Interlocked.Decrement(ref _count);
            Breaker.End(one.Pass, BreakerVerdict.Nothing);
        }

        return all;
    }

    /// <inheritdoc/>
    public void Dispose() => _window.Dispose();

    // Requests of their own may overtake each other; over one bind they cannot.
    private bool IsFirst(LaneSms next)
    {
        if (Carrier.KeepsOrder) return true;
        lock (_phones)
        {
            if (_phones.TryAdd(next.Sms.To.E164, NobodyBehind)) return true;
            PriorityQueue<LaneSms, long> behind = _phones[next.Sms.To.E164];
            if (behind == NobodyBehind) _phones[next.Sms.To.E164] = behind = new PriorityQueue<LaneSms, long>();
            behind.Enqueue(next, next.Sms.Turn); // an urgent one passes the others here, too
            return false;
        }
    }

    private LaneSms? NextTo(string phone)
    {
        if (Carrier.KeepsOrder) return null;
        lock (_phones)
        {
            if (_phones.TryGetValue(phone, out PriorityQueue<LaneSms, long>? behind)
                && behind.TryDequeue(out LaneSms? next, out _))
            {
                return next;
            }

            _phones.Remove(phone);
            return null;
        }
    }

    private static readonly PriorityQueue<LaneSms, long> NobodyBehind = new(); // shared, and always empty
}
