namespace EmailSms.Api;

/// <summary>What the hooks tell the log: events 1800 to 1899.</summary>
internal static partial class Log
{
    [LoggerMessage(1801, LogLevel.Information, "Listening for carriers on {Endpoints}, found by them at {PublicUrl}")]
    public static partial void WebListens(this ILogger log, string endpoints, string publicUrl);

    [LoggerMessage(1802, LogLevel.Warning, "{Remote} called a hook of carrier {Carrier} with an address that is none")]
    public static partial void HookUnknown(this ILogger log, string carrier, string remote);

    [LoggerMessage(1803, LogLevel.Warning,
        "{Remote} called a hook of carrier {Carrier} and could not prove to be it: {Reason}")]
    public static partial void HookRefused(this ILogger log, string carrier, string remote, string reason);

    [LoggerMessage(1804, LogLevel.Error,
        "Carrier {Carrier} called with what its definition does not know ({Method}, {ContentType}); answered 422")]
    public static partial void HookNotRead(this ILogger log, string carrier, string method, string contentType);

    [LoggerMessage(1805, LogLevel.Error, "What carrier {Carrier} said could not be kept; answered 503")]
    public static partial void HookNotKept(this ILogger log, Exception trouble, string carrier);

    [LoggerMessage(1806, LogLevel.Error, "What came to hooks could not be taken further; trying again in {Pause}")]
    public static partial void HookRoundFailed(this ILogger log, Exception trouble, TimeSpan pause);

    [LoggerMessage(1807, LogLevel.Error, "Item {Item} of carrier {Carrier} failed (attempt {Attempt})")]
    public static partial void HookItemFailed(
        this ILogger log, Exception trouble, long item, string carrier, int attempt);

    [LoggerMessage(1808, LogLevel.Error,
        "Item {Item} of carrier {Carrier} was given up after {Attempts} attempts and waits for a person")]
    public static partial void HookItemGivenUp(this ILogger log, long item, string carrier, int attempts);

    [LoggerMessage(1811, LogLevel.Information, "Forgot {Count} {What}, older than {Keep}")]
    public static partial void Forgotten(this ILogger log, int count, string what, TimeSpan keep);

    [LoggerMessage(1812, LogLevel.Error, "Old {What} could not be forgotten; trying again in {Pause}")]
    public static partial void ForgettingFailed(this ILogger log, Exception trouble, string what, TimeSpan pause);

    [LoggerMessage(1813, LogLevel.Error, "Logins could not be written into the audit trail; trying again in {Pause}")]
    public static partial void LoginsNotWritten(this ILogger log, Exception trouble, TimeSpan pause);

    [LoggerMessage(1814, LogLevel.Error, "{Count} entries about logins could not be written into the audit trail")]
    public static partial void LoginsLost(this ILogger log, Exception trouble, int count);
}
