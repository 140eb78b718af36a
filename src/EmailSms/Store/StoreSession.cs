using System.Data.Common;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Data.Sqlite;

namespace EmailSms.Store;

/// <summary>
/// One connection and the commands prepared on it. A room's SQL runs through the methods here where it is hot, and
/// through Dapper on <see cref="Db"/> where it is not. Used by one caller at a time.
/// </summary>
internal sealed class StoreSession : IDisposable
{
    private static readonly JsonSerializerOptions JsonForm = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // it is read by people, and never a part of HTML
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, (PreparedStatement? Statement, string? Audited)> _statements =
        new(SqlTextComparer.Instance);

    private readonly Dictionary<string, (SqliteCommand Command, string? Audited)> _commands =
        new(SqlTextComparer.Instance);

    private readonly List<Action<bool>> _afterwards = [];
    private AuditSink? _audit;
    private string? _actor;
    private string? _changing; // the audited table whose change is being told

    /// <param name="file">The database.</param>
    /// <param name="readOnly">Nothing is to be written through it.</param>
    /// <param name="keys">What texts are sealed with; null: nothing.</param>
    public StoreSession(string file, bool readOnly, TextKeys? keys = null)
    {
        Texts = new SealedTexts(keys ?? TextKeys.None);
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Mode = readOnly ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
        }.ConnectionString);
        _connection.Open();

        // The provider's own wait for a lock sleeps 150 ms at a time; SQLite's asks again within a few.
        Execute("pragma busy_timeout = 5000");
        Execute("pragma foreign_keys = on");
    }

    /// <summary>Seals texts for the disk, and opens them.</summary>
    public SealedTexts Texts { get; }

    /// <summary>The connection, for Dapper. No transaction is to be opened on it: the store holds one.</summary>
    public DbConnection Db => _connection;

    /// <summary>False once SQLite has rolled a transaction back of its own accord, as it does on a full disk.</summary>
    public bool InTransaction => SQLitePCL.raw.sqlite3_get_autocommit(_connection.Handle) == 0;

    /// <summary>Runs a statement and tells how many rows it changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        Prepared(sql) is { } statement ? statement.Execute(parameters) : Bind(sql, parameters).ExecuteNonQuery();

    /// <summary>The first column of the first row; null where there is none or it is null.</summary>
    public object? Scalar(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        Prepared(sql) is { } statement
            ? statement.Scalar(parameters)
            : Bind(sql, parameters).ExecuteScalar() is { } value and not DBNull ? value : null;

    /// <summary>All rows, mapped.</summary>
    public List<T> Query<T>(
        string sql, Func<DbDataReader, T> map, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using SqliteDataReader reader = Bind(sql, parameters).ExecuteReader();
        List<T> rows = [];
        while (reader.Read()) rows.Add(map(reader));
        return rows;
    }

    /// <summary>The same of one statement, without a reader between: for what is asked of every mail.</summary>
    public List<T> Rows<T>(
        string sql, Func<StatementRow, T> map, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        (Prepared(sql) ?? throw new ArgumentException("One statement at a time.", nameof(sql))).Rows(map, parameters);

    /// <summary>From now on changes of <see cref="Audit.Tables"/> are told there, and cannot be made else.</summary>
    public void AuditTo(AuditSink audit) => _audit = audit;

    /// <summary>Another piece of work begins: it is done by whoever the store belongs to.</summary>
    public void BeginPiece() => _actor = null;

    /// <summary>What this piece of work changes from here on is somebody else's doing.</summary>
    public void ActAs(string actor) => _actor = actor;

    /// <summary>Changes one row of an audited table, under its key, and tells how it was and how it is.</summary>
    public T Change<T>(string table, ReadOnlySpan<(string Column, object? Value)> key, Func<T> change)
    {
        if (_audit is null) return change();
        (string, object?)[] where = [.. key];
        SortedDictionary<string, object?>? before = Row(table, where);
        T result = Changing(table, change);
        Tell(table, where, before, Row(table, where));
        return result;
    }

    /// <summary>Adds a row whose key the insert returns; null: none was added.</summary>
    public TKey? Add<TKey>(string table, string keyColumn, Func<TKey?> insert)
    {
        if (_audit is null) return insert();
        TKey? key = Changing(table, insert);
        if (key is not null) Tell(table, [(keyColumn, key)], null, Row(table, [(keyColumn, key)]));
        return key;
    }

    /// <summary>
    /// Changes an audited table and does not tell how the row was: it is about a person who is to be forgotten. Whoever
    /// does it notes that it was done.
    /// </summary>
    public T Erasing<T>(string table, Func<T> change) => Changing(table, change);

    /// <summary>Tells something that is no row of a table, such as that the service started.</summary>
    public void Note(string action, string subject, object? before = null, object? after = null) =>
        _audit?.Append(this, new AuditedChange(
            _actor ?? _audit.Actor, action, subject, before is null ? null : Json(before),
            after is null ? null : Json(after)));

    /// <summary>
    /// Says what to do once it is known whether the piece of work that runs now is kept: true after the commit, false
    /// when it was rolled back. Called on the writer's thread, in the order of the pieces.
    /// </summary>
    public void Afterwards(Action<bool> kept) => _afterwards.Add(kept);

    /// <summary>How many promises of <see cref="Afterwards"/> there are: the mark to end a single piece by.</summary>
    public int AfterwardsCount => _afterwards.Count;

    /// <summary>Keeps those promises, from a mark on.</summary>
    public void EndAfterwards(int from, bool kept)
    {
        for (int i = from; i < _afterwards.Count; i++) _afterwards[i](kept);
        _afterwards.RemoveRange(from, _afterwards.Count - from);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach ((PreparedStatement? statement, _) in _statements.Values) statement?.Dispose();
        foreach ((SqliteCommand command, _) in _commands.Values) command.Dispose();
        _connection.Dispose();
        Texts.Dispose();
    }

    // Texts come from the rooms' constants, so what is kept is as large as the code is.
    private PreparedStatement? Prepared(string sql)
    {
        if (!_statements.TryGetValue(sql, out (PreparedStatement? Statement, string? Audited) known))
        {
            known = (PreparedStatement.TryPrepare(_connection.Handle!, sql), Audit.TableChangedBy(sql));
            _statements.Add(sql, known);
        }

        if (known.Audited is { } table) Guard(table);
        return known.Statement;
    }

    private void Guard(string table)
    {
        if (_audit is null || table == _changing) return;
        throw new InvalidOperationException(
            $"Changes of {table} are audited: make them inside StoreSession.Change or StoreSession.Add.");
    }

    private T Changing<T>(string table, Func<T> change)
    {
        string? outer = _changing;
        _changing = table;
        try
        {
            return change();
        }
        finally
        {
            _changing = outer;
        }
    }

    private SortedDictionary<string, object?>? Row(string table, (string Column, object? Value)[] key)
    {
        string where = string.Join(" and ", key.Select(one => $"{one.Column} = @{one.Column}"));
        return Query(
            $"select * from {table} where {where}", Fields, [.. key.Select(one => ($"@{one.Column}", one.Value))])
            .FirstOrDefault();
    }

    private static SortedDictionary<string, object?> Fields(DbDataReader row)
    {
        SortedDictionary<string, object?> fields = new(StringComparer.Ordinal);
        for (int i = 0; i < row.FieldCount; i++)
        {
            if (!row.IsDBNull(i)) fields[row.GetName(i)] = row.GetValue(i);
        }

        return fields;
    }

    private void Tell(
        string table, (string Column, object? Value)[] key, SortedDictionary<string, object?>? before,
        SortedDictionary<string, object?>? after)
    {
        if (before is null && after is null) return;
        string subject = $"{table} {string.Join(' ', key.Select(one => one.Value))}";
        if (before is null || after is null)
        {
            Note(before is null ? Audit.Added : Audit.Removed, subject, Mask(before), Mask(after));
            return;
        }

        // Of a row that was there before and after, what is not the same.
        List<string> same = [.. before.Keys.Where(column => Equals(before[column], after.GetValueOrDefault(column)))];
        foreach (string column in same)
        {
            before.Remove(column);
            after.Remove(column);
        }

        if (before.Count + after.Count > 0) Note(Audit.Changed, subject, Mask(before), Mask(after));
    }

    private static SortedDictionary<string, object?>? Mask(SortedDictionary<string, object?>? fields)
    {
        if (fields is null) return null;
        foreach (string column in fields.Keys.Where(Audit.IsSecret).ToList()) fields[column] = Audit.Masked;
        return fields;
    }

    private static string Json(object value) => JsonSerializer.Serialize(value, JsonForm);

    private SqliteCommand Bind(string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        if (!_commands.TryGetValue(sql, out (SqliteCommand Command, string? Audited) known))
        {
            known = (_connection.CreateCommand(), Audit.TableChangedBy(sql));
#pragma warning disable CA2100 // The text is a room's constant; values travel as parameters.
            known.Command.CommandText = sql;
#pragma warning restore CA2100
            _commands.Add(sql, known);
        }

        if (known.Audited is { } table) Guard(table);
        SqliteCommand command = known.Command;
        for (int i = 0; i < parameters.Length; i++)
        {
            (string name, object? value) = parameters[i];
            value ??= DBNull.Value;
            if (i < command.Parameters.Count && command.Parameters[i].ParameterName == name)
            {
                command.Parameters[i].Value = value;
                continue;
            }

            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }
}
