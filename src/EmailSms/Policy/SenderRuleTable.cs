using System.Collections.Frozen;
using EmailSms.Messages;
using EmailSms.Policy.Proof;
using EmailSms.Store;

namespace EmailSms.Policy;

/// <summary>How a sender rule lies in its table: one line here for each column.</summary>
internal static class SenderRuleTable
{
    private static readonly (string Column, Func<SenderRule, object?> Of)[] Fields =
    [
        ("priority", rule => rule.Priority),
        ("sender", rule => rule.Sender.Key),
        ("match_header", rule => rule.MatchesHeader ? 1 : 0),
        ("networks", rule => rule.Networks?.ToString() ?? ""),
        ("smtp_user", rule => rule.User),
        ("listener", rule => rule.Listener),
        ("proofs", rule => FlagWords.Join(rule.Proofs)),
        ("is_relaxed", rule => rule.IsRelaxed ? 1 : 0),
        ("recipient_pattern", rule => rule.For?.ToString()),
        ("destinations", rule => rule.Destinations.ToString()),
        ("number_types", rule => FlagWords.Join(rule.NumberTypes)),
        ("name", rule => rule.Name),
        ("options", rule => FlagWords.Join(rule.Options)),
        ("token_hash", rule => rule.Token?.ToString()),
        ("notices", rule => Word(rule.Notices)),
        ("mail_language", rule => rule.MailLanguage),
        ("sender_id", rule => rule.SenderId),
        ("default_region", rule => rule.DefaultRegion),
        ("time_zone", rule => rule.TimeZone),
        ("parts_max", rule => rule.PartsMax),
        ("validity_ms", rule => (long)rule.Validity.TotalMilliseconds),
        ("recipients_max", rule => rule.RecipientsMax),
        ("text_rules", rule => TextRulesDraft.Of(rule.Text).ToJson()),
        ("same_text_ms", rule => (long)rule.Repeats.SameTextWindow.TotalMilliseconds),
        ("storm_max", rule => rule.Repeats.StormMax),
        ("storm_window_ms", rule => (long)rule.Repeats.StormWindow.TotalMilliseconds),
        ("sending", rule => SendingRulesDraft.Of(rule.Sending).ToJson()),
        ("limits", rule => RuleLimitsDraft.Of(rule.Limits).ToJson()),
        ("compliance", rule => rule.Compliance.ToJson()),
        ("note", rule => rule.Note),
    ];

    // Where each stands in Columns, behind the id.
    private static readonly FrozenDictionary<string, int> At =
        Fields.Select((one, i) => KeyValuePair.Create(one.Column, i + 1)).ToFrozenDictionary();

    private static readonly KeptReadings<NetworkList> Networks =
        new(text => NetworkList.TryParse(text, out NetworkList? read, out _) ? read : null);

    private static readonly KeptReadings<Destinations> Destinations =
        new(text => Policy.Destinations.TryParse(text, out Destinations? read, out _) ? read : null);

    private static readonly KeptReadings<RuleLimits> Limits =
        new(text => RuleLimitsDraft.TryFromJson(text, out RuleLimits? read) ? read : null);

    private static readonly KeptReadings<ComplianceRules> Compliance =
        new(text => ComplianceRules.TryFromJson(text, out ComplianceRules? read) ? read : null);

    /// <summary>What the column <c>compliance</c> says; null: it cannot be read.</summary>
    public static ComplianceRules? ComplianceOf(string json) => Compliance.Of(json);

    /// <summary>All columns that <see cref="Read"/> looks at.</summary>
    public static string Columns { get; } = $"id, {string.Join(", ", Fields.Select(one => one.Column))}";

    /// <summary>
    /// Takes <see cref="Values"/>, <c>@created_ms</c> and <c>@id</c> (null: a new one), and returns the id.
    /// </summary>
    public static string Insert { get; } =
        $"""
        insert into sender_rule ({string.Join(", ", Fields.Select(one => one.Column))}, created_ms, id)
        values ({string.Join(", ", Fields.Select(one => $"@{one.Column}"))}, @created_ms, @id) returning id
        """;

    /// <summary>Takes <see cref="Values"/> and <c>@id</c>.</summary>
    public static string Update { get; } =
        $"""
        update sender_rule set {string.Join(", ", Fields.Select(one => $"{one.Column} = @{one.Column}"))}
         where id = @id
        """;

    /// <summary>What goes into each column.</summary>
    public static IEnumerable<(string Name, object? Value)> Values(SenderRule rule) =>
        Fields.Select(one => ($"@{one.Column}", one.Of(rule)));

    /// <summary>A rule as it was written.</summary>
    /// <exception cref="StoreException">It is none that this program could have written.</exception>
    public static SenderRule Read(StatementRow row)
    {
        string? Text(string column) => row.TextOrNull(At[column]);
        long Number(string column) => row.Integer(At[column]);
        TimeSpan Span(string column) => TimeSpan.FromMilliseconds(Number(column));

        // Only the form is looked at here. What a draft is refused for besides, such as a public mail domain, may grow
        // with a version, and must not make yesterday's rules unreadable.
        string? user = Text("smtp_user");
        string? senderId = Text("sender_id");
        ProofKinds proofs = FlagWords.Parse<ProofKinds>(Text("proofs"), out string? noProof);
        NetworkList? networks = null;
        RecipientPattern? pattern = null;
        if (!SenderPattern.TryParse(Text("sender"), out SenderPattern sender, out _)
            || noProof is not null // a newer program's: to leave it out would open the rule
            || (((user is null && proofs is ProofKinds.None) || Text("networks")!.Length > 0)
                && (networks = Networks.Of(Text("networks")!)) is null)
            || Destinations.Of(Text("destinations")!) is not { } destinations
            || (Text("recipient_pattern") is { } written && !RecipientPattern.TryParse(written, out pattern, out _))
            || !StoredTextRules.TryRead(Text("text_rules")!, out TextRules? text)
            || !SendingRulesDraft.TryFromJson(Text("sending")!, senderId, out SendingRules? sending)
            || Limits.Of(Text("limits")!) is not { } limits
            || Compliance.Of(Text("compliance")!) is not { } compliance)
        {
            throw new StoreException($"Sender rule {row.Integer(0)} in the database is not valid.", isFull: false);
        }

        return new SenderRule(sender, networks, destinations)
        {
            Id = row.Integer(0),
            Priority = (int)Number("priority"),
            MatchesHeader = Number("match_header") != 0,
            User = user,
            Listener = Text("listener"),
            Proofs = proofs,
            IsRelaxed = Number("is_relaxed") != 0,
            For = pattern,
            NumberTypes = FlagWords.Parse<NumberTypes>(Text("number_types"), out _),
            Name = Text("name"),
            Options = FlagWords.Parse<RecipientOption>(Text("options"), out _),
            Token = Text("token_hash") is { } hash ? RuleToken.Parse(hash) : null,
            Notices = Enum.Parse<NoticeSetting>(Text("notices")!, ignoreCase: true),
            MailLanguage = Text("mail_language"),
            SenderId = senderId,
            DefaultRegion = Text("default_region"),
            TimeZone = Text("time_zone"),
            PartsMax = (int)Number("parts_max"),
            Validity = Span("validity_ms"),
            RecipientsMax = (int)Number("recipients_max"),
            Text = text,
            Repeats = new RepeatRules(Span("same_text_ms"), (int)Number("storm_max"), Span("storm_window_ms")),
            Sending = sending,
            Limits = limits,
            Compliance = compliance,
            Note = Text("note"),
        };
    }

    private static string Word(NoticeSetting notices) => notices.ToString().ToLowerInvariant();
}
