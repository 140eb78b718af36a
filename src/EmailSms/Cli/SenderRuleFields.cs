using System.Globalization;
using System.Text.Json;
using EmailSms.Messages;
using EmailSms.Policy;

namespace EmailSms.Cli;

/// <summary>A sender rule as a row of a file: one line here for each column, of CSV and of JSON alike.</summary>
internal static class SenderRuleFields
{
    /// <summary>The number of the rule, which the rule itself does not write down.</summary>
    public const string Id = "id";

    private static readonly Field[] All =
    [
        Number("priority", draft => draft.Priority, (draft, value) => draft with { Priority = value }),
        Text("from", draft => draft.Sender, (draft, value) => draft with { Sender = value }),
        Words("match", ["envelope", "header"], draft => draft.MatchesHeader ? "header" : "envelope",
            (draft, value) => draft with { MatchesHeader = value == "header" }),
        Text("for", draft => draft.For, (draft, value) => draft with { For = value }),
        Text("network", draft => draft.Networks, (draft, value) => draft with { Networks = value }),
        Text("user", draft => draft.User, (draft, value) => draft with { User = value }),
        Text("listener", draft => draft.Listener, (draft, value) => draft with { Listener = value }),
        Text("proof", draft => draft.Proofs, (draft, value) => draft with { Proofs = value }),
        YesNo("dmarc_relaxed", draft => draft.IsRelaxed, (draft, value) => draft with { IsRelaxed = value }),
        Text("to", draft => draft.Destinations, (draft, value) => draft with { Destinations = value }),
        Text("number_types", draft => draft.NumberTypes, (draft, value) => draft with { NumberTypes = value }),
        Words("notices", [.. Enum.GetNames<NoticeSetting>().Select(word => word.ToLowerInvariant())],
            draft => draft.Notices.ToString().ToLowerInvariant(),
            (draft, value) => draft with { Notices = Enum.Parse<NoticeSetting>(value, ignoreCase: true) }),
        Text("mail_language", draft => draft.MailLanguage, (draft, value) => draft with { MailLanguage = value }),
        Text("sender_id", draft => draft.SenderId, (draft, value) => draft with { SenderId = value }),
        List("sender_pool", draft => draft.Sending.Pool,
            (draft, value) => draft with { Sending = draft.Sending with { Pool = value } }),
        List("allow_sender_ids", draft => draft.Sending.SenderIdsOpen,
            (draft, value) => draft with { Sending = draft.Sending with { SenderIdsOpen = value } }),
        Text("answers", draft => draft.Sending.Answering,
            (draft, value) => draft with { Sending = draft.Sending with { Answering = value } }),
        Text("class", draft => draft.Sending.Class,
            (draft, value) => draft with { Sending = draft.Sending with { Class = value } }),
        List("carriers", draft => draft.Sending.Carriers,
            (draft, value) => draft with { Sending = draft.Sending with { Carriers = value } }),
        YesNo("hold_new_countries", draft => draft.Sending.HoldsNewCountries,
            (draft, value) => draft with { Sending = draft.Sending with { HoldsNewCountries = value } }),
        Text("region", draft => draft.DefaultRegion, (draft, value) => draft with { DefaultRegion = value }),
        Text("time_zone", draft => draft.TimeZone, (draft, value) => draft with { TimeZone = value }),
        Number("parts", draft => draft.PartsMax, (draft, value) => draft with { PartsMax = value }),
        Number("recipients", draft => draft.RecipientsMax, (draft, value) => draft with { RecipientsMax = value }),
        Time("validity", draft => draft.Validity, (draft, value) => draft with { Validity = value }),
        Text("limit", draft => draft.Limits.InAll,
            (draft, value) => draft with { Limits = draft.Limits with { InAll = value } }),
        Text("limit_per_user", draft => draft.Limits.PerUser,
            (draft, value) => draft with { Limits = draft.Limits with { PerUser = value } }),
        Text("limit_per_sender", draft => draft.Limits.PerSender,
            (draft, value) => draft with { Limits = draft.Limits with { PerSender = value } }),
        Text("limit_per_destination", draft => draft.Limits.PerDestination,
            (draft, value) => draft with { Limits = draft.Limits with { PerDestination = value } }),
        Text("limit_per_country", draft => draft.Limits.PerCountry,
            (draft, value) => draft with { Limits = draft.Limits with { PerCountry = value } }),
        Text("budget", draft => draft.Limits.Budget,
            (draft, value) => draft with { Limits = draft.Limits with { Budget = value } }),
        Text("budget_per_user", draft => draft.Limits.BudgetPerUser,
            (draft, value) => draft with { Limits = draft.Limits with { BudgetPerUser = value } }),
        Text("budget_per_sender", draft => draft.Limits.BudgetPerSender,
            (draft, value) => draft with { Limits = draft.Limits with { BudgetPerSender = value } }),
        Text("budget_per_destination", draft => draft.Limits.BudgetPerDestination,
            (draft, value) => draft with { Limits = draft.Limits with { BudgetPerDestination = value } }),
        Text("budget_per_country", draft => draft.Limits.BudgetPerCountry,
            (draft, value) => draft with { Limits = draft.Limits with { BudgetPerCountry = value } }),
        Text("name", draft => draft.Name, (draft, value) => draft with { Name = value }),
        Text("options", draft => draft.Options, (draft, value) => draft with { Options = value }),
        new("token", _ => null, (draft, value) => draft with { Token = value }, "a token"),
        new("token_hash", draft => draft.KeptToken?.ToString(), TokenHash, "the hash of a token, as export writes it"),
        Time("same_text_window", draft => draft.Repeats.SameTextWindow,
            (draft, value) => draft with { Repeats = draft.Repeats with { SameTextWindow = value } }),
        Number("storm_after", draft => draft.Repeats.StormMax,
            (draft, value) => draft with { Repeats = draft.Repeats with { StormMax = value } }),
        Time("storm_window", draft => draft.Repeats.StormWindow,
            (draft, value) => draft with { Repeats = draft.Repeats with { StormWindow = value } }),
        new("text", draft => draft.Text.ToJson(), TextRules, "JSON, as export writes it"),
        new("compliance", draft => draft.Compliance.ToJson(), Compliance, "JSON, as export writes it"),
        Text("note", draft => draft.Note, (draft, value) => draft with { Note = value }),
    ];

