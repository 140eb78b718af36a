using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace EmailSms.Store;

/// <summary>
/// One statement, compiled once and run many times, straight on SQLite. The provider's command looks each parameter up
/// by its name and makes a reader for each run, which costs more than a small statement does.
/// </summary>
internal sealed class PreparedStatement : IDisposable
{
    private const int TextOctetsOnStack = 512;
    private const uint Persistent = 0x01; // SQLITE_PREPARE_PERSISTENT: it is kept for long

    private readonly sqlite3 _db;
    private readonly sqlite3_stmt _statement;
    private readonly int _parameters;
    private string[] _names = [];
    private int[] _places = []; // of the names, in the statement

    /// <exception cref="SqliteException">It is no SQL, or names what is not there.</exception>
    private PreparedStatement(sqlite3 db, sqlite3_stmt statement)
    {
        _db = db;
        _statement = statement;
        _parameters = raw.sqlite3_bind_parameter_count(statement);
    }

    /// <summary>Compiles a statement; null: it is more than one, which only the provider takes apart.</summary>
    /// <exception cref="SqliteException">It is no SQL, or names what is not there.</exception>
    public static PreparedStatement? TryPrepare(sqlite3 db, string sql)
    {
        int code = raw.sqlite3_prepare_v3(db, sql, Persistent, out sqlite3_stmt statement, out string rest);
        if (code != raw.SQLITE_OK) SqliteException.ThrowExceptionForRC(code, db);
        if (string.IsNullOrWhiteSpace(rest)) return new PreparedStatement(db, statement);
        statement.Dispose();
        return null;
    }

    /// <summary>Runs it to its end and tells how many rows it changed.</summary>
    public int Execute(ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        Bind(parameters);
        try
        {
            while (Step())
            {
                // What it returns is not wanted.
            }

            return raw.sqlite3_stmt_readonly(_statement) != 0 ? 0 : raw.sqlite3_changes(_db);
        }
        finally
        {
            _ = raw.sqlite3_reset(_statement); // its fault, if any, has been thrown
        }
    }

    /// <summary>
    /// The first column of the first row; null where there is none or it is null. It is run to its end: a change that
    /// returns rows is made while they are read.
    /// </summary>
    public object? Scalar(ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        Bind(parameters);
        try
        {
            if (!Step()) return null;
            object? value = First();
            while (raw.sqlite3_stmt_readonly(_statement) == 0 && Step())
            {
                // The rest of the change.
            }

            return value;
        }
        finally
        {
            _ = raw.sqlite3_reset(_statement);
        }
    }

    /// <summary>All rows, mapped.</summary>
    public List<T> Rows<T>(Func<StatementRow, T> map, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        Bind(parameters);
        try
        {
            List<T> rows = [];
            var row = new StatementRow(_statement);
            while (Step()) rows.Add(map(row));
            return rows;
        }
        finally
        {
            _ = raw.sqlite3_reset(_statement);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _statement.Dispose();

    private bool Step()
    {
        int code = raw.sqlite3_step(_statement);
        if (code == raw.SQLITE_ROW) return true;
        if (code != raw.SQLITE_DONE) SqliteException.ThrowExceptionForRC(code, _db);
        return false;
    }

    private object? First() => raw.sqlite3_column_type(_statement, 0) switch
    {
        raw.SQLITE_INTEGER => raw.sqlite3_column_int64(_statement, 0),
        raw.SQLITE_FLOAT => raw.sqlite3_column_double(_statement, 0),
        raw.SQLITE_TEXT => raw.sqlite3_column_text(_statement, 0).utf8_to_string(),
        raw.SQLITE_BLOB => raw.sqlite3_column_blob(_statement, 0).ToArray(),
        _ => null,
    };

    private void Bind(ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        if (!AreKnown(parameters)) Learn(parameters);
        for (int i = 0; i < parameters.Length; i++)
        {
            int place = _places[i];
            if (place == 0) continue; // one that only another form of the statement has
            int code = parameters[i].Value switch
            {
                null or DBNull => raw.sqlite3_bind_null(_statement, place),
                string text => BindText(place, text),
                byte[] octets => raw.sqlite3_bind_blob(_statement, place, octets),
                double number => raw.sqlite3_bind_double(_statement, place, number),
                long number => raw.sqlite3_bind_int64(_statement, place, number),
                int number => raw.sqlite3_bind_int64(_statement, place, number),
                bool yes => raw.sqlite3_bind_int64(_statement, place, yes ? 1 : 0),
                var other => throw new ArgumentException($"{parameters[i].Name} cannot be a {other.GetType()}."),
            };
            if (code != raw.SQLITE_OK) SqliteException.ThrowExceptionForRC(code, _db);
        }
    }

    // A place in the code gives its parameters in one order always, and their names are constants.
    private bool AreKnown(ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        if (parameters.Length != _names.Length) return false;
        for (int i = 0; i < parameters.Length; i++)
        {
            if (!ReferenceEquals(parameters[i].Name, _names[i])) return false;
        }

        return true;
    }

    private void Learn(ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        string[] names = new string[parameters.Length];
        int[] places = new int[parameters.Length];
        for (int i = 0; i < parameters.Length; i++)
        {
            names[i] = parameters[i].Name;
            places[i] = raw.sqlite3_bind_parameter_index(_statement, names[i]);
        }

        if (places.Where(place => place > 0).Distinct().Count() != _parameters)
        {
            throw new ArgumentException($"Of {_parameters} parameters only these are given: {string.Join(' ', names)}");
        }

        (_names, _places) = (names, places);
    }

    private int BindText(int place, string text)
    {
        if (text.Length == 0) return raw.sqlite3_bind_text(_statement, place, text); // an empty span would be null
        int octetsMax = Encoding.UTF8.GetMaxByteCount(text.Length);
        Span<byte> octets = octetsMax <= TextOctetsOnStack ? stackalloc byte[TextOctetsOnStack] : new byte[octetsMax];
        return raw.sqlite3_bind_text(_statement, place, octets[..Encoding.UTF8.GetBytes(text, octets)]);
    }
}
