namespace EmailSms.Store;

/// <summary>What the store tells the log: events 1900 to 1999. A name is a promise to whoever alerts on it.</summary>
internal static partial class Log
{
    [LoggerMessage(1901, LogLevel.Error, "A commit of {Pieces} piece(s) of work failed; nothing of it is kept")]
    public static partial void CommitFailed(this ILogger log, Exception trouble, int pieces);

    [LoggerMessage(1902, LogLevel.Warning, "The store has room for new mail: {HasRoom}")]
    public static partial void RoomChanged(this ILogger log, bool hasRoom);
}
