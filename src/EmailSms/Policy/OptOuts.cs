using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.Policy;

/// <summary>
/// Somebody who wants no more SMS.
/// </summary>
/// <param name="Number">Whose wish it is; null in a list, where they were erased and their number is a hash.</param>
/// <param name="Scope">From what it keeps; see <see cref="OptOutScopes"/>.</param>
/// <param name="SinceMs">When it was said first, unix milliseconds.</param>
/// <param name="Word">What was said, such as <c>stop</c>.</param>
/// <param name="InboundId">The SMS it was said in; null where somebody entered it by hand.</param>
internal sealed record OptOut(PhoneNumber? Number, string Scope, long SinceMs, string Word, string? InboundId)
{
    /// <summary>The hash in the place of the number; null: it is there.</summary>
    public string? Hash { get; init; }

    /// <summary>What it is stored under.</summary>
    public string Key => Hash ?? Number!.Value.E164;

    /// <summary>Whether it is of this scope; sender IDs of letters count without case.</summary>
    public bool IsOf(string scope) => Scope.Equals(scope, StringComparison.OrdinalIgnoreCase);
}

/// <summary>
/// Who wants no SMS. Recording one is a piece of the write that keeps the STOP itself, so neither is there without the
/// other. Of somebody who was erased the wish is kept under a hash of the number (<see cref="ErasedNumbers"/>), and
/// holds like any other.
/// </summary>
internal sealed class OptOuts(SqliteStore store, OptOutScopes scopes)
{
    /// <summary>The scope of those who want nothing at all.</summary>
    public const string Everything = "*";

    private const string SelectOne =
        "select number, scope, since_ms, word, inbound_id from opt_out where number = @number";

    // With the key of the hashes of who was erased, if anybody was: one statement is asked of every mail, not two.
    private const string SelectAll =
        """
        select number, scope, since_ms, word, inbound_id, null from opt_out where number = @number
        union all
        select '', '', created_ms, '', null, key from person_key where id = (select min(id) from person_key)
        """;

    /// <summary>With every STOP about every SMS.</summary>
    public OptOuts(SqliteStore store)
        : this(store, OptOutScopes.Everything)
    {
    }

    /// <summary>Which opt-out keeps which sender ID.</summary>
    public OptOutScopes Scopes => scopes;

    /// <summary>The opt-outs of a person, whatever their scope: mostly none.</summary>
    public IReadOnlyList<OptOut> All(PhoneNumber number) => store.Read(db => All(db, number));

    /// <summary>The opt-out that keeps this sender ID from texting this number, or null.</summary>
    /// <param name="number">The phone.</param>
    /// <param name="senderId">Empty: the carrier chooses it.</param>
    public OptOut? Find(PhoneNumber number, string senderId = "") => Find(All(number), senderId);

    /// <summary>
    /// The same inside a write: a STOP may come between RCPT and DATA, and what is enqueued must know of it.
    /// </summary>
    public OptOut? Find(StoreSession db, PhoneNumber number, string senderId = "") => Find(All(db, number), senderId);

    /// <summary>The same of opt-outs that were looked up.</summary>
    public OptOut? Find(IReadOnlyList<OptOut> all, string senderId) =>
        all.FirstOrDefault(one => scopes.Holds(one.Scope, senderId));

    /// <summary>Whether it is written down.</summary>
    public static bool IsRecorded(StoreSession db, PhoneNumber number, string scope) =>
        All(db, number).Exists(one => one.IsOf(scope));

    /// <summary>
    /// Writes it down; the first time stays the one that counts. Whoever wants nothing at all agrees to nothing, so
    /// their consents end with it. False: it was known.
    /// </summary>
    public static bool Record(
        StoreSession db, PhoneNumber number, string scope, string word, string? inboundId, long nowMs,
        string how = Consents.ByOptOut)
    {
        if (scope == Everything) Consents.Withdraw(db, number, null, how, nowMs);
        return !IsRecorded(db, number, scope) && Insert(db, number, scope, word, inboundId, nowMs);
    }

    private static bool Insert(
        StoreSession db, PhoneNumber number, string scope, string word, string? inboundId, long nowMs) =>
        db.Change("opt_out", [("number", number.E164), ("scope", scope)], () => db.Execute(
            """
            insert into opt_out (number, scope, since_ms, word, inbound_id)
            values (@number, @scope, @nowMs, @word, @inboundId) on conflict (number, scope) do nothing
            """,
            ("@number", number.E164), ("@scope", scope), ("@nowMs", nowMs), ("@word", word),
            ("@inboundId", inboundId)) == 1);

