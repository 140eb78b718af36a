using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace EmailSms.Policy;

/// <summary>How much a sender rule lets through; all of it counts what the rule itself let through.</summary>
internal sealed class RuleLimits
{
    private RuleLimits(IReadOnlyList<ScopedLimit> all)
    {
        All = all;
        HasBudget = all.Any(one => one.Max.IsMoney);
    }

    public static RuleLimits None { get; } = new([]);

    /// <summary>Those that there are; none is empty.</summary>
    public IReadOnlyList<ScopedLimit> All { get; }

    /// <summary>Whether it has to know what an SMS costs.</summary>
    public bool HasBudget { get; }

    /// <summary>Makes the limits of what somebody wrote, and adds what is wrong with it.</summary>
    public static RuleLimits Of(RuleLimitsDraft draft, List<string> wrong) => new(Read(
        [
            (LimitScope.All, draft.InAll), (LimitScope.User, draft.PerUser), (LimitScope.Sender, draft.PerSender),
            (LimitScope.Destination, draft.PerDestination), (LimitScope.Country, draft.PerCountry),
        ],
        [
            (LimitScope.All, draft.Budget), (LimitScope.User, draft.BudgetPerUser),
            (LimitScope.Sender, draft.BudgetPerSender), (LimitScope.Destination, draft.BudgetPerDestination),
            (LimitScope.Country, draft.BudgetPerCountry),
        ],
        wrong));

    /// <summary>Takes limits of parts and budgets, each with its scope, and leaves out what is empty.</summary>
    public static IReadOnlyList<ScopedLimit> Read(
        IEnumerable<(LimitScope Scope, string Text)> parts, IEnumerable<(LimitScope Scope, string Text)> money,
        List<string> wrong)
    {
        List<ScopedLimit> all = [];
        foreach ((LimitScope scope, string text) in parts)
        {
            if (!Allowances.TryParseParts(text, out Allowances? max, out string? mistake)) wrong.Add(mistake);
            else if (max.All.Count > 0) all.Add(new ScopedLimit(scope, max));
        }

        foreach ((LimitScope scope, string text) in money)
        {
            if (!Allowances.TryParseMoney(text, out Allowances? max, out string? mistake)) wrong.Add(mistake);
            else if (max.All.Count > 0) all.Add(new ScopedLimit(scope, max));
        }

        return all;
    }

    /// <summary>A limit as it is written; empty: there is none.</summary>
    public string Text(LimitScope scope, bool isMoney) =>
        All.FirstOrDefault(one => one.Scope == scope && one.Max.IsMoney == isMoney)?.Max.ToString() ?? "";
}

/// <summary>The limits of a rule in words, as they are written and kept (JSON); empty is none.</summary>
internal sealed record RuleLimitsDraft
{
    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web);

    /// <summary>Of all that the rule lets through.</summary>
    public string InAll { get; init; } = "";

    /// <summary>Of each account that has authenticated.</summary>
    public string PerUser { get; init; } = "";

    public string PerSender { get; init; } = "";

    public string PerDestination { get; init; } = "";

    public string PerCountry { get; init; } = "";

    /// <summary>What all of it may cost.</summary>
    public string Budget { get; init; } = "";

    public string BudgetPerUser { get; init; } = "";

    public string BudgetPerSender { get; init; } = "";

    public string BudgetPerDestination { get; init; } = "";

    public string BudgetPerCountry { get; init; } = "";

    public static RuleLimitsDraft Of(RuleLimits limits) => new()
    {
        InAll = limits.Text(LimitScope.All, isMoney: false),
        PerUser = limits.Text(LimitScope.User, isMoney: false),
        PerSender = limits.Text(LimitScope.Sender, isMoney: false),
        PerDestination = limits.Text(LimitScope.Destination, isMoney: false),
        PerCountry = limits.Text(LimitScope.Country, isMoney: false),
        Budget = limits.Text(LimitScope.All, isMoney: true),
        BudgetPerUser = limits.Text(LimitScope.User, isMoney: true),
        BudgetPerSender = limits.Text(LimitScope.Sender, isMoney: true),
        BudgetPerDestination = limits.Text(LimitScope.Destination, isMoney: true),
        BudgetPerCountry = limits.Text(LimitScope.Country, isMoney: true),
    };

    /// <summary><c>{}</c> where there are none.</summary>
    public string ToJson() => this == new RuleLimitsDraft() ? "{}" : JsonSerializer.Serialize(this, Form);

    /// <summary>False for what this program, or a later one, did not write.</summary>
    public static bool TryFromJson(string json, [NotNullWhen(true)] out RuleLimits? limits)
    {
        limits = json == "{}" ? RuleLimits.None : null;
        if (limits is not null) return true;
        try
        {
            List<string> wrong = [];
            RuleLimitsDraft? draft = JsonSerializer.Deserialize<RuleLimitsDraft>(json, Form);
            limits = draft is null ? null : RuleLimits.Of(draft, wrong);
            if (wrong.Count > 0) limits = null;
        }
        catch (JsonException)
        {
            limits = null;
        }

        return limits is not null;
    }
}
