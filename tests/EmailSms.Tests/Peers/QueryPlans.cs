using System.Collections.Concurrent;
using EmailSms.Store;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace EmailSms.Tests.Peers;

/// <summary>Hears every statement that a store runs, and asks SQLite how it does it.</summary>
internal sealed class QueryPlans
{
    private const int ReadersMax = 8; // readers are made as they are needed, and used again

    private readonly ConcurrentDictionary<string, bool> _statements = new(StringComparer.Ordinal);

    /// <summary>Hears them from now on.</summary>
    public async Task ListenAsync(SqliteStore store)
    {
        await store.WriteAsync(Listen);
        ListenTo(store, ReadersMax);
    }

    /// <summary>
    /// The statements that read a whole table of these: through the table itself, or through an index of all its rows.
    /// An index that holds only some rows, those that wait for example, is made to be read as a whole.
    /// </summary>
    public List<string> WholeTablesOf(SqliteStore store, IReadOnlySet<string> tables) => store.Read(db =>
    {
        HashSet<string> partial = [.. db.Query(
            "select name, sql from sqlite_master where type = 'index' and sql is not null",
            row => (Name: row.GetString(0), Sql: row.GetString(1)))
            .Where(index => index.Sql.Contains("where", StringComparison.OrdinalIgnoreCase))
            .Select(index => index.Name)];
        List<string> whole = [];
        foreach (string sql in _statements.Keys.Where(IsOfRows))
        {
            List<string> plan = db.Query($"explain query plan {sql}", row => row.GetString(3));
            bool isFirstRows = sql.Contains(" limit ", StringComparison.Ordinal)
                && !sql.Contains("where", StringComparison.Ordinal)
                && !plan.Exists(step => step.StartsWith("USE TEMP B-TREE", StringComparison.Ordinal));
            if (isFirstRows) continue; // in the order in which they lie
            foreach (string step in plan)
            {
                string[] words = step.Split(' ');
                if (words[0] != "SCAN" || words.Length < 2 || !tables.Contains(TableOf(words[1], sql))) continue;
                int index = Array.IndexOf(words, "INDEX");
                if (index < 0 || !partial.Contains(words[index + 1])) whole.Add($"{step}: {sql}");
            }
        }

        return whole;
    });

    private static bool IsOfRows(string sql) => new[] { "select", "update", "delete", "insert", "with" }.Any(
        word => sql.TrimStart().StartsWith(word, StringComparison.OrdinalIgnoreCase));

    // A plan names the alias.
    private static string TableOf(string name, string sql)
    {
        string[] words = sql.Split([' ', '\n', '\r', '(', ')', ','], StringSplitOptions.RemoveEmptyEntries);
        for (int i = 2; i < words.Length; i++)
        {
            if (words[i] != name) continue;
            if (words[i - 1] == "as") return words[i - 2];
            if (words[i - 2] is "from" or "join") return words[i - 1];
        }

        return name;
    }

    private void ListenTo(SqliteStore store, int readers) => store.Read(db =>
    {
        Listen(db);
        if (readers > 1) ListenTo(store, readers - 1); // while this one is taken, so it is another
        return true;
    });

    // The profile is told the text of a statement, without the values bound to it.
    private void Listen(StoreSession db) => raw.sqlite3_profile(
        ((SqliteConnection)db.Db).Handle, (_, sql, _) => _statements.TryAdd(sql, true), null);
}
