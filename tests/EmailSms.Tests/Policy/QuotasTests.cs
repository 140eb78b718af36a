using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Tests.Peers;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.Policy;

public sealed class QuotasTests : IAsyncDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 25, 14, 30, 10, TimeSpan.Zero);
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    private readonly FakeTimeProvider _time = new(Start);
    private readonly TemporaryStore _disk;

    public QuotasTests() => _disk = new TemporaryStore(_time);

    public ValueTask DisposeAsync() => _disk.DisposeAsync();

    [Theory]
    [InlineData("minute", "2026-11-25 14:31")]
    [InlineData("hour", "2026-11-25 15:00")]
    [InlineData("day", "2026-11-25 23:00")] // midnight in Berlin
    public async Task A_limit_is_full_and_begins_anew(string window, string until)
    {
        Quotas quotas = Of(new LimitOptions());
        SenderRule rule = Rule(new RuleLimitsDraft { InAll = $"3/{window}" });
        Assert.Null(await CountAsync(quotas, [One(rule, parts: 2)]));
        LimitReached over = Assert.IsType<LimitReached>(await CountAsync(quotas, [One(rule, parts: 2)]));
        string each = window == "hour" ? "an hour" : $"a {window}";
        Assert.Equal(
            $"Sender rule 7 allows 3 parts {each}: this takes 2 parts, 1 part left until {until} UTC", over.Sentence);
        Assert.Null(await CountAsync(quotas, [One(rule, parts: 1)])); // what was refused counts nothing

        _time.Advance(over.ResetsAt!.Value - _time.GetUtcNow());
        Assert.Null(await CountAsync(quotas, [One(rule, parts: 3)]));
    }

    [Fact]
    public async Task Each_limit_counts_for_itself()
    {
        Quotas quotas = Of(new LimitOptions
        {
            Total = "100/day",
            PerUser = "3/day",
            PerSender = "4/day",
            PerDestination = "2/day",
            PerCountry = "6/day",
            Countries = { ["US"] = "1/day" },
        });
        SenderRule rule = Rule(new RuleLimitsDraft());
        string[] british = ["+447700900101", "+447700900102", "+447700900103", "+447700900104"];
        Assert.Null(await CountAsync(quotas, [One(rule, british[0], parts: 2, user: "pump")]));
        Assert.StartsWith("This gateway allows each number 2 parts a day", Say(
            await CountAsync(quotas, [One(rule, british[0], from: "bob@x.example")])), StringComparison.Ordinal);
        Assert.StartsWith("This gateway allows each user 3 parts a day", Say(
            await CountAsync(quotas, [One(rule, british[1], parts: 2, user: "pump", from: "bob@x.example")])),
            StringComparison.Ordinal);
        Assert.Null(await CountAsync(quotas, [One(rule, british[1], parts: 2)]));
        Assert.StartsWith("This gateway allows each sender 4 parts a day", Say(
            await CountAsync(quotas, [One(rule, british[2], from: "Ann@x.example")])), StringComparison.Ordinal);
        Assert.Null(await CountAsync(quotas, [One(rule, british[2], parts: 2, from: "bob@x.example")]));
        Assert.StartsWith("This gateway allows each country 6 parts a day", Say(
            await CountAsync(quotas, [One(rule, british[3], from: "carl@x.example")])), StringComparison.Ordinal);
        Assert.Null(await CountAsync(quotas, [One(rule, "+12025550143", from: "carl@x.example")]));
        Assert.StartsWith("This gateway allows US 1 part a day", Say(
            await CountAsync(quotas, [One(rule, "+12025550144", from: "carl@x.example")])), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mail_that_never_fits_is_told_so_and_many_numbers_count_together()
    {
        Quotas quotas = Of(new LimitOptions { PerSender = "5/hour" });
        SenderRule rule = Rule(new RuleLimitsDraft());
        Counted[] six = [.. Enumerable.Range(0, 6).Select(i => One(rule, $"+44770090010{i}"))];
        LimitReached over = Assert.IsType<LimitReached>(await CountAsync(quotas, six));
        Assert.Null(over.ResetsAt);
        Assert.Equal(
            "This gateway allows each sender 5 parts an hour and this mail alone takes 6 parts", over.Sentence);
        Assert.Null(await CountAsync(quotas, six[..5]));
    }

    [Fact]
    public async Task A_budget_counts_what_each_number_costs_and_is_told_of_at_each_step_once()
    {
        Quotas quotas = Of(new LimitOptions(), ("+44", "0.05"), ("+4477009001", "0.10"), ("+1", "0.01"));
        SenderRule rule = Rule(new RuleLimitsDraft { Budget = "1/day" });
        List<int> told = [];
        for (int i = 0; i < 9; i++)
        {
            Assert.Null(await CountAsync(quotas, [One(rule, "+447700900101")], told));
        }

        Assert.Equal([50, 80], told);
        Assert.Null(await CountAsync(quotas, [One(rule, "+447700900201")], told));
        LimitReached over = Assert.IsType<LimitReached>(
            await CountAsync(quotas, [One(rule, "+447700900101")], told));
        Assert.Equal(
            "Sender rule 7 allows 1 EUR a day: this takes 0.1 EUR, 0.05 EUR left until 2026-11-25 23:00 UTC",
            over.Sentence);
        Assert.True(await _disk.Store.WriteAsync(db => Quotas.TellAll(db, over.Step!)));
        Assert.False(await _disk.Store.WriteAsync(db => Quotas.TellAll(db, over.Step!)));
        Assert.Null(await CountAsync(quotas, [One(rule, "+447700900201")], told));
        Assert.Equal([50, 80], told); // 100 % was told when something did not fit

        LimitReached none = Assert.IsType<LimitReached>(await CountAsync(quotas, [One(rule, "+33639981234")]));
        Assert.Equal(
            "There is a budget, and no price for numbers in FR: the admin has to add one", none.Sentence);
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Null(await CountAsync(quotas, [.. Enumerable.Repeat(One(rule, "+447700900101"), 10)], told));
        Assert.Equal([50, 80, 100], told);
    }

    [Fact]
    public async Task A_look_says_what_a_count_would_and_counts_nothing()
    {
        Quotas quotas = Of(new LimitOptions { PerDestination = "1/minute" });
        Counted one = One(Rule(new RuleLimitsDraft()));
        Assert.Null(Look());
        Assert.Null(Look());
        await CountAsync(quotas, [one]);
        Assert.NotNull(Look());
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(Look());

        LimitReached? Look() => _disk.Store.Read(db => quotas.Look(db, [one], _time.GetUtcNow()));
    }

    [Fact]
    public async Task Windows_that_are_over_do_not_pile_up()
    {
        Quotas quotas = Of(new LimitOptions { PerDestination = "1/minute" });
        SenderRule rule = Rule(new RuleLimitsDraft());
        for (int i = 0; i < 300; i++)
        {
            await CountAsync(quotas, [One(rule, $"+4477009{i:00000}")]);
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        long left = _disk.Store.Read(db => (long)db.Scalar("select count(*) from quota")!);
        Assert.InRange(left, 1, 5);
    }

    [Fact]
    public async Task Many_at_once_cannot_overrun_a_limit()
    {
        Quotas quotas = Of(new LimitOptions { Total = "100/hour" });
        SenderRule rule = Rule(new RuleLimitsDraft());
        LimitReached?[] answers = await Task.WhenAll(Enumerable.Range(0, 400).Select(
            i => CountAsync(quotas, [One(rule, $"+4477009{i:00000}", parts: 1 + (i % 3))])));
        Assert.Contains(answers, one => one is not null);
        long used = _disk.Store.Read(db => (long)db.Scalar("select used from quota where scope = 'all'")!);
        Assert.InRange(used, 98, 100);
        Assert.Equal(used, answers.Select((answer, i) => answer is null ? 1 + (i % 3) : 0).Sum());
    }

    [Theory]
    [InlineData("2026-03-28 12:00", "Europe/Berlin", "2026-03-28 23:00")]
    [InlineData("2026-03-29 12:00", "Europe/Berlin", "2026-03-29 22:00")] // the day of 23 hours
    [InlineData("2026-10-25 12:00", "Europe/Berlin", "2026-10-25 23:00")] // and of 25
    [InlineData("2026-09-05 12:00", "America/Santiago", "2026-09-06 04:00")] // midnight does not exist
    public void A_day_ends_with_the_calendar_of_its_zone(string at, string zone, string end)
    {
        DateTimeOffset now = DateTimeOffset.Parse(at + "Z", System.Globalization.CultureInfo.InvariantCulture);
        DateTimeOffset ends = Window.EndOf(QuotaWindow.Day, now, TimeZoneInfo.FindSystemTimeZoneById(zone));
        Assert.Equal(end, ends.UtcDateTime.ToString("yyyy-MM-dd HH:mm"));
    }

    [Fact]
    public void A_month_ends_with_the_month() => Assert.Equal(
        new DateTimeOffset(2026, 11, 30, 23, 0, 0, TimeSpan.Zero), Window.EndOf(QuotaWindow.Month, Start, Berlin));

    private static Quotas Of(LimitOptions limits, params (string Prefix, string Price)[] prices)
    {
        Assert.True(PriceTable.TryCreate(
            "EUR", prices.ToDictionary(one => one.Prefix, one => one.Price), out PriceTable? table, out _));
        return new Quotas(limits, table, Berlin);
    }

    private static SenderRule Rule(RuleLimitsDraft limits)
    {
        var draft = new SenderRuleDraft
        {
            Sender = "*",
            Networks = "10.0.0.0/8",
            Destinations = "*",
            Limits = limits,
        };
        Assert.True(draft.TryBecomeRule(out SenderRule? rule, out IReadOnlyList<string> no), string.Join(' ', no));
        return rule with { Id = 7 };
    }

    private static Counted One(
        SenderRule rule, string to = "+447700900123", int parts = 1, string? user = null,
        string from = "ann@x.example") => new(rule, from, user, PhoneNumber.FromE164(to), parts);

    private static string Say(LimitReached? reached) => Assert.IsType<LimitReached>(reached).Sentence;

    // As a mail does it: what is refused is given up as a whole.
    private async Task<LimitReached?> CountAsync(Quotas quotas, IReadOnlyList<Counted> sms, List<int>? told = null)
    {
        try
        {
            await _disk.Store.WriteAsync(db =>
            {
                if (quotas.Count(db, sms, _time.GetUtcNow(), out IReadOnlyList<LimitStep> steps) is { } reached)
                {
                    throw new GivenUpException(reached);
                }

                told?.AddRange(steps.Select(step => step.Percent));
            });
            return null;
        }
        catch (GivenUpException refused)
        {
            return refused.Reached;
        }
    }

    private sealed class GivenUpException(LimitReached reached) : Exception
    {
        public LimitReached Reached => reached;
    }
}
