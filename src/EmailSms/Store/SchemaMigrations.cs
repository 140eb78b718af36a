using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;

namespace EmailSms.Store;

/// <summary>
/// Numbered files, each run once, in order, in a transaction of its own. The checksum tells an old file that was
/// edited from one that was run: the first is a mistake that must not pass.
/// </summary>
internal static class SchemaMigrations
{
    public static void Apply(StoreSession session, TimeProvider time)
    {
        session.Execute(
            """
            create table if not exists schema_version
                (version integer primary key, name text not null, checksum text not null, applied_ms integer not null)
            """);
        Dictionary<long, string> done = session
            .Query("select version, checksum from schema_version", row => (row.GetInt64(0), row.GetString(1)))
            .ToDictionary();

        List<(long Version, string Name, string Sql)> files = [.. Files()];
        if (done.Count > 0 && done.Keys.Max() > files[^1].Version)
        {
            throw new StoreException(
                $"The database is of schema {done.Keys.Max()} and this program knows {files[^1].Version}: "
                + "it was written by a newer version, which is the one to run.", isFull: false);
        }

        foreach ((long version, string name, string sql) in files)
        {
            string checksum = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql)));
            if (!done.TryGetValue(version, out string? ran))
            {
                Run(session, version, name, sql, checksum, time.GetUtcNow().ToUnixTimeMilliseconds());
            }
            else if (ran != checksum)
            {
                throw new StoreException($"The migration {name} is not the one this database was made with.", false);
            }
        }
    }

    private static void Run(StoreSession session, long version, string name, string sql, string checksum, long nowMs)
    {
        session.Execute("begin immediate");
        try
        {
            // Another process may have run it while this one waited for the lock.
            if (session.Scalar("select 1 from schema_version where version = @version", ("@version", version)) is null)
            {
                session.Execute(sql);
                session.Execute(
                    "insert into schema_version values (@version, @name, @checksum, @now)",
                    ("@version", version), ("@name", name), ("@checksum", checksum), ("@now", nowMs));
            }

            session.Execute("commit");
        }
        catch (SqliteException)
        {
            if (session.InTransaction) session.Execute("rollback");
            throw;
        }
    }

    private static IEnumerable<(long Version, string Name, string Sql)> Files()
    {
        Assembly home = typeof(SchemaMigrations).Assembly;
        foreach (string name in home.GetManifestResourceNames().Where(n => n.EndsWith(".sql", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal))
        {
            using Stream stream = home.GetManifestResourceStream(name)!;
            using var reader = new StreamReader(stream);
            long version = long.Parse(name.AsSpan(0, 4), System.Globalization.CultureInfo.InvariantCulture);
            yield return (version, name, reader.ReadToEnd());
        }
    }
}
