using EmailSms.Messages;

namespace EmailSms.Replies;

/// <summary>What replies tell the log: events 1200 to 1299.</summary>
internal static partial class Log
{
    [LoggerMessage(1201, LogLevel.Information, "{Carrier}: a text from {From} goes to the {Reason}")]
    public static partial void ReplyTaken(this ILogger log, string carrier, string from, string reason);

    [LoggerMessage(1202, LogLevel.Information, "{Carrier}: {From} opted out of {Scope}")]
    public static partial void OptedOut(this ILogger log, string carrier, PhoneNumber from, string scope);

    [LoggerMessage(1205, LogLevel.Information, "{Carrier}: {From} opted in again")]
    public static partial void OptedIn(this ILogger log, string carrier, PhoneNumber from);

    [LoggerMessage(1204, LogLevel.Information, "{Carrier}: {From} took {Count} alarm(s)")]
    public static partial void AlarmTaken(this ILogger log, string carrier, PhoneNumber from, int count);

    [LoggerMessage(1206, LogLevel.Warning,
        "The mail of text {Text} did not arrive, and another goes to the {Reason}: {Answer}")]
    public static partial void MailboxDead(this ILogger log, Guid text, string reason, string answer);

    [LoggerMessage(1207, LogLevel.Error,
        "Text {Text} reaches nobody: none of its {Count} mail(s) arrived, and nobody is left: {Answer}")]
    public static partial void ReplyReachesNobody(this ILogger log, Guid text, int count, string answer);

    [LoggerMessage(1208, LogLevel.Information,
        "{Carrier}: a text from {From} came again, whose answer was lost; it is the same mail")]
    public static partial void TextRepeated(this ILogger log, string carrier, string from);

    [LoggerMessage(1209, LogLevel.Error, "The marks of answered texts could not be taken away; again in {Pause}")]
    public static partial void MarksStay(this ILogger log, Exception trouble, TimeSpan pause);

    [LoggerMessage(1210, LogLevel.Warning,
        "{Carrier}: a text comes from {From}, a number without its country: set Carriers:{Carrier}:Region")]
    public static partial void NumberUnread(this ILogger log, string carrier, string from);

    [LoggerMessage(1211, LogLevel.Warning,
        "{Carrier}: a text comes from {From} or {Other}, as its number is written: set Carriers:{Carrier}:BareNumbers")]
    public static partial void NumberAmbiguous(this ILogger log, string carrier, string from, string other);

    [LoggerMessage(1203, LogLevel.Error, "Incomplete texts could not be delivered; trying again in {Pause}")]
    public static partial void SweepFailed(this ILogger log, Exception trouble, TimeSpan pause);
}
