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

    [LoggerMessage(2011, LogLevel.Information, "{Actor} has the settings read anew: this gateway ends, another begins")]
    public static partial void Reloading(this ILogger log, string actor);

    [LoggerMessage(2012, LogLevel.Information,
        "The settings that {Actor} had read anew are in force; {Changed} differ")]
    public static partial void Reloaded(this ILogger log, string actor, int changed);

    [LoggerMessage(2013, LogLevel.Error, "{Actor} had the settings read anew, and they are wrong: {Sentence}")]
    public static partial void ReloadRefused(this ILogger log, string actor, string sentence);

    [LoggerMessage(2014, LogLevel.Error,
        "The service cannot run with the settings that {Actor} had read anew: it takes the old ones up again")]
    public static partial void ReloadFailed(this ILogger log, Exception trouble, string actor);

    [LoggerMessage(2015, LogLevel.Error, "A part of the gateway did not stop in order; it was cut off")]
    public static partial void StopFailed(this ILogger log, Exception trouble);
}
