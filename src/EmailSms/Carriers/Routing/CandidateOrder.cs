using EmailSms.Messages;

namespace EmailSms.Carriers.Routing;

/// <summary>Puts the carriers of a route into the order in which they are asked. Pure: like for like.</summary>
internal static class CandidateOrder
{
    /// <summary>The candidates in order, and what to say of it; equals stay as they are listed.</summary>
    public static List<RouteCandidate> Sort(
        RouteOptions route, List<RouteCandidate> candidates, RouteQuestion question, List<string>? steps)
    {
        List<RouteCandidate> sorted = route.Order switch
        {
            RouteOrder.Weighted => [.. candidates.OrderBy(one => Draw(question.To.E164, one.Carrier, one.Weight))],
            RouteOrder.Cheapest => [.. candidates.OrderBy(one => one.PricePerPart ?? decimal.MaxValue)],
            RouteOrder.Balanced => Balance(candidates, QualityShare(route, question)),
            _ => candidates,
        };
        if (route.Order is not (RouteOrder.Cheapest or RouteOrder.Balanced)) return sorted;
        double least = route.QualityMin / 100.0;
        List<RouteCandidate> poor = sorted.FindAll(one => one.Quality < least);
        if (poor.Count == 0 || poor.Count == sorted.Count) return sorted;
        bool isProbe = question.Class is not SmsClass.Urgent && question.Chance * 100 < route.ProbePercent;
        foreach (RouteCandidate one in poor)
        {
            string then = isProbe ? "; this SMS looks whether it is better" : " and comes last";
            steps?.Add($"{one.Carrier} has delivered less than {route.QualityMin} % lately{then}.");
        }

        sorted.RemoveAll(poor.Contains);
        if (isProbe) sorted.InsertRange(0, poor);
        else sorted.AddRange(poor);
        return sorted;
    }

    /// <summary>
    /// The place of a carrier in a weighted draw for a phone: the lowest goes first. Over many phones each carrier is
    /// first in proportion to its weight, and when one is left out its phones spread over the others in theirs.
    /// </summary>
    public static double Draw(string phone, string carrier, int weight)
    {
        const ulong Offset = 14695981039346656037; // FNV-1a, then the finish of SplitMix64: the same on every machine
        const ulong Prime = 1099511628211;
        ulong hash = Offset;
        foreach (char c in phone) hash = (hash ^ c) * Prime;
        foreach (char c in carrier) hash = (hash ^ c) * Prime;
        hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9;
        hash = (hash ^ (hash >> 27)) * 0x94d049bb133111eb;
        hash ^= hash >> 31;
        double chance = ((hash >> 11) + 1) / (double)(1UL << 53); // above 0, at most 1
        return -Math.Log(chance) / weight;
    }

    private static double QualityShare(RouteOptions route, RouteQuestion question) =>
        (question.Class is SmsClass.Urgent ? route.UrgentQualityPercent : route.QualityPercent) / 100.0;

    // Both in 0 to 1: the cheapest has 1 for its price, one that is twice as dear has a half. What is not known of
    // quality is taken for the best, so that it is tried; what is not known of price for the dearest that is known.
    private static List<RouteCandidate> Balance(List<RouteCandidate> candidates, double qualityShare)
    {
        decimal[] known = [.. candidates.Select(one => one.PricePerPart).OfType<decimal>()];
        double cheapest = known.Length > 0 ? (double)known.Min() : 0;
        double dearest = known.Length > 0 ? (double)known.Max() : 0;
        return [.. candidates.OrderByDescending(one => (qualityShare * (one.Quality ?? 1))
            + ((1 - qualityShare) * CheapnessOf(one.PricePerPart is { } price ? (double)price : dearest)))];

        double CheapnessOf(double price) => price <= 0 ? 1 : cheapest / price;
    }
}
