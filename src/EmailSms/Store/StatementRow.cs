using SQLitePCL;

namespace EmailSms.Store;

/// <summary>
/// A row of a statement while it is read: good inside the call that it is given to, which must not run the same
/// statement again. Columns count from 0.
/// </summary>
internal readonly struct StatementRow(sqlite3_stmt statement)
{
    /// <summary>Whether there is no value.</summary>
    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    /// <summary>A whole number; 0 where there is none.</summary>
    public long Integer(int column) => raw.sqlite3_column_int64(statement, column);

    /// <summary>A text; empty where there is none.</summary>
    public string Text(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string() ?? "";

    /// <summary>Octets; null where there are none.</summary>
    public byte[]? Octets(int column) =>
        IsNull(column) ? null : raw.sqlite3_column_blob(statement, column).ToArray();

    /// <summary>A text; null where there is none.</summary>
    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);
}
