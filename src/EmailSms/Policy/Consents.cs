using System.Data.Common;
using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.Policy;

/// <summary>
/// Who agreed to what. Records are added and withdrawn, never changed: they are the answer to "who said so?" for half a
/// year after their end and longer.
/// </summary>
internal sealed class Consents(SqliteStore store)
{
    /// <summary>How a consent ends with a STOP.</summary>
    public const string ByStop = "stop";

    /// <summary>How it ends with an opt-out that came another way: from a carrier, or by hand.</summary>
    public const string ByOptOut = "opt-out";

    private const string Columns =
        "id, number, purpose, given_ms, method, source, shown, evidence, withdrawn_ms, withdrawn_how";

    /// <summary>Whether a consent holds.</summary>
    public bool Holds(PhoneNumber number, string purpose) => store.Read(db => db.Scalar(
        "select 1 from consent where number = @number and purpose = @purpose and withdrawn_ms is null limit 1",
        ("@number", number.E164), ("@purpose", purpose))) is not null;

    /// <summary>Keeps one and gives it its id.</summary>
    public static Consent Add(StoreSession db, Consent consent) => consent with
    {
        Id = db.Add("consent", "id", () => (long)db.Scalar(
            """
            insert into consent (number, purpose, given_ms, method, source, shown, evidence, withdrawn_ms,
                                 withdrawn_how)
            values (@number, @purpose, @given, @method, @source, @shown, @evidence, @withdrawn, @how) returning id
            """,
            ("@number", consent.Number.E164), ("@purpose", consent.Purpose), ("@given", consent.GivenMs),
            ("@method", consent.Method), ("@source", consent.Source), ("@shown", consent.Shown),
            ("@evidence", consent.Evidence), ("@withdrawn", consent.WithdrawnMs),
            ("@how", consent.WithdrawnHow))!),
    };

    /// <summary>Ends what holds of a person, for one purpose or for all (null), and names it.</summary>
    public static List<Consent> Withdraw(
        StoreSession db, PhoneNumber number, string? purpose, string how, long nowMs)
    {
        List<Consent> ended = Of(db, number).FindAll(one =>
            one.WithdrawnMs is null && (purpose is null || one.Purpose == purpose));
        foreach (Consent one in ended)
        {
            db.Change("consent", [("id", one.Id)], () => db.Execute(
                "update consent set withdrawn_ms = @now, withdrawn_how = @how where id = @id",
                ("@now", nowMs), ("@how", how), ("@id", one.Id)));
        }

        return ended;
    }

    /// <summary>A START after an opt-out: what that ended is agreed to again.</summary>
    public static void Rejoin(StoreSession db, PhoneNumber number, string word, string? evidence, long nowMs)
    {
        List<Consent> all = Of(db, number);
        foreach (string purpose in all.Where(one => one.WithdrawnHow is ByStop or ByOptOut)
            .Select(one => one.Purpose).Distinct())
        {
            if (all.Exists(one => one.Purpose == purpose && one.WithdrawnMs is null)) continue;
            Add(db, new Consent(number, purpose, nowMs, "keyword", null, word, evidence));
        }
    }

    /// <summary>Every record of a person, the oldest first.</summary>
    public static List<Consent> Of(StoreSession db, PhoneNumber number) => db.Query(
        $"select {Columns} from consent where number = @number order by id", Read, ("@number", number.E164));

    /// <summary>A page of all records; the next one begins after the last of this.</summary>
    public IReadOnlyList<Consent> List(long after = 0, int limit = 1000) => store.Read(db => db.Query(
        $"select {Columns} from consent where id > @after order by id limit @limit", Read,
        ("@after", after), ("@limit", limit)));

    private static Consent Read(DbDataReader row) => new(
        PhoneNumber.FromE164(row.GetString(1)), row.GetString(2), row.GetInt64(3), row.GetString(4), Text(row, 5),
        Text(row, 6), Text(row, 7))
    {
        Id = row.GetInt64(0),
        WithdrawnMs = row.IsDBNull(8) ? null : row.GetInt64(8),
        WithdrawnHow = Text(row, 9),
    };

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
