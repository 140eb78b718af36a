using EmailSms.Carriers.Routing;

namespace EmailSms.Tests.Delivery.Simulation;

/// <summary>
/// Three carriers, of which each is cheapest somewhere, fails now and then, is away for a while; one delivers hardly
/// anything for two hours. A few thousand SMS over a day, at the pace of a day.
/// </summary>
public sealed class A_day_is_simulated
{
    private const int Count = 3000;

    private static readonly CarrierPlan[] Plans =
    [
        new()
        {
            Name = "cheap",
            Latency = TimeSpan.FromSeconds(3),
            ReceiptLatency = TimeSpan.FromSeconds(40),
            TroubleShare = 0.02,
            DeliveredShare = 0.96,
            Outages = [new(3, 3.2), new(9, 10)],
            Bad = [new(18, 20)],
            Prices = new Dictionary<string, long> { ["GB"] = 20_000, ["US"] = 80_000 },
        },
        new()
        {
            Name = "middle",
            Latency = TimeSpan.FromSeconds(1),
            ReceiptLatency = TimeSpan.FromSeconds(10),
            TroubleShare = 0.01,
            DeliveredShare = 0.98,
            Outages = [new(3, 3.2), new(9.75, 10.5), new(14, 14.5)],
            Prices = new Dictionary<string, long> { ["GB"] = 30_000, ["US"] = 50_000 },
        },
        new()
        {
            Name = "dear",
            Latency = TimeSpan.FromMilliseconds(300),
            ReceiptLatency = TimeSpan.FromSeconds(4),
            DeliveredShare = 0.99,
            Outages = [new(3, 3.2)],
            Prices = new Dictionary<string, long> { ["GB"] = 50_000, ["US"] = 60_000 },
        },
    ];

    [Fact]
    public async Task None_is_lost_or_sent_twice_and_it_costs_what_it_has_to()
    {
        var route = new RouteOptions
        {
            Name = "all",
            Order = RouteOrder.Cheapest,
            ProbePercent = 10,
            Carriers = [.. Plans.Select(plan => new RouteCarrierOptions { Carrier = plan.Name })],
        };
        var quality = new QualityOptions { Window = TimeSpan.FromHours(2), SilentAfter = TimeSpan.FromMinutes(10) };
        await using var day = new SimulatedDay(Plans, route, quality);
        await day.RunAsync(Arrivals());

        IReadOnlyList<TakenSms> taken = day.Taken;
        Assert.Equal(Count, day.Accepted.Count);
        Assert.Equal(Count, day.States.GetValueOrDefault("delivered") + day.States.GetValueOrDefault("failed"));
        Assert.Equal(Count, taken.Select(one => one.Sms).Distinct().Count()); // none is lost
        Assert.Equal(Count, taken.Count); // and none sent twice, or over two carriers

        long cost = taken.Sum(one => PriceOf(one.Carrier, one.To) * one.Parts);
        Assert.Equal(cost, day.CostMicros);
        long least = day.Accepted.Values.Sum(one => Least(one.At, one.To) * one.Parts);
        Assert.True(cost <= least * 1.05, $"It cost {cost / 1e6:0.00}, and {least / 1e6:0.00} would have been enough.");

        AssertQuick(day, taken);
        AssertRecovered(day, taken);
        AssertLeftAlone(taken, quality);
    }

    // While any carrier is there an SMS takes it at once, whichever fails.
    private static void AssertQuick(SimulatedDay day, IReadOnlyList<TakenSms> taken)
    {
        TimeSpan slowest = taken
            .Where(one => IsAnyThere(day.Accepted[one.Sms].At) && IsAnyThere(day.Accepted[one.Sms].At.AddMinutes(2)))
            .Max(one => one.At - day.Accepted[one.Sms].At);
        Assert.True(slowest <= SimulatedDay.Step * 4, $"One took {slowest}.");
    }

    private static bool IsAnyThere(DateTimeOffset at) =>
        Plans.Any(plan => !plan.Outages.Any(outage => outage.Has(at)));

    // A breaker looks again after OpenMax at the latest, as soon as there is an SMS to look with.
    private static void AssertRecovered(SimulatedDay day, IReadOnlyList<TakenSms> taken)
    {
        foreach (CarrierPlan plan in Plans.Where(one => one.Name != "dear"))
        {
            string country = plan.Name == "cheap" ? "+44" : "+1";
            foreach (Span outage in plan.Outages)
            {
                DateTimeOffset end = SimulatedDay.Midnight.AddHours(outage.UntilHour);
                DateTimeOffset asked = day.Accepted.Values
                    .Where(one => one.At >= end + day.Breaker.OpenMax)
                    .Where(one => one.To.StartsWith(country, StringComparison.Ordinal)).Min(one => one.At);
                DateTimeOffset back = taken.Where(one => one.Carrier == plan.Name && one.At >= end).Min(one => one.At);
                Assert.True(back <= asked + (SimulatedDay.Step * 4), $"{plan.Name} was back {back - end} after it.");
            }
        }

        DateTimeOffset all = SimulatedDay.Midnight.AddHours(3.2); // nobody was there before
        DateTimeOffset last = taken.Where(one => !IsAnyThere(day.Accepted[one.Sms].At)).Max(one => one.At);
        Assert.True(last <= all + day.Breaker.OpenMax + TimeSpan.FromMinutes(12), $"The last waited until {last}.");
    }

    // A carrier that delivers hardly anything is demoted, probed, and taken back when that is forgotten.
    private static void AssertLeftAlone(IReadOnlyList<TakenSms> taken, QualityOptions quality)
    {
        Assert.InRange(Share(18.75, 20), 0.001, 0.35); // one of ten looks whether it is better
        Assert.InRange(Share(20 + quality.Window.TotalHours + 0.5, 24), 0.9, 1);

        double Share(double from, double until)
        {
            List<TakenSms> british = [.. taken.Where(
                one => one.To.StartsWith("+44", StringComparison.Ordinal) && new Span(from, until).Has(one.At)
                    && one.At < SimulatedDay.Midnight.AddDays(1))];
            return british.Count(one => one.Carrier == "cheap") / (double)british.Count;
        }
    }

    private static long PriceOf(string carrier, string to) => Plans.Single(plan => plan.Name == carrier)
        .Prices[to.StartsWith("+44", StringComparison.Ordinal) ? "GB" : "US"];

    // Brute force: of the carriers that are good at that moment, or at the first at which one is, the cheapest.
    private static long Least(DateTimeOffset at, string to)
    {
        while (true)
        {
            IEnumerable<long> prices = Plans.Where(plan => plan.IsGood(at)).Select(plan => PriceOf(plan.Name, to));
            if (prices.Any()) return prices.Min();
            at += TimeSpan.FromMinutes(1);
        }
    }

    // Few at night, most before noon and in the afternoon; two of three to Britain; the same in every run.
    private static List<Arrival> Arrivals()
    {
        var dice = new Random(20261125);
        List<Arrival> all = [];
        while (all.Count < Count)
        {
            double hour = dice.NextDouble() * 24;
            double busy = 0.25 + (0.75 * Math.Pow(Math.Sin(Math.PI * hour / 24), 2));
            if (dice.NextDouble() > busy) continue;
            string to = dice.Next(3) < 2 ? $"+447700900{dice.Next(1000):000}" : $"+1202555{dice.Next(10_000):0000}";
            int parts = dice.Next(10) switch { < 7 => 1, < 9 => 2, _ => 3 };
            all.Add(new Arrival(TimeSpan.FromHours(hour), to, parts));
        }

        return [.. all.OrderBy(one => one.At)];
    }
}
