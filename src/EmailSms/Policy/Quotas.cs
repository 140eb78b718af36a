using System.Globalization;
using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.Policy;

/// <summary>SMS to one number that are about to be let through, and what they count for.</summary>
/// <param name="RuleId">The rule that lets them through.</param>
/// <param name="Limits">Its limits.</param>
/// <param name="Sender">Whose they are.</param>
/// <param name="User">The account; null: nobody has authenticated.</param>
/// <param name="To">The number.</param>
/// <param name="Parts">All their parts.</param>
internal sealed record Counted(
    long RuleId, RuleLimits Limits, string Sender, string? User, PhoneNumber To, int Parts)
{
    private string? _country;

    public Counted(SenderRule rule, string sender, string? user, PhoneNumber to, int parts)
        : this(rule.Id, rule.Limits, sender, user, to, parts)
    {
    }

    /// <summary>The country they go to; <c>ZZ</c> where there is none.</summary>
    public string Country => _country ??= NumberRegion.Of(To) ?? "ZZ";
}

/// <summary>A limit that does not hold what is asked for.</summary>
/// <param name="Sentence">Which limit, what is left of it, and when it begins anew.</param>
/// <param name="ResetsAt">When; null: however long one waits, it would not do.</param>
/// <param name="Step">What the admin hears of it; null: nothing.</param>
internal sealed record LimitReached(string Sentence, DateTimeOffset? ResetsAt, LimitStep? Step);

/// <summary>A limit of which half, four fifths or all was used for the first time in its window.</summary>
/// <param name="Whose">Whose it is, as a sentence begins.</param>
/// <param name="Scope">The same, as it is counted.</param>
/// <param name="Max">The limit.</param>
/// <param name="Amount">The same in words: <c>5 EUR a day</c>.</param>
/// <param name="IsMoney">It is a budget.</param>
/// <param name="Percent">50, 80 or 100.</param>
/// <param name="ResetsAt">When it begins anew.</param>
internal sealed record LimitStep(
    string Whose, string Scope, Allowance Max, string Amount, bool IsMoney, int Percent, DateTimeOffset ResetsAt)
{
    /// <summary>More was used than it allows: an alarm was under way, which no limit stops.</summary>
    public bool IsOver { get; init; }
}

/// <summary>
/// The limits of rules and of the gateway, counted in windows that begin anew. Asking and counting are one write with
/// what they are asked for, so that sessions at once cannot overrun a limit; a read only says what is plain already.
/// </summary>
internal sealed class Quotas
{
    private static readonly int[] Steps = [100, 80, 50];

    private readonly PriceTable _prices;
    private readonly TimeZoneInfo _zone;
    private readonly bool _tellsOfParts;
    private readonly IReadOnlyList<ScopedLimit> _limits;
    private readonly Dictionary<(string Region, bool IsMoney), Allowances> _countries = [];

    public Quotas(LimitOptions options, PriceTable prices, TimeZoneInfo zone)
    {
        (_prices, _zone, _tellsOfParts) = (prices, zone, options.TellsOfParts);
        _limits = RuleLimits.Read(
            [
                (LimitScope.All, options.Total), (LimitScope.User, options.PerUser),
                (LimitScope.Sender, options.PerSender), (LimitScope.Destination, options.PerDestination),
                (LimitScope.Country, options.PerCountry),
            ],
            [
                (LimitScope.All, options.Budget), (LimitScope.User, options.BudgetPerUser),
                (LimitScope.Sender, options.BudgetPerSender), (LimitScope.Destination, options.BudgetPerDestination),
                (LimitScope.Country, options.BudgetPerCountry),
            ],
            []);
        foreach ((string region, string text) in options.Countries)
        {
            if (Allowances.TryParseParts(text, out Allowances? max, out _)) _countries[(region, false)] = max;
        }

        foreach ((string region, string text) in options.CountryBudgets)
        {
            if (Allowances.TryParseMoney(text, out Allowances? max, out _)) _countries[(region, true)] = max;
        }
    }

