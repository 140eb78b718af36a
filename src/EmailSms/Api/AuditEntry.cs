using System.Security.Cryptography;
using System.Text;

namespace EmailSms.Api;

/// <summary>One entry of the audit trail.</summary>
/// <param name="Id">1, 2, 3 and so on, without a gap.</param>
/// <param name="AtMs">When, unix milliseconds.</param>
/// <param name="Actor">Who, such as <c>cli:ann</c>.</param>
/// <param name="Action">What was done.</param>
/// <param name="Subject">To what; null where it was erased.</param>
/// <param name="Before">JSON, secrets masked.</param>
/// <param name="After">JSON, secrets masked.</param>
/// <param name="Salt">Makes the hash of the content tell nothing of it; gone with the content.</param>
/// <param name="ContentHash">SHA-256 over salt, subject, before and after.</param>
/// <param name="PrevHash">The hash of the entry before.</param>
/// <param name="Hash">SHA-256 over the rest, the content by its hash.</param>
internal sealed record AuditEntry(
    long Id, long AtMs, string Actor, string Action, string? Subject, string? Before, string? After, string? Salt,
    string ContentHash, string PrevHash, string Hash)
{
    /// <summary>What stands for the entry before the first.</summary>
    public static readonly string NoHash = new('0', 64);

    /// <summary>A person had what was about them erased.</summary>
    public bool IsErased => Salt is null;

    /// <summary>Makes the entry that follows one with this hash.</summary>
    public static AuditEntry Follow(
        string prevHash, long id, long atMs, string actor, string action, string subject, string? before,
        string? after)
    {
        string salt = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        string content = HashOf(salt, subject, before, after);
        return new AuditEntry(
            id, atMs, actor, action, subject, before, after, salt, content, prevHash,
            HashOf(prevHash, $"{id}", $"{atMs}", actor, action, content));
    }

    /// <summary>What is wrong with it by itself; null: nothing.</summary>
    public string? Mistake()
    {
        if (!IsErased && ContentHash != HashOf(Salt, Subject, Before, After)) return "its content was changed";
        if (IsErased && (Subject ?? Before ?? After) is not null) return "its content was written after it was erased";
        return Hash == HashOf(PrevHash, $"{Id}", $"{AtMs}", Actor, Action, ContentHash) ? null : "it was changed";
    }

    // Each field with its length before it, so that no two lists of fields are one text.
    private static string HashOf(params ReadOnlySpan<string?> fields)
    {
        var text = new StringBuilder();
        foreach (string? field in fields) text.Append(field?.Length ?? -1).Append(':').Append(field).Append('\n');
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
