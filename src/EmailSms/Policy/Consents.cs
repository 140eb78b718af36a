using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
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

    // An opt-out that is passed over has not ended a consent either; what was ended by hand is ended.
    private const string SelectDespiteOptOut =
        """
        select 1 from consent where number = @number and purpose = @purpose and (withdrawn_ms is null
            or (withdrawn_how in ('stop', 'opt-out') and withdrawn_ms = (select max(withdrawn_ms) from consent
                where number = @number and purpose = @purpose))) limit 1
        """;

    /// <summary>Whether a consent holds.</summary>
    /// <param name="number">Whose.</param>
    /// <param name="purpose">To what.</param>
    /// <param name="despiteOptOut">Also where nothing but an opt-out has ended it.</param>
    public bool Holds(PhoneNumber number, string purpose, bool despiteOptOut = false) => store.Read(db => db.Scalar(
        despiteOptOut
            ? SelectDespiteOptOut
            : "select 1 from consent where number = @number and purpose = @purpose and withdrawn_ms is null limit 1",
        ("@number", number.E164), ("@purpose", purpose))) is not null;

    /// <summary>Whether all consents hold that a rule demands for SMS of a class.</summary>
    /// <param name="number">Whose.</param>
    /// <param name="rules">What the rule demands.</param>
    /// <param name="smsClass">The class.</param>
    /// <param name="despiteOptOut">See <see cref="Holds"/>.</param>
    /// <param name="missing">The first purpose without one.</param>
    public bool Hold(
        PhoneNumber number, ComplianceRules rules, SmsClass smsClass, bool despiteOptOut,
        [NotNullWhen(false)] out string? missing)
    {
        missing = null;
        if (rules.Consents.Count == 0) return true;
        foreach (ConsentDemand demand in rules.Demands)
        {
            if (demand.Class is { } only && only != smsClass) continue;
            if (Holds(number, demand.Purpose, despiteOptOut)) continue;
            missing = demand.Purpose;
            return false;
        }

        return true;
    }

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

    /// <summary>
    /// Takes a record of a list. One that is there already, from the same time and by the same way, is not added a
    /// second time; what the list says of its end ends it. False: nothing of it is new.
    /// </summary>
    public static bool Merge(StoreSession db, Consent consent)
    {
        List<Consent> same = Of(db, consent.Number).FindAll(one => one.Purpose == consent.Purpose
            && one.GivenMs == consent.GivenMs && one.Method == consent.Method);
        if (same.Count == 0)
        {
            Add(db, consent);
            return true;
        }

        if (consent.WithdrawnMs is not { } ended) return false;
        List<Consent> held = same.FindAll(one => one.WithdrawnMs is null);
        foreach (Consent one in held) End(db, one, consent.WithdrawnHow, ended);
        return held.Count > 0;
    }

    /// <summary>Ends what holds of a person, for one purpose or for all (null), and names it.</summary>
    public static List<Consent> Withdraw(
        StoreSession db, PhoneNumber number, string? purpose, string how, long nowMs)
    {
        List<Consent> ended = Of(db, number).FindAll(one =>
            one.WithdrawnMs is null && (purpose is null || one.Purpose == purpose));
        foreach (Consent one in ended) End(db, one, how, nowMs);
        return ended;
    }

    /// <summary>
    /// A START after an opt-out: what that ended is agreed to again. What was ended another way after it stays so.
    /// </summary>
    public static void Rejoin(StoreSession db, PhoneNumber number, string word, string? evidence, long nowMs)
    {
        foreach (IGrouping<string, Consent> all in Of(db, number).GroupBy(one => one.Purpose))
        {
            if (all.Any(one => one.WithdrawnMs is null)) continue;
            if (all.MaxBy(one => one.WithdrawnMs) is not { WithdrawnHow: ByStop or ByOptOut }) continue;
            Add(db, new Consent(number, all.Key, nowMs, "keyword", null, word, evidence));
        }
    }

    /// <summary>Every record of a person, the oldest first.</summary>
    public static List<Consent> Of(StoreSession db, PhoneNumber number) => db.Query(
        $"select {Columns} from consent where number = @number order by id", Read, ("@number", number.E164));

    /// <summary>A page of all records; the next one begins after the last of this.</summary>
    public IReadOnlyList<Consent> List(long after = 0, int limit = 1000) => store.Read(db => db.Query(
        $"select {Columns} from consent where id > @after order by id limit @limit", Read,
        ("@after", after), ("@limit", limit)));

    private static void End(StoreSession db, Consent one, string? how, long atMs) => db.Change(
        "consent", [("id", one.Id)], () => db.Execute(
            "update consent set withdrawn_ms = @at, withdrawn_how = @how where id = @id",
            ("@at", atMs), ("@how", how), ("@id", one.Id)));

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
