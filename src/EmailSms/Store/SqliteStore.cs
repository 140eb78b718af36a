using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace EmailSms.Store;

/// <summary>
/// The only writer. Rooms hand it pieces of work; it runs as many as are waiting in one transaction, commits once,
/// and only then completes them: what a caller has awaited is on disk, fsync included.
/// <code>
///   WriteAsync ──► channel ──► writer thread: begin, piece, piece, piece, commit ──► every caller goes on
///                                              └─ a piece that throws is rolled back alone (savepoint)
/// </code>
/// Reads have connections of their own and never wait for a write (WAL).
/// </summary>
internal sealed class SqliteStore : IAsyncDisposable
{
    private const int SqliteIoError = 10;
    private const int SqliteFull = 13;
    private static readonly TimeSpan RoomLookEvery = TimeSpan.FromSeconds(1);

    private readonly StoreOptions _options;
    private readonly TextKeys _keys;
    private readonly ILogger<SqliteStore> _log;
    private readonly TimeProvider _time;
    private readonly StoreSession _writer;
    private readonly Channel<StoreWork> _waiting;
    private readonly ConcurrentBag<StoreSession> _readers = [];
    private readonly Thread _thread;
    private long _roomLookedAt;
    private bool _disposed;

    private SqliteStore(
        StoreOptions options, TextKeys keys, StoreSession writer, TimeProvider time, ILogger<SqliteStore> log)
    {
        _keys = keys;
        _options = options;
        _writer = writer;
        _time = time;
        _log = log;
        _waiting = Channel.CreateBounded<StoreWork>(
            new BoundedChannelOptions(options.BatchMax * 8) { SingleReader = true });
        _thread = new Thread(RunWriter) { Name = "store writer", IsBackground = true };
    }

    /// <summary>Called on the writer's thread after each commit: whoever tails the timeline looks now.</summary>
    public Action? Committed { get; set; }

    /// <summary>
    /// False while new mail should be refused (452 4.3.1). The disk is looked at once a second, the size after each
    /// commit; the last tenth of it is kept for settling what was accepted before.
    /// </summary>
    public bool HasRoom { get; private set; } = true;

    /// <summary>The key that texts are sealed with from now on; null: they are plain.</summary>
    public string? TextKey => _keys.ActiveId;

    /// <summary>The data folder.</summary>
    public string Folder => _options.Folder;

    /// <summary>Opens the database, makes it when it is missing, and brings its schema up to date.</summary>
    /// <param name="options">Where it is.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">The log.</param>
    /// <param name="audit">Where changes are told; null in tests of what is not audited.</param>
    /// <exception cref="StoreException">The file cannot be opened or its schema is not ours.</exception>
    public static SqliteStore Open(
        StoreOptions options, TimeProvider time, ILogger<SqliteStore> log, AuditSink? audit = null)
    {
        StoreSession? writer = null;
        TextKeys keys = TextKeys.Read(options.TextKeys);
        try
        {
            CreateFolder(options.Folder);
            writer = new StoreSession(options.DatabaseFile, readOnly: false, keys);

            // FULL, not NORMAL: in WAL mode NORMAL leaves the last commits to the next checkpoint, and a 250 has been
            // said for them.
            writer.Scalar("pragma journal_mode = wal");
            writer.Execute("pragma synchronous = full");

            // What is deleted or written anew is overwritten, and not left in the file until the room is used again.
            writer.Scalar("pragma secure_delete = on");

            // Each mail touches the same pages of many indexes. The longer they wait in the log, 16 MB of it, the fewer
            // times they are written to their place; and what is looked up for a mail stays in memory, 16 MB of it.
            writer.Execute("pragma wal_autocheckpoint = 4000");
            writer.Execute("pragma cache_size = -16384");
            SchemaMigrations.Apply(writer, time);
            TextKeyCheck.Run(writer, keys, time.GetUtcNow().ToUnixTimeMilliseconds());
            if (audit is not null) writer.AuditTo(audit);
            if (options.SizeBytesMax > 0)
            {
                long pageBytes = (long)writer.Scalar("pragma page_size")!;
                writer.Scalar($"pragma max_page_count = {Math.Max(16, options.SizeBytesMax / pageBytes)}");
            }
        }
        catch (StoreException) // of another schema, or sealed with a key that is not here
        {
            writer?.Dispose();
            throw;
        }
        catch (Exception trouble) when (trouble is SqliteException or IOException or UnauthorizedAccessException)
        {
            writer?.Dispose();
            throw new StoreException(
                $"The database {options.DatabaseFile} cannot be opened: {trouble.Message}", isFull: false, trouble);
        }

        var store = new SqliteStore(options, keys, writer, time, log);
        store.LookForRoom();
        store._thread.Start();
        return store;
    }

    /// <summary>
    /// Runs a piece of work in the next transaction and returns when that is on disk. A piece runs on the writer's
    /// thread: it does SQL and nothing slow.
    /// </summary>
    /// <exception cref="StoreException">The disk said no; nothing of the piece is kept.</exception>
    public async Task<T> WriteAsync<T>(Func<StoreSession, T> work)
    {
        var piece = new StoreWork<T>(work);
        try
        {
            await _waiting.Writer.WriteAsync(piece).ConfigureAwait(false);
        }
        catch (ChannelClosedException closed)
        {
            throw new StoreException("The store is closed.", isFull: false, closed) { IsClosed = true };
        }

        return await piece.Done.ConfigureAwait(false);
    }

