using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace EmailSms.Store;

/// <summary>A change that is kept for good: what was done to what, and how it looked before and after.</summary>
/// <param name="Actor">Who did it, such as <c>cli:ann</c>, <c>phone</c> or <c>service</c>.</param>
/// <param name="Action">One word, such as <c>added</c>.</param>
/// <param name="Subject">The table and the key of the row, such as <c>sender_rule 12</c>.</param>
/// <param name="Before">JSON, secrets masked; null where there was nothing.</param>
/// <param name="After">The same of what is there now.</param>
internal sealed record AuditedChange(string Actor, string Action, string Subject, string? Before, string? After);

/// <summary>Where changes are told, in the write that makes them.</summary>
/// <param name="Actor">Who does what is done through this store, where the piece of work names nobody else.</param>
/// <param name="Append">Keeps the change; part of the same transaction.</param>
internal sealed record AuditSink(string Actor, Action<StoreSession, AuditedChange> Append);

/// <summary>
/// The tables whose changes are audited. A room changes them through <see cref="StoreSession.Change{T}"/>; a statement
/// that goes around it is refused, so that no command, door or worker can forget.
/// </summary>
internal static partial class Audit
{
    public const string Added = "added";
    public const string Changed = "changed";
    public const string Removed = "removed";

    /// <summary>What stands for a secret.</summary>
    public const string Masked = "***";

    /// <summary>What admins decide, and what people decide about themselves.</summary>
    public static readonly FrozenSet<string> Tables = FrozenSet.Create(
        "sender_rule", "smtp_user", "contact", "contact_group", "on_call", "disclaimer", "own_number", "own_keyword",
        "opt_out",
        "consent", "pause", "api_key");

    private static readonly FrozenSet<string> Secrets = FrozenSet.Create("credential", "token_hash", "key_hash");

    /// <summary>A column whose value is not to be read in the trail.</summary>
    public static bool IsSecret(string column) => Secrets.Contains(column);

    /// <summary>The audited table that a statement changes; null for any other statement.</summary>
    public static string? TableChangedBy(string sql) =>
        Changes().Match(sql) is { Success: true } match && Tables.Contains(match.Groups[1].Value)
            ? match.Groups[1].Value
            : null;

    [GeneratedRegex(@"^\s*(?:insert\s+(?:or\s+\w+\s+)?into|replace\s+into|update|delete\s+from)\s+(\w+)",
        RegexOptions.IgnoreCase)]
    private static partial Regex Changes();
}
