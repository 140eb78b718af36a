using System.Data.Common;
using System.Globalization;
using EmailSms.Store;

namespace EmailSms.MailIn.Mailboxes;

/// <summary>A mail in a mailbox, by what it is known there.</summary>
/// <param name="Source">Protocol, user, host and folder.</param>
/// <param name="Validity">The series of UIDs.</param>
/// <param name="Uid">Its own.</param>
internal sealed record FetchedKey(string Source, long Validity, string Uid);

/// <summary>A mail of a mailbox that is known.</summary>
/// <param name="At">When it was decided about; of one that waits, since when it does.</param>
/// <param name="IsSettled">Whether it was moved, marked or deleted.</param>
/// <param name="Waits">Whether something of it is left to decide.</param>
internal sealed record SeenMail(DateTimeOffset At, bool IsSettled, bool Waits);

/// <summary>A mail that stays in its mailbox and is asked about again.</summary>
/// <param name="Reason">What was said about those that wait.</param>
/// <param name="Recipients">A hash of all that the mail is for, by which they are known for the same.</param>
/// <param name="Done">The places among them of those about whom nothing is left to decide.</param>
/// <param name="IsTaken">Whether some of these got their SMS.</param>
internal sealed record WaitingMail(string Reason, long Recipients, IReadOnlySet<int> Done, bool IsTaken);

/// <summary>
/// Which mails of a mailbox were decided about. A row is put down in the write that keeps the SMS, so that no crash
/// makes two of them, and before the mailbox is touched, so that none loses the mail.
/// </summary>
internal sealed class FetchedMails(SqliteStore store, TimeProvider time)
{
    // Some servers show a part of a mailbox at a time, so what is not shown is not forgotten at once.
    private static readonly TimeSpan KeptAfterwards = TimeSpan.FromDays(30);

