using EmailSms.MailIn.Mailboxes;
using EmailSms.Messages;

namespace EmailSms.MailIn;

/// <summary>What mail-in tells the log: events 1000 to 1099. A name is a promise to whoever alerts on it.</summary>
internal static partial class Log
{
    [LoggerMessage(1001, LogLevel.Information,
        "{Connection}: took a mail for {Made} number(s) as {Mail}, {Repeats} of it known already")]
    public static partial void MailTaken(this ILogger log, string connection, int made, int repeats, Guid mail);

    [LoggerMessage(1002, LogLevel.Information,
        "{Connection}: refused a recipient of {Sender} from {Client} with {Code}: {Reason}")]
    public static partial void RecipientRefused(
        this ILogger log, string connection, string sender, string client, int code, string reason);

    [LoggerMessage(1003, LogLevel.Information, "{Connection}: refused a mail of {Sender} with {Code}: {Reason}")]
    public static partial void MailRefused(this ILogger log, string connection, string sender, int code, string reason);

    [LoggerMessage(1004, LogLevel.Error, "{Connection}: a mail could not be kept, and its client was told so")]
    public static partial void MailNotKept(this ILogger log, Exception trouble, string connection);

    [LoggerMessage(1005, LogLevel.Information,
        "{Connection}: a mail of {Sender} for postmaster goes to the default mailbox as {Mail}")]
    public static partial void HandedToPostmaster(this ILogger log, string connection, string sender, Guid mail);

    [LoggerMessage(1006, LogLevel.Warning,
        "{Sender} has sent the same text to {Number} {Most} times within an hour: no more of them goes out")]
    public static partial void LoopStopped(this ILogger log, string sender, PhoneNumber number, int most);

    [LoggerMessage(1010, LogLevel.Warning, "{Whose} has used {Percent} % of {Limit}")]
    public static partial void BudgetUsed(this ILogger log, string whose, int percent, string limit);

    [LoggerMessage(1011, LogLevel.Warning,
        "{Sender} has texted {Count} numbers in a row within an hour: its mails are refused until it is resumed")]
    public static partial void SenderStopped(this ILogger log, string sender, int count);

    [LoggerMessage(1012, LogLevel.Warning, "{Sms} is the first to {Region}: it waits for an admin")]
    public static partial void FirstToCountry(this ILogger log, Guid sms, string region);

    [LoggerMessage(1013, LogLevel.Warning, "The alarm to {OnCall} goes on over a limit: {Whose}, {Limit}")]
    public static partial void AlarmOverLimit(this ILogger log, string onCall, string whose, string limit);

    [LoggerMessage(1020, LogLevel.Information, "{Mailbox}: reads {Folder} at {Host}")]
    public static partial void MailboxOpened(this ILogger log, string mailbox, string host, string folder);

    [LoggerMessage(1021, LogLevel.Warning, "{Mailbox}: {Host} is lost, and tried again in {Pause}: {Reason}")]
    public static partial void MailboxLost(
        this ILogger log, string mailbox, string host, TimeSpan pause, string reason, Exception? trouble);

    [LoggerMessage(1022, LogLevel.Information, "{Mailbox}: refused mail {Uid} of {Sender} with {Code}: {Reason}")]
    public static partial void FetchedMailRefused(
        this ILogger log, string mailbox, string uid, string sender, int code, string reason);

    [LoggerMessage(1023, LogLevel.Information, "{Mailbox}: mail {Uid} waits there after {Code}: {Reason}")]
    public static partial void FetchedMailWaits(this ILogger log, string mailbox, string uid, int code, string reason);

    [LoggerMessage(1024, LogLevel.Warning,
        "{Mailbox}: {Count} mail(s) there longer than {AgeMax} are left as they are")]
    public static partial void OldMailsLeft(this ILogger log, string mailbox, int count, TimeSpan ageMax);

    [LoggerMessage(1025, LogLevel.Warning,
        "{Mailbox}: the server numbers its mails anew (UIDVALIDITY {Validity}); a Message-ID tells those of before")]
    public static partial void UidsAreNew(this ILogger log, string mailbox, long validity);

    [LoggerMessage(1026, LogLevel.Error, "{Mailbox}: mail {Uid} could not be read, and is tried again")]
    public static partial void FetchedMailNotRead(this ILogger log, Exception trouble, string mailbox, string uid);

    [LoggerMessage(1027, LogLevel.Warning,
        "{Mailbox}: {After} failed for {Count} mail(s) that were decided about: {Reason}")]
    public static partial void MailsNotSettled(
        this ILogger log, string mailbox, MailboxAfter after, int count, string reason);
}
