using System.Data.Common;
using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.Policy;

/// <summary>
/// The white-list, closed where no rule opens it. The first rule that fits the sender and where the mail comes from
/// decides, and decides alone: where its destinations do not hold the number, no later and wider rule is asked.
/// </summary>
internal sealed class SenderRules(SqliteStore store, TimeProvider time)
{
    private const string NoSender =
        "A mail without a sender, such as a bounce, is never made into an SMS.";

    private const string Columns =
        """
        id, priority, sender, networks, destinations, notices, sender_id, default_region, parts_max, validity_ms,
        recipients_max, note, smtp_user, listener, text_rules, name, options, number_types, token_hash, time_zone,
        same_text_ms, storm_max, storm_window_ms, compliance
        """;

    internal const string SelectForSender =
        $"""
        select {Columns} from sender_rule where sender in (@address, @domain, '*')
         order by priority, case sender when @address then 0 when @domain then 1 else 2 end, id
        """;

    private const string SelectAll =
        $"""
        select {Columns} from sender_rule
         order by priority, case when sender = '*' then 2 when sender like '@%' then 1 else 0 end, id
        """;

    /// <summary>Writes a rule and gives it its id.</summary>
    public SenderRule Add(StoreSession db, SenderRule rule)
    {
        long id = (long)db.Scalar(
            """
            insert into sender_rule (priority, sender, networks, destinations, notices, sender_id, default_region,
                                     parts_max, validity_ms, recipients_max, created_ms, note, smtp_user, listener,
                                     text_rules, name, options, number_types, token_hash, time_zone, same_text_ms,
                                     storm_max, storm_window_ms, compliance)
            values (@priority, @sender, @networks, @destinations, @notices, @senderId, @defaultRegion,
                    @partsMax, @validityMs, @recipientsMax, @createdMs, @note, @user, @listener, @textRules,
                    @name, @options, @numberTypes, @token, @timeZone, @sameText, @stormMax, @stormWindow,
                    @compliance)
            returning id
            """,
            [.. Values(rule), ("@createdMs", time.GetUtcNow().ToUnixTimeMilliseconds())])!;
        return rule with { Id = id };
    }

    /// <summary>Writes a rule over the one with its id. False: there was no such rule.</summary>
    public static bool Change(StoreSession db, SenderRule rule) => db.Execute(
        """
        update sender_rule
           set priority = @priority, sender = @sender, networks = @networks, destinations = @destinations,
               notices = @notices, sender_id = @senderId, default_region = @defaultRegion, parts_max = @partsMax,
               validity_ms = @validityMs, recipients_max = @recipientsMax, note = @note, smtp_user = @user,
               listener = @listener, text_rules = @textRules, name = @name, options = @options,
               number_types = @numberTypes, token_hash = @token, time_zone = @timeZone, same_text_ms = @sameText,
               storm_max = @stormMax, storm_window_ms = @stormWindow, compliance = @compliance
         where id = @id
        """,
        [.. Values(rule), ("@id", rule.Id)]) == 1;

    /// <summary>False: there was no such rule.</summary>
    public static bool Remove(StoreSession db, long id) =>
        db.Execute("delete from sender_rule where id = @id", ("@id", id)) == 1;

    /// <summary>All rules, in the order in which they are asked.</summary>
    public IReadOnlyList<SenderRule> List() => store.Read(db => db.Query(SelectAll, Read));

    /// <summary>The rule with this id, if there is one.</summary>
    public SenderRule? Find(long id) => store.Read(db =>
        db.Query($"select {Columns} from sender_rule where id = @id", Read, ("@id", id))).SingleOrDefault();

    /// <summary>The rules for a sender, whatever their networks, in the order in which they are asked.</summary>
    public IReadOnlyList<SenderRule> Find(EmailAddress sender)
    {
        (string address, string domain) = SenderPattern.KeysOf(sender);
        return store.Read(db => db.Query(SelectForSender, Read, ("@address", address), ("@domain", domain)));
    }

