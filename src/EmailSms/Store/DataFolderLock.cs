namespace EmailSms.Store;

/// <summary>
/// One service to a data folder: two would each take the other's leases for those of a dead one. The operating system
/// drops the lock with the process, so a crash needs no hand to start again.
/// </summary>
internal sealed class DataFolderLock : IDisposable
{
    private readonly FileStream _file;

    private DataFolderLock(FileStream file) => _file = file;

    /// <exception cref="StoreException">Another process has it, or the folder cannot be written.</exception>
    public static DataFolderLock Take(string folder)
    {
        try
        {
            SqliteStore.CreateFolder(folder);
            return new DataFolderLock(new FileStream(
                Path.Combine(folder, "emailsms.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(
                $"The data folder {folder} is in use by another EmailSms, or cannot be written: {trouble.Message}",
                isFull: false, trouble);
        }
    }

    public void Dispose() => _file.Dispose();
}
