using EmailSms.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Tests.Peers;

/// <summary>A real database in a folder of its own, gone with the test.</summary>
internal sealed class TemporaryStore : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("emailsms-test-");
    private readonly TimeProvider _time;

    public TemporaryStore(TimeProvider time)
    {
        _time = time;
        Store = Open();
    }

    public SqliteStore Store { get; private set; }

    /// <summary>Closes the database and opens it anew, as a restart of the service does.</summary>
    public async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        Store = Open();
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private SqliteStore Open() => SqliteStore.Open(
        new StoreOptions { Folder = _folder.FullName, DiskFreeBytesMin = 0 }, _time, NullLogger<SqliteStore>.Instance);
}
