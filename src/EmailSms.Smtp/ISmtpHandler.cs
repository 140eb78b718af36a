namespace EmailSms.Smtp;

/// <summary>
/// What a host decides in one session. The server makes one handler per session and calls it one call after another.
/// A handler that is <see cref="IAsyncDisposable"/> or <see cref="IDisposable"/> is disposed when its session ends.
/// </summary>
/// <remarks>
/// What is thrown here is answered 451 4.3.0 and logged, and the session goes on: a fault of ours never refuses a mail
/// for good. The token <c>stopping</c> is cancelled when the server no longer waits for a mail in flight; a
/// client that hangs up does not cancel it, so that work half done is finished.
/// </remarks>
public interface ISmtpHandler
{
    /// <summary>
    /// A client has connected. 2xx greets it; 4xx turns it away with 421, 5xx with 554 (RFC 5321 3.1), with the
    /// reply's enhanced code and text.
    /// </summary>
    ValueTask<SmtpReply> OnConnectAsync(SmtpSessionInfo session, CancellationToken stopping);

    /// <summary>MAIL: may this sender send? 2xx opens the transaction.</summary>
    ValueTask<SmtpReply> OnMailAsync(SmtpMailFrom mail, CancellationToken stopping);

    /// <summary>RCPT: may the sender reach this recipient? 2xx adds it to the transaction.</summary>
    ValueTask<SmtpReply> OnRecipientAsync(SmtpRcptTo recipient, CancellationToken stopping);

    /// <summary>
    /// The whole mail is here. The answer is the reply to the final dot: 2xx promises that the mail is kept. The
    /// message can be read until this call ends.
    /// </summary>
    ValueTask<SmtpReply> OnMessageAsync(SmtpMessage message, CancellationToken stopping);

    /// <summary>
    /// The transaction is over: taken, refused, reset by RSET or EHLO, or its client is gone. Not called when no MAIL
    /// came since the last time.
    /// </summary>
    void OnReset();
}
