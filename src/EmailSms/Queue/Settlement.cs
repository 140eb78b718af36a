using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.Queue;

/// <summary>
/// What becomes of an SMS after an attempt. Each method is part of a write, changes the row and appends to the
/// timeline; the state only moves forward, so one that comes too late changes nothing and says so.
/// </summary>
internal static class Settlement
{
    /// <summary>The carrier has all parts.</summary>
    public static void Sent(StoreSession db, OutgoingSms sms, Attempt attempt, long nowMs)
    {
        int rows = db.Execute(
            """
            update sms set state = 'sent', state_ms = @now, carrier = @carrier, attempts = attempts + 1,
                           leased_by = null, reason = null
             where id = @id and state = 'queued'
            """,
            ("@now", nowMs), ("@carrier", attempt.Carrier), ("@id", sms.Id.ToString()));
        if (rows == 0) return; // a receipt for one of its parts ended it
        Timeline.Append(db, sms.Id, nowMs, Timeline.Sent, new
        {
            carrier = attempt.Carrier,
            attempt = sms.Attempts + 1,
            ids = attempt.Accepted.Select(part => part.CarrierId),
        });
    }

    /// <summary>It goes back to the queue until a time.</summary>
    public static void Retry(
        StoreSession db, OutgoingSms sms, Attempt attempt, FailureCode code, long dueMs, long nowMs)
    {
        int rows = db.Execute(
            """
            update sms set due_ms = @due, attempts = attempts + 1, leased_by = null, reason = @reason
             where id = @id and state = 'queued'
            """,
            ("@due", dueMs), ("@reason", code.Code), ("@id", sms.Id.ToString()));
        if (rows == 0) return; // a receipt for one of its parts ended it
        Timeline.Append(db, sms.Id, nowMs, Timeline.Retry, new
        {
            carrier = attempt.Carrier,
            attempt = sms.Attempts + 1,
            code = code.Code,
            mayHaveBeenSent = attempt.Outcome is Outcome.Unknown,
            dueMs,
        });
    }

    /// <summary>It ends here. False: it had ended already.</summary>
    public static bool End(
        StoreSession db, Guid sms, SmsState state, FailureCode code, string? carrier, long nowMs)
    {
        int rows = db.Execute(
            """
            update sms set state = @state, state_ms = @now, reason = @reason, carrier = coalesce(@carrier, carrier),
                           leased_by = null
             where id = @id and state in ('queued', 'sent')
            """,
            ("@state", SmsRecord.StateText(state)), ("@now", nowMs), ("@reason", code.Code), ("@carrier", carrier),
            ("@id", sms.ToString()));
        if (rows == 0) return false;
        Timeline.Append(
            db, sms, nowMs, state is SmsState.Expired ? Timeline.Expired : Timeline.Failed,
            new { carrier, code = code.Code, status = code.EnhancedStatus, why = code.Sentence });
        return true;
    }

    /// <summary>SMS on disk that nobody holds and whose time is over.</summary>
    public static List<Guid> FindExpired(StoreSession db, long nowMs) => db.Query(
        """
        select id from sms where state = 'queued' and leased_by is null and expires_ms <= @now
         order by expires_ms limit 500
        """,
        row => Guid.Parse(row.GetString(0)), ("@now", nowMs));

    /// <summary>When the next one of them will be, if any.</summary>
    public static long? NextExpiry(StoreSession db) => db.Scalar(
        "select min(expires_ms) from sms where state = 'queued' and leased_by is null") as long?;
}
