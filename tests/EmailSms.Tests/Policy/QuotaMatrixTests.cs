using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Tests.Peers;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.Policy;

/// <summary>
/// Every scope of a limit by every measure: each is counted, told, refused, and begins anew, by itself.
/// </summary>
public sealed class QuotaMatrixTests : IAsyncDisposable
{
    private const int Most = 10;

    private static readonly string[] Scopes = ["all", "user", "sender", "number", "country"];

    private static readonly string[] Measures = ["minute", "hour", "day", "mail", "money/day", "money/month"];

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 30, 22, 10, 0, TimeSpan.Zero));
    private readonly TemporaryStore _disk;

    public QuotaMatrixTests() => _disk = new TemporaryStore(_time);

    public static TheoryData<string, string, string> Cells()
    {
        var cells = new TheoryData<string, string, string>();
        foreach (string measure in Measures)
        {
            foreach (string scope in Scopes)
            {
                cells.Add("rule", scope, measure);
                cells.Add("gateway", scope, measure);
            }

            cells.Add("gateway", "GB", measure); // a country by name
        }

        return cells;
    }

    public ValueTask DisposeAsync() => _disk.DisposeAsync();

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task Each_is_a_limit_of_its_own(string owner, string scope, string measure)
    {
        (Quotas quotas, RuleLimits limits) = Limit(owner, scope, measure);
        Counted one = One(limits);
        List<int> told = [];
        if (measure == "mail")
        {
            Counted[] full = [.. Enumerable.Repeat(one, Most)];
            Assert.Null(await CountAsync(quotas, full, told));
            Assert.Null(await CountAsync(quotas, full, told)); // another mail
            if (scope != "all") Assert.Null(await CountAsync(quotas, [.. full, Other(one, scope)], told));
            LimitReached many = Refused(await CountAsync(quotas, [.. full, one], told));
            Assert.Null(many.ResetsAt);
            Assert.Equal(
                $"{Whose(owner, scope)} 10 numbers a mail and this mail alone takes 11 numbers", many.Sentence);
            Assert.NotNull(quotas.LookAtMail([.. full, one], _time.GetUtcNow()));
            Assert.Null(quotas.LookAtMail(full, _time.GetUtcNow()));
            return;
        }

        // As many at once as there are places, and as many again.
        LimitReached?[] answers = await Task.WhenAll(
            Enumerable.Range(0, 2 * Most).Select(_ => CountAsync(quotas, [one], told)));
        Assert.Equal(Most, answers.Count(answer => answer is null));
        LimitReached over = Refused(answers[^1]);
        string amount = measure.StartsWith("money", StringComparison.Ordinal) ? "1 EUR" : "10 parts";
        string window = measure.Split('/')[^1];
        Assert.StartsWith(
            $"{Whose(owner, scope)} {amount} {(window == "hour" ? "an" : "a")} {window}: this takes ", over.Sentence,
            StringComparison.Ordinal);
        Assert.Equal(measure.StartsWith("money", StringComparison.Ordinal) ? [50, 80, 100] : [], told);

        if (scope != "all") Assert.Null(await CountAsync(quotas, [Other(one, scope)], []));
        if (scope == "user") Assert.Null(await CountAsync(quotas, [one with { User = null }], []));
        _time.Advance(over.ResetsAt!.Value - _time.GetUtcNow() - TimeSpan.FromSeconds(1));
        Assert.NotNull(await CountAsync(quotas, [one], []));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await CountAsync(quotas, [one], []));
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task What_goes_out_anyway_is_counted_and_told_once(string owner, string scope, string measure)
    {
        (Quotas quotas, RuleLimits limits) = Limit(owner, scope, measure);
        Counted one = One(limits);
        List<LimitStep> told = [];
        for (int i = 0; i < Most + 3; i++)
        {
            told.AddRange(await _disk.Store.WriteAsync(db => quotas.CountAnyway(db, [one], _time.GetUtcNow())));
        }

        if (measure == "mail")
        {
            Assert.Empty(told);
            return;
        }

        bool isMoney = measure.StartsWith("money", StringComparison.Ordinal);
        Assert.Equal(isMoney ? [50, 80, 100] : [100], told.Select(step => step.Percent));
        Assert.Equal(!isMoney, told[^1].IsOver); // a budget was told when it was full
        Assert.NotNull(await CountAsync(quotas, [one], [])); // it was counted
        Assert.DoesNotContain("900123", told[^1].Whose, StringComparison.Ordinal); // no whole number in a log
    }

    [Fact]
    public async Task Parts_of_a_day_are_told_of_where_that_is_set()
    {
        var quotas = new Quotas(
            new LimitOptions { PerUser = "10/day 10/hour", TellsOfParts = true }, PriceTable.Empty, TimeZoneInfo.Utc);
        List<int> told = [];
        for (int i = 0; i < Most; i++) await CountAsync(quotas, [One(RuleLimits.None)], told);
        Assert.Equal([50, 80, 100], told);
    }

    private static (Quotas Quotas, RuleLimits Limits) Limit(string owner, string scope, string measure)
    {
        bool isMoney = measure.StartsWith("money", StringComparison.Ordinal);
        string text = isMoney ? $"1/{measure.Split('/')[1]}" : $"{Most}/{measure}";
        var options = new LimitOptions();
        var draft = new RuleLimitsDraft();
        if (owner == "rule")
        {
            draft = (scope, isMoney) switch
            {
                ("all", false) => draft with { InAll = text },
                ("user", false) => draft with { PerUser = text },
                ("sender", false) => draft with { PerSender = text },
                ("number", false) => draft with { PerDestination = text },
                ("country", false) => draft with { PerCountry = text },
                ("all", true) => draft with { Budget = text },
                ("user", true) => draft with { BudgetPerUser = text },
                ("sender", true) => draft with { BudgetPerSender = text },
                ("number", true) => draft with { BudgetPerDestination = text },
                _ => draft with { BudgetPerCountry = text },
            };
        }
        else
        {
            Action<string> set = (scope, isMoney) switch
            {
                ("all", false) => value => options.Total = value,
                ("user", false) => value => options.PerUser = value,
                ("sender", false) => value => options.PerSender = value,
                ("number", false) => value => options.PerDestination = value,
                ("country", false) => value => options.PerCountry = value,
                ("GB", false) => value => (options.Countries["GB"], options.PerCountry) = (value, "1/day"),
                ("all", true) => value => options.Budget = value,
                ("user", true) => value => options.BudgetPerUser = value,
                ("sender", true) => value => options.BudgetPerSender = value,
                ("number", true) => value => options.BudgetPerDestination = value,
                ("country", true) => value => options.BudgetPerCountry = value,
                _ => value => (options.CountryBudgets["GB"], options.BudgetPerCountry) = (value, "0.1/day"),
            };
            set(text);
        }

        List<string> wrong = [];
        RuleLimits limits = RuleLimits.Of(draft, wrong);
        Assert.Empty(wrong);
        Assert.True(RuleLimitsDraft.TryFromJson(RuleLimitsDraft.Of(limits).ToJson(), out RuleLimits? kept));
        Assert.True(PriceTable.TryCreate(
            "EUR", [new KeyValuePair<string, string>("*", "0.1")], out PriceTable? prices, out _));
        return (new Quotas(options, prices, TimeZoneInfo.Utc), kept);
    }

    private static Counted One(RuleLimits limits) =>
        new(7, limits, "ann@x.example", "pump", PhoneNumber.FromE164("+447700900123"), 1);

    private static Counted Other(Counted one, string scope) => scope switch
    {
        "user" => one with { User = "fan" },
        "sender" => one with { Sender = "bob@x.example" },
        "number" => one with { To = PhoneNumber.FromE164("+447700900124") },
        _ => new Counted(one.RuleId, one.Limits, one.Sender, one.User, PhoneNumber.FromE164("+12025550143"), 1),
    };

    private static string Whose(string owner, string scope) =>
        (owner == "rule" ? "Sender rule 7 allows" : "This gateway allows")
        + scope switch { "all" => "", "GB" => " GB", _ => $" each {scope}" };

    private static LimitReached Refused(LimitReached? reached) => Assert.IsType<LimitReached>(reached);

    // As a mail does it: what is refused is given up as a whole.
    private async Task<LimitReached?> CountAsync(Quotas quotas, IReadOnlyList<Counted> sms, List<int> told)
    {
        LimitReached? reached = null;
        try
        {
            await _disk.Store.WriteAsync(db =>
            {
                reached = quotas.Count(db, sms, _time.GetUtcNow(), out IReadOnlyList<LimitStep> steps);
                if (reached is not null) throw new OperationCanceledException("The limit is reached.");
                told.AddRange(steps.Select(step => step.Percent)); // on the writer's own thread
            });
        }
        catch (OperationCanceledException)
        {
            // Nothing of it is kept.
        }

        return reached;
    }
}
