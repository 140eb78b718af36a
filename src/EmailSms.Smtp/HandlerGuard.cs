using Microsoft.Extensions.Logging;

namespace EmailSms.Smtp;

/// <summary>
/// Stands between a session and its handler: whatever a handler throws becomes 451 4.3.0 and a line in the log. A
/// fault of ours is never a refusal for good and never a silent end.
/// </summary>
internal sealed class HandlerGuard(
    Func<ISmtpHandler> handlers, string session, ILogger log, CancellationToken stopping) : IAsyncDisposable
{
    private ISmtpHandler? _handler;
    private bool _mustReset;

    public ValueTask<SmtpReply> ConnectAsync(SmtpSessionInfo info) =>
        AskAsync("connect", info, static (handler, info, stopping) => handler.OnConnectAsync(info, stopping));

    public ValueTask<SmtpReply> MailAsync(SmtpMailFrom mail)
    {
        _mustReset = true;
        return AskAsync("MAIL", mail, static (handler, mail, stopping) => handler.OnMailAsync(mail, stopping));
    }

    public ValueTask<SmtpReply> RecipientAsync(SmtpRcptTo recipient) =>
        AskAsync("RCPT", recipient, static (handler, rcpt, stopping) => handler.OnRecipientAsync(rcpt, stopping));

    public ValueTask<SmtpReply> MessageAsync(SmtpMessage message) =>
        AskAsync("DATA", message, static (handler, message, stopping) => handler.OnMessageAsync(message, stopping));

    public void Reset()
    {
        if (!_mustReset) return;
        _mustReset = false;
        try
        {
            _handler?.OnReset();
        }
        catch (Exception trouble)
        {
            log.HandlerFailed(trouble, session, "reset");
        }
    }

    public async ValueTask DisposeAsync()
    {
        Reset();
        try
        {
            if (_handler is IAsyncDisposable later) await later.DisposeAsync();
            else if (_handler is IDisposable now) now.Dispose();
        }
        catch (Exception trouble)
        {
            log.HandlerFailed(trouble, session, "dispose");
        }
    }

    private async ValueTask<SmtpReply> AskAsync<T>(
        string step, T question, Func<ISmtpHandler, T, CancellationToken, ValueTask<SmtpReply>> ask)
    {
        try
        {
            _handler ??= handlers();
            SmtpReply reply = await ask(_handler, question, stopping);
            // 3xx would make the client wait for something that nobody reads.
            return reply.IsFinal
                ? reply
                : throw new InvalidOperationException($"A handler must answer 2xx, 4xx or 5xx, not {reply.Code}.");
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            throw new SmtpHangUp(Replies.Stopping);
        }
        catch (Exception trouble)
        {
            log.HandlerFailed(trouble, session, step);
            return SmtpReply.LocalError;
        }
    }
}
