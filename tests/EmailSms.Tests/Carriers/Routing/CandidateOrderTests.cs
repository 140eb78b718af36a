using EmailSms.Carriers.Routing;
using EmailSms.Messages;

namespace EmailSms.Tests.Carriers.Routing;

public sealed class CandidateOrderTests
{
    [Fact]
    public void Weights_are_shares_over_many_phones_and_a_phone_keeps_its_carrier()
    {
        var route = new RouteOptions { Order = RouteOrder.Weighted };
        List<RouteCandidate> candidates = [new("main", 6), new("spare", 3), new("web", 1)];
        Dictionary<string, int> first = new() { ["main"] = 0, ["spare"] = 0, ["web"] = 0 };
        Dictionary<string, int> next = new() { ["spare"] = 0, ["web"] = 0 };
        const int Phones = 20_000;
        for (int i = 0; i < Phones; i++)
        {
            RouteQuestion question = To($"+4477{i:00000000}");
            List<RouteCandidate> order = CandidateOrder.Sort(route, candidates, question, null);
            List<RouteCandidate> otherwise = [candidates[2], candidates[0], candidates[1]];
            Assert.Equal(order, CandidateOrder.Sort(route, otherwise, question, null));
            first[order[0].Carrier]++;
            if (order[0].Carrier == "main") next[order[1].Carrier]++;
        }

        Assert.InRange(first["main"] / (double)Phones, 0.58, 0.62);
        Assert.InRange(first["spare"] / (double)Phones, 0.28, 0.32);
        Assert.InRange(first["web"] / (double)Phones, 0.08, 0.12);

        // With main away its phones go to the others three to one.
        Assert.InRange(next["spare"] / (double)first["main"], 0.72, 0.78);
    }

    [Fact]
    public void The_cheapest_goes_first_and_an_unknown_price_last() =>
        Assert.Equal(["web", "main", "same", "spare"], Names(
            new RouteOptions { Order = RouteOrder.Cheapest },
            new("spare"), new("main", PricePerPart: 0.04m), new("same", PricePerPart: 0.04m),
            new("web", PricePerPart: 0.03m)));

    [Theory]
    [InlineData(false, "web main")]
    [InlineData(true, "main web")]
    public void Balance_looks_at_the_price_more_for_a_text_and_at_quality_for_an_alarm(bool isUrgent, string order)
    {
        // 0.5 · 0.97 + 0.5 · 0.75 against 0.5 · 0.90 + 0.5 · 1; with 0.9 and 0.1 for an alarm.
        RouteCandidate[] both = [new("main", 1, 0.04m, 0.97), new("web", 1, 0.03m, 0.90)];
        List<RouteCandidate> sorted = CandidateOrder.Sort(
            new RouteOptions { Order = RouteOrder.Balanced }, [.. both], To("+447700900123") with
            {
                Class = isUrgent ? SmsClass.Urgent : SmsClass.Normal,
            },
            null);
        Assert.Equal(order.Split(' '), sorted.Select(one => one.Carrier));
    }

    [Fact]
    public void One_that_delivers_badly_comes_last_but_for_a_few_SMS_that_look_whether_it_is_better()
    {
        var route = new RouteOptions { Order = RouteOrder.Cheapest, QualityMin = 60, ProbePercent = 5 };
        RouteCandidate[] both = [new("web", 1, 0.01m, 0.4), new("main", 1, 0.04m, 0.9), new("spare", 1, 0.05m)];
        Assert.Equal(["main", "spare", "web"], Names(route, both));
        List<string> steps = [];
        List<RouteCandidate> probe = CandidateOrder.Sort(
            route, [.. both], To("+447700900123") with { Chance = 0.049 }, steps);
        Assert.Equal(["web", "main", "spare"], probe.Select(one => one.Carrier));
        Assert.Equal(["web has delivered less than 60 % lately; this SMS looks whether it is better."], steps);
        RouteQuestion alarm = To("+447700900123") with { Chance = 0.049, Class = SmsClass.Urgent };
        Assert.Equal("main", CandidateOrder.Sort(route, [.. both], alarm, null)[0].Carrier);
        route.Order = RouteOrder.Listed;
        Assert.Equal(["web", "main", "spare"], Names(route, both)); // who lists carriers means it
    }

    private static IEnumerable<string> Names(RouteOptions route, params RouteCandidate[] candidates) =>
        CandidateOrder.Sort(route, [.. candidates], To("+447700900123"), null).Select(one => one.Carrier);

    private static RouteQuestion To(string phone) =>
        new(PhoneNumber.FromE164(phone), "", SmsClass.Normal, 1, 1, DateTimeOffset.UnixEpoch);
}
