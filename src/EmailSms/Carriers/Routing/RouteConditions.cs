using System.Globalization;
using EmailSms.Messages;

namespace EmailSms.Carriers.Routing;

/// <summary>What an SMS must be, read from the settings: each condition with the sentence for when it is not.</summary>
internal sealed class RouteConditions
{
    private readonly List<Condition> _all = [];
    private readonly Func<PhoneNumber, string?> _regionOf;
    private readonly Func<PhoneNumber, MobileNetwork?> _networkOf;

    private RouteConditions(RouteSurroundings around) => (_regionOf, _networkOf) = (around.RegionOf, around.NetworkOf);

    /// <summary>The times that the settings name; null: they hold at any.</summary>
    public WeekHours? Times { get; private set; }

    /// <summary>There are none: every SMS fits.</summary>
    public bool AreNone => _all.Count == 0;

    /// <summary>Reads what is right, and notes what is wrong by its key.</summary>
    public static RouteConditions Read(
        RouteConditionOptions options, RouteSurroundings around, List<(string Key, string Wrong)> wrong)
    {
        var read = new RouteConditions(around);
        read.ReadDestination(options, around.IsRegion, wrong);
        read.ReadRules(options, wrong);
        read.ReadClasses(options, wrong);
        read.ReadTimes(options, around.Zone, wrong);
        if (options.SenderIds.Count > 0)
        {
            HashSet<string> ids = new(options.SenderIds, StringComparer.OrdinalIgnoreCase);
            string all = string.Join(", ", ids);
            read.Add(
                question => ids.Contains(question.SenderId),
                question => $"it shows {NameOf(question.SenderId)}, not {all}");
        }

        read.ReadNetworks(options, wrong); // last: where something else does not hold, none is looked up
        return read;
    }

    /// <summary>It takes no longer SMS.</summary>
    public void AddPartsMax(int most) =>
        Add(question => question.Parts <= most, question => $"it has {question.Parts} parts, more than {most}");

    /// <summary>Whether all of them hold.</summary>
    public bool Fit(RouteQuestion question)
    {
        foreach (Condition one in _all)
        {
            if (!one.Holds(question)) return false;
        }

        return true;
    }

    /// <summary>The first that does not hold, as the end of a sentence; null: all hold.</summary>
    public string? WhyNot(RouteQuestion question) => _all.Find(one => !one.Holds(question))?.Says(question);

    private void ReadDestination(
        RouteConditionOptions options, Func<string, bool> isRegion, List<(string Key, string Wrong)> wrong)
    {
        HashSet<string> countries = [];
        foreach (string country in options.Countries)
        {
            if (isRegion(country.ToUpperInvariant())) countries.Add(country.ToUpperInvariant());
            else wrong.Add((nameof(options.Countries), $"'{country}' is not a country in two letters such as GB."));
        }

        List<string> prefixes = [];
        foreach (string prefix in options.Prefixes)
        {
            bool isOne = prefix.Length is > 1 and <= 16 && prefix[0] == '+' && prefix[1..].All(char.IsAsciiDigit);
            if (isOne) prefixes.Add(prefix);
            else wrong.Add((nameof(options.Prefixes), $"'{prefix}' is no beginning of a number such as +4477."));
        }

        if (countries.Count > 0)
        {
            string all = string.Join(", ", countries);
            Add(
                question => countries.Contains(question.RegionBy(_regionOf)),
                question => question.RegionBy(_regionOf) is { Length: > 0 } region
                    ? $"it goes to {region}, not to {all}"
                    : $"its number is of no country, so not of {all}");
        }

        if (prefixes.Count > 0)
        {
            Add(
                question => prefixes.Exists(
                    prefix => question.To.E164.StartsWith(prefix, StringComparison.Ordinal)),
                _ => $"its number does not begin with {string.Join(", ", prefixes)}");
        }
    }

