using EmailSms.Store;

namespace EmailSms.Composing;

/// <summary>The notices of this house, as an admin had them learned.</summary>
internal sealed class LearnedDisclaimers(SqliteStore store, TimeProvider time)
{
    /// <summary>More than a house has; each is looked for in every mail.</summary>
    public const int Max = 200;

    /// <summary>All of them, the oldest first. They are asked for every mail: a new one counts at once.</summary>
    public IReadOnlyList<LearnedDisclaimer> All => store.Read(db => db.Query(
        "select id, body from disclaimer order by id limit @max",
        row => LearnedDisclaimer.From(row.GetInt64(0), row.GetString(1)), ("@max", Max)))
        .OfType<LearnedDisclaimer>().ToList();

    /// <summary>Keeps one and returns its id; null: it is there already, or there are too many.</summary>
    public long? Add(StoreSession db, string text) => db.Add("disclaimer", "id", () => (long?)db.Scalar(
        """
        insert into disclaimer (created_ms, body)
        select @now, @body where not exists (select 1 from disclaimer where body = @body)
                             and (select count(*) from disclaimer) < @max
        returning id
        """,
        ("@now", time.GetUtcNow().ToUnixTimeMilliseconds()), ("@body", text), ("@max", Max)));

    /// <summary>False: there was no such notice.</summary>
    public static bool Remove(StoreSession db, long id) =>
        db.Change("disclaimer", [("id", id)], () =>
            db.Execute("delete from disclaimer where id = @id", ("@id", id)) == 1);
}