    /// <summary>Those of one mailbox.</summary>
    public Dictionary<string, SeenMail> Of(string source, long validity) => store.Read(db => db.Query(
            """
            select uid, seen_ms, settled, outcome from fetched_mail
             where source = @source and validity = @validity
            """,
            row => (Uid: row.GetString(0), Mail: new SeenMail(
                DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)), row.GetInt64(2) != 0,
                row.GetString(3) == "waits")),
            ("@source", source), ("@validity", validity))
        .ToDictionary(one => one.Uid, one => one.Mail, StringComparer.Ordinal));

    /// <summary>Whether mails of it are known under another series of UIDs.</summary>
    public bool HasOtherValidity(string source, long validity) => store.Read(db => db.Scalar(
        "select 1 from fetched_mail where source = @source and validity <> @validity limit 1",
        ("@source", source), ("@validity", validity))) is not null;

    /// <summary>What is known of a mail that waits; null: it does not.</summary>
    public static WaitingMail? FindWaiting(StoreSession db, FetchedKey key) => db.Query(
        """
        select reason, recipients, done, mail_id from fetched_mail
         where source = @source and validity = @validity and uid = @uid and outcome = 'waits'
        """,
        ReadWaiting, ("@source", key.Source), ("@validity", key.Validity), ("@uid", key.Uid)).FirstOrDefault();

    /// <summary>
    /// Notes what became of a mail, as a part of a larger write. One about which nothing was left to decide ends the
    /// write: nothing of it is kept.
    /// </summary>
    public void Note(
        StoreSession db, FetchedKey key, string outcome, string? reason = null, Guid? mail = null,
        bool isSettled = false) => Put(db, key, outcome, reason, mail, isSettled);

    /// <summary>Notes that something is left to decide of a mail, as a part of a larger write.</summary>
    /// <param name="db">The write.</param>
    /// <param name="key">The mail.</param>
    /// <param name="waiting">What is left, and why.</param>
    /// <param name="mail">The id under which some of its SMS were kept now; null: none were.</param>
    public void NoteWaiting(StoreSession db, FetchedKey key, WaitingMail waiting, Guid? mail) => Put(
        db, key, "waits", waiting.Reason, mail, isSettled: false, waiting.Recipients,
        string.Join(' ', waiting.Done.Order()));

    /// <summary>Notes that a mail waits of which nothing is known, unless it does already.</summary>
    public Task NoteUnreadAsync(FetchedKey key, string reason) => store.WriteAsync(db => db.Execute(
        """
        insert into fetched_mail (source, validity, uid, seen_ms, outcome, reason, settled)
        values (@source, @validity, @uid, @now, 'waits', @reason, 0)
        on conflict (source, validity, uid) do nothing
        """,
        ("@source", key.Source), ("@validity", key.Validity), ("@uid", key.Uid), ("@now", NowMs),
        ("@reason", reason)));

    /// <summary>The mailbox shows what became of them.</summary>
    public Task SettleAsync(string source, long validity, IReadOnlyList<string> uids) => store.WriteAsync(db =>
    {
        foreach (string uid in uids)
        {
            db.Execute(
                "update fetched_mail set settled = 1 where source = @source and validity = @validity and uid = @uid",
                ("@source", source), ("@validity", validity), ("@uid", uid));
        }
    });

    /// <summary>Whether a mail that is not in its mailbox any more is to be forgotten.</summary>
    public bool IsLongAgo(SeenMail mail) => mail.At < time.GetUtcNow() - KeptAfterwards;

    /// <summary>Forgets mails of a mailbox, and those of other series of UIDs that are as old.</summary>
    public Task ForgetAsync(string source, long validity, IReadOnlyList<string> gone) => store.WriteAsync(db =>
    {
        foreach (string uid in gone)
        {
            db.Execute(
                "delete from fetched_mail where source = @source and validity = @validity and uid = @uid",
                ("@source", source), ("@validity", validity), ("@uid", uid));
        }

        db.Execute(
            "delete from fetched_mail where source = @source and validity <> @validity and seen_ms < @before",
            ("@source", source), ("@validity", validity),
            ("@before", NowMs - (long)KeptAfterwards.TotalMilliseconds));
    });

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    // How long a mail waits is counted from the first time that it was asked about.
    private void Put(
        StoreSession db, FetchedKey key, string outcome, string? reason, Guid? mail, bool isSettled,
        long? recipients = null, string? done = null)
    {
        int rows = db.Execute(
            """
            insert into fetched_mail
                (source, validity, uid, seen_ms, outcome, reason, mail_id, settled, recipients, done)
            values (@source, @validity, @uid, @now, @outcome, @reason, @mail, @settled, @recipients, @done)
            on conflict (source, validity, uid) do update
               set seen_ms = case when excluded.outcome = 'waits' then fetched_mail.seen_ms else excluded.seen_ms end,
                   outcome = excluded.outcome, reason = excluded.reason,
                   mail_id = coalesce(fetched_mail.mail_id, excluded.mail_id), settled = excluded.settled,
                   recipients = excluded.recipients, done = excluded.done
             where fetched_mail.outcome = 'waits'
            """,
            ("@source", key.Source), ("@validity", key.Validity), ("@uid", key.Uid), ("@now", NowMs),
            ("@outcome", outcome), ("@reason", reason), ("@mail", mail?.ToString()),
            ("@settled", isSettled ? 1L : 0L), ("@recipients", recipients), ("@done", done));
        if (rows == 0) throw new InvalidOperationException($"Mail {key.Uid} was decided about already.");
    }

    private static WaitingMail ReadWaiting(DbDataReader row) => new(
        row.IsDBNull(0) ? "" : row.GetString(0), row.IsDBNull(1) ? 0 : row.GetInt64(1),
        row.IsDBNull(2)
            ? new HashSet<int>()
            : row.GetString(2).Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(place => int.Parse(place, CultureInfo.InvariantCulture)).ToHashSet(),
        !row.IsDBNull(3));
}