    private void ReadNetworks(RouteConditionOptions options, List<(string Key, string Wrong)> wrong)
    {
        HashSet<string> networks = [];
        foreach (string written in options.Networks)
        {
            if (IsNetwork(written)) networks.Add(written);
            else
            {
                wrong.Add((
                    nameof(options.Networks),
                    $"'{written}' is no network such as 234-10, nor all of a country such as 310-*."));
            }
        }

        if (networks.Count == 0) return;
        string all = string.Join(", ", networks);
        Add(
            question => question.NetworkBy(_networkOf) is { } network
                && (networks.Contains(network.ToString()) || networks.Contains($"{network.Mcc}-*")),
            question => question.NetworkBy(_networkOf) is { } network
                ? $"its phone is in network {network}, not in {all}"
                : $"network not known, so not {all}");
    }

    private static bool IsNetwork(string written) =>
        written.EndsWith("-*", StringComparison.Ordinal)
            ? MobileNetwork.Read($"{written[..^1]}00")?.Mcc.Length + 2 == written.Length
            : MobileNetwork.Read(written)?.ToString() == written;

    private void ReadRules(RouteConditionOptions options, List<(string Key, string Wrong)> wrong)
    {
        HashSet<long> rules = [];
        foreach (string rule in options.SenderRules)
        {
            if (long.TryParse(rule, NumberStyles.None, CultureInfo.InvariantCulture, out long id)) rules.Add(id);
            else wrong.Add((nameof(options.SenderRules), $"'{rule}' is not the number of a sender rule such as 3."));
        }

        if (rules.Count == 0) return;
        string all = string.Join(", ", rules);
        Add(
            question => question.RuleId is { } id && rules.Contains(id),
            question => question.RuleId is { } id
                ? $"it is of sender rule {id}, not of {all}"
                : $"it is of no sender rule, so not of {all}");
    }

    private void ReadClasses(RouteConditionOptions options, List<(string Key, string Wrong)> wrong)
    {
        HashSet<SmsClass> classes = [];
        foreach (string word in options.Classes)
        {
            if (Words<SmsClass>.TryParse(word, out SmsClass named))
            {
                classes.Add(named);
                continue;
            }

            wrong.Add((nameof(options.Classes), $"'{word}' is not one of normal, urgent, flash."));
        }

        if (classes.Count == 0) return;
        string all = string.Join(", ", classes.Select(TextOf));
        Add(
            question => classes.Contains(question.Class),
            question => $"its class is {TextOf(question.Class)}, not {all}");
    }

    private void ReadTimes(RouteConditionOptions options, TimeZoneInfo zone, List<(string Key, string Wrong)> wrong)
    {
        if (options.TimeZone.Length > 0 && !TimeZoneInfo.TryFindSystemTimeZoneById(options.TimeZone, out zone!))
        {
            wrong.Add((
                nameof(options.TimeZone), $"'{options.TimeZone}' is no zone of this machine such as Europe/London."));
            return;
        }

        if (options.Days.Length == 0 && options.Hours.Length == 0) return;
        if (options.Days.Length > 0 && WeekHours.DaysOf(options.Days) is null)
        {
            wrong.Add((nameof(options.Days), $"'{options.Days}' are no days such as mon-fri or sat sun."));
        }

        if (options.Hours.Length > 0 && WeekHours.HoursOf(options.Hours) is null)
        {
            wrong.Add((nameof(options.Hours), $"'{options.Hours}' are no hours such as 08:00-18:00."));
        }

        Times = WeekHours.Of(options.Days, options.Hours, zone);
        if (Times is not { } times) return;
        string when = $"{options.Days} {options.Hours}".Trim();
        Add(
            question => times.Contains(question.At),
            question => string.Create(
                CultureInfo.InvariantCulture,
                $"it is {TimeZoneInfo.ConvertTime(question.At, zone):ddd HH:mm} in {zone.Id}, not {when}"));
    }

    private void Add(Func<RouteQuestion, bool> holds, Func<RouteQuestion, string> says) =>
        _all.Add(new Condition(holds, says));

    private static string TextOf(SmsClass one) => one.ToString().ToLowerInvariant();

    private static string NameOf(string senderId) => senderId.Length > 0 ? senderId : "no sender ID of its own";

    private sealed record Condition(Func<RouteQuestion, bool> Holds, Func<RouteQuestion, string> Says);
}
