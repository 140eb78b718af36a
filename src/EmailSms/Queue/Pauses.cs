using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.Queue;

/// <summary>What was told to wait, on disk: a pause outlives restarts and ends only when somebody ends it.</summary>
internal static class Pauses
{
    /// <summary>All of them.</summary>
    public static List<Pause> List(StoreSession db) => db.Query(
        "select scope, since_ms, by_whom, reason, unbind from pause order by scope",
        row => new Pause(
            row.GetString(0), row.GetInt64(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3),
            row.GetInt64(4) != 0));

    /// <summary>One of them, if there is one.</summary>
    public static Pause? Find(StoreSession db, string scope) => db.Scalar(
        "select 1 from pause where scope = @scope", ("@scope", scope)) is null
        ? null
        : List(db).Find(pause => pause.Scope == scope);

    /// <summary>
    /// Begins a pause, or takes the place of the one there is. The SMS of a rule that nobody has in hand wait from now.
    /// </summary>
    public static void Put(StoreSession db, Pause pause)
    {
        Write(db, pause);
        if (Pause.RuleOf(pause.Scope) is not { } rule) return;
        db.Execute(
            """
            update sms set waits_for = 'rule'
             where state = 'queued' and leased_by is null and waits_for is null and rule_id = @rule
            """,
            ("@rule", rule));
    }

    /// <summary>Ends a pause. False: there was none.</summary>
    public static bool Remove(StoreSession db, string scope)
    {
        bool was = db.Change("pause", [("scope", scope)], () =>
            db.Execute("delete from pause where scope = @scope", ("@scope", scope)) > 0);
        if (Pause.RuleOf(scope) is { } rule)
        {
            db.Execute("update sms set waits_for = null where waits_for = 'rule' and rule_id = @rule", ("@rule", rule));
        }

        return was;
    }

    private static void Write(StoreSession db, Pause pause) => db.Change(
        "pause", [("scope", pause.Scope)], () => db.Execute(
        """
        insert into pause (scope, since_ms, by_whom, reason, unbind)
        values (@scope, @since, @by, @reason, @unbind)
        on conflict (scope) do update
           set since_ms = excluded.since_ms, by_whom = excluded.by_whom, reason = excluded.reason,
               unbind = excluded.unbind
        """,
        ("@scope", pause.Scope), ("@since", pause.SinceMs), ("@by", pause.By), ("@reason", pause.Reason),
        ("@unbind", pause.Unbind ? 1 : 0)));
}
