using System.Net;
using System.Security.Authentication;
using Microsoft.Extensions.Logging;

namespace EmailSms.Smtp;

/// <summary>
/// What the SMTP server tells the log: events 5000 to 5099. A name is a promise to whoever alerts on it. No mail's text
/// and no password is ever in it, and a person's address not above Debug.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(5000, LogLevel.Information, "SMTP listens on {EndPoint} as {HostName}")]
    public static partial void Listening(this ILogger log, EndPoint endPoint, string hostName);

    [LoggerMessage(5001, LogLevel.Information, "SMTP stops; sessions in flight have {DrainMax}")]
    public static partial void StopBegan(this ILogger log, TimeSpan drainMax);

    [LoggerMessage(5002, LogLevel.Warning, "SMTP stopped with mails in flight; their senders will repeat them")]
    public static partial void StopForced(this ILogger log);

    [LoggerMessage(5010, LogLevel.Debug, "{Session}: connected from {Remote}")]
    public static partial void Connected(this ILogger log, string session, IPEndPoint remote);

    [LoggerMessage(5011, LogLevel.Information, "{Session}: turned away {Remote}: {Reason}")]
    public static partial void TurnedAway(this ILogger log, string session, IPEndPoint remote, string reason);

    [LoggerMessage(5012, LogLevel.Debug, "{Session}: over after {Mails} mail(s)")]
    public static partial void SessionOver(this ILogger log, string session, int mails);

    [LoggerMessage(5013, LogLevel.Debug, "{Session}: the client vanished")]
    public static partial void ClientVanished(this ILogger log, string session);

    [LoggerMessage(5014, LogLevel.Information, "{Session}: hung up: {Reason}")]
    public static partial void HungUp(this ILogger log, string session, string reason);

    [LoggerMessage(5015, LogLevel.Information, "{Session}: {Remote} spoke before the greeting")]
    public static partial void SpokeEarly(this ILogger log, string session, IPEndPoint remote);

    [LoggerMessage(5020, LogLevel.Debug, "{Session}: {Verb} in {State} answered {Code} {EnhancedCode}")]
    public static partial void CommandRefused(
        this ILogger log, string session, SmtpVerb verb, SmtpState state, int code, string enhancedCode);

    [LoggerMessage(5021, LogLevel.Debug, "{Session}: a mail of {Bytes} bytes to {Recipients} answered {Code}")]
    public static partial void MailAnswered(this ILogger log, string session, long bytes, int recipients, int code);

    [LoggerMessage(5022, LogLevel.Debug, "{Session}: TLS is on ({Protocol})")]
    public static partial void TlsBegan(this ILogger log, string session, SslProtocols protocol);

    [LoggerMessage(5023, LogLevel.Information, "{Session}: the TLS handshake with {Remote} failed: {Reason}")]
    public static partial void TlsFailed(this ILogger log, string session, IPEndPoint remote, string reason);

    [LoggerMessage(5024, LogLevel.Debug, "{Session}: authenticated as {Name}")]
    public static partial void Authenticated(this ILogger log, string session, string name);

    [LoggerMessage(5025, LogLevel.Warning, "{Session}: {Remote} failed to authenticate; answered {Code}")]
    public static partial void AuthFailed(this ILogger log, string session, IPEndPoint remote, int code);

    [LoggerMessage(5026, LogLevel.Information, "The certificate was renewed: {Subject}, until {NotAfter:u}")]
    public static partial void CertificateLoaded(this ILogger log, string subject, DateTime notAfter);

    [LoggerMessage(5027, LogLevel.Error, "The certificate in {File} cannot be read; the one before stays in use")]
    public static partial void CertificateFailed(this ILogger log, Exception trouble, string file);

    [LoggerMessage(5028, LogLevel.Information, "{Session}: the proxy {Remote} was cut off: {Reason}")]
    public static partial void ProxyFailed(this ILogger log, string session, EndPoint? remote, string reason);

    [LoggerMessage(5030, LogLevel.Error, "{Session}: the handler failed in {Step}; answered 451")]
    public static partial void HandlerFailed(this ILogger log, Exception trouble, string session, string step);

    [LoggerMessage(5031, LogLevel.Error, "{Session}: the spool file could not be written; answered 452")]
    public static partial void SpoolFailed(this ILogger log, Exception trouble, string session);

    [LoggerMessage(5032, LogLevel.Error, "{Session}: a fault of the server's own; answered 421")]
    public static partial void SessionFailed(this ILogger log, Exception trouble, string session);
}