    /// <summary>What the SMS cost, in millionths; null: a price is missing.</summary>
    public long? CostOf(Counted sms) => _prices.PerPart(sms.To) * sms.Parts;

    /// <summary>The currency of prices and budgets.</summary>
    public string Currency => _prices.Currency;

    /// <summary>What does not fit already; a read, so what comes at the same time is not seen.</summary>
    public LimitReached? Look(StoreSession db, IReadOnlyList<Counted> sms, DateTimeOffset now)
    {
        if (ChargesOf(sms, out LimitReached? unpriced) is var charges && unpriced is not null) return unpriced;
        foreach (Charge charge in charges)
        {
            long ends = Window.EndOf(charge.Max.Window, now, _zone).ToUnixTimeMilliseconds();
            long used = charge.IsOfMail ? 0 : db.Scalar(
                "select used from quota where scope = @scope and unit = @unit and ends_ms = @ends",
                ("@scope", charge.Scope), ("@unit", charge.Unit), ("@ends", ends)) as long? ?? 0;
            if (used + charge.Amount > charge.Max.Max) return Over(charge, used, now);
        }

        return null;
    }

    /// <summary>The same of what one mail alone may have: nothing is read for it.</summary>
    public LimitReached? LookAtMail(IReadOnlyList<Counted> sms, DateTimeOffset now)
    {
        bool isAsked = _limits.Concat(sms.SelectMany(one => one.Limits.All))
            .Any(limit => limit.Max.All is [{ Window: QuotaWindow.Mail }, ..])
            || _countries.Values.Any(max => max.All is [{ Window: QuotaWindow.Mail }, ..]);
        return isAsked && ChargesOf(sms, out _).Find(one => one.IsOfMail && one.Amount > one.Max.Max) is { } over
            ? Over(over, 0, now)
            : null;
    }

    /// <summary>
    /// Counts the SMS of a mail, part of the write that keeps them. Where a limit does not hold them, the write is to
    /// be given up as a whole: what was counted goes with it.
    /// </summary>
    /// <param name="db">The write.</param>
    /// <param name="sms">All SMS of the mail.</param>
    /// <param name="now">The time of it.</param>
    /// <param name="steps">What the admin is to hear of.</param>
    public LimitReached? Count(
        StoreSession db, IReadOnlyList<Counted> sms, DateTimeOffset now, out IReadOnlyList<LimitStep> steps)
    {
        List<LimitStep> reached = [];
        steps = reached;
        List<Charge> charges = ChargesOf(sms, out LimitReached? unpriced);
        if (unpriced is not null) return unpriced;
        foreach (Charge charge in charges)
        {
            long used = charge.IsOfMail ? charge.Amount : Add(db, charge, now, reached);
            if (used > charge.Max.Max) return Over(charge, used - charge.Amount, now);
        }

        if (charges.Count > 0) Sweep(db, now);
        return null;
    }

    /// <summary>
    /// Counts SMS that go out whatever the limits say, and returns what the admin is to hear of: each limit that they
    /// overrun, once in its window.
    /// </summary>
    public IReadOnlyList<LimitStep> CountAnyway(StoreSession db, IReadOnlyList<Counted> sms, DateTimeOffset now)
    {
        List<LimitStep> reached = [];
        foreach (Charge charge in ChargesOf(sms, out _).FindAll(one => !one.IsOfMail)) Add(db, charge, now, reached);
        return reached;
    }

    /// <summary>
    /// Notes that the admin hears of a limit that something did not fit into. False: it was told in this window.
    /// </summary>
    public static bool TellAll(StoreSession db, LimitStep step) => db.Execute(
        """
        insert into quota (scope, unit, ends_ms, used, told) values (@scope, @unit, @ends, 0, 100)
        on conflict (scope, unit) do update
           set told = 100, used = case when quota.ends_ms = excluded.ends_ms then quota.used else 0 end,
               ends_ms = excluded.ends_ms
         where quota.told < 100 or quota.ends_ms <> excluded.ends_ms
        """,
        ("@scope", step.Scope), ("@unit", UnitOf(step.Max, step.IsMoney)),
        ("@ends", step.ResetsAt.ToUnixTimeMilliseconds())) == 1;

