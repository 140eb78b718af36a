using System.Globalization;
using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.Policy;

/// <summary>SMS to one number that are about to be let through, and what they count for.</summary>
/// <param name="Rule">The rule that lets them through.</param>
/// <param name="Sender">Whose they are.</param>
/// <param name="User">The account; null: nobody has authenticated.</param>
/// <param name="To">The number.</param>
/// <param name="Parts">All their parts.</param>
internal sealed record Counted(SenderRule Rule, string Sender, string? User, PhoneNumber To, int Parts)
{
    private string? _country;

    /// <summary>The country they go to; <c>ZZ</c> where there is none.</summary>
    public string Country => _country ??= NumberRegion.Of(To) ?? "ZZ";
}

/// <summary>A limit that does not hold what is asked for.</summary>
/// <param name="Sentence">Which limit, what is left of it, and when it begins anew.</param>
/// <param name="ResetsAt">When; null: however long one waits, it would not do.</param>
/// <param name="Budget">The budget, where it is one.</param>
internal sealed record LimitReached(string Sentence, DateTimeOffset? ResetsAt, BudgetStep? Budget);

/// <summary>A budget of which half, four fifths or all was used for the first time in its window.</summary>
internal sealed record BudgetStep(string Whose, string Scope, Allowance Max, string Currency, int Percent)
{
    /// <summary>When it begins anew.</summary>
    public DateTimeOffset ResetsAt { get; init; }
}

/// <summary>
/// The limits of rules and of the gateway, counted in windows that begin anew. Asking and counting are one write with
/// what they are asked for, so that sessions at once cannot overrun a limit; a read only says what is plain already.
/// </summary>
internal sealed class Quotas(LimitOptions options, PriceTable prices, TimeZoneInfo zone)
{
    private static readonly int[] Steps = [100, 80, 50];

    private readonly Allowances _total = Parts(options.Total);
    private readonly Allowances _perUser = Parts(options.PerUser);
    private readonly Allowances _perSender = Parts(options.PerSender);
    private readonly Allowances _perDestination = Parts(options.PerDestination);
    private readonly Allowances _perCountry = Parts(options.PerCountry);
    private readonly Allowances _budget =
        Allowances.TryParseMoney(options.Budget, out Allowances? budget, out _) ? budget : Allowances.NoBudget;

    private readonly Dictionary<string, Allowances> _countries =
        options.Countries.ToDictionary(one => one.Key, one => Parts(one.Value));

    private readonly bool _hasAny = options.Countries.Count > 0
        || string.Concat(options.Total, options.PerUser, options.PerSender, options.PerDestination, options.PerCountry,
            options.Budget).Length > 0;

    /// <summary>What the SMS cost, in millionths; null: a price is missing.</summary>
    public long? CostOf(Counted sms) => prices.PerPart(sms.To) * sms.Parts;

    /// <summary>The currency of prices and budgets.</summary>
    public string Currency => prices.Currency;

    /// <summary>What does not fit already; a read, so what comes at the same time is not seen.</summary>
    public LimitReached? Look(StoreSession db, IReadOnlyList<Counted> sms, DateTimeOffset now)
    {
        if (WithoutPrice(sms) is { } unknown) return unknown;
        foreach (Charge charge in ChargesOf(sms))
        {
            long ends = Window.EndOf(charge.Max.Window, now, zone).ToUnixTimeMilliseconds();
            long used = db.Scalar(
                "select used from quota where scope = @scope and unit = @unit and ends_ms = @ends",
                ("@scope", charge.Scope), ("@unit", charge.Unit), ("@ends", ends)) as long? ?? 0;
            if (used + charge.Amount > charge.Max.Max) return Over(charge, used, now);
        }

        return null;
    }

    /// <summary>
    /// Counts the SMS of a mail, part of the write that keeps them. Where a limit does not hold them, the write is to
    /// be given up as a whole: what was counted goes with it.
    /// </summary>
    /// <param name="db">The write.</param>
    /// <param name="sms">All SMS of the mail.</param>
    /// <param name="now">The time of it.</param>
    /// <param name="steps">Budgets that the admin is to hear of.</param>
    public LimitReached? Count(
        StoreSession db, IReadOnlyList<Counted> sms, DateTimeOffset now, out IReadOnlyList<BudgetStep> steps)
    {
        List<BudgetStep> reached = [];
        steps = reached;
        if (WithoutPrice(sms) is { } unknown) return unknown;
        List<Charge> charges = ChargesOf(sms);
        foreach (Charge charge in charges)
        {
            DateTimeOffset ends = Window.EndOf(charge.Max.Window, now, zone);
            (long used, int told) = Add(db, charge, ends.ToUnixTimeMilliseconds());
            if (used > charge.Max.Max) return Over(charge, used - charge.Amount, now);
            if (!charge.IsMoney) continue;
            int percent = Array.Find(Steps, step => used >= charge.Max.Max / 100m * step);
            if (percent <= told) continue;
            Tell(db, charge.Scope, charge.Unit, percent);
            reached.Add(StepOf(charge, percent, ends));
        }

        if (charges.Count > 0) Sweep(db, now);
        return null;
    }

