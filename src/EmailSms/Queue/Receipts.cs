using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.Queue;

/// <summary>What a receipt did to an SMS: null for the state where the whole of it did not change.</summary>
internal sealed record ReceiptEffect(Guid Sms, SmsState? Became, FailureCode? Why);

/// <summary>
/// Receipts and the submissions they are about. States move forward only: a receipt that is repeated, late or out of
/// order is written on the timeline or ignored, and never takes anything back.
/// </summary>
internal static class Receipts
{
    /// <summary>Applies a receipt, or returns null when no submission of that carrier has its id.</summary>
    public static ReceiptEffect? Apply(StoreSession db, InboundReceipt receipt, long nowMs)
    {
        if (Find(db, receipt) is not { } found) return null;

        if (found.State is not ReceiptState.EnRoute)
        {
            return new ReceiptEffect(found.Sms, null, null); // repeated, or after the end: nothing moves back
        }

        db.Execute(
            "update submission set state = @state, error = @error, state_ms = @now where id = @id",
            ("@state", receipt.State.ToString()), ("@error", receipt.Error), ("@now", nowMs), ("@id", found.Id));
        (SmsState? became, FailureCode? why) =
            receipt.State is ReceiptState.EnRoute ? (null, null) : Advance(db, found.Sms, receipt, nowMs);
        if (became is null)
        {
            Timeline.Append(db, found.Sms, nowMs, Timeline.Receipt, Detail(receipt, found.Part));
        }

        return new ReceiptEffect(found.Sms, became, why);
    }

    private static (SmsState? Became, FailureCode? Why) Advance(
        StoreSession db, Guid sms, InboundReceipt receipt, long nowMs)
    {
        // A part that was sent twice is delivered when one of the two is, and lost when both are.
        List<(int Part, List<ReceiptState> States)> parts = db
            .Query(
                "select part, state from submission where sms_id = @sms order by part",
                row => (Part: row.GetInt32(0), State: Enum.Parse<ReceiptState>(row.GetString(1))),
                ("@sms", sms.ToString()))
            .GroupBy(row => row.Part, row => row.State)
            .Select(group => (group.Key, group.ToList()))
            .ToList();
        long total = (long)db.Scalar("select parts from sms where id = @sms", ("@sms", sms.ToString()))!;

        if (parts.Count == total && parts.TrueForAll(part => part.States.Contains(ReceiptState.Delivered)))
        {
            int rows = db.Execute(
                """
                update sms set state = 'delivered', state_ms = @now, reason = null, leased_by = null
                 where id = @sms and state in ('queued', 'sent')
                """,
                ("@now", nowMs), ("@sms", sms.ToString()));
            if (rows == 0) return (null, null);
            Timeline.Append(db, sms, nowMs, Timeline.Delivered, Detail(receipt, (int)total));
            return (SmsState.Delivered, null);
        }

        bool lost = parts.Exists(part => part.States.TrueForAll(
            state => state is ReceiptState.Expired or ReceiptState.Undeliverable));
        if (!lost) return (null, null);

        FailureCode why = Why(receipt);
        SmsState end = receipt.State is ReceiptState.Expired ? SmsState.Expired : SmsState.Failed;
        return Settlement.End(db, sms, end, why, receipt.Carrier, nowMs) ? (end, why) : (null, null);
    }

    private static FailureCode Why(InboundReceipt receipt)
    {
        string code = $"receipt:{receipt.State}" + (receipt.Error is { } error ? $" err {error}" : "");
        return receipt.State is ReceiptState.Expired
            ? new FailureCode(
                FailureClass.Permanent, code, "4.4.7", "The phone could not be reached before the carrier gave up.")
            : new FailureCode(
                FailureClass.Permanent, code, "5.0.0", "The carrier reports that it cannot be delivered to this phone.");
    }

    private static object Detail(InboundReceipt receipt, int part) => new
    {
        carrier = receipt.Carrier,
        id = receipt.CarrierId,
        part,
        state = receipt.State.ToString(),
        error = receipt.Error,
        raw = receipt.Raw,
    };

    private static Submission? Find(StoreSession db, InboundReceipt receipt)
    {
        // Carriers reuse their ids, so the newest with the right destination goes first. One with another destination
        // is taken only when it is the only one: some carriers write numbers their own way.
        List<Submission> found = db.Query(
            """
            select b.id, b.sms_id, b.part, b.state, s.recipient
              from submission b join sms s on s.id = b.sms_id
             where b.carrier = @carrier and b.carrier_id = @id
             order by b.id desc limit 20
            """,
            row => new Submission(
                row.GetInt64(0), Guid.Parse(row.GetString(1)), row.GetInt32(2),
                Enum.Parse<ReceiptState>(row.GetString(3)), row.GetString(4)),
            ("@carrier", receipt.Carrier), ("@id", receipt.CarrierId));
        string digits = receipt.From.TrimStart('+', '0');
        return found.Find(one => one.Recipient.AsSpan(1).SequenceEqual(digits))
            ?? (found.Count == 1 ? found[0] : null);
    }

    private sealed record Submission(long Id, Guid Sms, int Part, ReceiptState State, string Recipient);
}
