using EmailSms.Store;

namespace EmailSms.MailIn.Mailboxes;

/// <summary>A mail in a mailbox, by what it is known there.</summary>
/// <param name="Source">Protocol, user, host and folder.</param>
/// <param name="Validity">The series of UIDs.</param>
/// <param name="Uid">Its own.</param>
internal sealed record FetchedKey(string Source, long Validity, string Uid);

/// <summary>
/// Which mails of a mailbox were decided about. A row is put down in the write that keeps the SMS, so that no crash
/// makes two of them, and before the mailbox is touched, so that none loses the mail.
/// </summary>
internal sealed class FetchedMails(SqliteStore store, TimeProvider time)
{
    // Some servers show a part of a mailbox at a time, so what is not shown is not forgotten at once.
    private static readonly TimeSpan KeptAfterwards = TimeSpan.FromDays(30);

    /// <summary>Those of one mailbox, each with whether it was moved, marked or deleted.</summary>
    public Dictionary<string, bool> Of(string source, long validity) => store.Read(db => db.Query(
            "select uid, settled from fetched_mail where source = @source and validity = @validity",
            row => (Uid: row.GetString(0), IsSettled: row.GetInt64(1) != 0),
            ("@source", source), ("@validity", validity))
        .ToDictionary(one => one.Uid, one => one.IsSettled, StringComparer.Ordinal));

    /// <summary>Whether mails of it are known under another series of UIDs.</summary>
    public bool HasOtherValidity(string source, long validity) => store.Read(db => db.Scalar(
        "select 1 from fetched_mail where source = @source and validity <> @validity limit 1",
        ("@source", source), ("@validity", validity))) is not null;

    /// <summary>
    /// Notes what became of one, as a part of a larger write. One that is noted already ends the write: nothing of it
    /// is kept.
    /// </summary>
    public void Note(
        StoreSession db, FetchedKey key, string outcome, string? reason = null, Guid? mail = null,
        bool isSettled = false) => db.Execute(
        """
        insert into fetched_mail (source, validity, uid, seen_ms, outcome, reason, mail_id, settled)
        values (@source, @validity, @uid, @now, @outcome, @reason, @mail, @settled)
        """,
        ("@source", key.Source), ("@validity", key.Validity), ("@uid", key.Uid), ("@now", NowMs),
        ("@outcome", outcome), ("@reason", reason), ("@mail", mail?.ToString()), ("@settled", isSettled ? 1L : 0L));

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

    /// <summary>Forgets those that are long gone from the mailbox.</summary>
    public Task ForgetAsync(string source, long validity, IReadOnlyList<string> gone) => store.WriteAsync(db =>
    {
        long before = NowMs - (long)KeptAfterwards.TotalMilliseconds;
        foreach (string uid in gone)
        {
            db.Execute(
                """
                delete from fetched_mail
                 where source = @source and validity = @validity and uid = @uid and seen_ms < @before
                """,
                ("@source", source), ("@validity", validity), ("@uid", uid), ("@before", before));
        }

        db.Execute(
            "delete from fetched_mail where source = @source and validity <> @validity and seen_ms < @before",
            ("@source", source), ("@validity", validity), ("@before", before));
    });

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();
}
