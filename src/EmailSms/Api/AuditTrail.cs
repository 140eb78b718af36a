using System.Data.Common;
using System.Globalization;
using EmailSms.Store;

namespace EmailSms.Api;

/// <summary>Which entries are wanted; null: whatever it is.</summary>
/// <param name="SinceMs">Not before, unix milliseconds.</param>
/// <param name="Actor">A part of the actor.</param>
/// <param name="Action">The action.</param>
/// <param name="Subject">A part of the subject.</param>
internal sealed record AuditSearch(
    long SinceMs = 0, string? Actor = null, string? Action = null, string? Subject = null);

/// <summary>
/// Who changed what, and when: appended in the write that makes the change, chained by hashes so that a later edit
/// shows, and kept by <see cref="StoreSession"/> without anybody's doing.
/// </summary>
internal static class AuditTrail
{
    private const string Columns =
        "id, at_ms, actor, action, subject, old_value, new_value, salt, content_hash, prev_hash, hash";

    private const int PageMax = 1000;

    private const int TrimMax = 500; // rows that one write deletes: a few milliseconds

    /// <summary>What a store is opened with.</summary>
    public static AuditSink SinkOf(string actor, TimeProvider? time = null) =>
        new(actor, (db, change) => Append(
            db, change, (time ?? TimeProvider.System).GetUtcNow().ToUnixTimeMilliseconds()));

    /// <summary>The newest entries that are wanted, the newest first.</summary>
    public static List<AuditEntry> List(StoreSession db, AuditSearch search, int limit) => db.Query(
        $"""
        select {Columns} from audit
         where at_ms >= @since and (@actor is null or instr(lower(actor), lower(@actor)) > 0)
           and (@action is null or action = @action)
           and (@subject is null or instr(lower(subject), lower(@subject)) > 0)
         order by id desc limit @limit
        """,
        Read, ("@since", search.SinceMs), ("@actor", search.Actor), ("@action", search.Action),
        ("@subject", search.Subject), ("@limit", limit));

    /// <summary>All entries, the oldest first; never more than a page of them is in memory.</summary>
    public static IEnumerable<AuditEntry> All(SqliteStore store)
    {
        long after = 0;
        while (store.Read(db => Page(db, after)) is { Count: > 0 } page)
        {
            foreach (AuditEntry entry in page) yield return entry;
            after = page[^1].Id;
        }
    }

    /// <summary>The newest entry with an action; null: there is none.</summary>
    public static AuditEntry? Last(StoreSession db, string action) => db.Query(
        $"select {Columns} from audit where action = @action order by id desc limit 1", Read, ("@action", action))
        .FirstOrDefault();

    /// <summary>
    /// The oldest entries, so long after they were written; the newest stays always. An entry says up to where they
    /// went, and with which hash the rest begins.
    /// </summary>
    public static RetentionTask Retention(TimeSpan keep) => new(
        "entries of the audit trail", keep,
        (db, before, after, limit) => db.Query(
            """
            select max(id) from (select id from audit
              where at_ms < @before and id < (select max(id) from audit) order by id limit @limit) as old
            """,
            row => row.IsDBNull(0) ? "" : row.GetInt64(0).ToString("d19", CultureInfo.InvariantCulture),
            ("@before", before), ("@limit", TrimMax)).FindAll(key => key.Length > 0 && key != after),
        (db, key, _) =>
        {
            long last = long.Parse(key, CultureInfo.InvariantCulture);
            string hash = (string)db.Scalar("select hash from audit where id = @id", ("@id", last))!;
            db.Execute("delete from audit where id <= @id", ("@id", last));
            db.Note(AuditCheck.TrimmedAction, "audit", after: new { upTo = last, hash });
        })
    {
        KeysMax = 1, // which stands for all rows up to it
    };

    /// <summary>
    /// Empties an entry about a person who is to be forgotten; whoever does it notes which, with
    /// <see cref="AuditCheck.ErasedAction"/>. False: it is empty.
    /// </summary>
    public static bool Empty(StoreSession db, long id) => db.Execute(
        """
        update audit set subject = null, old_value = null, new_value = null, salt = null
         where id = @id and salt is not null
        """,
        ("@id", id)) > 0;

    private static void Append(StoreSession db, AuditedChange change, long nowMs)
    {
        (long id, string hash) = db.Query(
            "select id, hash from audit order by id desc limit 1", row => (row.GetInt64(0), row.GetString(1)))
            .DefaultIfEmpty((0, AuditEntry.NoHash)).First();
        AuditEntry entry = AuditEntry.Follow(
            hash, id + 1, nowMs, change.Actor, change.Action, change.Subject, change.Before, change.After);
        db.Execute(
            $"""
            insert into audit ({Columns})
            values (@id, @at, @actor, @action, @subject, @old, @new, @salt, @content, @prev, @hash)
            """,
            ("@id", entry.Id), ("@at", entry.AtMs), ("@actor", entry.Actor), ("@action", entry.Action),
            ("@subject", entry.Subject), ("@old", entry.Before), ("@new", entry.After), ("@salt", entry.Salt),
            ("@content", entry.ContentHash), ("@prev", entry.PrevHash), ("@hash", entry.Hash));
    }

    private static List<AuditEntry> Page(StoreSession db, long after) => db.Query(
        $"select {Columns} from audit where id > @after order by id limit @limit", Read,
        ("@after", after), ("@limit", PageMax));

    private static AuditEntry Read(DbDataReader row) => new(
        row.GetInt64(0), row.GetInt64(1), row.GetString(2), row.GetString(3), Text(row, 4), Text(row, 5), Text(row, 6),
        Text(row, 7), row.GetString(8), row.GetString(9), row.GetString(10));

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