    /// <summary>
    /// May this sender, from there, text this number? A sender of null is the null reverse-path, which is always
    /// refused: an SMS made of a bounce is the first half of a loop.
    /// </summary>
    public Verdict Decide(EmailAddress? sender, Origin origin, PhoneNumber to)
    {
        Verdict verdict = DecideSender(sender, origin);
        return verdict is Verdict.Allowed { Rule: SenderRule rule } ? Decide(rule, to, []) : verdict;
    }

    /// <summary>The same once the rule is known, and the names that lead to the number.</summary>
    public static Verdict Decide(SenderRule rule, PhoneNumber to, IReadOnlyList<string> via) =>
        rule.Destinations.Allows(to, via, out string why) ? new Verdict.Allowed(rule) : Stop(rule, why);

    /// <summary>The same before a number is known: is there a rule for this sender at all?</summary>
    /// <param name="sender">Null is the null reverse-path, which is always refused.</param>
    /// <param name="origin">Where the mail comes from.</param>
    /// <param name="pinned">The rule that the sender wants to be judged by, id or name; null for the first.</param>
    public Verdict DecideSender(EmailAddress? sender, Origin origin, string? pinned = null)
    {
        if (sender is not { } known) return new Verdict.Refused(null, NoSender);
        IReadOnlyList<SenderRule> rules = Find(known);
        foreach (SenderRule rule in rules)
        {
            if (pinned is not null && !RuleName.Means(pinned, rule)) continue;
            if (rule.Believes(origin)) return new Verdict.Allowed(rule);
        }

        if (pinned is not null && rules.Count > 0)
        {
            return new Verdict.Refused(
                null, $"No rule lets {known} send SMS from {origin} under the name in the address.");
        }

        string hint = origin.User is null && rules.Any(rule => rule.User is not null)
            ? "; one does for a user who has authenticated" : "";
        return new Verdict.Refused(null, rules.Count == 0
            ? $"No rule lets {known} send SMS."
            : $"No rule lets {known} send SMS from {origin}{hint}.");
    }

    /// <summary>What every rule says to such a mail, in the order in which they are asked.</summary>
    public IReadOnlyList<RuleExplanation> Explain(EmailAddress sender, Origin origin, PhoneNumber to)
    {
        List<RuleExplanation> told = [];
        SenderRule? decided = null;
        foreach (SenderRule rule in List())
        {
            RuleExplanation next = decided is null
                ? Judge(rule, sender, origin, to)
                : new RuleExplanation(rule, RuleStep.NotReached, $"It is not asked: rule {decided.Id} has decided.");
            if (next.Step is RuleStep.Allows or RuleStep.Refuses) decided = rule;
            told.Add(next);
        }

        return told;
    }

    private static RuleExplanation Judge(SenderRule rule, EmailAddress sender, Origin origin, PhoneNumber to)
    {
        if (!rule.Sender.Matches(sender))
        {
            return new RuleExplanation(rule, RuleStep.OtherSender, $"It is for {rule.Sender}, not for {sender}.");
        }

        if (rule.Networks?.Contains(origin.Client) is false)
        {
            string client = new Origin(origin.Client).ToString();
            return new RuleExplanation(
                rule, RuleStep.OtherNetwork, $"{client} is not in its networks, {rule.Networks}.");
        }

        if (rule.User is { } user && user != origin.User)
        {
            return new RuleExplanation(rule, RuleStep.OtherUser, origin.User is null
                ? $"It is for user {user}, and nobody has authenticated."
                : $"It is for user {user}, not for user {origin.User}.");
        }

        if (!rule.Believes(origin))
        {
            return new RuleExplanation(rule, RuleStep.OtherListener, $"It is for the listener {rule.Listener}.");
        }

        return rule.Destinations.Allows(to, out string why)
            ? new RuleExplanation(rule, RuleStep.Allows, $"It lets the SMS through: {why}.")
            : new RuleExplanation(rule, RuleStep.Refuses, $"It stops the SMS: {why}.");
    }

    private static Verdict.Refused Stop(SenderRule rule, string why) =>
        new(rule, $"Sender rule {rule.Id} does not let you text this number: {why}.");

