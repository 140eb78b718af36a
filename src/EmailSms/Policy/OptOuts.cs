using System.Data.Common;
using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.Policy;

/// <summary>
/// Somebody who wants no more SMS.
/// </summary>
/// <param name="Number">Whose wish it is.</param>
/// <param name="Scope">
/// <see cref="OptOuts.Everything"/>, or the one sender ID that is to be silent.
/// </param>
/// <param name="SinceMs">When it was said first, unix milliseconds.</param>
/// <param name="Word">What was said, such as <c>stop</c>.</param>
/// <param name="InboundId">The SMS it was said in; null where somebody entered it by hand.</param>
internal sealed record OptOut(PhoneNumber Number, string Scope, long SinceMs, string Word, string? InboundId);

/// <summary>
/// Who wants no SMS. Recording one is a piece of the write that keeps the STOP itself, so neither is there without the
/// other.
/// </summary>
internal sealed class OptOuts(SqliteStore store)
{
    /// <summary>The scope of those who want nothing at all.</summary>
    public const string Everything = "*";

    private const string SelectOne =
        """
        select number, scope, since_ms, word, inbound_id from opt_out
         where number = @number and scope in ('*', @scope) order by scope limit 1
        """;

    /// <summary>The opt-out that keeps this sender ID from texting this number, or null.</summary>
    public OptOut? Find(PhoneNumber number, string? senderId = null) => store.Read(db => Find(db, number, senderId));

    /// <summary>
    /// The same inside a write: a STOP may come between RCPT and DATA, and what is enqueued must know of it.
    /// </summary>
    public static OptOut? Find(StoreSession db, PhoneNumber number, string? senderId = null)
    {
        List<OptOut> found = db.Query(SelectOne, Read, ("@number", number.E164), ("@scope", senderId ?? Everything));
        return found.Count == 0 ? null : found[0];
    }

    /// <summary>Writes it down; the first time stays the one that counts. False: it was known.</summary>
    public static bool Record(
        StoreSession db, PhoneNumber number, string scope, string word, string? inboundId, long nowMs) =>
        db.Execute(
            """
            insert into opt_out (number, scope, since_ms, word, inbound_id)
            values (@number, @scope, @nowMs, @word, @inboundId) on conflict (number, scope) do nothing
            """,
            ("@number", number.E164), ("@scope", scope), ("@nowMs", nowMs), ("@word", word),
            ("@inboundId", inboundId)) == 1;

    /// <summary>Takes the wish back. False: there was none of this scope.</summary>
    public static bool Remove(StoreSession db, PhoneNumber number, string scope) =>
        db.Execute(
            "delete from opt_out where number = @number and scope = @scope",
            ("@number", number.E164), ("@scope", scope)) == 1;

    /// <summary>A page of them, sorted by number and scope; the next one begins after the last of this.</summary>
    public IReadOnlyList<OptOut> List(OptOut? after = null, int limit = 1000) => store.Read(db => db.Query(
        """
        select number, scope, since_ms, word, inbound_id from opt_out
         where (number, scope) > (@number, @scope) order by number, scope limit @limit
        """,
        Read, ("@number", after?.Number.E164 ?? ""), ("@scope", after?.Scope ?? ""), ("@limit", limit)));

    private static OptOut Read(DbDataReader row) => new(
        PhoneNumber.FromE164(row.GetString(0)), row.GetString(1), row.GetInt64(2), row.GetString(3),
        row.IsDBNull(4) ? null : row.GetString(4));
}
