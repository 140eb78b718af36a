using EmailSms.Messages;
using EmailSms.Policy.Proof;
using EmailSms.Store;

namespace EmailSms.Policy;

/// <summary>
/// The white-list, closed where no rule opens it. The first rule that fits the sender, where the mail comes from and
/// how the recipient is written decides, and decides alone: where its destinations do not hold the number, or what it
/// demands is not there, no later and wider rule is asked.
/// </summary>
internal sealed class SenderRules
{
    private const string NoSender =
        "A mail without a sender, such as a bounce, is never made into an SMS.";

    private static readonly string Select = $"select {SenderRuleTable.Columns} from sender_rule";

    internal static readonly string SelectOne = $"{Select} where id = @id";

    private readonly SqliteStore _store;
    private readonly TimeProvider _time;
    private readonly SenderRuleCache _cache;

    public SenderRules(SqliteStore store, TimeProvider time)
    {
        (_store, _time) = (store, time);
        _cache = new SenderRuleCache(store, Find);
    }

    /// <summary>Writes a rule and gives it its id, where it has none yet.</summary>
    public SenderRule Add(StoreSession db, SenderRule rule)
    {
        long now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        long id = db.Add("sender_rule", "id", () => (long)db.Scalar(
            SenderRuleTable.Insert,
            [.. SenderRuleTable.Values(rule), ("@created_ms", now), ("@id", rule.Id == 0 ? null : rule.Id)])!);
        return rule with { Id = id };
    }

    /// <summary>Writes a rule over the one with its id. False: there was no such rule.</summary>
    public static bool Change(StoreSession db, SenderRule rule) => db.Change(
        "sender_rule", [("id", rule.Id)],
        () => db.Execute(SenderRuleTable.Update, [.. SenderRuleTable.Values(rule), ("@id", rule.Id)]) == 1);

    /// <summary>False: there was no such rule.</summary>
    public static bool Remove(StoreSession db, long id) => db.Change(
        "sender_rule", [("id", id)],
        () => db.Execute("delete from sender_rule where id = @id", ("@id", id)) == 1);

    /// <summary>All rules, in the order in which they are asked.</summary>
    public IReadOnlyList<SenderRule> List() =>
        _store.Read(ListFrom);

    /// <summary>The same on a connection of one's own.</summary>
    public static IReadOnlyList<SenderRule> ListFrom(StoreSession db) =>
        SenderRuleCache.InOrder(db.Rows(Select, SenderRuleTable.Read));

    /// <summary>The rule with this id, if there is one.</summary>
    public SenderRule? Find(long id) => _store.Read(db => Find(db, id));

    /// <summary>The same inside a write.</summary>
    public static SenderRule? Find(StoreSession db, long id) =>
        db.Rows(SelectOne, SenderRuleTable.Read, ("@id", id)).SingleOrDefault();

    /// <summary>What a rule owes to the people it texts, without the rest of it; null: there is no such rule.</summary>
    public ComplianceRules? ComplianceOf(long id) => _store.Read(db =>
        db.Scalar("select compliance from sender_rule where id = @id", ("@id", id)) is string json
            ? SenderRuleTable.ComplianceOf(json)
            : null);

    /// <summary>
    /// May this sender, from there, text this number? A sender of null is the null reverse-path, which is always
    /// refused: an SMS made of a bounce is the first half of a loop.
    /// </summary>
    public Verdict Decide(
        EmailAddress? sender, Origin origin, PhoneNumber to, WrittenRecipient? written = null,
        IReadOnlyList<string>? via = null)
    {
        Verdict verdict = DecideSender(sender, origin, to: written);
        return verdict is Verdict.Allowed { Rule: SenderRule rule } ? Decide(rule, origin, to, via ?? []) : verdict;
    }

