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
///   disk ──lease──► queue.Ready ──► Placement: the first carrier that takes SMS ──► its lane ──► AttemptDesk
///     ▲                                │ none does, or its lane has enough            │ closed     │ surely not sent
///     └── waits on disk for them ──────┘                   back to Ready, to the next one ◄────────┘
/// </code>
/// It sleeps until rung, until an SMS is due or one expires; it never polls. Stopping ends the taking of work, not the
/// work: a submit cut in half is an SMS that may have been sent.
/// </summary>
internal sealed class Dispatcher : BackgroundService
{
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
    private readonly Placement _placement;
    private readonly Signal _attemptEnded = new();
    private readonly Lock _takingBack = new();
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
        _placement = new Placement(queue, router, _lanes, attempts, time, log);
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
        KeepGoingAsync(_placement.RoundAsync, stoppingToken),
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

            await _placement.FeedAsync(lane).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// What is remembered is forgotten before the write, since it may come up again meanwhile; and remembered again if
    /// the write is not kept.
    /// </summary>
    internal static async Task OrPutBackAsync(Task write, Action putBack)
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
                end = await _attempts.SendAsync(lane.Carrier, next, _placement.HasOther).ConfigureAwait(false);
            }
            catch (Exception fault)
            {
                _log.CarrierFault(fault, next.Sms.Id, lane.Name);
            }

            // Only now that its fate is on disk: a crash repeats what is in the window, and never more.
            PhoneNumber to = next.Sms.To;
            next = lane.End(next, end.Verdict);
            if (end.GoesOn is { } onward) _queue.GoOn(onward);
            if (_placement.IsHungry(lane, to) || _hadNoRoom) _queue.Ring();
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

    private void TakeBack(CarrierLane lane)
    {
        lock (_takingBack) // one after the other, or the later of two SMS to a phone comes back first
        {
            _placement.GoOn(lane.TakeBack().Select(one => one.Sms with { TurnAt = lane.Name }));
        }

        lane.HasClosed = true;
        _queue.Ring();
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
