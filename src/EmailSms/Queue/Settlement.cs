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
                           leased_by = null, submitting = null, reason = null
             where id = @id and state = 'queued'
            """,
            ("@now", nowMs), ("@carrier", attempt.Carrier), ("@id", sms.Id.ToString()));
        if (rows == 0) return; // a receipt for one of its parts ended it
        IEnumerable<string> ids = attempt.Accepted.Select(part => part.CarrierId);
        Timeline.Append(db, sms.Id, nowMs, Timeline.Sent, attempt.Route is { } route
            ? new { carrier = attempt.Carrier, attempt = sms.Attempts + 1, ids, route }
            : new { carrier = attempt.Carrier, attempt = sms.Attempts + 1, ids });
    }

    /// <summary>Nobody knew whether it was sent, and a receipt says that it was.</summary>
    public static void SentAfterAll(StoreSession db, Guid sms, InboundReceipt receipt, long nowMs)
    {
        db.Execute(
            """
            update sms set state = 'sent', state_ms = @now, carrier = @carrier, submissions = 1, leased_by = null,
                           submitting = null, reason = null, waits_for = null, waits_on = null
             where id = @id and state in ('queued', 'held')
            """,
            ("@now", nowMs), ("@carrier", receipt.Carrier), ("@id", sms.ToString()));
        Timeline.Append(
            db, sms, nowMs, Timeline.Sent,
            new { carrier = receipt.Carrier, ids = new[] { receipt.CarrierId }, known = "by its receipt" });
    }

    /// <summary>It goes back to the queue until a time.</summary>
    public static void Retry(
        StoreSession db, OutgoingSms sms, Attempt attempt, FailureCode code, long dueMs, long nowMs)
    {
        // Whoever may have it, or some of its parts, keeps it: of two carriers one would send it a second time.
        bool stays = attempt.Accepted.Count > 0 || (attempt is { Outcome: Outcome.Unknown, IsFreeAfterUnknown: false });
        int rows = db.Execute(
            """
            update sms set due_ms = @due, attempts = attempts + 1, uncertain = uncertain + @uncertain, leased_by = null,
                           submitting = null, reason = @reason, stays_with = coalesce(@stays, stays_with)
             where id = @id and state = 'queued'
            """,
            ("@due", dueMs), ("@reason", code.Code), ("@id", sms.Id.ToString()),
            ("@uncertain", attempt.Outcome is Outcome.Unknown ? 1 : 0), ("@stays", stays ? attempt.Carrier : null));
        if (rows > 0) TellRetry(db, sms, attempt, code, dueMs, nowMs); // else a receipt for one of its parts ended it
    }

    /// <summary>This carrier has surely not sent it, and the next one is asked at once: it stays leased.</summary>
    /// <returns>False: a receipt for one of its parts has ended it.</returns>
    public static bool GoOn(StoreSession db, OutgoingSms sms, Attempt attempt, FailureCode code, long nowMs)
    {
        int rows = db.Execute(
            """
            update sms set attempts = attempts + 1, submitting = null, reason = @reason
             where id = @id and state = 'queued'
            """,
            ("@reason", code.Code), ("@id", sms.Id.ToString()));
        if (rows > 0) TellRetry(db, sms, attempt, code, nowMs, nowMs);
        return rows > 0;
    }

    private static void TellRetry(
        StoreSession db, OutgoingSms sms, Attempt attempt, FailureCode code, long dueMs, long nowMs)
    {
        string carrier = attempt.Carrier;
        int number = sms.Attempts + 1;
        bool mayHaveBeenSent = attempt.Outcome is Outcome.Unknown;
        Timeline.Append(db, sms.Id, nowMs, Timeline.Retry, attempt.Route is { } route
            ? new { carrier, attempt = number, code = code.Code, mayHaveBeenSent, dueMs, route }
            : new { carrier, attempt = number, code = code.Code, mayHaveBeenSent, dueMs });
    }

    /// <summary>
    /// It goes back to the queue until a time: the carriers that were left for it are gone, or for another reason.
    /// </summary>
    public static void Defer(StoreSession db, Guid sms, long dueMs, string? reason = null) => db.Execute(
        """
        update sms set due_ms = @due, leased_by = null, submitting = null, reason = coalesce(@reason, reason)
         where id = @id and state = 'queued'
        """,
        ("@due", dueMs), ("@id", sms.ToString()), ("@reason", reason));

    /// <summary>What an SMS waits for that a throttle holds.</summary>
    public const string Throttle = "throttle";

    /// <summary>It goes back to the queue unsent: it is night where the person is.</summary>
    public static void Postpone(StoreSession db, Guid sms, long dueMs, long nowMs)
    {
        int rows = db.Execute(
            """
            update sms set due_ms = @due, leased_by = null, submitting = null where id = @id and state = 'queued'
            """,
            ("@due", dueMs), ("@id", sms.ToString()));
        if (rows > 0) Timeline.Append(db, sms, nowMs, Timeline.Postponed, new { dueMs });
    }

    /// <summary>The account that submitted its mail; null: none did, or it is not known any longer.</summary>
    public static string? UserOf(StoreSession db, Guid sms) => db.Scalar(
        "select m.smtp_user from sms s join mail m on m.id = s.mail_id where s.id = @id",
        ("@id", sms.ToString())) as string;

    /// <summary>The sender rule that let it in; null: none did.</summary>
    public static long? RuleOf(StoreSession db, Guid sms) =>
        db.Scalar("select rule_id from sms where id = @id", ("@id", sms.ToString())) as long?;

    /// <summary>It ends here. False: it had ended already.</summary>
    public static bool End(
        StoreSession db, Guid sms, SmsState state, FailureCode code, string? carrier, long nowMs)
    {
        int rows = db.Execute(
            """
            update sms set state = @state, state_ms = @now, reason = @reason, carrier = coalesce(@carrier, carrier),
                           leased_by = null, submitting = null, waits_for = null, waits_on = null
             where id = @id and state in ('queued', 'held', 'sent')
            """,
            ("@state", SmsRecord.StateText(state)), ("@now", nowMs), ("@reason", code.Code), ("@carrier", carrier),
            ("@id", sms.ToString()));
        if (rows == 0) return false;
        Timeline.Append(
            db, sms, nowMs, state is SmsState.Expired ? Timeline.Expired : Timeline.Failed,
            new { carrier, code = code.Code, status = code.EnhancedStatus, why = code.Sentence });
        return true;
    }

    /// <summary>
    /// It is about to be handed to a carrier that must not get it twice: on disk, so that a crash is known for what it
    /// may be.
    /// </summary>
    public static void Submitting(StoreSession db, Guid sms, string carrier) => db.Execute(
        "update sms set submitting = @carrier where id = @id and state = 'queued'",
        ("@carrier", carrier), ("@id", sms.ToString()));

    /// <summary>It may have been sent, and waits for somebody to decide.</summary>
    public static void Hold(StoreSession db, OutgoingSms sms, Attempt attempt, FailureCode code, long nowMs)
    {
        int rows = db.Execute(
            """
            update sms set state = 'held', state_ms = @now, attempts = attempts + 1, leased_by = null,
                           submitting = null, carrier = @carrier, reason = @reason
             where id = @id and state = 'queued'
            """,
            ("@now", nowMs), ("@carrier", attempt.Carrier), ("@reason", code.Code), ("@id", sms.Id.ToString()));
        if (rows == 0) return; // a receipt for one of its parts ended it
        Timeline.Append(
            db, sms.Id, nowMs, Timeline.Held,
            new { carrier = attempt.Carrier, attempt = sms.Attempts + 1, code = code.Code });
    }

    /// <summary>Holds what a process that is gone was handing to such a carrier. How many they are.</summary>
    public static int HoldInterrupted(StoreSession db, long nowMs)
    {
        List<(Guid Id, string Carrier)> interrupted = db.Query(
            """
            update sms set state = 'held', state_ms = @now, attempts = attempts + 1, leased_by = null,
                           carrier = submitting, submitting = null, reason = @reason
             where leased_by is not null and submitting is not null and state = 'queued'
            returning id, carrier
            """,
            row => (Guid.Parse(row.GetString(0)), row.GetString(1)), ("@now", nowMs), ("@reason", Interrupted));
        foreach ((Guid id, string carrier) in interrupted)
        {
            Timeline.Append(db, id, nowMs, Timeline.Held, new { carrier, code = Interrupted });
        }

        return interrupted.Count;
    }

    /// <summary>Somebody let it through. False: it does not wait for that.</summary>
    public static bool Approve(StoreSession db, Guid sms, string by, long nowMs)
    {
        int rows = db.Execute(
            """
            update sms set state = 'queued', state_ms = @now, due_ms = max(due_ms, @now), reason = null
             where id = @id and state = 'held' and reason = @approval
            """,
            ("@now", nowMs), ("@id", sms.ToString()), ("@approval", FailureCode.NeverApproved.Code));
        if (rows == 0) return false;
        Timeline.Append(db, sms, nowMs, Timeline.Approved, new { by });
        return true;
    }

    /// <summary>Somebody decided: it is sent again, now. False: it is not held, or waits for something else.</summary>
    public static bool Resend(StoreSession db, Guid sms, string by, long nowMs)
    {
        int rows = db.Execute(
            """
            update sms set state = 'queued', state_ms = @now, due_ms = @now, reason = null
             where id = @id and state = 'held' and coalesce(reason, '') <> @approval
            """,
            ("@now", nowMs), ("@id", sms.ToString()), ("@approval", FailureCode.NeverApproved.Code));
        if (rows == 0) return false;
        Timeline.Append(db, sms, nowMs, Timeline.Resend, new { by });
        return true;
    }

    /// <summary>SMS on disk that nobody has in hand and whose time is over.</summary>
    public static List<(Guid Id, FailureCode Why)> FindExpired(StoreSession db, long nowMs) => db.Query(
        """
        select id, null from sms where state = 'queued' and leased_by is null and expires_ms <= @now
        union all
        select id, coalesce(reason, '') from sms where state = 'held' and expires_ms <= @now
         limit 500
        """,
        row => (
            Guid.Parse(row.GetString(0)),
            row.IsDBNull(1) ? FailureCode.Expired
                : row.GetString(1) == FailureCode.NeverApproved.Code ? FailureCode.NeverApproved
                : FailureCode.HeldTooLong),
        ("@now", nowMs));

    /// <summary>When the next one of them will be, if any.</summary>
    public static long? NextExpiry(StoreSession db) => db.Scalar(
        """
        select min(at) from (
            select min(expires_ms) as at from sms where state = 'queued' and leased_by is null
            union all
            select min(expires_ms) as at from sms where state = 'held') as next
        """) as long?;

    private const string Interrupted = "unknown:interrupted";
}
