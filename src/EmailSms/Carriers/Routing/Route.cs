using EmailSms.Messages;

namespace EmailSms.Carriers.Routing;

/// <summary>One carrier of a route.</summary>
internal sealed record RouteEntry(RouteCandidate Candidate, RouteConditions Conditions);

/// <summary>What the settings of routes are read against.</summary>
/// <param name="Carriers">The carriers that there are.</param>
/// <param name="Zone">The zone of days and hours that name none.</param>
/// <param name="RegionOf">The country of a number; null: of none.</param>
/// <param name="IsRegion">Whether there is such a country.</param>
internal sealed record RouteSurroundings(
    IReadOnlyCollection<string> Carriers, TimeZoneInfo Zone, Func<PhoneNumber, string?> RegionOf,
    Func<string, bool> IsRegion)
{
    /// <summary>The network of a number, looked up on disk; null: it is not known.</summary>
    public Func<PhoneNumber, MobileNetwork?> NetworkOf { get; init; } = _ => null;
}

/// <summary>A route as it is used: read once from its settings.</summary>
internal sealed class Route
{
    private Route(RouteOptions options, RouteConditions conditions, IReadOnlyList<RouteEntry> entries)
    {
        (Options, Conditions, Entries) = (options, conditions, entries);
        AllOfThem = new RouteDecision(options.Name, [.. entries.Select(one => one.Candidate)]);
        IsPlain = options.Order is RouteOrder.Listed && entries.All(one => one.Conditions.AreNone);
    }

    public RouteOptions Options { get; }

    public string Name => Options.Name;

    public RouteConditions Conditions { get; }

    /// <summary>Its carriers, as listed.</summary>
    public IReadOnlyList<RouteEntry> Entries { get; }

    /// <summary>It orders every SMS alike, as <see cref="AllOfThem"/>.</summary>
    public bool IsPlain { get; }

    /// <summary>All of its carriers, as listed.</summary>
    public RouteDecision AllOfThem { get; }

    /// <summary>Every time that its conditions name.</summary>
    public IEnumerable<WeekHours> Times =>
        Entries.Select(one => one.Conditions.Times).Prepend(Conditions.Times).OfType<WeekHours>();

    /// <summary>
    /// Reads the routes, and notes everything that is wrong with them by its key, such as <c>0:Carriers:1:Carrier</c>.
    /// </summary>
    public static IReadOnlyList<Route> Read(
        IReadOnlyList<RouteOptions> routes, RouteSurroundings around, List<(string Key, string Wrong)> wrong)
    {
        List<Route> read = [];
        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < routes.Count; i++)
        {
            RouteOptions options = routes[i];
            string path = $"{i}:";
            if (options.Name.Length > 0 && !names.Add(options.Name))
            {
                wrong.Add(($"{path}{nameof(options.Name)}", $"another route is called {options.Name} already."));
            }

            RouteConditions conditions = ReadConditions(options, around, path, wrong);
            List<RouteEntry> entries = [];
            for (int j = 0; j < options.Carriers.Count; j++)
            {
                string place = $"{path}{nameof(options.Carriers)}:{j}:";
                if (ReadEntry(options.Carriers[j], around, place, wrong) is not { } entry) continue;
                if (entries.Exists(one => one.Candidate.Carrier == entry.Candidate.Carrier))
                {
                    wrong.Add(($"{place}{nameof(RouteCarrierOptions.Carrier)}",
                        $"{entry.Candidate.Carrier} is listed before; once is enough."));
                }

                entries.Add(entry);
            }

            read.Add(new Route(options, conditions, entries));
        }

        return read;
    }

    private static RouteEntry? ReadEntry(
        RouteCarrierOptions options, RouteSurroundings around, string path, List<(string Key, string Wrong)> wrong)
    {
        RouteConditions conditions = ReadConditions(options, around, path, wrong);
        if (options.PartsMax > 0) conditions.AddPartsMax(options.PartsMax);
        string? name = around.Carriers.FirstOrDefault(
            one => one.Equals(options.Carrier, StringComparison.OrdinalIgnoreCase));
        if (name is not null) return new RouteEntry(new RouteCandidate(name, options.Weight), conditions);
        if (options.Carrier.Length > 0)
        {
            wrong.Add(($"{path}{nameof(options.Carrier)}",
                $"there is no carrier {options.Carrier}; there are {string.Join(", ", around.Carriers)}."));
        }

        return null;
    }

    private static RouteConditions ReadConditions(
        RouteConditionOptions options, RouteSurroundings around, string path, List<(string Key, string Wrong)> wrong)
    {
        List<(string Key, string Wrong)> own = [];
        RouteConditions conditions = RouteConditions.Read(options, around, own);
        wrong.AddRange(own.Select(one => ($"{path}{one.Key}", one.Wrong)));
        return conditions;
    }
}
