namespace EmailSms.MailOut;

/// <summary>What mail-out tells the log: events 1500 to 1599. A name is a promise to whoever alerts on it.</summary>
internal static partial class Log
{
    [LoggerMessage(1501, LogLevel.Information, "Mail {Mail} ({Kind}, SMS {Sms}) was sent")]
    public static partial void MailSent(this ILogger log, string mail, MailKind kind, string? sms);

    [LoggerMessage(1502, LogLevel.Warning, "Mail {Mail} was put off for {Pause} after attempt {Attempt}: {Answer}")]
    public static partial void MailPutOff(this ILogger log, string mail, TimeSpan pause, int attempt, string answer);

    [LoggerMessage(1503, LogLevel.Error, "Mail {Mail} ({Kind}, SMS {Sms}) will never be sent: {Answer}")]
    public static partial void MailFailed(this ILogger log, string mail, MailKind kind, string? sms, string answer);

    [LoggerMessage(1504, LogLevel.Error,
        "The smart host {Host} takes no mail ({Troubles} time(s) now), and is asked again in {Pause}: {Answer}")]
    public static partial void HostDown(
        this ILogger log, string host, int troubles, TimeSpan pause, string answer);

    [LoggerMessage(1505, LogLevel.Warning,
        "SmartHost:Host is not set: notices and replies stay in the outbox until it is")]
    public static partial void NoSmartHost(this ILogger log);

    [LoggerMessage(1506, LogLevel.Error, "The outbox failed ({Troubles} time(s) now), and goes on in {Pause}")]
    public static partial void RoundFailed(this ILogger log, Exception trouble, int troubles, TimeSpan pause);

    [LoggerMessage(1508, LogLevel.Error, "Mail {Mail} met a mistake of ours")]
    public static partial void MailNotSendable(this ILogger log, Exception mistake, string mail);

    [LoggerMessage(1507, LogLevel.Information, "The smart host {Host} takes mail again")]
    public static partial void HostUp(this ILogger log, string host);

    [LoggerMessage(1509, LogLevel.Error,
        "The template {File} fails at line {Line}, column {Column}, and the next one words the mail: "
        + "emailsms check tells more")]
    public static partial void TemplateFailed(this ILogger log, string file, int line, int column);
}
