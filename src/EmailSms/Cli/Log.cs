namespace EmailSms.Cli;

/// <summary>What the program as a whole tells the log: events 2000 to 2099.</summary>
internal static partial class Log
{
    [LoggerMessage(2001, LogLevel.Information, "Taking mail on {Endpoints} for {Carriers} carrier(s)")]
    public static partial void Started(this ILogger log, string endpoints, int carriers);

    [LoggerMessage(2002, LogLevel.Information,
        "Stopping: no more mail is taken; what carriers have in hand is finished")]
    public static partial void Stopping(this ILogger log);

    [LoggerMessage(2004, LogLevel.Warning,
        "There is no control socket {File}: {Reason}. Pauses are seen at the next start, status shows nothing live")]
    public static partial void NoControlSocket(this ILogger log, string file, string reason);

    [LoggerMessage(2010, LogLevel.Warning, "{Setting} {Sentence}")]
    public static partial void SettingIsRisky(this ILogger log, string setting, string sentence);

    [LoggerMessage(2003, LogLevel.Information, "Stopped")]
    public static partial void Stopped(this ILogger log);
}
