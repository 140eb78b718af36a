using Microsoft.Extensions.Logging;

namespace EmailSms.Smpp;

/// <summary>
/// What the library tells the log: events 5100 to 5199. Never a text, a password or a whole number.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(5100, LogLevel.Trace, "{Session} <- {Pdu}")]
    public static partial void PduReceived(this ILogger log, string session, string pdu);

    [LoggerMessage(5108, LogLevel.Trace, "{Session} -> {Pdu}")]
    public static partial void PduSent(this ILogger log, string session, string pdu);

    [LoggerMessage(5109, LogLevel.Warning, "{Session}: no TLS: {Reason}")]
    public static partial void TlsFailed(this ILogger log, string session, string reason);

    [LoggerMessage(5101, LogLevel.Warning, "{Session}: the stream is out of step: {Reason}")]
    public static partial void StreamLost(this ILogger log, string session, string reason);

    [LoggerMessage(5102, LogLevel.Warning, "{Session}: refused the body of {Command} with {Status}: {Reason}")]
    public static partial void BodyRefused(
        this ILogger log, string session, CommandId command, CommandStatus status, string reason);

    [LoggerMessage(5103, LogLevel.Debug, "{Session}: {Command} {Sequence} answers nothing that is asked (any more)")]
    public static partial void AnswerToNothing(this ILogger log, string session, CommandId command, uint sequence);

    [LoggerMessage(5104, LogLevel.Warning, "{Session}: {Count} request(s) had no answer within {Limit}")]
    public static partial void AnswersMissing(this ILogger log, string session, int count, TimeSpan limit);

    [LoggerMessage(5105, LogLevel.Error, "{Session}: a fault of our own ended the session")]
    public static partial void SessionFault(this ILogger log, Exception fault, string session);

    [LoggerMessage(5106, LogLevel.Error, "{Session}: the handler of {Command} failed")]
    public static partial void HandlerFailed(this ILogger log, Exception fault, string session, CommandId command);

    [LoggerMessage(5107, LogLevel.Warning, "{Session}: {Command} refused for now, {Waiting} are waiting already")]
    public static partial void IntakeFull(this ILogger log, string session, CommandId command, int waiting);

    [LoggerMessage(5110, LogLevel.Information, "{Client}: {State}")]
    public static partial void ClientState(this ILogger log, string client, SmppClientState state);

    [LoggerMessage(5111, LogLevel.Information, "{Client}: bound to {Peer}")]
    public static partial void Bound(this ILogger log, string client, string peer);

    [LoggerMessage(5112, LogLevel.Error, "{Client}: the bind was refused with {Status}; next try in {Pause}")]
    public static partial void BindRefused(this ILogger log, string client, string status, TimeSpan pause);

    [LoggerMessage(5113, LogLevel.Warning, "{Client}: {Reason}; next try in {Pause}")]
    public static partial void ConnectionLost(this ILogger log, string client, string reason, TimeSpan pause);

    [LoggerMessage(5114, LogLevel.Error, "{Client}: the handler of state changes failed")]
    public static partial void StateHandlerFailed(this ILogger log, Exception fault, string client);

    [LoggerMessage(5115, LogLevel.Warning, "{Client}: a call was not taken for the carrier's outbind: {Reason}")]
    public static partial void OutbindRefused(this ILogger log, string client, string reason);

    [LoggerMessage(5120, LogLevel.Information, "SMSC: listening on {Endpoint}")]
    public static partial void ServerStarted(this ILogger log, string endpoint);

    [LoggerMessage(5121, LogLevel.Information, "{Session}: bound as {SystemId}, {Type}")]
    public static partial void ServerBound(this ILogger log, string session, string systemId, BindType type);

    [LoggerMessage(5122, LogLevel.Warning, "{Session}: bind of {SystemId} refused with {Status}")]
    public static partial void ServerBindRefused(this ILogger log, string session, string systemId, string status);

    [LoggerMessage(5123, LogLevel.Information, "{Session}: closed: {Reason}")]
    public static partial void ServerSessionClosed(this ILogger log, string session, string reason);

    [LoggerMessage(5125, LogLevel.Information, "{Session}: {Command} refused with {Status}: {Reason}")]
    public static partial void RequestMisfit(
        this ILogger log, string session, string command, string status, string reason);

    [LoggerMessage(5124, LogLevel.Warning, "SMSC: could not accept a connection: {Reason}")]
    public static partial void AcceptFailed(this ILogger log, string reason);
}
