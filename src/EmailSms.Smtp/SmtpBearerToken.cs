namespace EmailSms.Smtp;

/// <summary>A token that a client shows in place of a password (OAUTHBEARER, RFC 7628; XOAUTH2).</summary>
/// <param name="User">Who the client says it is; empty: the token has to tell.</param>
/// <param name="Token">The token. Whoever has it is that user: it belongs in no log.</param>
/// <param name="Session">The session it came in.</param>
public sealed record SmtpBearerToken(string User, string Token, SmtpSessionInfo Session)
{
    /// <summary>Without the token.</summary>
    public override string ToString() => $"{nameof(SmtpBearerToken)} {{ User = {User} }}";
}
