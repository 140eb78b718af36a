namespace EmailSms.Smtp;

/// <summary>
/// What a server says first: its greeting, and in the reply to EHLO, HELO and LHLO what it can do for a client now.
/// One for all sessions of a kind of endpoint, which are all told one of the same few replies.
/// </summary>
internal sealed class Hello(SmtpServerOptions options)
{
    private readonly SmtpReply?[] _replies = new SmtpReply?[3]; // to EHLO: no TLS, TLS, TLS that can be bound
    private readonly SmtpReply _name = new(250, "", options.HostName);

    /// <summary>RFC 5321 4.3.1.</summary>
    public SmtpReply Greeting { get; } = new(220, "", $"{options.HostName} {(options.IsLmtp ? "LMTP" : "ESMTP")}");

    public SmtpReply ReplyTo(SmtpSessionInfo session)
    {
        if (!session.IsExtended) return _name;
        int kind = !session.IsTls ? 0 : session.ChannelBinding is null ? 1 : 2;
        return _replies[kind] ??= Make(session);
    }

    private SmtpReply Make(SmtpSessionInfo session)
    {
        string hello = $"{options.HostName} greets you\nPIPELINING\nSIZE {options.MailBytesMax}\n8BITMIME\nSMTPUTF8\n"
            + "ENHANCEDSTATUSCODES\nCHUNKING\n"
            + $"LIMITS RCPTMAX={options.RecipientsMax} MAILMAX={options.MailsPerSessionMax}"; // RFC 9422
        if (options.OffersDsn) hello += "\nDSN";
        if (options.Certificate is not null && !session.IsTls) hello += "\nSTARTTLS";
        string auth = AuthDialogue.Offer(options, session);
        return new SmtpReply(250, "", auth.Length > 0 ? hello + "\n" + auth : hello);
    }
}
