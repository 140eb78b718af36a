namespace EmailSms.Smtp;

/// <summary>How a server with a certificate uses TLS. One server is one kind of endpoint.</summary>
public enum SmtpTls
{
    /// <summary>STARTTLS is offered and nobody has to take it: a mail exchanger on port 25 (RFC 3207).</summary>
    Offered,

    /// <summary>Before STARTTLS only NOOP, EHLO and QUIT are answered: submission on port 587.</summary>
    Required,

    /// <summary>TLS comes before the greeting: submissions on port 465 (RFC 8314 3.3).</summary>
    Implicit,
}
