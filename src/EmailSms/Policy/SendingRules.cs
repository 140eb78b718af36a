using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using EmailSms.Messages;

namespace EmailSms.Policy;

/// <summary>Whether the phone can answer.</summary>
internal enum Answering
{
    /// <summary>As the sender ID has it.</summary>
    [Word("as-it-comes")]
    AsItComes,

    /// <summary>From a number always: what is letters is refused.</summary>
    [Word("always")]
    Always,

    /// <summary>The rule's own sender ID always, whatever conversation there is.</summary>
    [Word("never")]
    Never,
}

/// <summary>What a sender rule gives an SMS on its way: what it comes from, how it is carried, and by whom.</summary>
internal sealed record SendingRules
{
    public const int SenderIdsMax = 50;
    public const int CarriersMax = 20;

    public static SendingRules Usual { get; } = new();

    /// <summary>Of these each mailbox gets one with a phone, and keeps it; empty: the rule's one.</summary>
    public IReadOnlyList<string> Pool { get; private init; } = [];

    /// <summary>What an address may ask for with <c>+from=</c>; empty: anything, where the option is open.</summary>
    public IReadOnlyList<string> SenderIdsOpen { get; private init; } = [];

    public Answering Answering { get; private init; }

    /// <summary>How its SMS are carried where the address asks for nothing.</summary>
    public SmsClass Class { get; private init; }

    /// <summary>The carriers that may have its SMS; empty: all.</summary>
    public IReadOnlyList<string> Carriers { get; private init; } = [];

    /// <summary>An SMS to a country that nothing was sent to before waits for an admin.</summary>
    public bool HoldsNewCountries { get; private init; }

    /// <summary>Makes the rules of what somebody wrote, and adds what is wrong with it.</summary>
    public static SendingRules Of(SendingRulesDraft draft, string? senderId, List<string> wrong)
    {
        foreach (string id in draft.Pool.Concat(draft.SenderIdsOpen).Where(id => !SenderRuleDraft.IsSenderId(id)))
        {
            wrong.Add($"{id} is no sender ID: use a number with its plus sign, or up to 11 letters and digits.");
        }

        if (draft.Pool.Count > SenderIdsMax || draft.SenderIdsOpen.Count > SenderIdsMax)
        {
            wrong.Add($"A rule has at most {SenderIdsMax} sender IDs of a kind.");
        }

        if (draft.Pool.Count > 0 && senderId is not null) wrong.Add("A rule has one sender ID or a pool, not both.");
        if (draft.Carriers.Count > CarriersMax
            || draft.Carriers.Any(name => name.Any(c => c is < '!' or > '~' or ',')))
        {
            wrong.Add($"A rule names at most {CarriersMax} carriers, as the configuration does.");
        }

        if (!Words<Answering>.TryParse(draft.Answering, out Answering answering))
        {
            wrong.Add($"Whether phones can answer is one of {string.Join(", ", Words<Answering>.All)}.");
        }

        string[] own = senderId is null ? [.. draft.Pool] : [.. draft.Pool, senderId];
        if (answering is Answering.Always && own.Concat(draft.SenderIdsOpen).Any(id => !IsNumber(id)))
        {
            wrong.Add("A phone can answer numbers alone: take the letters out of the sender IDs.");
        }

        if (answering is Answering.Never && own.Length == 0)
        {
            wrong.Add("A rule whose SMS cannot be answered needs a sender ID.");
        }

        if (!Words<SmsClass>.TryParse(draft.Class, out SmsClass smsClass))
        {
            wrong.Add("The class is one of normal, urgent, flash.");
        }

        return new SendingRules
        {
            Pool = draft.Pool,
            SenderIdsOpen = draft.SenderIdsOpen,
            Answering = answering,
            Class = smsClass,
            Carriers = draft.Carriers,
            HoldsNewCountries = draft.HoldsNewCountries,
        };
    }

    /// <summary>Whether somebody can answer it.</summary>
    public static bool IsNumber(string senderId) => senderId.Length > 0 && !senderId.Any(char.IsAsciiLetter);
}

/// <summary>The same in words, as they are written and kept (JSON); a field that is missing has its default.</summary>
internal sealed record SendingRulesDraft
{
    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web);

    private static readonly string Usual = JsonSerializer.Serialize(new SendingRulesDraft(), Form);

    public IReadOnlyList<string> Pool { get; init; } = [];

    public IReadOnlyList<string> SenderIdsOpen { get; init; } = [];

    public string Answering { get; init; } = Words<Answering>.Of(Policy.Answering.AsItComes);

    /// <summary><c>normal</c>, <c>urgent</c> or <c>flash</c>.</summary>
    public string Class { get; init; } = "normal";

    public IReadOnlyList<string> Carriers { get; init; } = [];

    public bool HoldsNewCountries { get; init; }

    public static SendingRulesDraft Of(SendingRules rules) => new()
    {
        Pool = rules.Pool,
        SenderIdsOpen = rules.SenderIdsOpen,
        Answering = Words<Answering>.Of(rules.Answering),
        Class = rules.Class.ToString().ToLowerInvariant(),
        Carriers = rules.Carriers,
        HoldsNewCountries = rules.HoldsNewCountries,
    };

    /// <summary><c>{}</c> where all is as by default.</summary>
    public string ToJson()
    {
        string json = JsonSerializer.Serialize(this, Form);
        return json == Usual ? "{}" : json;
    }

    /// <summary>False for what this program, or a later one, did not write.</summary>
    public static bool TryFromJson(string json, string? senderId, [NotNullWhen(true)] out SendingRules? rules)
    {
        rules = json == "{}" ? SendingRules.Usual : null;
        if (rules is not null) return true;
        try
        {
            List<string> wrong = [];
            SendingRulesDraft? draft = JsonSerializer.Deserialize<SendingRulesDraft>(json, Form);
            rules = draft is null ? null : SendingRules.Of(draft, senderId, wrong);
            if (wrong.Count > 0) rules = null;
        }
        catch (JsonException)
        {
            rules = null;
        }

        return rules is not null;
    }
}
