namespace EmailSms.Smtp;

/// <summary>The reply to EHLO, HELO and LHLO: what this server can do for this client now.</summary>
internal static class Hello
{
    public static SmtpReply Reply(SmtpServerOptions options, SmtpSessionInfo session)
    {
        if (!session.IsExtended) return new SmtpReply(250, "", options.HostName);
        string hello = $"{options.HostName} greets you\nPIPELINING\nSIZE {options.MailBytesMax}\n8BITMIME\nSMTPUTF8\n"
            + "ENHANCEDSTATUSCODES\nCHUNKING\n"
            + $"LIMITS RCPTMAX={options.RecipientsMax} MAILMAX={options.MailsPerSessionMax}"; // RFC 9422
        if (options.OffersDsn) hello += "\nDSN";
        if (options.Certificate is not null && !session.IsTls) hello += "\nSTARTTLS";
        string auth = AuthDialogue.Offer(options, session);
        return new SmtpReply(250, "", auth.Length > 0 ? hello + "\n" + auth : hello);
    }
}
