using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace EmailSms.Policy;

/// <summary>How much a sender rule lets through; all of it counts what the rule itself let through.</summary>
internal sealed record RuleLimits
{
    public static RuleLimits None { get; } = new();

    /// <summary>Parts in all.</summary>
    public Allowances InAll { get; private init; } = Allowances.None;

    /// <summary>Parts of each of its senders.</summary>
    public Allowances PerSender { get; private init; } = Allowances.None;

    /// <summary>Parts to each number.</summary>
    public Allowances PerDestination { get; private init; } = Allowances.None;

    /// <summary>Parts to each country.</summary>
    public Allowances PerCountry { get; private init; } = Allowances.None;

    /// <summary>What they may cost.</summary>
    public Allowances Budget { get; private init; } = Allowances.NoBudget;

    /// <summary>Makes the limits of what somebody wrote, and adds what is wrong with it.</summary>
    public static RuleLimits Of(RuleLimitsDraft draft, List<string> wrong) => new()
    {
        InAll = Parts(draft.InAll, wrong),
        PerSender = Parts(draft.PerSender, wrong),
        PerDestination = Parts(draft.PerDestination, wrong),
        PerCountry = Parts(draft.PerCountry, wrong),
        Budget = Money(draft.Budget, wrong),
    };

    private static Allowances Parts(string text, List<string> wrong)
    {
        if (Allowances.TryParseParts(text, out Allowances? parts, out string? mistake)) return parts;
        wrong.Add(mistake);
        return Allowances.None;
    }

    private static Allowances Money(string text, List<string> wrong)
    {
        if (Allowances.TryParseMoney(text, out Allowances? money, out string? mistake)) return money;
        wrong.Add(mistake);
        return Allowances.NoBudget;
    }
}

/// <summary>The limits of a rule in words, as they are written and kept (JSON); empty is none.</summary>
internal sealed record RuleLimitsDraft
{
    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web);

    public string InAll { get; init; } = "";

    public string PerSender { get; init; } = "";

    public string PerDestination { get; init; } = "";

    public string PerCountry { get; init; } = "";

    public string Budget { get; init; } = "";

    public static RuleLimitsDraft Of(RuleLimits limits) => new()
    {
        InAll = limits.InAll.ToString(),
        PerSender = limits.PerSender.ToString(),
        PerDestination = limits.PerDestination.ToString(),
        PerCountry = limits.PerCountry.ToString(),
        Budget = limits.Budget.ToString(),
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
