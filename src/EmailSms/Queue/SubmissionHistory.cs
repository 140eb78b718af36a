using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.Queue;

/// <summary>Submissions of about the same time to one country over one carrier.</summary>
internal sealed record SubmissionCount(
    string Carrier, string? Country, long TakenMs, ReceiptState State, long Count, long LatencyMs);

/// <summary>What became of the submissions of late.</summary>
internal static class SubmissionHistory
{
    /// <summary>
    /// Counts those taken since a time, by carrier, country, slot of time and state. Ids rise with time, so the rest is
    /// not looked at.
    /// </summary>
    public static List<SubmissionCount> Since(StoreSession db, long sinceMs, long slotMs) => db.Query(
        """
        select carrier, country, created_ms / @slot, state, count(*), sum(max(state_ms - created_ms, 0))
          from submission
         where id >= @first and sms_id is not null and created_ms >= @since
         group by 1, 2, 3, 4
        """,
        row => new SubmissionCount(
            row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1), row.GetInt64(2) * slotMs,
            Enum.Parse<ReceiptState>(row.GetString(3)), row.GetInt64(4), row.GetInt64(5)),
        ("@slot", slotMs), ("@first", FirstSince(db, sinceMs)), ("@since", sinceMs));

    // The place is found by halving: no index is kept for it.
    private static long FirstSince(StoreSession db, long sinceMs)
    {
        long low = 0;
        long high = (db.Scalar("select max(id) from submission") as long? ?? 0) + 1;
        while (low < high)
        {
            long middle = low + ((high - low) / 2);
            bool isEarlier = db.Scalar(
                "select created_ms from submission where id >= @id order by id limit 1", ("@id", middle))
                is long created && created < sinceMs;
            if (isEarlier) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}