    /// <summary>The columns, the number first.</summary>
    public static IReadOnlyList<string> Columns { get; } = [Id, .. All.Select(field => field.Name)];

    /// <summary>The fields of a rule, each by its column; what is empty has the default, or is none.</summary>
    public static IReadOnlyList<string> Write(SenderRule rule)
    {
        var draft = SenderRuleDraft.Of(rule);
        return [rule.Id.ToString(CultureInfo.InvariantCulture), .. All.Select(field => field.Get(draft) ?? "")];
    }

    /// <summary>The draft that the fields make; what is wrong with their form is added, a sentence each.</summary>
    public static SenderRuleDraft Read(IReadOnlyDictionary<string, string> fields, List<string> wrong)
    {
        var draft = new SenderRuleDraft();
        foreach (Field field in All)
        {
            if (!fields.TryGetValue(field.Name, out string? value) || value.Length == 0) continue;
            if (field.Set(draft, value) is { } next) draft = next;
            else wrong.Add($"{field.Name}: '{value}' is not {field.Wants}.");
        }

        return draft;
    }

    private static Field Text(
        string name, Func<SenderRuleDraft, string?> get, Func<SenderRuleDraft, string, SenderRuleDraft> set) =>
        new(name, get, set, "a text");

    private static Field Words(
        string name, string[] words, Func<SenderRuleDraft, string?> get,
        Func<SenderRuleDraft, string, SenderRuleDraft> set) => new(
            name, get,
            (draft, value) => words.Contains(value.ToLowerInvariant()) ? set(draft, value.ToLowerInvariant()) : null,
            $"one of {string.Join(", ", words)}");

    private static Field YesNo(
        string name, Func<SenderRuleDraft, bool> get, Func<SenderRuleDraft, bool, SenderRuleDraft> set) => new(
            name, draft => get(draft) ? "true" : "",
            (draft, value) => bool.TryParse(value, out bool yes) ? set(draft, yes) : null, "true or false");

    private static Field Number(
        string name, Func<SenderRuleDraft, int> get, Func<SenderRuleDraft, int, SenderRuleDraft> set) => new(
            name, draft => get(draft).ToString(CultureInfo.InvariantCulture),
            (draft, value) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                ? set(draft, number)
                : null,
            "a whole number");

    private static Field Time(
        string name, Func<SenderRuleDraft, TimeSpan> get, Func<SenderRuleDraft, TimeSpan, SenderRuleDraft> set) =>
        new(
            name, draft => get(draft).ToString("c", CultureInfo.InvariantCulture),
            (draft, value) => TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out TimeSpan time)
                ? set(draft, time)
                : null,
            "a time such as 02:00:00 or 1.00:00:00");

    private static Field List(
        string name, Func<SenderRuleDraft, IReadOnlyList<string>> get,
        Func<SenderRuleDraft, IReadOnlyList<string>, SenderRuleDraft> set) => new(
            name, draft => string.Join(',', get(draft)),
            (draft, value) => set(
                draft, value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)),
            "a list parted by commas");

    private static SenderRuleDraft? TokenHash(SenderRuleDraft draft, string value)
    {
        try
        {
            return draft with { KeptToken = RuleToken.Parse(value) };
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static SenderRuleDraft? TextRules(SenderRuleDraft draft, string value) =>
        IsObject(value) && TextRulesDraft.TryFromJson(value, out TextRulesDraft? text)
            ? draft with { Text = text } : null;

    private static SenderRuleDraft? Compliance(SenderRuleDraft draft, string value) =>
        IsObject(value) && ComplianceRules.TryFromJson(value, out ComplianceRules? rules)
            ? draft with { Compliance = rules } : null;

    private static bool IsObject(string json)
    {
        try
        {
            using var read = JsonDocument.Parse(json);
            return read.RootElement.ValueKind is JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>A column: what stands in it, and the draft with it; null: it is of another form.</summary>
    private sealed record Field(
        string Name, Func<SenderRuleDraft, string?> Get, Func<SenderRuleDraft, string, SenderRuleDraft?> Set,
        string Wants);
}
