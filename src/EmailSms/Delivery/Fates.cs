using EmailSms.Carriers;
using EmailSms.Carriers.Routing;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Store;

namespace EmailSms.Delivery;

/// <summary>
/// What an attempt or a receipt makes of an SMS, in one write: the row, the timeline, and the mail to its sender if
/// that was asked for.
/// </summary>
internal sealed class Fates(
    NoticeDesk notices, Escalations escalations, OptOutScopes scopes, Tariffs tariffs, QualityWatch quality,
    DeliveryOptions options, TimeProvider time)
{
    private static readonly TimeSpan ThrottledPause = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Told of an SMS that has left, or may have, a while after it was accepted, as a piece of the write that says so:
    /// its answer comes from now on.
    /// </summary>
    public Action<StoreSession, SmsRecord> LeftLater { get; init; } = static (_, _) => { };

    /// <summary>Settles an attempt.</summary>
    /// <param name="db">The write.</param>
    /// <param name="sms">The SMS.</param>
    /// <param name="attempt">What came of it.</param>
    /// <param name="charge">What it costs, from <see cref="ChargeOf(OutgoingSms, Attempt)"/>.</param>
    /// <param name="mayGoOn">It surely has not left, and another carrier would take it at once.</param>
    /// <returns>True: it stays leased, and the next carrier is to be asked.</returns>
    public bool Settle(StoreSession db, OutgoingSms sms, Attempt attempt, Charge? charge, bool mayGoOn = false)
    {
        long now = NowMs();
        db.ActAs($"carrier {attempt.Carrier}");
        if (attempt.Outcome is Outcome.Unknown && Receipts.IdsAbout(db, sms.Id, attempt.Carrier) is { Count: > 0 } ids)
        {
            // The answer was lost, and the receipt was faster than our patience.
            attempt = attempt with
            {
                Accepted = [.. ids.Select((id, i) => new AcceptedPart(i + 1, id))],
                Submissions = ids.Count,
                Outcome = new Outcome.Accepted(),
            };
        }

        if (attempt.Outcome is Outcome.Accepted) Settlement.Sent(db, sms, attempt, now);
        if (attempt.Outcome is Outcome.Accepted or Outcome.Unknown && !sms.IsFresh(now)
            && SmsRecord.Find(db, sms.Id) is { } left)
        {
            LeftLater(db, left);
        }

        // Its receipts may have been here before the acknowledgement: they are applied with it.
        charge ??= ChargeOf(sms, attempt);
        List<InboundReceipt> early = [];
        ReceiptEffect? effect = Receipts.AddSubmissions(db, sms, attempt, now, charge, early);
        quality.Taken(db, attempt, charge?.Country, early, now);
        if (early.Exists(one => one.OptsOut)) NoteOptOut(db, sms.To, sms.SenderId, attempt.Carrier);
        if (effect is { Became: { } became }) Tell(db, sms.Id, became, effect.Why);
        switch (attempt.Outcome)
        {
            case Outcome.Accepted:
                break;
            case Outcome.Retry { Code: var code, NotBefore: var notBefore }:
                return Again(db, sms, attempt, code, notBefore, now, mayGoOn);
            case Outcome.Unknown { Code: var code } when attempt.HoldsUnknown:
                Settlement.Hold(db, sms, attempt, code, now);
                break;
            case Outcome.Unknown { Code: var code }:
                // At least once: an alarm that comes twice is better than one that does not come.
                Again(db, sms, attempt, code, null, now);
                break;
            case Outcome.Refused { Code: var code }:
                if (code.Class is FailureClass.OptedOut) NoteOptOut(db, sms.To, sms.SenderId, attempt.Carrier);

                End(db, sms.Id, SmsState.Failed, code, attempt.Carrier);
                break;
            default:
                throw new InvalidOperationException($"An attempt ended as {attempt.Outcome.GetType().Name}.");
        }

        return false;
    }

    /// <summary>Ends an SMS that will not be sent (again). False: it had ended already.</summary>
    public bool End(StoreSession db, Guid sms, SmsState state, FailureCode why, string? carrier)
    {
        if (!Settlement.End(db, sms, state, why, carrier, NowMs())) return false;
        Tell(db, sms, state, why);
        return true;
    }

    /// <summary>Applies a receipt. False: it waits for its submission.</summary>
    public bool Apply(StoreSession db, InboundReceipt receipt)
    {
        ReceiptEffect? effect = Receipts.Apply(db, receipt, NowMs(), to => ChargeOf(receipt.Carrier, to));
        if (effect is { Became: { } became }) Tell(db, effect.Sms, became, effect.Why);
        if (effect is not null) quality.Ended(db, receipt, effect);
        if (receipt.Network is { } network && Receipts.PhoneOf(db, receipt, effect) is { } phone)
        {
            PhoneNetworks.Note(db, phone, network, receipt.Carrier, NowMs());
        }

        db.ActAs($"carrier {receipt.Carrier}");

        // Of whom it is may be known before its submission is; else the receipt is kept with what it says.
        if (receipt.OptsOut && (effect?.Sms ?? receipt.Sms) is { } id && SmsRecord.Find(db, id) is { } sms)
        {
            NoteOptOut(db, sms.To, sms.SenderId, receipt.Carrier);
        }

        return effect is not null;
    }

    private void NoteOptOut(StoreSession db, PhoneNumber phone, string senderId, string carrier)
    {
        if (phone.E164 == Person.Nobody) return; // erased meanwhile
        OptOuts.Record(db, phone, scopes.Of(senderId), $"told by {carrier}", null, NowMs());
    }

    private bool Again(
        StoreSession db, OutgoingSms sms, Attempt attempt, FailureCode code, TimeSpan? notBefore, long now,
        bool mayGoOn = false)
    {
        int failures = sms.Attempts + 1;
        if (mayGoOn) return Settlement.GoOn(db, sms, attempt, code, now);
        if (code.AttemptsMax is { } most
            && Timeline.CountRetries(db, sms.Id, attempt.Carrier, code.Code) + 1 >= most)
        {
            End(db, sms.Id, SmsState.Failed, code with { EnhancedStatus = "5" + code.EnhancedStatus[1..] },
                attempt.Carrier);
            return false;
        }

        TimeSpan pause = code.Class is FailureClass.Throttled
            ? ThrottledPause
            : options.PauseAfter(failures, Random.Shared.NextDouble());
        if (notBefore > pause) pause = notBefore.Value;
        long due = Math.Min(now + (long)pause.TotalMilliseconds, sms.ExpiresMs);
        Settlement.Retry(db, sms, attempt, code, due, now);
        return false;
    }

    private void Tell(StoreSession db, Guid id, SmsState state, FailureCode? why)
    {
        TellOne(db, id, state, why);
        foreach (Guid collected in Digests.End(db, id, state, why, NowMs())) TellOne(db, collected, state, why);
    }

    private void TellOne(StoreSession db, Guid id, SmsState state, FailureCode? why)
    {
        escalations.Tell(db, id, state);
        SmsRecord sms = SmsRecord.Find(db, id) ?? throw new InvalidOperationException($"No SMS {id} to tell of.");
        notices.Tell(
            db, sms, state is SmsState.Delivered ? NoticeFate.Delivered : NoticeFate.Failed,
            state is SmsState.Delivered ? null : why ?? FailureCode.Expired);
    }

    /// <summary>What the parts cost that a carrier took; null: it took none.</summary>
    public Charge? ChargeOf(OutgoingSms sms, Attempt attempt) =>
        attempt.Accepted.Count > 0 ? ChargeOf(attempt.Carrier, sms.To) : null;

    private Charge ChargeOf(string carrier, PhoneNumber to) => new(
        to.IsShort ? null : NumberRegion.Of(to), tariffs.PerPart(carrier, to, time.GetUtcNow()), tariffs.Currency);

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
