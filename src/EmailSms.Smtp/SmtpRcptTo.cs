namespace EmailSms.Smtp;

/// <summary>What RCPT said (RFC 5321 4.1.1.3).</summary>
/// <param name="Address">The forward-path without brackets and source route, quoted as it came.</param>
/// <param name="LocalPart">The local part without quotes and backslashes: what the sender meant.</param>
/// <param name="Domain">The domain or address literal; empty for <c>&lt;postmaster&gt;</c> (RFC 5321 4.5.1).</param>
public sealed record SmtpRcptTo(string Address, string LocalPart, string Domain)
{
    /// <summary>When the sender wants a report; only where <see cref="SmtpServerOptions.OffersDsn"/>.</summary>
    public SmtpNotify Notify { get; init; }

    /// <summary>
    /// The recipient as the first sender wrote it, <c>rfc822;ann@example.org</c>, for reports (ORCPT, RFC 3461 4.2),
    /// decoded; printable ASCII.
    /// </summary>
    public string? OriginalRecipient { get; init; }
}