    /// <summary>
    /// Notes that the admin hears of a budget that something did not fit into. False: it was told in this window.
    /// </summary>
    public static bool TellAll(StoreSession db, BudgetStep step)
    {
        string unit = $"money/{Allowances.Word(step.Max.Window)}";
        long ends = step.ResetsAt.ToUnixTimeMilliseconds();
        return db.Execute(
            """
            insert into quota (scope, unit, ends_ms, used, told) values (@scope, @unit, @ends, 0, 100)
            on conflict (scope, unit) do update
               set told = 100, used = case when quota.ends_ms = excluded.ends_ms then quota.used else 0 end,
                   ends_ms = excluded.ends_ms
             where quota.told < 100 or quota.ends_ms <> excluded.ends_ms
            """,
            ("@scope", step.Scope), ("@unit", unit), ("@ends", ends)) == 1;
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

    private static void Tell(StoreSession db, string scope, string unit, int percent) => db.Execute(
        "update quota set told = @percent where scope = @scope and unit = @unit",
        ("@scope", scope), ("@unit", unit), ("@percent", percent));

    // Every count takes a few of those along whose time is over, so numbers that were texted once do not pile up.
    private static void Sweep(StoreSession db, DateTimeOffset now) => db.Execute(
        """
        delete from quota where (scope, unit) in
            (select scope, unit from quota where ends_ms < @now order by ends_ms limit 4)
        """,
        ("@now", now.ToUnixTimeMilliseconds()));

    // A budget that does not know what it pays for is none.
    private LimitReached? WithoutPrice(IReadOnlyList<Counted> sms)
    {
        Counted? unknown = sms.FirstOrDefault(one =>
            (_budget.All.Count > 0 || one.Rule.Limits.Budget.All.Count > 0) && prices.PerPart(one.To) is null);
        return unknown is null ? null : new LimitReached(
            $"There is a budget, and no price for numbers in {unknown.Country}: the admin has to add one", null, null);
    }

    private List<Charge> ChargesOf(IReadOnlyList<Counted> sms)
    {
        var all = new Dictionary<(string, string), Charge>();
        foreach (Counted one in sms)
        {
            RuleLimits limits = one.Rule.Limits;
            if (!_hasAny && limits == RuleLimits.None) continue;
            string rule = $"rule:{one.Rule.Id}";
            string who = $"Sender rule {one.Rule.Id} allows";
            string sender = one.Sender.ToLowerInvariant();
            Add(limits.InAll, rule, who, one.Parts);
            Add(limits.PerSender, $"{rule} from:{sender}", $"{who} each sender", one.Parts);
            Add(limits.PerDestination, $"{rule} to:{one.To.E164}", $"{who} each number", one.Parts);
            if (limits.PerCountry.All.Count > 0)
            {
                Add(limits.PerCountry, $"{rule} country:{one.Country}", $"{who} each country", one.Parts);
            }

            Add(_total, "all", "This gateway allows", one.Parts);
            if (one.User is { } user) Add(_perUser, $"user:{user}", "This gateway allows each user", one.Parts);
            Add(_perSender, $"from:{sender}", "This gateway allows each sender", one.Parts);
            Add(_perDestination, $"to:{one.To.E164}", "This gateway allows each number", one.Parts);
            if (_countries.Count > 0 || _perCountry.All.Count > 0)
            {
                bool isNamed = _countries.TryGetValue(one.Country, out Allowances? ofCountry);
                Add(
                    isNamed ? ofCountry! : _perCountry, $"country:{one.Country}",
                    $"This gateway allows {(isNamed ? one.Country : "each country")}", one.Parts);
            }

            Add(limits.Budget, rule, who, CostOf(one) ?? 0, isMoney: true);
            Add(_budget, "all", "This gateway allows", CostOf(one) ?? 0, isMoney: true);
        }

        return [.. all.Values];

        void Add(Allowances allowances, string scope, string whose, long amount, bool isMoney = false)
        {
            foreach (Allowance max in allowances.All)
            {
                string unit = $"{(isMoney ? "money" : "parts")}/{Allowances.Word(max.Window)}";
                Charge before = all.GetValueOrDefault(
                    (scope, unit), new Charge(scope, unit, whose, max, 0, isMoney));
                all[(scope, unit)] = before with { Amount = before.Amount + amount };
            }
        }
    }

    private LimitReached Over(Charge charge, long used, DateTimeOffset now)
    {
        DateTimeOffset ends = Window.EndOf(charge.Max.Window, now, zone);
        bool isHopeless = charge.Amount > charge.Max.Max;
        string max = $"{charge.Whose} {Amount(charge, charge.Max.Max)} {Window.Each(charge.Max.Window)}";
        string left = Amount(charge, Math.Max(0, charge.Max.Max - used));
        string time = ends.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        return new LimitReached(
            isHopeless
                ? $"{max} and this mail alone takes {Amount(charge, charge.Amount)}"
                : $"{max}: this takes {Amount(charge, charge.Amount)}, {left} left until {time} UTC",
            isHopeless ? null : ends,
            charge.IsMoney && !isHopeless ? StepOf(charge, 100, ends) : null);
    }

    private string Amount(Charge charge, long amount) => charge.IsMoney
        ? $"{Allowances.Money(amount)} {prices.Currency}"
        : string.Create(CultureInfo.InvariantCulture, $"{amount} {(amount == 1 ? "part" : "parts")}");

    private BudgetStep StepOf(Charge charge, int percent, DateTimeOffset ends) =>
        new(charge.Scope == "all" ? "The gateway" : charge.Scope.Replace("rule:", "Sender rule ",
            StringComparison.Ordinal), charge.Scope, charge.Max, prices.Currency, percent)
        {
            ResetsAt = ends,
        };

    private static Allowances Parts(string text) =>
        Allowances.TryParseParts(text, out Allowances? parts, out _) ? parts : Allowances.None;

    private sealed record Charge(
        string Scope, string Unit, string Whose, Allowance Max, long Amount, bool IsMoney);
}