    /// <summary>The same once the rule is known, with the proof that it asks for, as far as that is known.</summary>
    public static Verdict Decide(SenderRule rule, Origin origin, PhoneNumber to, IReadOnlyList<string> via) =>
        RuleProof.Of(rule, origin, hasToken: false) switch
        {
            RuleProof.Missing no =>
                new Verdict.Refused(rule, no.Sentence) { Code = no.Code, EnhancedCode = no.EnhancedCode },
            RuleProof.Open => new Verdict.Refused(rule, Unproven(rule)),
            _ => Decide(rule, to, via),
        };

    /// <summary>The same once the rule is known, and the names that lead to the number.</summary>
    public static Verdict Decide(SenderRule rule, PhoneNumber to, IReadOnlyList<string> via) =>
        rule.Destinations.Allows(to, via, out string why) ? new Verdict.Allowed(rule) : Stop(rule, why);

    /// <summary>The same before a number is known: is there a rule for this sender at all?</summary>
    /// <param name="sender">Null is the null reverse-path, which is always refused.</param>
    /// <param name="origin">Where the mail comes from.</param>
    /// <param name="pinned">The rule that the sender wants to be judged by, id or name; null for the first.</param>
    /// <param name="to">The recipient as it is written; null: not known yet.</param>
    public Verdict DecideSender(
        EmailAddress? sender, Origin origin, string? pinned = null, WrittenRecipient? to = null) =>
        Candidates(sender, origin, pinned, to, out Verdict.Refused? none) is [var first, ..]
            ? new Verdict.Allowed(first)
            : none!;

    /// <summary>
    /// The rules that may decide, in the order in which they are asked. Once the header is read and the recipient is
    /// known it is one; before, rules for a From header and rules for certain recipients stand before it.
    /// </summary>
    /// <param name="sender">Null is the null reverse-path, which has none.</param>
    /// <param name="origin">Where the mail comes from.</param>
    /// <param name="pinned">The rule that the sender wants to be judged by, id or name; null for the first.</param>
    /// <param name="to">The recipient as it is written; null: not known yet.</param>
    /// <param name="none">The refusal where there is none.</param>
    public IReadOnlyList<SenderRule> Candidates(
        EmailAddress? sender, Origin origin, string? pinned, WrittenRecipient? to, out Verdict.Refused? none)
    {
        none = null;
        if (sender is not { } known)
        {
            none = new Verdict.Refused(null, NoSender);
            return [];
        }

        IReadOnlyList<SenderRule> rules = _cache.For(known, origin);
        List<SenderRule> candidates = [];
        foreach (SenderRule rule in rules)
        {
            if (pinned is not null && !RuleName.Means(pinned, rule)) continue;
            if (!rule.Believes(origin) || (to is { } written && rule.For?.Matches(written) is false)) continue;
            candidates.Add(rule);
            bool isOpen = (rule.MatchesHeader && !origin.IsHeaderRead) || (rule.For is not null && to is null);
            if (!isOpen) break;
        }

        if (candidates.Count == 0) none = Stranger(known, origin, rules, pinned, to);
        return candidates;
    }

    /// <summary>Whether a rule that may decide would take SPF of the connection for proof.</summary>
    public bool NeedsSpf(EmailAddress? sender, Origin origin) =>
        sender is { } known && _cache.For(known, origin)
            .Any(rule => rule.Believes(origin) && RuleProof.NeedsSpf(rule, origin));

    /// <summary>
    /// What every rule says to such a mail, in the order in which they are asked, each with the names that lead to the
    /// number for it.
    /// </summary>
    public IReadOnlyList<RuleExplanation> Explain(
        EmailAddress sender, Origin origin, PhoneNumber to, WrittenRecipient? written = null,
        Func<SenderRule, IReadOnlyList<string>>? viaOf = null)
    {
        List<RuleExplanation> told = [];
        SenderRule? decided = null;
        foreach (SenderRule rule in List())
        {
            RuleExplanation next = Judge(rule, sender, origin, to, written, viaOf?.Invoke(rule) ?? []);
            bool decides = next.Step is RuleStep.Allows or RuleStep.Refuses;
            told.Add(decided is null || !decides ? next : new RuleExplanation(
                rule, RuleStep.NotReached, $"It is not asked: rule {decided.Id} has decided. {next.Sentence}"));
            if (decides) decided ??= rule;
        }

        return told;
    }

