using EmailSms.Carriers.Routing;
using EmailSms.Messages;

namespace EmailSms.Tests.Carriers.Routing;

/// <summary>The choice of carriers, against tables and against an evaluator that is as plain as can be.</summary>
public sealed class RouterTests
{
    private static readonly string[] Carriers = ["main", "spare", "web"];

    [Fact]
    public void Without_routes_all_carriers_are_asked_in_their_order()
    {
        List<string> steps = [];
        RouteDecision decision = RouterOf([]).Decide(Question(), steps);
        Assert.Null(decision.Route);
        Assert.Equal(Carriers, decision.Candidates.Select(one => one.Carrier));
        Assert.Equal(
            ["There are no routes: carriers are asked in the order of their names.",
                "In this order (as listed): main, then spare, then web."],
            steps);
    }

    [Theory]
    [InlineData("+447700900123", "normal", "", "2026-11-25T12:00Z", "gb", "web main")]
    [InlineData("+33639980001", "normal", "", "2026-11-25T12:00Z", null, "main spare web")]
    [InlineData("+33639980001", "urgent", "", "2026-11-25T12:00Z", "alarms", "spare")]
    [InlineData("+447700900123", "urgent", "", "2026-11-25T12:00Z", "alarms", "spare")]
    [InlineData("+447700900123", "normal", "CLINIC", "2026-11-25T12:00Z", "names", "spare web")]
    [InlineData("+447700900123", "normal", "clinic", "2026-11-25T20:00Z", "names", "spare")]
    [InlineData("+447700900123", "normal", "", "2026-11-28T12:00Z", "weekend", "spare")]
    [InlineData("+447911123456", "normal", "", "2026-11-28T12:00Z", "gb", "web main")]
    public void The_first_route_that_fits_decides(
        string to, string smsClass, string senderId, string at, string? route, string carriers)
    {
        RouteOptions[] routes =
        [
            new() { Name = "alarms", Classes = ["urgent"], Carriers = [On("spare")] },
            new()
            {
                Name = "names",
                SenderIds = ["Clinic"],
                Carriers = [On("spare"), new() { Carrier = "web", Hours = "08:00-18:00" }],
            },
            new() { Name = "weekend", Prefixes = ["+4477"], Days = "sat sun", Carriers = [On("spare")] },
            new() { Name = "gb", Countries = ["GB"], Carriers = [On("web"), On("MAIN")] },
        ];
        RouteDecision decision = RouterOf(routes).Decide(Question() with
        {
            To = PhoneNumber.FromE164(to),
            Class = Enum.Parse<SmsClass>(smsClass, ignoreCase: true),
            SenderId = senderId,
            At = DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture),
        });
        Assert.Equal(route, decision.Route);
        Assert.Equal(carriers.Split(' '), decision.Candidates.Select(one => one.Carrier));
    }

    [Fact]
    public void A_sender_rule_narrows_and_a_route_that_leaves_none_is_passed_over()
    {
        Router router = RouterOf(
        [
            new() { Name = "one", Carriers = [On("main")] },
            new() { Name = "two", Carriers = [On("spare"), On("web")] },
        ]);
        List<string> steps = [];
        RouteDecision decision = router.Decide(Question() with { Allowed = ["WEB"] }, steps);
        Assert.Equal(("two", "web"), (decision.Route, Assert.Single(decision.Candidates).Carrier));
        Assert.Contains("The sender rule allows WEB alone.", steps);
        Assert.Contains("Route one leaves no carrier and is passed over.", steps);
        decision = router.Decide(Question() with { Allowed = ["gone"] }, steps = []);
        Assert.Empty(decision.Candidates);
        Assert.Equal("No carrier is left.", steps[^1]);
    }

    [Fact]
    public void A_number_goes_over_the_carrier_that_owns_it_and_over_no_other()
    {
        RouteOptions[] routes = [new() { Name = "all", Carriers = [On("main")] }];
        var knows = new RouteKnowledge
        {
            OwnerOf = id => id switch { "+447700900999" => "Spare", "+447700900998" => "gone", _ => null },
        };
        List<string> steps = [];
        RouteDecision decision =
            RouterOf(routes, knows).Decide(Question() with { SenderId = "+447700900999" }, steps);
        Assert.Equal("spare", Assert.Single(decision.Candidates).Carrier);
        Assert.Contains("+447700900999 is a number of Spare, which alone may send from it.", steps);
        Assert.Empty(RouterOf(routes, knows).Decide(
            Question() with { SenderId = "+447700900999", Allowed = ["main"] }).Candidates);

        // The configuration has lost its carrier: the routes say.
        decision = RouterOf(routes, knows).Decide(Question() with { SenderId = "+447700900998" });
        Assert.Equal("main", Assert.Single(decision.Candidates).Carrier);
    }

    [Fact]
    public void What_a_carrier_may_have_stays_with_it()
    {
        Router router = RouterOf([new() { Name = "all", Carriers = [On("main")] }]);
        RouteDecision decision = router.Decide(Question() with { StaysWith = "web", Allowed = ["main"] });
        Assert.Equal("web", Assert.Single(decision.Candidates).Carrier);
        decision = router.Decide(Question() with { StaysWith = "gone" });
        Assert.Equal("main", Assert.Single(decision.Candidates).Carrier);
    }

    [Fact]
    public void The_first_that_takes_SMS_is_picked_and_the_others_say_why_not()
    {
        RouteDecision decision = RouterOf([]).Decide(Question());
        List<string> steps = [];
        Assert.Equal("web", Router.Pick(decision, name => name == "web" ? null : "is paused", steps)!.Carrier);
        Assert.Equal(["main is paused.", "spare is paused."], steps);
        Assert.Null(Router.Pick(decision, _ => "is paused"));
    }

    [Fact]
    public void The_steps_say_why_a_route_does_not_fit()
    {
        RouteOptions[] routes =
        [
            new() { Name = "a", Countries = ["FR", "DE"], Carriers = [On("main")] },
            new() { Name = "b", Prefixes = ["+33"], Carriers = [On("main")] },
            new() { Name = "c", SenderRules = ["7"], Carriers = [On("main")] },
            new() { Name = "d", Classes = ["flash"], Carriers = [On("main")] },
            new() { Name = "e", SenderIds = ["CLINIC"], Carriers = [On("main")] },
            new()
            {
                Name = "f",
                Days = "mon",
                Hours = "08:00-09:00",
                TimeZone = "Europe/Paris",
                Carriers = [On("main")],
            },
            new() { Name = "g", Carriers = [new() { Carrier = "main", PartsMax = 1 }, On("web")] },
        ];
        List<string> steps = [];
        RouterOf(routes).Decide(Question() with { Parts = 2, RuleId = 3 }, steps);
        Assert.Equal(
            [
                "Route a does not fit: it goes to GB, not to FR, DE.",
                "Route b does not fit: its number does not begin with +33.",
                "Route c does not fit: it is of sender rule 3, not of 7.",
                "Route d does not fit: its class is normal, not flash.",
                "Route e does not fit: it shows no sender ID of its own, not CLINIC.",
                "Route f does not fit: it is Wed 13:00 in Europe/Paris, not mon 08:00-09:00.",
                "Route g fits.",
                "main is left out: it has 2 parts, more than 1.",
                "In this order (as listed): web.",
            ],
            steps);
    }

    [Theory]
    [InlineData("+447700900123", null, "o2", null)]
    [InlineData("+447700900124", null, "gb", "network not known, so not 234-10, 234-02")]
    [InlineData("+447700900125", null, "gb", "its phone is in network 234-15, not in 234-10, 234-02")]
    [InlineData("+447700900124", "234-02", "o2", null)] // said, and not looked up
    [InlineData("+447700900123", "310-260", "us", "its phone is in network 310-260, not in 234-10, 234-02")]
    public void A_route_takes_the_networks_that_a_carrier_has_told(
        string to, string? network, string route, string? whyNot)
    {
        int looks = 0;
        RouteSurroundings around = Around with
        {
            NetworkOf = number =>
            {
                looks++;
                return number.E164[^1] switch
                {
                    '3' => MobileNetwork.Read("23410"),
                    '5' => MobileNetwork.Read("23415"),
                    _ => null,
                };
            },
        };
        RouteOptions[] routes =
        [
            new() { Name = "fr", Countries = ["FR"], Networks = ["208-*"], Carriers = [On("main")] },
            new() { Name = "o2", Networks = ["234-10", "234-02"], Carriers = [On("main")] },
            new() { Name = "us", Networks = ["310-*"], Carriers = [On("spare")] },
            new()
            {
                Name = "gb",
                Carriers = [new() { Carrier = "spare", Networks = ["262-*"] }, On("web")],
            },
        ];
        var router = new Router(Route.Read(routes, around, []), Carriers, RouteKnowledge.None);
        RouteQuestion question =
            Question() with { To = PhoneNumber.FromE164(to), Network = MobileNetwork.Read(network) };
        List<string> steps = [];
        RouteDecision decision = router.Decide(question, steps);
        Assert.Equal(route, decision.Route);
        Assert.Equal(whyNot is null, !steps.Contains($"Route o2 does not fit: {whyNot}."));
        if (route == "gb") Assert.Equal("web", Assert.Single(decision.Candidates).Carrier);
        Assert.InRange(looks, network is null ? 1 : 0, network is null ? 1 : 0); // once, however often it is asked
    }

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once_by_its_key()
    {
        RouteOptions[] routes =
        [
            new()
            {
                Name = "one",
                Countries = ["UK"],
                Prefixes = ["44", "+44x"],
                SenderRules = ["three"],
                Classes = ["bulk", "1"],
                Networks = ["234-10", "310-*", "23410", "234", "234-1*", "*", "1-2"],
                Days = "someday",
                Hours = "8-9",
                Carriers = [On("main"), On("main"), On("other"), new() { Carrier = "web", TimeZone = "Mars/Base" }],
            },
            new() { Name = "ONE", Carriers = [On("web")] },
        ];
        List<(string Key, string Wrong)> wrong = [];
        Route.Read(routes, Around, wrong);
        Assert.Equal(
            [
                "0:Countries 'UK' is not a country in two letters such as GB.",
                "0:Prefixes '44' is no beginning of a number such as +4477.",
                "0:Prefixes '+44x' is no beginning of a number such as +4477.",
                "0:SenderRules 'three' is not the number of a sender rule such as 3.",
                "0:Classes 'bulk' is not one of normal, urgent, flash.",
                "0:Classes '1' is not one of normal, urgent, flash.",
                "0:Days 'someday' are no days such as mon-fri or sat sun.",
                "0:Hours '8-9' are no hours such as 08:00-18:00.",
                "0:Networks '23410' is no network such as 234-10, nor all of a country such as 310-*.",
                "0:Networks '234' is no network such as 234-10, nor all of a country such as 310-*.",
                "0:Networks '234-1*' is no network such as 234-10, nor all of a country such as 310-*.",
                "0:Networks '*' is no network such as 234-10, nor all of a country such as 310-*.",
                "0:Networks '1-2' is no network such as 234-10, nor all of a country such as 310-*.",
                "0:Carriers:1:Carrier main is listed before; once is enough.",
                "0:Carriers:2:Carrier there is no carrier other; there are main, spare, web.",
                "0:Carriers:3:TimeZone 'Mars/Base' is no zone of this machine such as Europe/London.",
                "1:Name another route is called ONE already.",
            ],
            wrong.Select(one => $"{one.Key} {one.Wrong}"));
    }

    [Fact]
    public void Any_routes_decide_as_the_plain_reading_of_them_does()
    {
        var dice = new Random(20261125);
        int fitted = 0;
        for (int round = 0; round < 5_000; round++)
        {
            RouteOptions[] routes = [.. Enumerable.Range(0, dice.Next(5)).Select(i => AnyRoute(dice, $"r{i}"))];
            RouteQuestion question = AnyQuestion(dice);
            RouteDecision decision = RouterOf(routes).Decide(question);
            (string? route, string[] carriers) = Plainly(routes, question);
            Assert.Equal(route, decision.Route);
            Assert.Equal(carriers, decision.Candidates.Select(one => one.Carrier));
            if (route is not null) fitted++;
        }

        Assert.InRange(fitted, 1_000, 4_000); // or the dice make nothing that is worth a look
    }

    // The rules of docs/guides/routing.md once more, for listed routes without times.
    private static (string? Route, string[] Carriers) Plainly(RouteOptions[] routes, RouteQuestion asked)
    {
        bool Holds(RouteConditionOptions one) =>
            (one.Countries.Count == 0 || one.Countries.Contains(RegionOf(asked.To)!))
            && (one.Prefixes.Count == 0 || one.Prefixes.Any(asked.To.E164.StartsWith))
            && (one.Classes.Count == 0 || one.Classes.Contains(asked.Class.ToString()))
            && (one.SenderIds.Count == 0 || one.SenderIds.Contains(asked.SenderId))
            && (one.SenderRules.Count == 0 || one.SenderRules.Contains($"{asked.RuleId}"));
        bool May(string carrier) => asked.Allowed.Count == 0 || asked.Allowed.Contains(carrier);
        foreach (RouteOptions route in routes)
        {
            string[] left = [.. route.Carriers
                .Where(one => Holds(one) && (one.PartsMax == 0 || asked.Parts <= one.PartsMax) && May(one.Carrier))
                .Select(one => one.Carrier)];
            if (Holds(route) && left.Length > 0) return (route.Name, left);
        }

        return (null, [.. Carriers.Where(May)]);
    }

    private static RouteOptions AnyRoute(Random dice, string name)
    {
        var route = new RouteOptions { Name = name };
        AnyConditions(dice, route);
        foreach (string carrier in Carriers.Where(_ => dice.Next(2) == 0))
        {
            var on = new RouteCarrierOptions { Carrier = carrier, PartsMax = dice.Next(3) };
            if (dice.Next(3) == 0) AnyConditions(dice, on);
            route.Carriers.Add(on);
        }

        return route;
    }

    private static void AnyConditions(Random dice, RouteConditionOptions one)
    {
        if (dice.Next(3) == 0) one.Countries = [dice.Next(2) == 0 ? "GB" : "FR"];
        if (dice.Next(4) == 0) one.Prefixes = ["+4477", "+33"];
        if (dice.Next(4) == 0) one.Classes = ["Urgent", "Flash"];
        if (dice.Next(4) == 0) one.SenderIds = ["", "CLINIC"];
        if (dice.Next(4) == 0) one.SenderRules = ["1", "2"];
    }

    private static RouteQuestion AnyQuestion(Random dice) => new(
        PhoneNumber.FromE164(dice.Next(2) == 0 ? "+447700900123" : "+33639980001"),
        dice.Next(2) == 0 ? "" : "CLINIC", (SmsClass)dice.Next(3), dice.Next(4), dice.Next(1, 4), At)
    {
        Allowed = dice.Next(3) == 0 ? [Carriers[dice.Next(3)], Carriers[dice.Next(3)]] : [],
    };

    private static DateTimeOffset At { get; } = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    private static RouteSurroundings Around { get; } = new(Carriers, TimeZoneInfo.Utc, RegionOf, IsRegion);

    private static RouteQuestion Question() =>
        new(PhoneNumber.FromE164("+447700900123"), "", SmsClass.Normal, 1, 1, At);

    private static RouteCarrierOptions On(string carrier) => new() { Carrier = carrier };

    private static string? RegionOf(PhoneNumber number) =>
        number.E164.StartsWith("+44", StringComparison.Ordinal) ? "GB" : "FR";

    private static bool IsRegion(string region) => region is "GB" or "FR" or "DE";

    private static Router RouterOf(RouteOptions[] routes, RouteKnowledge? knows = null)
    {
        List<(string Key, string Wrong)> wrong = [];
        IReadOnlyList<Route> read = Route.Read(routes, Around, wrong);
        Assert.Empty(wrong);
        return new Router(read, Carriers, (knows ?? RouteKnowledge.None) with { RegionOf = RegionOf });
    }
}
