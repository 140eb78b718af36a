namespace EmailSms.Delivery;

/// <summary>What delivery tells the log: events 1100 to 1199.</summary>
internal static partial class Log
{
    [LoggerMessage(1101, LogLevel.Debug, "{Sms}: attempt {Attempt} was accepted by {Carrier}")]
    public static partial void AttemptAccepted(this ILogger log, Guid sms, int attempt, string carrier);

    [LoggerMessage(1109, LogLevel.Information, "{Sms}: attempt {Attempt} over {Carrier} ended as {Outcome}")]
    public static partial void AttemptFailed(this ILogger log, Guid sms, int attempt, string carrier, string outcome);

    [LoggerMessage(1102, LogLevel.Warning, "No carrier takes them now: {Count} SMS go back to disk and wait")]
    public static partial void NoCarrier(this ILogger log, int count);

    [LoggerMessage(1103, LogLevel.Error, "{Sms}: what came of it could not be written down; trying again in {Pause}")]
    public static partial void SettleFailed(this ILogger log, Exception trouble, Guid sms, TimeSpan pause);

    [LoggerMessage(1104, LogLevel.Error, "A round of the dispatcher failed ({Troubles} in a row); next in {Pause}")]
    public static partial void RoundFailed(this ILogger log, Exception trouble, int troubles, TimeSpan pause);

    [LoggerMessage(1105, LogLevel.Debug, "Carrier {Carrier} sent a receipt for {CarrierId}, which is not known yet")]
    public static partial void ReceiptWaits(this ILogger log, string carrier, string carrierId);

    [LoggerMessage(1106, LogLevel.Information, "{Count} SMS of an earlier run go on")]
    public static partial void Reclaimed(this ILogger log, int count);

    [LoggerMessage(1107, LogLevel.Error, "{Sms}: the carrier {Carrier} failed in a way it should not")]
    public static partial void CarrierFault(this ILogger log, Exception fault, Guid sms, string carrier);

    [LoggerMessage(1110, LogLevel.Error, "{Sms}: carrier {Carrier} does not accept our account ({Code}) and is paused")]
    public static partial void CarrierPaused(this ILogger log, Guid sms, string carrier, string code);

    [LoggerMessage(1111, LogLevel.Warning,
        "{Sms}: it may have been sent over {Carrier}; it is held until somebody decides")]
    public static partial void SmsHeld(this ILogger log, Guid sms, string carrier);

    [LoggerMessage(1112, LogLevel.Warning,
        "Nobody took the alarm to {OnCall} ({People} texted, {Sms} was the last); its owner is told by mail")]
    public static partial void AlarmUntaken(this ILogger log, string onCall, int people, Guid sms);

    [LoggerMessage(1113, LogLevel.Error, "A step of an alarm failed; trying again in {Pause}")]
    public static partial void EscalationFailed(this ILogger log, Exception trouble, TimeSpan pause);

    [LoggerMessage(1114, LogLevel.Error,
        "Carrier {Carrier} reports {Error}: an account or a setting is wrong, and every SMS will meet it")]
    public static partial void ReceiptOfSettings(this ILogger log, string carrier, string error);

    [LoggerMessage(1116, LogLevel.Error, "Notices could not be written; trying again in {Pause}")]
    public static partial void NoticesFailed(this ILogger log, Exception trouble, TimeSpan pause);

    [LoggerMessage(1108, LogLevel.Warning, "Stopped with {Count} SMS in hand; they are sent again at the next start")]
    public static partial void DrainCut(this ILogger log, int count);

    [LoggerMessage(1115, LogLevel.Warning, "{Sms} waits: no carrier may have it; emailsms route says why")]
    public static partial void NoneMayHaveIt(this ILogger log, Guid sms);

    [LoggerMessage(1117, LogLevel.Warning,
        "Carrier {Carrier} fails ({Failures} in a row) and is left alone; its SMS take the next one, or wait")]
    public static partial void BreakerOpened(this ILogger log, string carrier, int failures);

    [LoggerMessage(1118, LogLevel.Information, "Carrier {Carrier} takes SMS again and gets all of its own")]
    public static partial void BreakerClosed(this ILogger log, string carrier);

    [LoggerMessage(1119, LogLevel.Error, "{Sms}: no carrier could be chosen; it is tried again after a pause")]
    public static partial void RoutingFault(this ILogger log, Exception fault, Guid sms);

    [LoggerMessage(1120, LogLevel.Information,
        "Carrier {Carrier} wants it slower: what fits Throttles:{Throttle} goes at {Percent} % of its rate")]
    public static partial void ThrottleSlowed(this ILogger log, string carrier, int throttle, int percent);
}
