namespace EmailSms.Store;

/// <summary>
/// Writes every text anew under the key that writes, a few a write and a pause between two, beside a service that runs:
/// those that are plain since there was no key, and those of a key that is to go. What was cut off is finished by doing
/// it again.
/// </summary>
internal sealed class Resealing(SqliteStore store, IReadOnlyList<SealedColumn> columns, TimeProvider time)
{
    private const int PageMax = 500;
    private const int BatchMax = 100;
    private static readonly TimeSpan BatchPause = TimeSpan.FromMilliseconds(20);

    private int _broken;

    /// <summary>Values that were changed on disk and cannot be opened.</summary>
    public int Broken => _broken;

    /// <summary>Goes through all columns, and then forgets the keys under which nothing is left.</summary>
    /// <returns>How many values were written anew, by column; and the keys that are not needed any longer.</returns>
    public async Task<(IReadOnlyDictionary<string, long> Written, IReadOnlyList<string> Gone)> RunAsync(
        CancellationToken stopping)
    {
        SortedDictionary<string, long> written = new(StringComparer.Ordinal);
        foreach (SealedColumn column in columns)
        {
            long count = await RunAsync(column, stopping).ConfigureAwait(false);
            if (count > 0) written[$"{column.Table}.{column.Name}"] = count;
        }

        List<string> gone = await store.WriteAsync(db =>
        {
            List<string> old = _broken > 0
                ? []
                : TextKeyCheck.Ids(db).FindAll(id => id != db.Texts.ActiveId);
            foreach (string id in old) TextKeyCheck.Forget(db, id);
            string key = db.Texts.ActiveId ?? TextKeyOptions.None;
            db.Note("resealed", "texts", after: new { key, written, gone = old });
            return old;
        }).ConfigureAwait(false);
        return (written, gone);
    }

    private async Task<long> RunAsync(SealedColumn column, CancellationToken stopping)
    {
        long count = 0;
        object? after = null;
        while (true)
        {
            object? from = after;
            List<(object Id, object? Value)> page = store.Read(db => Page(db, column, from));
            if (page.Count == 0) return count;
            foreach ((object Id, object? Value)[] batch in page.Where(row => IsOld(row.Value)).Chunk(BatchMax))
            {
                count += await store.WriteAsync(db => batch.Count(row => Write(db, column, row.Id)))
                    .ConfigureAwait(false);
                await Task.Delay(BatchPause, time, stopping).ConfigureAwait(false);
            }

            stopping.ThrowIfCancellationRequested();
            after = page[^1].Id;
        }
    }

    private bool IsOld(object? value) =>
        value is not (null or "" or byte[] and []) && SealedTexts.KeyOf(value) != store.TextKey;

    private bool Write(StoreSession db, SealedColumn column, object id)
    {
        string columns = string.Join(", ", column.RowKey);
        (string Place, object? Value)? found = db.Query(
            $"select {column.Name}, {columns} from {column.Table} where id = @id",
            row => ((string, object?)?)(
                SealedColumn.KeyOf([.. Enumerable.Range(1, column.RowKey.Count).Select(row.GetValue)]),
                row.IsDBNull(0) ? null : row.GetValue(0)),
            ("@id", id)).FirstOrDefault();
        if (found is not { } now || !IsOld(now.Value)) return false; // it has gone, or changed meanwhile
        object? plain;
        try
        {
            plain = db.Texts.OpenAny(column, now.Place, now.Value);
        }
        catch (BrokenSeal) // it stays as it is, and with it the key that proves that it was changed
        {
            Interlocked.Increment(ref _broken);
            return false;
        }

        db.Execute(
            $"update {column.Table} set {column.Name} = @value where id = @id",
            ("@value", db.Texts.SealAny(column, now.Place, plain)), ("@id", id));
        if (plain is string text) column.Rewritten?.Invoke(db, id, text);
        return true;
    }

    private static List<(object Id, object? Value)> Page(StoreSession db, SealedColumn column, object? after)
    {
        string place = after is null ? "" : "and id > @after";
        return db.Query(
            $"""
            select id, {column.Name} from {column.Table} where {column.Condition} {place} order by id limit @limit
            """,
            row => (row.GetValue(0), row.IsDBNull(1) ? null : row.GetValue(1)),
            after is null ? [("@limit", PageMax)] : [("@limit", PageMax), ("@after", after)]);
    }
}
