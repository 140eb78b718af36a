using EmailSms.Carriers.Routing;
using EmailSms.Messages;
using EmailSms.Queue;

namespace EmailSms.Tests.Delivery.Simulation;

/// <summary>
/// Three carriers that now and then read a request and never answer: to one an SMS is the same however often it is
/// asked, one names our id in its receipts, one does neither. A campaign of texts keeps them busy, and alarms come.
/// </summary>
public sealed class A_day_has_alarms_and_doubts
{
    private const int Campaign = 2000;

    private static readonly TimeSpan Begin = TimeSpan.FromMinutes(10);
    private static readonly Dictionary<string, long> Price = new() { ["GB"] = 20_000 };

    private static readonly CarrierPlan[] Plans =
    [
        Plan("plain") with { SilentShare = 0.2, TroubleShare = 0.01 },
        Plan("naming") with { SilentShare = 0.2, NamesUs = true },
        Plan("once") with { SilentShare = 0.2, Deduplicates = true },
    ];

    [Fact]
    public async Task None_is_lost_and_none_sent_twice_but_as_the_policy_says()
    {
        await using SimulatedDay day = Day();
        await day.RunAsync(Arrivals(alarmsPerStep: 4, steps: 80));
        Assert.Equal(Campaign + 320, day.Accepted.Count);
        ILookup<Guid, AskedSms> asked = day.Asked.ToLookup(one => one.Sms);
        ILookup<Guid, TakenSms> taken = day.Taken.ToLookup(one => one.Sms);
        Dictionary<string, int> seen = [];
        foreach ((Guid id, (_, _, _, SmsClass smsClass)) in day.Accepted)
        {
            AskedSms[] all = [.. asked[id]];
            Assert.NotEmpty(all);
            for (int i = 0; i < all.Length; i++)
            {
                if (all[i].IsAnswered) continue;
                string what = $"{smsClass} {AssertPolicy(smsClass, all, i)}";
                seen[what] = seen.GetValueOrDefault(what) + 1;
            }

            AssertEnd(day, id, all, taken[id].Count());
        }

        // Each of these happened, or it was no test of it.
        string[] happens =
        [
            "Urgent plain again", "Urgent plain held", "Urgent naming again", "Urgent once again", "Normal plain held",
            "Normal naming held", "Normal naming proven", "Normal once again",
        ];
        Assert.Empty(happens.Except(seen.Keys));
    }

    // No answer came: what follows is what the policy says, and nothing else. In words: carrier, and what followed.
    private static string AssertPolicy(SmsClass smsClass, AskedSms[] all, int at)
    {
        CarrierPlan plan = PlanOf(all[at]);
        bool isUrgent = smsClass is SmsClass.Urgent;
        bool mayGoOn = plan.Deduplicates || (isUrgent && all.Take(at).All(one => one.IsAnswered));
        bool isProven = all.Take(at + 1).Any(one => one.IsTaken && PlanOf(one).NamesUs);
        bool goesOn = at + 1 < all.Length;
        Assert.True(mayGoOn || !goesOn, $"{all[at]} ({smsClass}) was sent again.");
        Assert.True(!mayGoOn || goesOn || isProven, $"{all[at]} ({smsClass}) was not sent again.");
        if (goesOn) Assert.True(isUrgent || all[at + 1].Carrier == plan.Name, $"{all[at]} went on elsewhere.");
        return $"{plan.Name} {(goesOn ? "again" : isProven ? "proven" : "held")}";
    }

    // It is on the phone if anybody who can be believed says so; if nobody knows, it was held, and told of at the end.
    private static void AssertEnd(SimulatedDay day, Guid id, AskedSms[] all, int copies)
    {
        bool isSure = all.Any(one => one.IsTaken && (one.IsAnswered || PlanOf(one).NamesUs));
        Assert.Equal(isSure ? SmsState.Delivered : SmsState.Expired, day.StateOf(id));
        if (!isSure) Assert.False(all[^1].IsAnswered);

        // Twice on a phone: an alarm whose first try was taken in silence, and the second one, too.
        AskedSms[] went = [.. all.Where(one => one.IsTaken).DistinctBy(
            one => PlanOf(one).Deduplicates ? (one.Carrier, default) : (one.Carrier, one.At))];
        Assert.Equal(went.Length, copies);
        if (copies < 2) return;
        Assert.Equal((2, SmsClass.Urgent), (copies, day.Accepted[id].Class));
        Assert.False(went[0].IsAnswered);
    }

