namespace EmailSms.Carriers;

/// <summary>What carriers tell the log: events 1700 to 1799.</summary>
internal static partial class Log
{
    [LoggerMessage(1701, LogLevel.Information, "Carrier {Carrier} is now {State}")]
    public static partial void CarrierState(this ILogger log, string carrier, string state);

    [LoggerMessage(1702, LogLevel.Debug, "Carrier {Carrier} answered {Status}: it is sent to at a slower pace")]
    public static partial void CarrierThrottled(this ILogger log, string carrier, string status);

    [LoggerMessage(1703, LogLevel.Information,
        "Carrier {Carrier} is a sandbox on {Endpoint}: nothing leaves this machine")]
    public static partial void SandboxStarted(this ILogger log, string carrier, string endpoint);

    [LoggerMessage(1704, LogLevel.Warning, "Carrier {Carrier} {What}")]
    public static partial void CarrierPause(this ILogger log, string carrier, string what);

    [LoggerMessage(1705, LogLevel.Error, "Carrier {Carrier} does not accept our account: {Status}")]
    public static partial void AccountRefused(this ILogger log, string carrier, string status);

    [LoggerMessage(1706, LogLevel.Error,
        "Carrier {Carrier} answered {Status}: a setting of ours is wrong, and every SMS will meet it")]
    public static partial void SettingsRefused(this ILogger log, string carrier, string status);

    [LoggerMessage(1707, LogLevel.Warning, "Carrier {Carrier} wants to be left alone; it gets no SMS for {Pause}")]
    public static partial void CarrierHeldOff(this ILogger log, string carrier, TimeSpan pause);
}
