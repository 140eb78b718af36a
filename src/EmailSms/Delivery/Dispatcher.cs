using EmailSms.Carriers;
using EmailSms.Carriers.Routing;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Store;
using Microsoft.Extensions.Hosting;

namespace EmailSms.Delivery;

/// <summary>
/// Carries SMS from the queue to the carriers.
/// <code>
///   disk ──lease──► queue.Ready ──► Router: the first carrier that takes SMS now ──► its lane ──window──► AttemptDesk
///     ▲                                │ none does, or its lane is full                │ closed     │ surely not sent
///     └── waits on disk for them ──────┘             back to Ready, to the next one ◄──┴────────────┘
/// </code>
/// It sleeps until rung, until an SMS is due or one expires; it never polls. Stopping ends the taking of work, not the
/// work: a submit cut in half is an SMS that may have been sent.
/// </summary>
internal sealed class Dispatcher : BackgroundService
{
    private const int PlacedAtOnce = 500;

    private static readonly TimeSpan TroublePause = TimeSpan.FromSeconds(1);

    private readonly SqliteStore _store;
    private readonly SmsQueue _queue;
    private readonly CarrierSet _carriers;
    private readonly Router _router;
    private readonly AttemptDesk _attempts;
    private readonly Fates _fates;
    private readonly CarrierAlerts _alerts;
    private readonly DeliveryOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<Dispatcher> _log;
    private readonly Dictionary<string, CarrierLane> _lanes;
    private readonly Signal _attemptEnded = new();
    private DateTimeOffset? _nextEdge;
    private int _inHand;
    private volatile bool _hadNoRoom;
    private volatile bool _isStopping;

    public Dispatcher(
        SqliteStore store, SmsQueue queue, CarrierSet carriers, Router router, AttemptDesk attempts, Fates fates,
        CarrierAlerts alerts, DeliveryOptions options, TimeProvider time, ILogger<Dispatcher> log)
    {
        (_store, _queue, _carriers, _router, _attempts) = (store, queue, carriers, router, attempts);
        (_fates, _alerts, _options, _time, _log) = (fates, alerts, options, time, log);
        int count = Math.Max(1, carriers.All.Count);
        _lanes = carriers.All.ToDictionary(
            one => one.Name,
            one => new CarrierLane(
                one, carriers.BreakerOf(one.Name), Math.Max(1, queue.ReadyMax / count),
                Math.Max(1, queue.UrgentExtra / count)));
    }