    private static string Word(NoticeSetting notices) => notices switch
    {
        NoticeSetting.Never => "never",
        NoticeSetting.Failures => "failures",
        NoticeSetting.Always => "always",
        _ => throw new ArgumentOutOfRangeException(nameof(notices)),
    };

    private static (string Name, object? Value)[] Values(SenderRule rule) =>
    [
        ("@priority", rule.Priority), ("@sender", rule.Sender.Key), ("@networks", rule.Networks?.ToString() ?? ""),
        ("@destinations", rule.Destinations.ToString()), ("@notices", Word(rule.Notices)),
        ("@senderId", rule.SenderId), ("@defaultRegion", rule.DefaultRegion), ("@partsMax", rule.PartsMax),
        ("@validityMs", (long)rule.Validity.TotalMilliseconds), ("@recipientsMax", rule.RecipientsMax),
        ("@note", rule.Note), ("@user", rule.User), ("@listener", rule.Listener),
        ("@textRules", TextRulesDraft.Of(rule.Text).ToJson()),
        ("@name", rule.Name), ("@options", FlagWords.Join(rule.Options)),
        ("@numberTypes", FlagWords.Join(rule.NumberTypes)), ("@token", rule.Token?.ToString()),
        ("@timeZone", rule.TimeZone), ("@sameText", (long)rule.Repeats.SameTextWindow.TotalMilliseconds),
        ("@stormMax", rule.Repeats.StormMax),
        ("@stormWindow", (long)rule.Repeats.StormWindow.TotalMilliseconds),
        ("@compliance", rule.Compliance.ToJson()),
    ];

    private static SenderRule Read(DbDataReader row)
    {
        // Only the form is looked at here. What a draft is refused for besides, such as a public mail domain, may grow
        // with a version, and must not make yesterday's rules unreadable.
        string? user = row.IsDBNull(12) ? null : row.GetString(12);
        NetworkList? networks = null;
        if (!SenderPattern.TryParse(row.GetString(2), out SenderPattern sender, out _)
            || ((user is null || row.GetString(3).Length > 0)
                && !NetworkList.TryParse(row.GetString(3), out networks, out _))
            || !Destinations.TryParse(row.GetString(4), out Destinations? destinations, out _)
            || !StoredTextRules.TryRead(row.GetString(14), out TextRules? text)
            || !ComplianceRules.TryFromJson(row.GetString(23), out ComplianceRules? compliance))
        {
            throw new StoreException($"Sender rule {row.GetInt64(0)} in the database is not valid.", isFull: false);
        }

        return new SenderRule(sender, networks, destinations)
        {
            Id = row.GetInt64(0),
            Priority = row.GetInt32(1),
            Notices = Enum.Parse<NoticeSetting>(row.GetString(5), ignoreCase: true),
            SenderId = row.IsDBNull(6) ? null : row.GetString(6),
            Repeats = new RepeatRules(
                TimeSpan.FromMilliseconds(row.GetInt64(20)), row.GetInt32(21),
                TimeSpan.FromMilliseconds(row.GetInt64(22))),
            DefaultRegion = row.IsDBNull(7) ? null : row.GetString(7),
            PartsMax = row.GetInt32(8),
            Validity = TimeSpan.FromMilliseconds(row.GetInt64(9)),
            RecipientsMax = row.GetInt32(10),
            Note = row.IsDBNull(11) ? null : row.GetString(11),
            User = user,
            Listener = row.IsDBNull(13) ? null : row.GetString(13),
            Text = text,
            Compliance = compliance,
            Name = row.IsDBNull(15) ? null : row.GetString(15),
            Options = FlagWords.Parse<RecipientOption>(row.GetString(16), out _),
            NumberTypes = FlagWords.Parse<NumberTypes>(row.GetString(17), out _),
            Token = row.IsDBNull(18) ? null : RuleToken.Parse(row.GetString(18)),
            TimeZone = row.IsDBNull(19) ? null : row.GetString(19),
        };
    }
}
