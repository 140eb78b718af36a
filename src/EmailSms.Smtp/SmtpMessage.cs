namespace EmailSms.Smtp;

/// <summary>One mail as it was received. It can be read until <see cref="ISmtpHandler.OnMessageAsync"/> ends.</summary>
public sealed class SmtpMessage
{
    private readonly MailSpool _spool;
    private SmtpReply?[]? _replies;

    internal SmtpMessage(
        SmtpSessionInfo session,
        SmtpMailFrom from,
        IReadOnlyList<SmtpRcptTo> recipients,
        MailSpool spool,
        long longestLineBytes)
    {
        Session = session;
        From = from;
        Recipients = recipients;
        LongestLineBytes = longestLineBytes;
        _spool = spool;
    }

    /// <summary>The session it came in.</summary>
    public SmtpSessionInfo Session { get; }

    /// <summary>The envelope's sender.</summary>
    public SmtpMailFrom From { get; }

    /// <summary>The recipients that were taken, in the order they came.</summary>
    public IReadOnlyList<SmtpRcptTo> Recipients { get; }

    /// <summary>Octets of the mail, dot-stuffing undone, the last CRLF counted.</summary>
    public long LengthBytes => _spool.LengthBytes;

    /// <summary>Octets of the longest line without its CRLF. RFC 5322 2.1.1 allows 998.</summary>
    public long LongestLineBytes { get; }

    /// <summary>
    /// Over LMTP (RFC 2033 4.2), the reply for one recipient; those without one get what
    /// <see cref="ISmtpHandler.OnMessageAsync"/> gives, or 451 if it throws: a promise that was made is kept. SMTP has
    /// one reply for all, so there this says nothing.
    /// </summary>
    /// <param name="recipient">The recipient's place in <see cref="Recipients"/>.</param>
    /// <param name="reply">2xx, 4xx or 5xx.</param>
    public void SetReply(int recipient, SmtpReply reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        ArgumentOutOfRangeException.ThrowIfNegative(recipient);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(recipient, Recipients.Count);
        if (!reply.IsFinal) throw new ArgumentException("A verdict is 2xx, 4xx or 5xx.", nameof(reply));
        _replies ??= new SmtpReply?[Recipients.Count];
        _replies[recipient] = reply;
    }

    internal SmtpReply? ReplyTo(int recipient) => _replies?[recipient];

    /// <summary>
    /// The mail from its first octet, dot-stuffing undone. Can be called more than once; each stream has its own
    /// position.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The mail was answered already, so its octets are gone.</exception>
    public Stream OpenRead() => _spool.OpenRead();
}