    /// <inheritdoc cref="WriteAsync{T}"/>
    public Task WriteAsync(Action<StoreSession> work) => WriteAsync(session =>
    {
        work(session);
        return true;
    });

    /// <summary>Reads what is committed, on a connection of its own.</summary>
    public T Read<T>(Func<StoreSession, T> work)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_readers.TryTake(out StoreSession? reader))
        {
            reader = new StoreSession(_options.DatabaseFile, readOnly: true, _keys);
        }

        try
        {
            return work(reader);
        }
        finally
        {
            _readers.Add(reader);
        }
    }

    /// <summary>
    /// Moves everything from the log into the database and empties the log, where old pages would stand until it comes
    /// round. False: somebody reads, so it must be tried again.
    /// </summary>
    public bool EmptyLog()
    {
        using var session = new StoreSession(_options.DatabaseFile, readOnly: false);
        return session.Query("pragma wal_checkpoint(truncate)", row => row.GetInt64(0)) is [0];
    }

    /// <summary>Runs what is waiting, then closes.</summary>
    public ValueTask DisposeAsync()
    {
        if (_disposed) return ValueTask.CompletedTask;
        _disposed = true;
        _waiting.Writer.TryComplete();
        _thread.Join();
        foreach (StoreSession reader in _readers) reader.Dispose();
        _writer.Dispose();
        return ValueTask.CompletedTask;
    }

    private void RunWriter()
    {
        List<StoreWork> batch = new(_options.BatchMax);
        while (WaitForWork())
        {
            while (batch.Count < _options.BatchMax && _waiting.Reader.TryRead(out StoreWork? piece)) batch.Add(piece);
            RunBatch(batch);
            batch.Clear();

            // Of a small store a second of mail is more than the tenth that is kept, so its size is asked each time.
            bool isDue = _time.GetElapsedTime(_roomLookedAt) >= RoomLookEvery;
            if (isDue || _options.SizeBytesMax > 0) LookForRoom();
        }
    }

    private bool WaitForWork()
    {
        Task<bool> work = _waiting.Reader.WaitToReadAsync().AsTask();

        // Without room no mail comes, so there may be no write for a long time after which room would be seen.
        while (!HasRoom && !work.Wait(RoomLookEvery)) LookForRoom();
        return work.GetAwaiter().GetResult();
    }

    private void RunBatch(List<StoreWork> batch)
    {
        List<StoreWork> kept = new(batch.Count);
        try
        {
            _writer.Execute("begin immediate");
            foreach (StoreWork piece in batch)
            {
                if (RunPiece(piece)) kept.Add(piece);
            }

            _writer.Execute("commit");
        }
        catch (Exception trouble) // full disk, I/O error, a lock held too long: nothing of this batch is on disk
        {
            FailBatch(batch, trouble);
            return;
        }

        _writer.EndAfterwards(0, kept: true);
        foreach (StoreWork piece in kept) piece.Complete();
        Committed?.Invoke();
    }

    private bool RunPiece(StoreWork piece)
    {
        int mark = _writer.AfterwardsCount;
        _writer.Execute("savepoint piece");
        try
        {
            _writer.BeginPiece();
            piece.Run(_writer);
            _writer.Execute("release piece");
            return true;
        }
        catch (Exception trouble) when (_writer.InTransaction)
        {
            _writer.Execute("rollback to piece");
            _writer.Execute("release piece");
            _writer.EndAfterwards(mark, kept: false);
            piece.Fail(IsDisk(trouble) ? DiskSaidNo(trouble) : trouble);
            return false;
        }
    }

    private void FailBatch(List<StoreWork> batch, Exception trouble)
    {
        _log.CommitFailed(trouble, batch.Count);
        try
        {
            if (_writer.InTransaction) _writer.Execute("rollback");
        }
        catch (SqliteException second)
        {
            _log.CommitFailed(second, batch.Count);
        }

        _writer.EndAfterwards(0, kept: false);
        StoreException no = DiskSaidNo(trouble);
        foreach (StoreWork piece in batch) piece.Fail(no);
    }

    private void LookForRoom()
    {
        _roomLookedAt = _time.GetTimestamp();
        bool room = true;
        if (_options.SizeBytesMax > 0)
        {
            long used = (long)_writer.Scalar("pragma page_count")! - (long)_writer.Scalar("pragma freelist_count")!;
            room = used * (long)_writer.Scalar("pragma page_size")! < _options.SizeBytesMax / 10 * 9;
        }

        if (_options.DiskFreeBytesMin > 0)
        {
            room &= new DriveInfo(Path.GetFullPath(_options.Folder)).AvailableFreeSpace >= _options.DiskFreeBytesMin;
        }

        if (room != HasRoom) _log.RoomChanged(room);
        HasRoom = room;
    }

    // What people wrote lies in it: nobody else on the machine reads that.
    internal static void CreateFolder(string folder)
    {
        const UnixFileMode Ours = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, Ours);
    }

    private static bool IsDisk(Exception trouble) =>
        trouble is SqliteException { SqliteErrorCode: SqliteFull or SqliteIoError };

    private static StoreException DiskSaidNo(Exception trouble)
    {
        bool full = trouble is SqliteException { SqliteErrorCode: SqliteFull };
        return new StoreException(full ? "The store is full." : "The store cannot be written.", full, trouble);
    }
}
