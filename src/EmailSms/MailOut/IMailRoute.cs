namespace EmailSms.MailOut;

/// <summary>
/// A way out for mail: a smart host, or the mail servers of the recipients. Used by one caller at a time.
/// </summary>
internal interface IMailRoute : IDisposable
{
    /// <summary>For the log.</summary>
    string Name { get; }

    /// <summary>Whether a connection is kept.</summary>
    bool IsOpen { get; }

    /// <summary>Sends one mail, whole even when the service stops: what is half sent may arrive twice.</summary>
    Task<SendResult> SendAsync(OutgoingMail mail);

    /// <summary>Says goodbye; the next mail opens a connection anew.</summary>
    Task CloseAsync();
}
