using EmailSms.Carriers;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Store;
using Microsoft.Extensions.Hosting;

namespace EmailSms.Delivery;

/// <summary>
/// Carries SMS from the queue to the carriers.
/// <code>
///   disk ──lease──► queue.Ready ──► first bound carrier, as its window allows ──► attempt ──► Fates, on disk
///     ▲                 │ none bound
///     └─────────────────┘
/// </code>
/// It sleeps until rung, until an SMS is due or one expires; it never polls. Stopping ends the taking of work, not the
/// work: a submit cut in half is an SMS that may have been sent.
/// </summary>
internal sealed class Dispatcher(
    SqliteStore store,
    SmsQueue queue,
    CarrierSet carriers,
    Fates fates,
    OptOuts optOuts,
    QuietGate quiet,
    DeliveryOptions options,
    TimeProvider time,
    ILogger<Dispatcher> log) : BackgroundService
{
    private static readonly TimeSpan TroublePause = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, SemaphoreSlim> _windows =
        carriers.All.ToDictionary(one => one.Name, one => new SemaphoreSlim(one.InFlightMax));

    private readonly Signal _attemptEnded = new();
    private int _inHand;
    private volatile bool _carriersChanged;

    /// <summary>Takes back what an earlier run left, then begins.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        int reclaimed = await queue.Reclaim().ConfigureAwait(false);
        if (reclaimed > 0) log.Reclaimed(reclaimed);
        carriers.StateChanged = () =>
        {
            _carriersChanged = true;
            queue.Ring();
        };
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops the taking, then waits for what is in hand.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        long started = time.GetTimestamp();
        while (Volatile.Read(ref _inHand) > 0)
        {
            TimeSpan left = options.DrainMax - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
            {
                log.DrainCut(Volatile.Read(ref _inHand));
                return;
            }

            await _attemptEnded.WaitAsync(left, time, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (SemaphoreSlim window in _windows.Values) window.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        KeepGoingAsync(FeedAsync, stoppingToken), KeepGoingAsync(DispatchAsync, stoppingToken));

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
                log.RoundFailed(trouble, troubles, pause);
                await Task.Delay(pause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task FeedAsync(CancellationToken stopping)
    {
        long now = NowMs();
        List<(Guid Id, FailureCode Why)> expired = store.Read(db => Settlement.FindExpired(db, now));
        if (expired.Count > 0)
        {
            await store.WriteAsync(db =>
            {
                foreach ((Guid sms, FailureCode why) in expired)
                {
                    fates.End(db, sms, SmsState.Expired, why, null);
                }
            }).ConfigureAwait(false);
            return; // there may be more
        }

        if (_carriersChanged)
        {
            _carriersChanged = false;
            await queue.ReleaseAsync().ConfigureAwait(false);
        }

        long wake = store.Read(Settlement.NextExpiry) ?? long.MaxValue;
        if (carriers.FirstReady() is not null && await queue.LeaseAsync().ConfigureAwait(false) is { } due)
        {
            wake = Math.Min(wake, due);
        }

        TimeSpan longest = wake == long.MaxValue
            ? Timeout.InfiniteTimeSpan
            : TimeSpan.FromMilliseconds(Math.Max(0, Math.Min(wake - NowMs(), int.MaxValue)));
        await queue.WaitAsync(longest, stopping).ConfigureAwait(false);
    }

    private async Task DispatchAsync(CancellationToken stopping)
    {
        await queue.Ready.WaitToReadAsync(stopping).ConfigureAwait(false);
        if (carriers.FirstReady() is not { } carrier)
        {
            await ReturnReadyAsync().ConfigureAwait(false);
            return; // nothing is leased again before one is bound
        }

        SemaphoreSlim window = _windows[carrier.Name];
        await window.WaitAsync(stopping).ConfigureAwait(false);
        if (stopping.IsCancellationRequested || !carrier.IsReady || !queue.Ready.TryRead(out OutgoingSms? sms))
        {
            window.Release();
            return;
        }

        Interlocked.Increment(ref _inHand);
        _ = DeliverAsync(carrier, sms, window); // owned by _inHand: a stop waits for it, and it never throws
    }

    private async Task DeliverAsync(ICarrier carrier, OutgoingSms sms, SemaphoreSlim window)
    {
        try
        {
            if (queue.IsPaused(sms.RuleId))
            {
                await WriteAsync(() => queue.ParkAsync(sms, forRule: true), sms).ConfigureAwait(false);
                return;
            }

            if (!sms.MayTake(carrier.Name))
            {
                if (carriers.FirstReady(sms) is not { } other)
                {
                    await ParkAsync(sms).ConfigureAwait(false);
                    return;
                }

                SemaphoreSlim its = _windows[other.Name];
                await its.WaitAsync().ConfigureAwait(false); // short: it is emptied by answers and deadlines
                window.Release();
                (carrier, window) = (other, its);
            }

            Attempt? attempt = await AttemptAsync(carrier, sms).ConfigureAwait(false);
            if (attempt is null) return;
            if (attempt.Outcome is Outcome.Accepted) log.AttemptAccepted(sms.Id, sms.Attempts + 1, carrier.Name);
            else log.AttemptFailed(sms.Id, sms.Attempts + 1, carrier.Name, attempt.Outcome.GetType().Name);
            Pause? refused = AccountRefused(sms, attempt);
            await WriteAsync(sms, db =>
            {
                fates.Settle(db, sms, attempt);
                if (refused is not null) Pauses.Put(db, refused);
            }).ConfigureAwait(false);
            if (refused is not null) await carriers.ApplyAsync(store.Read(Pauses.List)).ConfigureAwait(false);
            if (attempt is { HoldsUnknown: true, Outcome: Outcome.Unknown }) log.SmsHeld(sms.Id, carrier.Name);

            // It is on disk until it is due again, which whoever sleeps until the next due time does not know yet.
            if (attempt.Outcome is Outcome.Retry or Outcome.Unknown) queue.Ring();
        }
        finally
        {
            // Only now that its fate is on disk: a crash repeats what is in the window, and never more.
            window.Release();
            Interlocked.Decrement(ref _inHand);
            _attemptEnded.Set();
        }
    }

    // It waits for one of the carriers that its rule names. One may have come back while it was put down.
    private async Task ParkAsync(OutgoingSms sms)
    {
        log.NoneOfItsCarriers(sms.Id, string.Join(", ", sms.AllowedCarriers));
        await WriteAsync(() => queue.ParkAsync(sms, forRule: false), sms).ConfigureAwait(false);
        if (carriers.FirstReady(sms) is null) return;
        _carriersChanged = true;
        queue.Ring();
    }

    // Null: there was no attempt, and the SMS is settled or back on disk.
    private async Task<Attempt?> AttemptAsync(ICarrier carrier, OutgoingSms sms)
    {
        if (sms.ExpiresMs <= NowMs())
        {
            await WriteAsync(sms, db => fates.End(db, sms.Id, SmsState.Expired, FailureCode.Expired, null))
                .ConfigureAwait(false);
            return null;
        }

        // STOP may have come while it waited. What was said last counts.
        if (!sms.DespiteOptOut && optOuts.Find(sms.To, sms.SenderId) is not null)
        {
            await WriteAsync(sms, db => fates.End(db, sms.Id, SmsState.Failed, OptedOut, null)).ConfigureAwait(false);
            return null;
        }

        if (quiet.OpensMs(sms) is { } opensMs)
        {
            await WriteAsync(sms, db => Settlement.Postpone(db, sms.Id, opensMs, NowMs())).ConfigureAwait(false);
            queue.Ring();
            return null;
        }

        Attempt attempt;
        try
        {
            if (carrier.HoldsUnknown(sms))
            {
                await store.WriteAsync(db => Settlement.Submitting(db, sms.Id, carrier.Name)).ConfigureAwait(false);
            }

            using var deadline = new CancellationTokenSource(options.AttemptMax, time);
            attempt = await carrier.SendAsync(sms, deadline.Token).ConfigureAwait(false);
        }
        catch (StoreException) // it was not marked, so it was not sent
        {
            attempt = new Attempt(carrier.Name, [], new Outcome.Retry(SmppFailures.NotSent("the disk is away")));
        }
        catch (Exception fault)
        {
            log.CarrierFault(fault, sms.Id, carrier.Name);
            attempt = new Attempt(carrier.Name, [], new Outcome.Unknown(SmppFailures.Unknown("fault")))
            {
                HoldsUnknown = carrier.HoldsUnknown(sms),
            };
        }

        if (attempt is not { Accepted.Count: 0, Outcome: Outcome.Retry } || carrier.IsReady) return attempt;
        await WriteAsync(() => queue.ReturnAsync([sms]), sms).ConfigureAwait(false); // it never left: no attempt at all
        return null;
    }

    // Every SMS would be refused alike, so the carrier waits until somebody has seen to the account.
    private Pause? AccountRefused(OutgoingSms sms, Attempt attempt)
    {
        if (attempt.Outcome is not Outcome.Retry { Code: { Class: FailureClass.Authentication, Code: var code } })
        {
            return null;
        }

        log.CarrierPaused(sms.Id, attempt.Carrier, code);
        return new Pause(Pause.OfCarrier(attempt.Carrier), NowMs(), Pause.OurOwn, code, Unbind: false);
    }

    private static FailureCode OptedOut { get; } = new(
        FailureClass.OptedOut, "opted-out", "5.7.1", "This person has opted out of SMS while it waited.");

    private Task WriteAsync(OutgoingSms sms, Action<StoreSession> change) => WriteAsync(
        () => store.WriteAsync(db =>
        {
            change(db);
            db.Afterwards(kept =>
            {
                if (kept) queue.Settled(1);
            });
        }),
        sms);

    // What a carrier said is known only here until it is on disk, so it is kept until the disk takes it. Past that, the
    // next start sends the SMS again: a second SMS rather than none.
    private async Task WriteAsync(Func<Task> write, OutgoingSms sms)
    {
        for (int troubles = 1; ; troubles++)
        {
            try
            {
                await write().ConfigureAwait(false);
                return;
            }
            catch (Exception trouble)
            {
                bool last = trouble is not StoreException || troubles >= 60;
                TimeSpan pause = TroublePause * Math.Min(troubles, 10);
                log.SettleFailed(trouble, sms.Id, pause);
                if (last) return;
                await Task.Delay(pause, time).ConfigureAwait(false);
            }
        }
    }

    private async Task ReturnReadyAsync()
    {
        List<OutgoingSms> unsent = [];
        while (queue.Ready.TryRead(out OutgoingSms? sms)) unsent.Add(sms);
        if (unsent.Count == 0) return;
        log.NoCarrier(unsent.Count);
        try
        {
            await queue.ReturnAsync(unsent).ConfigureAwait(false);
        }
        catch (StoreException)
        {
            queue.PutBack(unsent);
            throw;
        }
    }

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
