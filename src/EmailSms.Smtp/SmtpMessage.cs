namespace EmailSms.Smtp;

/// <summary>One mail as it was received. It can be read until <see cref="ISmtpHandler.OnMessageAsync"/> ends.</summary>
public sealed class SmtpMessage
{
    private readonly MailSpool _spool;

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
    /// The mail from its first octet, dot-stuffing undone. Can be called more than once; each stream has its own
    /// position.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The mail was answered already, so its octets are gone.</exception>
    public Stream OpenRead() => _spool.OpenRead();
}