    private static Verdict.Refused Stranger(
        EmailAddress sender, Origin origin, IReadOnlyList<SenderRule> rules, string? pinned, WrittenRecipient? to)
    {
        if (pinned is not null && rules.Count > 0)
        {
            return new Verdict.Refused(
                null, $"No rule lets {sender} send SMS from {origin} under the name in the address.");
        }

        string hint = origin.User is null && rules.Any(rule => rule.User is not null)
            ? "; one does for a user who has authenticated" : "";
        bool isElsewhere = to is not null && rules.Any(rule => rule.For is not null && rule.Believes(origin));
        return new Verdict.Refused(null, rules.Count == 0
            ? $"No rule lets {sender} send SMS."
            : isElsewhere ? $"No rule lets {sender} send SMS from {origin} to a recipient that is written so."
            : $"No rule lets {sender} send SMS from {origin}{hint}.");
    }

    private static RuleExplanation Judge(
        SenderRule rule, EmailAddress sender, Origin origin, PhoneNumber to, WrittenRecipient? written,
        IReadOnlyList<string> via)
    {
        EmailAddress? named = rule.MatchesHeader ? origin.HeaderFrom : sender;
        if (named is not { } who || !rule.Sender.Matches(who))
        {
            string not = named is null ? "and none is given" : $"not for {named}";
            return new RuleExplanation(
                rule, RuleStep.OtherSender,
                $"It is for {rule.Sender}{(rule.MatchesHeader ? " in the From header" : "")}, {not}.");
        }

        if (!rule.Proofs.HasFlag(ProofKinds.Ip) && rule.Networks?.Contains(origin.Client) is false)
        {
            string client = new Origin(origin.Client).ToString();
            return new RuleExplanation(
                rule, RuleStep.OtherNetwork, $"{client} is not in its networks, {rule.Networks}.");
        }

        if (!rule.Proofs.HasFlag(ProofKinds.SmtpAuth) && rule.User is { } user && user != origin.User)
        {
            return new RuleExplanation(rule, RuleStep.OtherUser, origin.User is null
                ? $"It is for user {user}, and nobody has authenticated."
                : $"It is for user {user}, not for user {origin.User}.");
        }

        if (!rule.Believes(origin))
        {
            return new RuleExplanation(rule, RuleStep.OtherListener, $"It is for the listener {rule.Listener}.");
        }

        if (written is { } address && rule.For?.Matches(address) is false)
        {
            return new RuleExplanation(
                rule, RuleStep.OtherRecipient, $"It is for recipients that are written {rule.For}.");
        }

        switch (RuleProof.Of(rule, origin, hasToken: false))
        {
            case RuleProof.Missing no:
                return new RuleExplanation(rule, RuleStep.Refuses, $"It stops the SMS: {no.Sentence}.");
            case RuleProof.Open:
                return new RuleExplanation(rule, RuleStep.Refuses, $"It stops the SMS: {Unproven(rule)}");
        }

        return rule.Destinations.Allows(to, via, out string why)
            ? new RuleExplanation(rule, RuleStep.Allows, $"It lets the SMS through: {why}.")
            : new RuleExplanation(rule, RuleStep.Refuses, $"It stops the SMS: {why}.");
    }

    private static string Unproven(SenderRule rule) =>
        $"Sender rule {rule.Id} takes {FlagWords.Join(rule.Proofs)} for proof, which the mail itself has to bring.";

    private static Verdict.Refused Stop(SenderRule rule, string why) =>
        new(rule, $"Sender rule {rule.Id} does not let you text this number: {why}.");
}
