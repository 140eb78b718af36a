using System.Data.Common;
using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.Queue;

/// <summary>A fate that is to be told.</summary>
/// <param name="Sms">Whose it is.</param>
/// <param name="Together">Told in one mail with those of the same word.</param>
/// <param name="Mailbox">To whom.</param>
/// <param name="Fate">What became of it.</param>
/// <param name="Why">Null where it arrived.</param>
/// <param name="AtMs">When that was known.</param>
internal sealed record PendingNotice(
    Guid Sms, string Together, string Mailbox, NoticeFate Fate, FailureCode? Why, long AtMs);

/// <summary>
/// Fates that wait to be told with others, on disk: of one mail, until all its SMS have ended or a while has passed; of
/// an hour or a day, for those who want a digest.
/// </summary>
internal static class Notices
{
    private const string DigestMark = "digest:";

    /// <summary>The word of a digest: one mailbox, one time.</summary>
    public static string DigestOf(string mailbox, long dueMs) => $"{DigestMark}{dueMs}:{mailbox.ToLowerInvariant()}";

    /// <summary>Whether a word is that of a digest.</summary>
    public static bool IsDigest(string together) => together.StartsWith(DigestMark, StringComparison.Ordinal);

    /// <summary>Puts one in, to be told at a time.</summary>
    public static void Add(StoreSession db, PendingNotice notice, long dueMs) => db.Execute(
        """
        insert into notice (sms_id, together, mailbox, fate, code, status, sentence, at_ms, due_ms)
        values (@sms, @together, @mailbox, @fate, @code, @status, @sentence, @at, @due)
        """,
        ("@sms", notice.Sms.ToString()), ("@together", notice.Together), ("@mailbox", notice.Mailbox),
        ("@fate", notice.Fate.ToString().ToLowerInvariant()), ("@code", notice.Why?.Code),
        ("@status", notice.Why?.EnhancedStatus), ("@sentence", notice.Why?.Sentence), ("@at", notice.AtMs),
        ("@due", dueMs));

    /// <summary>Takes out all that are told together, in the order in which they were known.</summary>
    public static List<PendingNotice> Take(StoreSession db, string together) => db.Query(
        """
        delete from notice where together = @together
        returning sms_id, together, mailbox, fate, code, status, sentence, at_ms
        """,
        Map, ("@together", together)).OrderBy(one => one.AtMs).ToList();

    /// <summary>Whether any waits under a word.</summary>
    public static bool IsWaiting(StoreSession db, string together) =>
        db.Scalar("select 1 from notice where together = @together limit 1", ("@together", together)) is not null;

    /// <summary>The words of those that are due.</summary>
    public static List<string> Due(StoreSession db, long nowMs) => db.Query(
        "select distinct together from notice where due_ms <= @now", row => row.GetString(0), ("@now", nowMs));

    /// <summary>When the next is due, if there is one.</summary>
    public static long? NextDueMs(StoreSession db) => db.Scalar("select min(due_ms) from notice") as long?;

    /// <summary>Whether a mail has SMS, to one number or to any, whose fate is still open.</summary>
    public static bool IsOpen(StoreSession db, Guid mail, PhoneNumber? to = null) => db.Scalar(
        """
        select 1 from sms
         where mail_id = @mail and (@to is null or recipient = @to)
           and state in ('queued', 'held', 'sent', 'collected') limit 1
        """,
        ("@mail", mail.ToString()), ("@to", to?.E164)) is not null;

    /// <summary>
    /// Whether a mail has another SMS, to one number or to any, that is looked at until a time since it is silent: with
    /// its carrier, or still waiting.
    /// </summary>
    public static bool IsSilent(
        StoreSession db, Guid mail, PhoneNumber? to, Guid besides, bool isSent, long untilMs) => db.Scalar(
        """
        select 1 from sms
         where mail_id = @mail and (@to is null or recipient = @to) and id <> @besides and look_ms <= @until
           and state in ('queued', 'held', 'sent') and (state = 'sent') = @isSent limit 1
        """,
        ("@mail", mail.ToString()), ("@to", to?.E164), ("@besides", besides.ToString()), ("@until", untilMs),
        ("@isSent", isSent ? 1 : 0)) is not null;

    /// <summary>The SMS that have been silent until now, and are looked at.</summary>
    public static List<Guid> Silent(StoreSession db, long nowMs, int limit) => db.Query(
        "select id from sms where look_ms <= @now order by look_ms limit @limit",
        row => Guid.Parse(row.GetString(0)), ("@now", nowMs), ("@limit", limit));

    /// <summary>When the next is looked at, if there is one.</summary>
    public static long? NextLookMs(StoreSession db) =>
        db.Scalar("select min(look_ms) from sms where look_ms is not null") as long?;

    /// <summary>It is looked at again then; null: never.</summary>
    public static void LookAgain(StoreSession db, Guid sms, long? atMs) => db.Execute(
        "update sms set look_ms = @at where id = @id", ("@at", atMs), ("@id", sms.ToString()));

    private static PendingNotice Map(DbDataReader row) => new(
        Guid.Parse(row.GetString(0)), row.GetString(1), row.GetString(2),
        Enum.Parse<NoticeFate>(row.GetString(3), ignoreCase: true),
        row.IsDBNull(4)
            ? null
            : new FailureCode(FailureClass.Permanent, row.GetString(4), row.GetString(5), row.GetString(6)),
        row.GetInt64(7));
}
