namespace EmailSms.Policy;

/// <summary>What policy tells the log: events 1300 to 1399. A name is a promise to whoever alerts on it.</summary>
internal static partial class Log
{
    [LoggerMessage(1301, LogLevel.Information, "The DNS gave no answer about {Name} ({Type}): {Reason}")]
    public static partial void DnsFailed(this ILogger log, string name, string type, string reason);
}
