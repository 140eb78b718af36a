using EmailSms.Store;

namespace EmailSms.Policy;

/// <summary>What becomes of an SMS to a country.</summary>
internal enum CountryVerdict
{
    /// <summary>It goes.</summary>
    Open,

    /// <summary>Nothing was sent there before: it waits, and the admin is to be asked.</summary>
    FirstHeld,

    /// <summary>It waits, and the admin has been asked.</summary>
    Held,
}

/// <summary>
/// The countries that this gateway has texted. A rule can hold what goes to another one: a stolen account texts where
/// nobody here has a friend.
/// </summary>
internal static class Countries
{
    /// <summary>Decides, and remembers the country; part of the write that keeps the SMS.</summary>
    public static CountryVerdict Decide(StoreSession db, SenderRule rule, string region, long nowMs)
    {
        string? state = db.Scalar("select state from country where region = @region", ("@region", region)) as string;
        if (state == "open") return CountryVerdict.Open;
        if (!rule.Sending.HoldsNewCountries)
        {
            Open(db, region, rule.Id, nowMs);
            return CountryVerdict.Open;
        }

        if (state is not null) return CountryVerdict.Held;
        Put(db, region, "asked", rule.Id, nowMs);
        return CountryVerdict.FirstHeld;
    }

    /// <summary>Whether this gateway has texted the country.</summary>
    public static bool IsOpen(StoreSession db, string region) =>
        db.Scalar("select 1 from country where region = @region and state = 'open'", ("@region", region)) is not null;

    /// <summary>From now on SMS to the country go.</summary>
    public static void Open(StoreSession db, string region, long? ruleId, long nowMs) =>
        Put(db, region, "open", ruleId, nowMs);

    /// <summary>The first SMS was not let through: the admin is asked again for the next.</summary>
    public static void Forget(StoreSession db, string region) =>
        db.Execute("delete from country where region = @region and state = 'asked'", ("@region", region));

    private static void Put(StoreSession db, string region, string state, long? ruleId, long nowMs) => db.Execute(
        """
        insert into country (region, state, since_ms, rule_id) values (@region, @state, @now, @rule)
        on conflict (region) do update set state = excluded.state, since_ms = excluded.since_ms
        """,
        ("@region", region), ("@state", state), ("@now", nowMs), ("@rule", ruleId));
}
