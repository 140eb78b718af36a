namespace EmailSms.Smtp;

/// <summary>Whether a client is asked for a certificate in the TLS handshake.</summary>
public enum SmtpClientCertificates
{
    /// <summary>No: passwords and networks tell who is there.</summary>
    NotAsked,

    /// <summary>A client may show one; one that is not believed is as none.</summary>
    Requested,

    /// <summary>A client without one that is believed gets no connection.</summary>
    Required,
}
