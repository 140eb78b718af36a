using EmailSms.Carriers.Routing;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Store;

namespace EmailSms.Delivery;

/// <summary>
/// Tells routing what becomes of submissions, once it is on disk. Nothing is written for it: what was before the start
/// is read from the submissions themselves.
/// </summary>
internal sealed class QualityWatch(CarrierQuality quality)
{
    /// <summary>Reads the window from disk.</summary>
    public static CarrierQuality Read(SqliteStore store, QualityOptions options, TimeProvider time)
    {
        var quality = new CarrierQuality(options, time);
        foreach (SubmissionCount one in store.Read(
            db => SubmissionHistory.Since(db, quality.SinceMs, quality.SlotMs)))
        {
            bool isDelivered = one.State is ReceiptState.Delivered;
            bool isLost = one.State is ReceiptState.Expired or ReceiptState.Undeliverable;
            quality.Add(new Cohort(
                one.Carrier, one.Country, one.TakenMs, one.Count, isDelivered ? one.Count : 0, isLost ? one.Count : 0,
                isDelivered ? one.LatencyMs : 0));
        }

        return quality;
    }

    /// <summary>A carrier took submissions; of some the receipt was here before.</summary>
    public void Taken(
        StoreSession db, Attempt attempt, string? country, IReadOnlyList<InboundReceipt> early, long nowMs)
    {
        if (attempt.Accepted.Count == 0) return;
        db.Afterwards(kept =>
        {
            if (!kept) return;
            quality.Taken(attempt.Carrier, country, attempt.Accepted.Count);
            foreach (InboundReceipt one in early.Where(one => one.State is not ReceiptState.EnRoute))
            {
                if (one.OptsOut) quality.Excused(attempt.Carrier, country, nowMs);
                else quality.Ended(attempt.Carrier, country, nowMs, one.State is ReceiptState.Delivered);
            }
        });
    }

    /// <summary>A receipt was applied.</summary>
    public void Ended(StoreSession db, InboundReceipt receipt, ReceiptEffect effect)
    {
        if (effect.End is not { } end) return;
        db.Afterwards(kept =>
        {
            if (!kept) return;
            if (receipt.OptsOut) quality.Excused(receipt.Carrier, end.Country, end.TakenMs);
            else quality.Ended(receipt.Carrier, end.Country, end.TakenMs, end.IsDelivered);
        });
    }
}