    private long Add(StoreSession db, Charge charge, DateTimeOffset now, List<LimitStep> reached)
    {
        DateTimeOffset ends = Window.EndOf(charge.Max.Window, now, _zone);
        (long used, int told) = Add(db, charge, ends.ToUnixTimeMilliseconds());
        bool isOver = used > charge.Max.Max;
        if (!isOver && !IsTold(charge)) return used;
        int percent = Array.Find(Steps, step => used >= charge.Max.Max / 100m * step);
        if (percent <= told) return used;
        db.Execute(
            "update quota set told = @percent where scope = @scope and unit = @unit",
            ("@scope", charge.Scope), ("@unit", charge.Unit), ("@percent", percent));
        reached.Add(StepOf(charge, percent, ends) with { IsOver = isOver });
        return used;
    }

    private static (long Used, int Told) Add(StoreSession db, Charge charge, long ends) => db.Query(
        """
        insert into quota (scope, unit, ends_ms, used) values (@scope, @unit, @ends, @amount)
        on conflict (scope, unit) do update
           set used = excluded.used + case when quota.ends_ms = excluded.ends_ms then quota.used else 0 end,
               told = case when quota.ends_ms = excluded.ends_ms then quota.told else 0 end,
               ends_ms = excluded.ends_ms
        returning used, told
        """,
        row => (row.GetInt64(0), row.GetInt32(1)),
        ("@scope", charge.Scope), ("@unit", charge.Unit), ("@ends", ends), ("@amount", charge.Amount))[0];

    // Every count takes a few of those along whose time is over, so numbers that were texted once do not pile up.
    private static void Sweep(StoreSession db, DateTimeOffset now) => db.Execute(
        """
        delete from quota where (scope, unit) in
            (select scope, unit from quota where ends_ms < @now order by ends_ms limit 4)
        """,
        ("@now", now.ToUnixTimeMilliseconds()));

    // A budget that does not know what it pays for is none.
    private List<Charge> ChargesOf(IReadOnlyList<Counted> sms, out LimitReached? unpriced)
    {
        var all = new Dictionary<(string, string), Charge>();
        Counted? unknown = null;
        foreach (Counted one in sms)
        {
            foreach (ScopedLimit limit in one.Limits.All) Add(one, limit, $"rule:{one.RuleId}");
            foreach (ScopedLimit limit in _limits)
            {
                bool isNamed = limit.Scope is LimitScope.Country && _countries.Count > 0
                    && _countries.ContainsKey((one.Country, limit.Max.IsMoney));
                if (!isNamed) Add(one, limit, "");
            }

            if (_countries.Count == 0) continue;
            foreach (bool isMoney in (bool[])[false, true])
            {
                if (!_countries.TryGetValue((one.Country, isMoney), out Allowances? named)) continue;
                Add(one, new ScopedLimit(LimitScope.Country, named), "", $" {one.Country}");
            }
        }

        unpriced = unknown is null ? null : new LimitReached(
            $"There is a budget, and no price for numbers in {unknown.Country}: the admin has to add one", null, null);
        return [.. all.Values];

        void Add(Counted one, ScopedLimit limit, string owner, string? named = null)
        {
            if ((limit.Scope is LimitScope.User && one.User is null) || limit.Max.All.Count == 0) return;
            long? amount = limit.Max.IsMoney ? CostOf(one) : one.Parts;
            if (amount is null) unknown ??= one;
            string scope = ScopeOf(limit.Scope, one, owner);
            foreach (Allowance max in limit.Max.All)
            {
                string unit = UnitOf(max, limit.Max.IsMoney);
                Charge before = all.GetValueOrDefault((scope, unit)) ?? new Charge(scope, unit, one, limit, max, 0)
                {
                    IsOfRule = owner.Length > 0,
                    Named = named,
                };
                long counts = max.Window is QuotaWindow.Mail ? 1 : amount ?? 0;
                all[(scope, unit)] = before with { Amount = before.Amount + counts };
            }
        }
    }