    /// <summary>Takes the wish back. False: there was none of this scope.</summary>
    public static bool Remove(StoreSession db, PhoneNumber number, string scope)
    {
        bool removed = false;
        foreach (OptOut one in All(db, number).Where(one => one.IsOf(scope)))
        {
            removed |= db.Change("opt_out", [("number", one.Key), ("scope", one.Scope)], () => db.Execute(
                "delete from opt_out where number = @number and scope = @scope",
                ("@number", one.Key), ("@scope", one.Scope)) == 1);
        }

        return removed;
    }

    /// <summary>Puts a hash in the place of the number. False: it is gone.</summary>
    public static bool Forget(StoreSession db, PersonalRow row, long nowMs)
    {
        (string number, string scope) = (row.Text("number")!, row.Text("scope")!);
        string hash = ErasedNumbers.Make(db, number, nowMs);
        return db.Erasing("opt_out", () =>
        {
            db.Execute(
                """
                insert into opt_out (number, scope, since_ms, word)
                select @hash, scope, since_ms, word from opt_out where number = @number and scope = @scope
                on conflict (number, scope) do nothing
                """,
                ("@hash", hash), ("@number", number), ("@scope", scope));
            return db.Execute(
                "delete from opt_out where number = @number and scope = @scope",
                ("@number", number), ("@scope", scope)) == 1;
        });
    }

    /// <summary>
    /// Takes back all that keeps a sender ID from texting this number, and what the same STOP said of another one,
    /// where nobody could tell from which of the two it was. False: nothing did.
    /// </summary>
    public bool RemoveFor(StoreSession db, PhoneNumber number, string senderId)
    {
        bool removed = false;
        foreach (OptOut one in All(db, number))
        {
            if (!scopes.Holds(one.Scope, senderId)) continue;
            removed |= Remove(db, number, one.Scope);
            if (one.InboundId is not { } stop) continue;
            foreach (string twin in db.Rows(
                "select number from opt_out where inbound_id = @stop and scope = @scope",
                row => row.Text(0), ("@stop", stop), ("@scope", one.Scope)))
            {
                Remove(db, PhoneNumber.FromE164(twin), one.Scope);
            }
        }

        return removed;
    }

    /// <summary>A page of them, sorted by number and scope; the next one begins after the last of this.</summary>
    public IReadOnlyList<OptOut> List(OptOut? after = null, int limit = 1000) => store.Read(db => db.Rows(
        """
        select number, scope, since_ms, word, inbound_id from opt_out
         where (number, scope) > (@number, @scope) order by number, scope limit @limit
        """,
        Read, ("@number", after?.Key ?? ""), ("@scope", after?.Scope ?? ""), ("@limit", limit)));

    private static List<OptOut> All(StoreSession db, PhoneNumber number)
    {
        byte[]? key = null;
        List<OptOut> all = [];
        foreach ((OptOut? one, byte[]? stored, long madeMs) in
            db.Rows(SelectAll, ReadOrKey, ("@number", number.E164)))
        {
            if (one is not null) all.Add(one);
            if (stored is not null) key = db.Texts.Open(ErasedNumbers.Key, SealedColumn.KeyOf(madeMs), stored);
        }

        if (key is not null)
        {
            string hash = ErasedNumbers.HashOf(key, number.E164);
            all.AddRange(db.Rows(SelectOne, Read, ("@number", hash)).Select(one => one with { Number = number }));
        }

        if (all.Count > 1) all.Sort((one, other) => string.CompareOrdinal(one.Scope, other.Scope));
        return all;
    }

    private static (OptOut? One, byte[]? Key, long MadeMs) ReadOrKey(StatementRow row) =>
        row.Octets(5) is { } key ? (null, key, row.Integer(2)) : (Read(row), null, 0);

    private static OptOut Read(StatementRow row)
    {
        string key = row.Text(0);
        bool isHash = key.StartsWith(ErasedNumbers.Mark, StringComparison.Ordinal);
        return new OptOut(
            isHash ? null : PhoneNumber.FromE164(key), row.Text(1), row.Integer(2), row.Text(3), row.TextOrNull(4))
        {
            Hash = isHash ? key : null,
        };
    }
}
