namespace EmailSms.Smtp;

/// <summary>What of the mail a failure report should bring back (RET, RFC 3461 4.3).</summary>
public enum SmtpDsnReturn
{
    /// <summary>The client did not say; the server chooses.</summary>
    Unsaid,

    /// <summary>The whole mail.</summary>
    Full,

    /// <summary>Its headers.</summary>
    Headers,
}

/// <summary>When the sender wants a report about a recipient (NOTIFY, RFC 3461 4.1).</summary>
[Flags]
public enum SmtpNotify
{
    /// <summary>The client did not say; a server reports failures then, and perhaps delays.</summary>
    Unsaid = 0,

    /// <summary>In no case.</summary>
    Never = 1,

    /// <summary>When it was delivered.</summary>
    Success = 2,

    /// <summary>When it cannot be delivered.</summary>
    Failure = 4,

    /// <summary>When it takes long.</summary>
    Delay = 8,
}