    [Fact]
    public async Task Alarms_pass_a_campaign_at_once()
    {
        await using SimulatedDay day = Day();
        await day.RunAsync(Arrivals(alarmsPerStep: 2, steps: 60));
        Dictionary<Guid, DateTimeOffset> first = First(day);
        TimeSpan[] alarms = [.. Waits(day, first, SmsClass.Urgent)];
        TimeSpan[] texts = [.. Waits(day, first, SmsClass.Normal)];
        Assert.True(alarms.Max() <= SimulatedDay.Step * 4, $"An alarm waited {alarms.Max()}.");
        Assert.True(texts.Max() >= SimulatedDay.Step * 30, $"No text waited longer than {texts.Max()}.");
    }

    [Fact]
    public async Task And_a_storm_of_alarms_leaves_something_to_the_campaign()
    {
        const int Steps = 60; // at more than all carriers take together
        await using SimulatedDay day = Day();
        await day.RunAsync(Arrivals(alarmsPerStep: 45, Steps));
        Dictionary<Guid, DateTimeOffset> first = First(day);
        TimeSpan quarter = SimulatedDay.Step * Steps / 4;
        for (int i = 0; i < 4; i++)
        {
            DateTimeOffset from = SimulatedDay.Midnight + Begin + (quarter * i);
            List<SmsClass> sent = [.. first.Where(one => one.Value >= from && one.Value < from + quarter)
                .Select(one => day.Accepted[one.Key].Class)];
            int texts = sent.Count(one => one is SmsClass.Normal);
            Assert.True(texts * 10 >= sent.Count, $"In quarter {i} {texts} of {sent.Count} were texts.");
        }
    }

    private static CarrierPlan Plan(string name) => new()
    {
        Name = name,
        Latency = TimeSpan.FromSeconds(3),
        ReceiptLatency = TimeSpan.FromSeconds(20),
        Window = 10,
        Prices = Price,
    };

    private static CarrierPlan PlanOf(AskedSms asked) => Plans.Single(plan => plan.Name == asked.Carrier);

    // Shared out, with a memory that is small beside what waits.
    private static SimulatedDay Day() => new(
        Plans,
        new RouteOptions
        {
            Name = "all",
            Order = RouteOrder.Weighted,
            Carriers = [.. Plans.Select(plan => new RouteCarrierOptions { Carrier = plan.Name })],
        },
        new QualityOptions(), new QueueOptions { ReadyMax = 150, LeaseMax = 100 })
    {
        Validity = TimeSpan.FromHours(3),
    };

    private static List<Arrival> Arrivals(int alarmsPerStep, int steps)
    {
        List<Arrival> all = [.. Enumerable.Range(0, Campaign).Select(i => new Arrival(Begin, $"+4477008{i:00000}"))];
        for (int i = 0; i < alarmsPerStep * steps; i++)
        {
            all.Add(new Arrival(
                Begin + (SimulatedDay.Step * (1 + (i / alarmsPerStep))), $"+4477009{i:00000}", Class: SmsClass.Urgent));
        }

        return all;
    }

    // When each was asked for the first time.
    private static Dictionary<Guid, DateTimeOffset> First(SimulatedDay day) =>
        day.Asked.GroupBy(one => one.Sms).ToDictionary(one => one.Key, one => one.Min(asked => asked.At));

    private static IEnumerable<TimeSpan> Waits(
        SimulatedDay day, Dictionary<Guid, DateTimeOffset> first, SmsClass wanted) => day.Accepted
        .Where(one => one.Value.Class == wanted).Select(one => first[one.Key] - one.Value.At);
}