    /// <summary>Takes back what an earlier run left, then begins.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        int reclaimed = await _queue.Reclaim().ConfigureAwait(false);
        if (reclaimed > 0) _log.Reclaimed(reclaimed);
        _nextEdge = _router.NextEdge(_time.GetUtcNow());
        _carriers.StateChanged = carrier => Look(_lanes[carrier.Name]);
        _carriers.AccountRefused = (carrier, status) =>
        {
            _lanes[carrier].Refusal = status;
            _queue.Ring();
        };
        foreach (CarrierLane lane in _lanes.Values) lane.Breaker.Changed = state => Tell(lane, state);
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops the taking, then waits for what is in hand.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _isStopping = true;
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        long started = _time.GetTimestamp();
        while (Volatile.Read(ref _inHand) > 0)
        {
            TimeSpan left = _options.DrainMax - _time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
            {
                _log.DrainCut(Volatile.Read(ref _inHand));
                return;
            }

            await _attemptEnded.WaitAsync(left, _time, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (CarrierLane lane in _lanes.Values) lane.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
    [
        KeepGoingAsync(FeedAsync, stoppingToken),
        KeepGoingAsync(PlaceAsync, stoppingToken),
        .. _lanes.Values.Select(lane => KeepGoingAsync(stopping => RunAsync(lane, stopping), stoppingToken)),
    ]);

    // A loop that dies is an alarm that never rings: whatever goes wrong in a round, there is another one.
    private async Task KeepGoingAsync(Func<CancellationToken, Task> round, CancellationToken stopping)
    {
        int troubles = 0;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await round(stopping).ConfigureAwait(false);
                troubles = 0;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception trouble) // the disk is full, say: no SMS is lost by it, so wait and try again
            {
                TimeSpan pause = TroublePause * Math.Min(++troubles, 30);
                _log.RoundFailed(trouble, troubles, pause);
                await Task.Delay(pause, _time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // From the disk to memory: what has expired, what may take another carrier now, what is due.
    private async Task FeedAsync(CancellationToken stopping)
    {
        long now = NowMs();
        List<(Guid Id, FailureCode Why)> expired = _store.Read(db => Settlement.FindExpired(db, now));
        if (expired.Count > 0)
        {
            await _store.WriteAsync(db =>
            {
                foreach ((Guid sms, FailureCode why) in expired)
                {
                    _fates.End(db, sms, SmsState.Expired, why, null);
                }
            }).ConfigureAwait(false);
            return; // there may be more
        }

        await LookAtLinesAsync().ConfigureAwait(false);
        long wake = _store.Read(Settlement.NextExpiry) ?? long.MaxValue;
        _hadNoRoom = true; // before it is looked at: an attempt that ends meanwhile rings
        Interlocked.MemoryBarrier();
        bool isRoom = _lanes.Values.Any(lane => lane.IsOpen && lane.Room > 0);
        if (isRoom) _hadNoRoom = false;
        if (isRoom && await _queue.LeaseAsync().ConfigureAwait(false) is { } due) wake = Math.Min(wake, due);
        wake = Math.Min(wake, _nextEdge?.ToUnixTimeMilliseconds() ?? long.MaxValue);
        foreach (CarrierLane lane in _lanes.Values)
        {
            if (lane.Breaker.OpenUntilMs is { } until && until > now) wake = Math.Min(wake, until);
        }

        TimeSpan longest = wake == long.MaxValue
            ? Timeout.InfiniteTimeSpan
            : TimeSpan.FromMilliseconds(Math.Max(0, Math.Min(wake - NowMs(), int.MaxValue)));
        await _queue.WaitAsync(longest, stopping).ConfigureAwait(false);
    }

    private async Task LookAtLinesAsync()
    {
        DateTimeOffset now = _time.GetUtcNow();
        if (_nextEdge <= now)
        {
            await _queue.ReleaseAsync(carrier: null).ConfigureAwait(false);
            _nextEdge = _router.NextEdge(now);
        }

        foreach (CarrierLane lane in _lanes.Values)
        {
            if (lane.IsToBeTold)
            {
                lane.IsToBeTold = false;
                await OrPutBackAsync(
                    _store.WriteAsync(db => _alerts.Failing(db, lane.Name)),
                    () => lane.IsToBeTold = true).ConfigureAwait(false);
            }

            if (lane.Refusal is { } status)
            {
                lane.Refusal = null;
                await OrPutBackAsync(
                    _store.WriteAsync(db => _alerts.Refused(db, lane.Name, status)),
                    () => lane.Refusal ??= status).ConfigureAwait(false);
            }

            if (lane.HasClosed)
            {
                lane.HasClosed = false;
                await OrPutBackAsync(_queue.ReleaseAsync(lane.Name), () => lane.HasClosed = true)
                    .ConfigureAwait(false);
            }

            // Not while some are on their way to the lanes: it would be room that they take.
            if (IsHungry(lane) && _queue.Ready.Count == 0)
            {
                await _queue.LeaseWaitingAsync(lane.Name, lane.Room).ConfigureAwait(false);
            }
        }
    }

    // What a lane remembers is forgotten before the write, since it may come up again meanwhile.
    private static async Task OrPutBackAsync(Task write, Action putBack)
    {
        try
        {
            await write.ConfigureAwait(false);
        }
        catch (Exception)
        {
            putBack();
            throw;
        }
    }

    // From memory to the lanes. What finds no place goes back to the disk, so that it is in nobody's way.
    private async Task PlaceAsync(CancellationToken stopping)
    {
        await _queue.Ready.WaitToReadAsync(stopping).ConfigureAwait(false);
        List<WaitingSms> waiting = [];
        List<OutgoingSms> left = [];
        for (int i = 0; i < PlacedAtOnce && _queue.Ready.TryRead(out OutgoingSms? sms); i++)
        {
            WaitingSms? waits = null;
            try
            {
                waits = Place(sms);
                if (waits is null) continue;
            }
            catch (Exception fault) // it is neither lost, nor in the way of those behind it
            {
                _log.RoutingFault(fault, sms.Id);
            }

            // Whom all have refused just now comes back after a pause; whose next carrier is full waits for that one.
            if (waits is null || (sms.Tried.Count > 0 && !waits.IsFull)) left.Add(sms);
            else waiting.Add(waits);
        }

        await OrPutBackAsync(
            left.Count == 0 ? Task.CompletedTask : _attempts.DeferAsync(left),
            () => GoOn([.. left, .. waiting.Select(one => one.Sms)])).ConfigureAwait(false);
        if (waiting.Count > 0)
        {
            await OrPutBackAsync(_queue.ParkAsync(waiting), () => GoOn(waiting.Select(one => one.Sms)))
                .ConfigureAwait(false);
            Look(waiting);
        }

        if (left.Count + waiting.Count > 0 || _lanes.Values.Any(IsHungry)) _queue.Ring();
    }

    // Null: it is in a lane.
    private WaitingSms? Place(OutgoingSms sms)
    {
        RouteDecision decision = Decide(sms);
        while (true)
        {
            if (Router.Pick(decision, name => WhyNot(sms, name)) is not { } picked)
            {
                if (sms.GoesTo is not null)
                {
                    sms = sms with { GoesTo = null }; // the one it waited for is away: all are asked again
                    continue;
                }

                if (decision.Candidates.Count == 0) _log.NoneMayHaveIt(sms.Id);
                return new WaitingSms(sms, [.. decision.Candidates.Select(one => one.Carrier)], IsFull: false);
            }

            CarrierLane lane = _lanes[picked.Carrier];
            bool isBehind = !sms.HasWaited && sms.Tried.Count == 0 && _queue.IsWaitedFor(lane.Name, sms.Class);
            if (isBehind || !lane.HasRoomFor(sms.Class))
            {
                // If it closes, an alarm is freed of the carrier that it stays with.
                bool hasOther = decision.Candidates.Count > 1
                    || sms is { StaysWith: not null, Class: SmsClass.Urgent };
                return new WaitingSms(sms, [lane.Name], IsFull: true) { HasOther = hasOther };
            }

            if (lane.TryAdd(sms, decision.Route)) return null;
        }
    }

    private RouteDecision Decide(OutgoingSms sms)
    {
        RouteQuestion question = RouteQuestion.Of(sms, _time.GetUtcNow(), Random.Shared.NextDouble());
        if (sms.StaysWith is not { } stays) return _router.Decide(question);

        // An alarm is worth one SMS too many: it does not wait for a carrier that is away.
        bool isAway = !_lanes.TryGetValue(stays, out CarrierLane? lane) || !lane.IsOpen;
        bool isFree = isAway && sms.Class is SmsClass.Urgent;
        return _router.Decide(isFree ? question : question with { StaysWith = stays });
    }

    // It has room for SMS, and some wait on disk for it.
    private bool IsHungry(CarrierLane lane) => _queue.IsWaitedFor(lane.Name) && lane.IsLow && lane.IsOpen;

    private string? WhyNot(OutgoingSms sms, string carrier) =>
        sms.Tried.Contains(carrier) || (sms.GoesTo is { } next && next != carrier)
            ? "has not taken it just now"
            : _lanes[carrier].WhyClosed;

    private bool HasOther(OutgoingSms sms) => Router.Pick(Decide(sms), name => WhyNot(sms, name)) is not null;

    private async Task RunAsync(CarrierLane lane, CancellationToken stopping)
    {
        if (await lane.NextAsync(stopping).ConfigureAwait(false) is { } next)
        {
            Interlocked.Increment(ref _inHand);
            _ = DeliverAsync(lane, next); // owned by _inHand: a stop waits for it, and it never throws
        }
        else if (!lane.Carrier.IsReady)
        {
            TakeBack(lane);
        }
    }

    private async Task DeliverAsync(CarrierLane lane, LaneSms first)
    {
        for (LaneSms? next = first; next is not null && (next == first || !_isStopping);)
        {
            AttemptEnd end = AttemptEnd.Nothing;
            try
            {
                end = await _attempts.SendAsync(lane.Carrier, next, HasOther).ConfigureAwait(false);
            }
            catch (Exception fault)
            {
                _log.CarrierFault(fault, next.Sms.Id, lane.Name);
            }

            // Only now that its fate is on disk: a crash repeats what is in the window, and never more.
            next = lane.End(next, end.Verdict);
            if (end.GoesOn is { } onward) _queue.GoOn(onward);
            if (_hadNoRoom || IsHungry(lane)) _queue.Ring();
        }

        Interlocked.Decrement(ref _inHand);
        _attemptEnded.Set();
    }

    // A carrier was bound or lost, paused or resumed.
    private void Look(CarrierLane lane)
    {
        if (!lane.IsOpen) TakeBack(lane);
        _queue.Ring();
    }

    // A lane may have closed while somebody was put down to wait for room in it.
    private void Look(List<WaitingSms> waiting)
    {
        int count = waiting.Count(one => !one.IsFull);
        if (count > 0) _log.NoCarrier(count);
        foreach (string name in waiting.Where(one => one.IsFull).Select(one => one.For[0]).Distinct())
        {
            if (!_lanes[name].IsOpen) _lanes[name].HasClosed = true;
        }
    }

    private void TakeBack(CarrierLane lane)
    {
        GoOn(lane.TakeBack().Select(one => one.Sms));
        lane.HasClosed = true;
        _queue.Ring();
    }

    private void GoOn(IEnumerable<OutgoingSms> all)
    {
        foreach (OutgoingSms sms in all) _queue.GoOn(sms);
    }

    private void Tell(CarrierLane lane, BreakerState state)
    {
        if (state is BreakerState.Open)
        {
            _log.BreakerOpened(lane.Name, lane.Breaker.Status.Failures);
            TakeBack(lane);
            lane.IsToBeTold = true;
        }
        else
        {
            _log.BreakerClosed(lane.Name);
        }

        _queue.Ring();
    }

    private long NowMs() => _time.GetUtcNow().ToUnixTimeMilliseconds();
}
