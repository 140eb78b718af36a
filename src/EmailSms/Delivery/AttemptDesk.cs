using EmailSms.Carriers;
using EmailSms.Carriers.Routing;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Store;

namespace EmailSms.Delivery;

/// <summary>What became of an SMS at a carrier.</summary>
/// <param name="Verdict">What it says of the carrier.</param>
/// <param name="GoesOn">The SMS, if the next carrier is to be asked at once; null: it is settled, or on disk.</param>
internal sealed record AttemptEnd(BreakerVerdict Verdict, OutgoingSms? GoesOn = null)
{
    public static AttemptEnd Nothing { get; } = new(BreakerVerdict.Nothing);
}

/// <summary>
/// One attempt at one carrier: looks at what may have changed while the SMS waited, sends it, and writes down what came
/// of it before anybody else hears of it.
/// </summary>
internal sealed class AttemptDesk(
    SqliteStore store, SmsQueue queue, Fates fates, RecipientGate gate, SendThrottle throttle, CarrierAlerts alerts,
    DeliveryOptions options, TimeProvider time, ILogger<AttemptDesk> log)
{
    private static readonly TimeSpan TroublePause = TimeSpan.FromSeconds(1);

    /// <summary>Makes the pauses of carriers true after one was added.</summary>
    public Func<Task> PausesChanged { get; init; } = () => Task.CompletedTask;

    /// <summary>Hears what came of each attempt.</summary>
    public Action<OutgoingSms, Attempt> Ended { get; init; } = (_, _) => { };

    /// <summary>Never throws, and leaves no SMS behind that is neither settled nor on disk.</summary>
    /// <param name="carrier">Where it goes.</param>
    /// <param name="next">It, with the route that led there.</param>
    /// <param name="hasOther">Whether another carrier would take it, if this one surely has not sent it.</param>
    public async Task<AttemptEnd> SendAsync(ICarrier carrier, LaneSms next, Func<OutgoingSms, bool> hasOther)
    {
        OutgoingSms sms = next.Sms;
        Attempt? attempt = null;
        OutgoingSms? onward;
        try
        {
            if (await IsKeptBackAsync(carrier, sms).ConfigureAwait(false)) return AttemptEnd.Nothing;
            attempt = await AttemptAsync(carrier, sms).ConfigureAwait(false);
            if (next.Route is not null) attempt = attempt with { Route = next.Route };
            Ended(sms, attempt);
            if (IsOfOurs(attempt) && !carrier.IsReady)
            {
                // It never left: there was no attempt.
                await WriteAsync(() => queue.ReturnAsync([sms]), sms).ConfigureAwait(false);
                return AttemptEnd.Nothing;
            }

            if (attempt.Outcome is Outcome.Accepted) log.AttemptAccepted(sms.Id, sms.Attempts + 1, carrier.Name);
            else log.AttemptFailed(sms.Id, sms.Attempts + 1, carrier.Name, attempt.Outcome.GetType().Name);
            if (IsHeldOff(attempt, carrier)) attempt = attempt with { Outcome = WithoutPause(attempt.Outcome) };
            onward = !MayGoOn(sms, attempt, carrier)
                ? null
                : sms with { Attempts = sms.Attempts + 1, Tried = [.. sms.Tried, carrier.Name] };
            if (onward is not null && !hasOther(onward)) onward = null;
        }
        catch (Exception fault) // of our own making, before anything was settled
        {
            log.CarrierFault(fault, sms.Id, carrier.Name);
            await WriteAsync(() => PutAwayAsync(sms, attempt), sms, attempt).ConfigureAwait(false);
            return AttemptEnd.Nothing;
        }

        bool goesOn = await SettleAsync(sms, attempt, onward is not null).ConfigureAwait(false);
        return new AttemptEnd(CircuitBreaker.VerdictOf(attempt.Outcome), goesOn ? onward : null);
    }

    /// <summary>Gives SMS back to the disk until a time, since no carrier is left for them now.</summary>
    /// <exception cref="StoreException">None of them is there.</exception>
    public Task DeferAsync(IReadOnlyList<OutgoingSms> all) => store.WriteAsync(db =>
    {
        foreach (OutgoingSms sms in all) Settlement.Defer(db, sms.Id, AfterPauseMs(sms));
        db.Afterwards(kept =>
        {
            if (kept) queue.Settled(all.Count);
        });
    });

    // What surely has not left comes again after a pause. Of the rest nobody can tell, so somebody decides.
    private Task PutAwayAsync(OutgoingSms sms, Attempt? attempt) => store.WriteAsync(db =>
    {
        if (attempt is null or { Outcome: Outcome.Retry, Accepted.Count: 0 })
        {
            Settlement.Defer(db, sms.Id, AfterPauseMs(sms));
        }
        else
        {
            Settlement.Hold(db, sms, attempt, SmppFailures.Unknown("fault"), NowMs());
        }

        db.Afterwards(kept =>
        {
            if (!kept) return;
            queue.Settled(1);
            queue.Ring();
        });
    });

    private long AfterPauseMs(OutgoingSms sms)
    {
        TimeSpan pause = options.PauseAfter(Math.Max(1, sms.Attempts), Random.Shared.NextDouble());
        return Math.Min(NowMs() + (long)pause.TotalMilliseconds, sms.ExpiresMs);
    }

    private async Task<bool> SettleAsync(OutgoingSms sms, Attempt attempt, bool mayGoOn)
    {
        bool goesOn = false;
        bool isPausedNow = false;
        Charge? charge = fates.ChargeOf(sms, attempt); // here: whoever writes, everybody waits for
        bool isWritten = await WriteAsync(
            () => store.WriteAsync(db =>
            {
                goesOn = fates.Settle(db, sms, attempt, charge, mayGoOn);
                isPausedNow = IsOfAccount(attempt) && PauseCarrier(db, attempt);
                bool isSettled = !goesOn;
                db.Afterwards(kept =>
                {
                    if (kept && isSettled) queue.Settled(1);
                });
            }),
            sms, attempt).ConfigureAwait(false);
        if (isPausedNow && isWritten) await TellPausedAsync(sms, attempt).ConfigureAwait(false);

        if (attempt is { HoldsUnknown: true, Outcome: Outcome.Unknown }) log.SmsHeld(sms.Id, attempt.Carrier);

        // It is on disk until it is due again, which whoever sleeps until the next due time does not know yet.
        if (!goesOn && attempt.Outcome is Outcome.Retry or Outcome.Unknown) queue.Ring();
        return goesOn && isWritten;
    }

    private async Task TellPausedAsync(OutgoingSms sms, Attempt attempt)
    {
        log.CarrierPaused(sms.Id, attempt.Carrier, ((Outcome.Retry)attempt.Outcome).Code.Code);
        try
        {
            await PausesChanged().ConfigureAwait(false);
        }
        catch (Exception fault) // it is on disk, and the SMS has nothing to do with it
        {
            log.CarrierFault(fault, sms.Id, attempt.Carrier);
        }
    }

    // Of two carriers that both may have it, one sends it a second time: only what surely has not left goes on.
    private bool MayGoOn(OutgoingSms sms, Attempt attempt, ICarrier carrier) =>
        attempt is { Accepted.Count: 0, Outcome: Outcome.Retry { Code: var code } }
        && (code.Class is FailureClass.Temporary or FailureClass.Authentication || IsHeldOff(attempt, carrier))
        && sms is { StaysWith: null, GoesTo: null, PartsAccepted.Count: 0 }
        && sms.Tried.Count + 1 < options.CarriersMax;

    // True: it is settled, or back on disk; there is no attempt.
    private async Task<bool> IsKeptBackAsync(ICarrier carrier, OutgoingSms sms)
    {
        if (queue.IsPaused(sms.RuleId))
        {
            await WriteAsync(() => queue.ParkForRuleAsync(sms), sms).ConfigureAwait(false);
            return true;
        }

        if (sms.ExpiresMs <= NowMs())
        {
            await WriteAsync(sms, db => fates.End(db, sms.Id, SmsState.Expired, FailureCode.Expired, null))
                .ConfigureAwait(false);
            return true;
        }

        if (sms.IsBroken)
        {
            await WriteAsync(sms, db => fates.End(db, sms.Id, SmsState.Failed, FailureCode.Broken, null))
                .ConfigureAwait(false);
            return true;
        }

        if (gate.Refuse(sms) is { } refused)
        {
            await WriteAsync(sms, db => fates.End(db, sms.Id, SmsState.Failed, refused, null)).ConfigureAwait(false);
            return true;
        }

        if (gate.OpensMs(sms) is { } opensMs)
        {
            await WriteAsync(sms, db => Settlement.Postpone(db, sms.Id, opensMs, NowMs())).ConfigureAwait(false);
            queue.Ring();
            return true;
        }

        if (throttle(sms, carrier.Name) is not { } againMs) return false;
        await WriteAsync(
            sms, db => Settlement.Defer(db, sms.Id, Math.Min(againMs, sms.ExpiresMs), Settlement.Throttle))
            .ConfigureAwait(false);
        queue.Ring();
        return true;
    }

    private async Task<Attempt> AttemptAsync(ICarrier carrier, OutgoingSms sms)
    {
        try
        {
            if (carrier.HoldsUnknown(sms))
            {
                await store.WriteAsync(db => Settlement.Submitting(db, sms.Id, carrier.Name)).ConfigureAwait(false);
            }

            using var deadline = new CancellationTokenSource(options.AttemptMax, time);
            return await carrier.SendAsync(sms, deadline.Token).ConfigureAwait(false);
        }
        catch (StoreException) // it was not marked, so it was not sent
        {
            return new Attempt(carrier.Name, [], new Outcome.Retry(SmppFailures.NotSent("the disk is away")));
        }
        catch (Exception fault)
        {
            log.CarrierFault(fault, sms.Id, carrier.Name);
            return new Attempt(carrier.Name, [], new Outcome.Unknown(SmppFailures.Unknown("fault")))
            {
                HoldsUnknown = carrier.HoldsUnknown(sms),
            };
        }
    }

    // Our own pace, window or connection kept it back. What a carrier said counts, whatever became of it meanwhile.
    private static bool IsOfOurs(Attempt attempt) =>
        attempt is { Accepted.Count: 0, Outcome: Outcome.Retry { Code.IsOurOwn: true } };

    // The carrier said "slower", and takes no SMS for as long as it wants.
    private static bool IsHeldOff(Attempt attempt, ICarrier carrier) =>
        attempt is { Outcome: Outcome.Retry { Code.Class: FailureClass.Throttled } } && !carrier.IsReady;

    // It waits like all others that the carrier keeps away: for whichever takes it first.
    private static Outcome WithoutPause(Outcome outcome) =>
        outcome is Outcome.Retry slower ? slower with { NotBefore = null } : outcome;

    private static bool IsOfAccount(Attempt attempt) =>
        attempt.Outcome is Outcome.Retry { Code.Class: FailureClass.Authentication };

    // Every SMS would be refused alike, so the carrier waits until somebody has seen to the account. False: it does so
    // already, by the word of an earlier one.
    private bool PauseCarrier(StoreSession db, Attempt attempt)
    {
        string scope = Pause.OfCarrier(attempt.Carrier);
        if (Pauses.Find(db, scope) is not null) return false;
        FailureCode code = ((Outcome.Retry)attempt.Outcome).Code;
        Pauses.Put(db, new Pause(scope, NowMs(), Pause.OurOwn, code.Code, Unbind: false));
        alerts.Paused(db, attempt.Carrier, code);
        return true;
    }

    private Task<bool> WriteAsync(OutgoingSms sms, Action<StoreSession> change) => WriteAsync(
        () => store.WriteAsync(db =>
        {
            change(db);
            db.Afterwards(kept =>
            {
                if (kept) queue.Settled(1);
            });
        }),
        sms);

    // What a carrier said is known only here until it is on disk, so it is kept until the disk takes it. A fault of our
    // own would come again: then the SMS is put away as simply as can be. If even that fails, it stays leased until the
    // next start, and its place in memory is free.
    private async Task<bool> WriteAsync(Func<Task> write, OutgoingSms sms, Attempt? attempt = null)
    {
        bool isPutAway = false;
        for (int troubles = 1; ; troubles++)
        {
            TimeSpan pause = TroublePause * Math.Min(troubles, 10);
            try
            {
                await write().ConfigureAwait(false);
                return !isPutAway;
            }
            catch (StoreException trouble) when (!trouble.IsClosed)
            {
                log.SettleFailed(trouble, sms.Id, pause);
            }
            catch (Exception fault)
            {
                log.SettleFailed(fault, sms.Id, pause);
                if (isPutAway)
                {
                    queue.Settled(1);
                    return false;
                }

                isPutAway = true;
                write = () => PutAwayAsync(sms, attempt);
            }

            await Task.Delay(pause, time).ConfigureAwait(false);
        }
    }

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
