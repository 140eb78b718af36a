namespace EmailSms.Smtp;

/// <summary>What MAIL said (RFC 5321 4.1.1.2).</summary>
/// <param name="Address">
/// The reverse-path without brackets and source route, quoted as it came; empty for the null reverse-path of a bounce.
/// </param>
/// <param name="SizeBytes">The mail's size as the client believes it to be (SIZE, RFC 1870); null: not said.</param>
/// <param name="IsEightBit">The mail is declared as 8BITMIME (RFC 6152).</param>
public sealed record SmtpMailFrom(string Address, long? SizeBytes = null, bool IsEightBit = false)
{
    /// <summary>The null reverse-path: nobody wants to hear of this mail again, so never answer it.</summary>
    public bool IsNull => Address.Length == 0;

    /// <summary>Addresses and headers may be UTF-8 (SMTPUTF8, RFC 6531).</summary>
    public bool IsInternational { get; init; }

    /// <summary>What a report should bring back; only where <see cref="SmtpServerOptions.OffersDsn"/>.</summary>
    public SmtpDsnReturn Return { get; init; }

    /// <summary>The sender's own id for the mail (ENVID, RFC 3461 4.4), decoded; printable ASCII.</summary>
    public string? EnvelopeId { get; init; }
}
