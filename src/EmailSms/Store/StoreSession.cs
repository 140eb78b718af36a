using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace EmailSms.Store;

/// <summary>
/// One connection and the commands prepared on it. A room's SQL runs through the methods here where it is hot, and
/// through Dapper on <see cref="Db"/> where it is not. Used by one caller at a time.
/// </summary>
internal sealed class StoreSession : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, PreparedStatement?> _statements = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);
    private readonly List<Action<bool>> _afterwards = [];

    public StoreSession(string file, bool readOnly)
    {
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
        foreach (PreparedStatement? statement in _statements.Values) statement?.Dispose();
        foreach (SqliteCommand command in _commands.Values) command.Dispose();
        _connection.Dispose();
    }

    // Texts come from the rooms' constants, so what is kept is as large as the code is.
    private PreparedStatement? Prepared(string sql)
    {
        if (_statements.TryGetValue(sql, out PreparedStatement? statement)) return statement;
        statement = PreparedStatement.TryPrepare(_connection.Handle!, sql);
        _statements.Add(sql, statement);
        return statement;
    }

    private SqliteCommand Bind(string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        if (!_commands.TryGetValue(sql, out SqliteCommand? command))
        {
            command = _connection.CreateCommand();
#pragma warning disable CA2100 // The text is a room's constant; values travel as parameters.
            command.CommandText = sql;
#pragma warning restore CA2100
            _commands.Add(sql, command);
        }

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