    private static string UnitOf(Allowance max, bool isMoney) =>
        $"{(isMoney ? "money" : "parts")}/{Allowances.Word(max.Window)}";

    private static string ScopeOf(LimitScope scope, Counted one, string owner)
    {
        string what = scope switch
        {
            LimitScope.User => $"user:{one.User}",
            LimitScope.Sender => $"from:{one.Sender.ToLowerInvariant()}",
            LimitScope.Destination => $"to:{one.To.E164}",
            LimitScope.Country => $"country:{one.Country}",
            _ => owner.Length > 0 ? "" : "all",
        };
        return owner.Length > 0 && what.Length > 0 ? $"{owner} {what}" : owner + what;
    }

    private static string EachOf(LimitScope scope) => scope switch
    {
        LimitScope.User => " each user",
        LimitScope.Sender => " each sender",
        LimitScope.Destination => " each number",
        LimitScope.Country => " each country",
        _ => "",
    };

    // As the admin hears of it; in a refusal it is each of its kind.
    private static string WhoseOf(Charge charge)
    {
        Counted one = charge.First;
        string what = charge.Limit.Scope switch
        {
            LimitScope.All => charge.IsOfRule ? $"Sender rule {one.RuleId}" : "The gateway",
            LimitScope.User => $"The user {one.User}",
            LimitScope.Sender => $"The sender {one.Sender.ToLowerInvariant()}",
            LimitScope.Destination => $"The number {one.To}", // masked
            _ => $"The country {one.Country}",
        };
        bool isPart = charge.IsOfRule && charge.Limit.Scope is not LimitScope.All;
        return isPart ? $"{what} under sender rule {one.RuleId}" : what;
    }

    private LimitReached Over(Charge charge, long used, DateTimeOffset now)
    {
        DateTimeOffset ends = Window.EndOf(charge.Max.Window, now, _zone);
        bool isHopeless = charge.IsOfMail || charge.Amount > charge.Max.Max;
        string who = charge.IsOfRule ? $"Sender rule {charge.First.RuleId} allows" : "This gateway allows";
        string max = $"{who}{charge.Named ?? EachOf(charge.Limit.Scope)} {Each(charge)}";
        string left = Amount(charge, Math.Max(0, charge.Max.Max - used));
        string time = ends.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        return new LimitReached(
            isHopeless
                ? $"{max} and this mail alone takes {Amount(charge, charge.Amount)}"
                : $"{max}: this takes {Amount(charge, charge.Amount)}, {left} left until {time} UTC",
            isHopeless ? null : ends,
            IsTold(charge) && !isHopeless ? StepOf(charge, 100, ends) : null);
    }

    private bool IsTold(Charge charge) =>
        charge.IsMoney || (_tellsOfParts && charge.Max.Window is QuotaWindow.Day);

    private string Each(Charge charge) => $"{Amount(charge, charge.Max.Max)} {Window.Each(charge.Max.Window)}";

    private string Amount(Charge charge, long amount)
    {
        if (charge.IsMoney) return $"{Allowances.Money(amount)} {_prices.Currency}";
        string what = charge.IsOfMail ? "number" : "part";
        return string.Create(CultureInfo.InvariantCulture, $"{amount} {what}{(amount == 1 ? "" : "s")}");
    }

    private LimitStep StepOf(Charge charge, int percent, DateTimeOffset ends) =>
        new(WhoseOf(charge), charge.Scope, charge.Max, Each(charge), charge.IsMoney, percent, ends);

    // What is counted in a row, with the first of the SMS that it is for.
    private sealed record Charge(
        string Scope, string Unit, Counted First, ScopedLimit Limit, Allowance Max, long Amount)
    {
        public bool IsOfRule { get; init; }

        /// <summary>The country that has a limit of its own.</summary>
        public string? Named { get; init; }

        public bool IsMoney => Limit.Max.IsMoney;

        /// <summary>It is counted within one mail, and nowhere else.</summary>
        public bool IsOfMail => Max.Window is QuotaWindow.Mail;
    }
}
