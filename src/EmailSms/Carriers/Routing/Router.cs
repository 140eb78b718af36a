using System.Globalization;

namespace EmailSms.Carriers.Routing;

/// <summary>
/// Says which carriers an SMS may take, in which order. Pure: the same question has the same answer. It reads memory
/// alone, but for a route that asks for the network of the phone, which is one look at the disk.
/// <code>
///   a number of ours that a carrier owns ── that one alone
///   the first route that fits ── its carriers, but those whose conditions say no ── in its order
///   no route fits ── all carriers, in the order of their names
///        └── of these, those that the sender rule names ── none left of a route? the next one that fits
/// </code>
/// Whether a carrier takes SMS at this moment is another question, which <see cref="Pick"/> asks of each in turn.
/// </summary>
internal sealed class Router
{
    private readonly IReadOnlyList<Route> _routes;
    private readonly RouteKnowledge _knows;
    private readonly RouteDecision _all;

    /// <param name="routes">The routes, read and right.</param>
    /// <param name="carriers">All carriers, in the order of the configuration.</param>
    /// <param name="knowledge">What is known beside the configuration.</param>
    public Router(IReadOnlyList<Route> routes, IEnumerable<string> carriers, RouteKnowledge knowledge)
    {
        (_routes, _knows) = (routes, knowledge);
        _all = new RouteDecision(null, [.. carriers.Select(name => new RouteCandidate(name))]);
    }

    /// <summary>Who may have an SMS, in order. The steps, if wanted, say why in sentences.</summary>
    public RouteDecision Decide(RouteQuestion question, List<string>? steps = null)
    {
        if (question.StaysWith is { } stays && _all.Candidates.Any(one => IsSame(one.Carrier, stays)))
        {
            steps?.Add($"It stays with {stays}, which may have sent it or has some of its parts.");
            return Only(stays);
        }

        if (_knows.OwnerOf(question.SenderId) is { } owner && _all.Candidates.Any(one => IsSame(one.Carrier, owner)))
        {
            steps?.Add($"{question.SenderId} is a number of {owner}, which alone may send from it.");
            return Narrow(Only(owner), question, steps);
        }

        foreach (Route route in _routes)
        {
            if (!route.Conditions.Fit(question))
            {
                steps?.Add($"Route {route.Name} does not fit: {route.Conditions.WhyNot(question)}.");
                continue;
            }

            steps?.Add($"Route {route.Name} fits.");
            RouteDecision decision = route.IsPlain && question.Allowed.Count == 0
                ? route.AllOfThem
                : Narrow(new RouteDecision(route.Name, FittingOf(route, question, steps)), question, steps);
            if (decision.Candidates.Count == 0)
            {
                steps?.Add($"Route {route.Name} leaves no carrier and is passed over.");
                continue;
            }

            return route.IsPlain ? Told(decision, steps) : Ordered(route, decision, question, steps);
        }

        steps?.Add(_routes.Count == 0
            ? "There are no routes: carriers are asked in the order of their names."
            : "No route is left: carriers are asked in the order of their names.");
        return Told(Narrow(_all, question, steps), steps);
    }

    /// <summary>The first candidate that takes an SMS now; null: none does.</summary>
    /// <param name="decision">The candidates.</param>
    /// <param name="whyNot">Why one takes none, as a predicate such as "is paused"; null: it does.</param>
    /// <param name="steps">Says it in sentences, if wanted.</param>
    public static RouteCandidate? Pick(
        RouteDecision decision, Func<string, string?> whyNot, List<string>? steps = null)
    {
        IReadOnlyList<RouteCandidate> candidates = decision.Candidates;
        for (int i = 0; i < candidates.Count; i++)
        {
            if (whyNot(candidates[i].Carrier) is not { } why) return candidates[i];
            steps?.Add($"{candidates[i].Carrier} {why}.");
        }

        return null;
    }

    /// <summary>The next moment at which routes may answer otherwise by the clock alone; null: they never do.</summary>
    public DateTimeOffset? NextEdge(DateTimeOffset after) => _routes
        .SelectMany(route => route.Times)
        .Select(times => (DateTimeOffset?)times.NextEdge(after))
        .Min();

    private RouteDecision Only(string carrier) =>
        new(null, [.. _all.Candidates.Where(one => IsSame(one.Carrier, carrier))]);

    private static List<RouteCandidate> FittingOf(Route route, RouteQuestion question, List<string>? steps)
    {
        List<RouteCandidate> fitting = [];
        foreach (RouteEntry entry in route.Entries)
        {
            if (entry.Conditions.Fit(question)) fitting.Add(entry.Candidate);
            else steps?.Add($"{entry.Candidate.Carrier} is left out: {entry.Conditions.WhyNot(question)}.");
        }

        return fitting;
    }

    private static RouteDecision Narrow(RouteDecision decision, RouteQuestion question, List<string>? steps)
    {
        if (question.Allowed.Count == 0) return decision;
        List<RouteCandidate> left = [.. decision.Candidates.Where(
            one => question.Allowed.Contains(one.Carrier, StringComparer.OrdinalIgnoreCase))];
        if (steps is not null && left.Count < decision.Candidates.Count)
        {
            steps.Add($"The sender rule allows {string.Join(", ", question.Allowed)} alone.");
        }

        return decision with { Candidates = left };
    }

    private RouteDecision Ordered(
        Route route, RouteDecision decision, RouteQuestion question, List<string>? steps)
    {
        List<RouteCandidate> known = [.. decision.Candidates];
        if (route.Options.Order is RouteOrder.Cheapest or RouteOrder.Balanced)
        {
            string region = question.RegionBy(_knows.RegionOf);
            known = known.ConvertAll(one => one with
            {
                PricePerPart = _knows.PricePerPart(one.Carrier, question.To, question.At),
                Quality = _knows.Quality(one.Carrier, region.Length > 0 ? region : null),
            });
        }

        return Told(
            decision with { Candidates = CandidateOrder.Sort(route.Options, known, question, steps) }, steps,
            route.Options.Order);
    }

    private static RouteDecision Told(
        RouteDecision decision, List<string>? steps, RouteOrder order = RouteOrder.Listed)
    {
        if (steps is null) return decision;
        if (decision.Candidates.Count == 0) steps.Add("No carrier is left.");
        else
        {
            string how = order is RouteOrder.Listed ? "as listed" : order.ToString().ToLowerInvariant();
            steps.Add($"In this order ({how}): {string.Join(", then ", decision.Candidates.Select(TextOf))}.");
        }

        return decision;
    }

    private static string TextOf(RouteCandidate one)
    {
        List<string> known = [];
        if (one.PricePerPart is { } price) known.Add(string.Create(CultureInfo.InvariantCulture, $"{price} a part"));
        if (one.Quality is { } quality)
        {
            known.Add(string.Create(CultureInfo.InvariantCulture, $"quality {quality * 100:0} %"));
        }

        return known.Count == 0 ? one.Carrier : $"{one.Carrier} ({string.Join(", ", known)})";
    }

    private static bool IsSame(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);
}
