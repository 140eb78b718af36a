using EmailSms.Store;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Tests.Store;

public sealed class SqliteStoreTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_was_awaited_is_seen_by_another_connection()
    {
        await using SqliteStore store = Open();
        await store.WriteAsync(db => Add(db, "+447700900001"));

        Assert.Equal(["+447700900001"], Numbers(store));
    }

    [Fact]
    public async Task A_piece_that_throws_is_rolled_back_alone()
    {
        await using SqliteStore store = Open();
        Task[] pieces =
        [
            store.WriteAsync(db => Add(db, "+447700900001")),
            store.WriteAsync(db =>
            {
                Add(db, "+447700900002");
                throw new InvalidOperationException("a fault of ours");
            }),
            store.WriteAsync(db => Add(db, "+447700900003")),
        ];

        await Assert.ThrowsAsync<InvalidOperationException>(() => Task.WhenAll(pieces));

        Assert.Equal(["+447700900001", "+447700900003"], Numbers(store));
    }

    [Fact]
    public async Task Afterwards_hears_true_for_what_is_kept_and_false_for_what_is_not()
    {
        await using SqliteStore store = Open();
        List<(string Piece, bool Kept)> heard = [];
        await store.WriteAsync(db => db.Afterwards(kept => heard.Add(("good", kept))));
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.WriteAsync(db =>
        {
            db.Afterwards(kept => heard.Add(("bad", kept)));
            throw new InvalidOperationException();
        }));

        Assert.Equal([("good", true), ("bad", false)], heard);
    }

    [Fact]
    public async Task Many_writers_at_once_all_get_their_own_result()
    {
        await using SqliteStore store = Open();
        int[] results = await Task.WhenAll(Enumerable.Range(0, 2000).Select(i => store.WriteAsync(db =>
        {
            Add(db, $"+4477009{i:00000}");
            return i;
        })));

        Assert.Equal(Enumerable.Range(0, 2000), results);
        Assert.Equal(2000, Numbers(store).Count);
    }

    [Fact]
    public async Task A_full_store_says_so_and_goes_on_when_there_is_room()
    {
        var options = new StoreOptions { Folder = _folder.Path, SizeBytesMax = 400_000, DiskFreeBytesMin = 0 };
        await using SqliteStore store = Open(options);
        StoreException? full = null;
        int kept = 0;
        for (int i = 0; i < 200 && full is null; i++)
        {
            string word = new('x', 8000);
            string number = $"+4477009{i:00000}";
            full = await Record.ExceptionAsync(() => store.WriteAsync(db => Add(db, number, word))) as StoreException;
            if (full is null) kept++;
        }

        Assert.True(full?.IsFull, "a store over its limit says that it is full");
        Assert.Equal(kept, Numbers(store).Count);

        await store.WriteAsync(db => db.Execute("delete from opt_out"));
        await store.WriteAsync(db => Add(db, "+447700900001"));
        Assert.Equal(["+447700900001"], Numbers(store));
    }

    [Fact]
    public async Task A_migration_that_was_edited_is_refused()
    {
        await Open().DisposeAsync();
        using (var db = new SqliteConnection($"Data Source={_folder.File("emailsms.db")};Pooling=false"))
        {
            db.Open();
            using SqliteCommand edit = db.CreateCommand();
            edit.CommandText = "update schema_version set checksum = 'other'";
            edit.ExecuteNonQuery();
        }

        StoreException refused = Assert.Throws<StoreException>(() => Open());
        Assert.Contains("0001_first.sql", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_refused()
    {
        await using (SqliteStore store = Open())
        {
            await store.WriteAsync(db => db.Execute("insert into schema_version values (9999, 'later', 'x', 0)"));
        }

        StoreException refused = Assert.Throws<StoreException>(() => Open());
        Assert.Contains("newer version", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_services_do_not_share_a_data_folder()
    {
        using DataFolderLock first = DataFolderLock.Take(_folder.Path);
        Assert.Throws<StoreException>(() => DataFolderLock.Take(_folder.Path));
        first.Dispose();
        using DataFolderLock second = DataFolderLock.Take(_folder.Path);
    }

    private static void Add(StoreSession db, string number, string word = "STOP") => db.Execute(
        "insert into opt_out (number, scope, since_ms, word) values (@number, '*', 0, @word)",
        ("@number", number), ("@word", word));

    private static List<string> Numbers(SqliteStore store) =>
        store.Read(db => db.Query("select number from opt_out order by number", row => row.GetString(0)));

    private SqliteStore Open(StoreOptions? options = null) => SqliteStore.Open(
        options ?? new StoreOptions { Folder = _folder.Path, DiskFreeBytesMin = 0 },
        TimeProvider.System, NullLogger<SqliteStore>.Instance);
}
