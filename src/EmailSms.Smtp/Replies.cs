namespace EmailSms.Smtp;

/// <summary>What the protocol itself answers. What a host answers is in <see cref="SmtpReply"/>.</summary>
internal static partial class Replies
{
    public static SmtpReply Bye { get; } = new(221, "2.0.0", "Goodbye") { HangUp = true };

    public static SmtpReply SendMail { get; } = new(354, "", "Send the mail; a line with only a dot ends it");

    // RFC 5321 3.5.3: neither yes nor no.
    public static SmtpReply CannotVerify { get; } = new(252, "2.5.2", "Cannot tell; send mail and see");

    public static SmtpReply Help { get; } = new(214, "2.0.0",
        "EHLO HELO MAIL RCPT DATA RSET NOOP QUIT VRFY HELP\nRFC 5321 tells what they do");

    public static SmtpReply UnknownCommand { get; } = new(500, "5.5.1", "Unknown command");

    public static SmtpReply NotImplemented { get; } = new(502, "5.5.1", "Command not implemented");

    public static SmtpReply LineTooLong { get; } = new(500, "5.5.2", "Line too long");

    public static SmtpReply BareLineEnd { get; } = new(500, "5.5.2", "Bare CR or bare LF: only CRLF ends a line");

    public static SmtpReply ControlCharacter { get; } = new(500, "5.5.2", "Control character in a command");

    public static SmtpReply NotAscii { get; } =
        new(500, "5.5.2", "Only ASCII here; addresses may be UTF-8 with SMTPUTF8");

    public static SmtpReply HelloFirst { get; } = new(503, "5.5.1", "Send EHLO first");

    public static SmtpReply LhloFirst { get; } = new(503, "5.5.1", "Send LHLO first");

    public static SmtpReply SenderFirst { get; } = new(503, "5.5.1", "Send MAIL first");

    public static SmtpReply RecipientFirst { get; } = new(503, "5.5.1", "No recipient was taken: send RCPT first");

    public static SmtpReply MailIsOpen { get; } = new(503, "5.5.1", "A mail is open already: finish it or send RSET");

    public static SmtpReply ChunkSyntax { get; } = new(501, "5.5.4", "Syntax: BDAT size [LAST]");

    /// <summary>Nobody knows how many octets follow, so nobody knows where the next command begins.</summary>
    public static SmtpReply ChunkLost { get; } = HangUp("4.5.0", "Cannot tell where the next command begins");

    public static SmtpReply ChunkTaken { get; } = new(250, "2.0.0", "Chunk taken");

    public static SmtpReply NoArgument { get; } = new(501, "5.5.4", "This command takes no argument");

    public static SmtpReply NameNeeded { get; } = new(501, "5.5.4", "Say who you are: EHLO your.host.name");

    public static SmtpReply LhloNameNeeded { get; } = new(501, "5.5.4", "Say who you are: LHLO your.host.name");

    public static SmtpReply ArgumentNeeded { get; } = new(501, "5.5.4", "This command needs an argument");

    public static SmtpReply MailSyntax { get; } = new(501, "5.5.4", "Syntax: MAIL FROM:<address>");

    public static SmtpReply RcptSyntax { get; } = new(501, "5.5.4", "Syntax: RCPT TO:<address>");

    public static SmtpReply BadSender { get; } = new(501, "5.1.7", "The sender's address is malformed");

    public static SmtpReply BadRecipient { get; } = new(501, "5.1.3", "The recipient's address is malformed");

    public static SmtpReply Utf8NotAsked { get; } =
        new(553, "5.6.7", "A non-ASCII address needs the SMTPUTF8 parameter of MAIL");

    public static SmtpReply BadParameter { get; } = new(501, "5.5.4", "A parameter is malformed");

    public static SmtpReply UnknownParameter { get; } = new(555, "5.5.4", "A parameter is unknown");

    public static SmtpReply TooManyRecipients { get; } = new(452, "4.5.3", "Too many recipients: send the rest apart");

    public static SmtpReply StartTls { get; } = new(220, "2.0.0", "Go ahead");

    public static SmtpReply NoCertificate { get; } = new(454, "4.7.0", "TLS is not available now");

    public static SmtpReply TlsIsOn { get; } = new(503, "5.5.1", "TLS is on already");

    public static SmtpReply TlsFirst { get; } = new(530, "5.7.0", "Must issue a STARTTLS command first");

    public static SmtpReply Authenticated { get; } = new(235, "2.7.0", "Authenticated");

    public static SmtpReply AuthIsDone { get; } = new(503, "5.5.1", "Authenticated already");

    public static SmtpReply AuthFailed { get; } = new(535, "5.7.8", "User name or password is wrong");

    public static SmtpReply AccountDisabled { get; } = new(525, "5.7.13", "This account is switched off");

    public static SmtpReply MechanismTooWeak { get; } =
        new(534, "5.7.9", "This account needs a stronger mechanism than that");

    public static SmtpReply AuthUnavailable { get; } = new(454, "4.7.0", "Cannot check passwords now, try again later");

    public static SmtpReply AuthCancelled { get; } = new(501, "5.7.0", "Authentication cancelled");

    public static SmtpReply BadResponse { get; } = new(501, "5.5.2", "Cannot decode the response");

    public static SmtpReply ResponseTooLong { get; } = new(500, "5.5.6", "The response is too long");

    public static SmtpReply UnknownMechanism { get; } = new(504, "5.5.4", "Unknown mechanism");

    public static SmtpReply EncryptionRequired { get; } =
        new(538, "5.7.11", "This mechanism needs encryption: send STARTTLS first");

    public static SmtpReply TooManyAuthFailures { get; } = HangUp("4.7.0", "Too many failed authentications");

    public static SmtpReply TooManyErrors { get; } = HangUp("4.7.0", "Too many errors");

    public static SmtpReply TooManyRefusals { get; } = HangUp("4.7.1", "Too many refused commands");

    public static SmtpReply TooMuchJunk { get; } = HangUp("4.7.0", "Too many commands without a mail");

    public static SmtpReply TooManyMails { get; } = HangUp("4.7.0", "Too many mails in one session, connect again");

    public static SmtpReply TooManyConnections { get; } = HangUp("4.7.0", "Too many connections, try again later");

    public static SmtpReply TooManyFromThere { get; } =
        HangUp("4.7.0", "Too many connections from your network, try again later");

    public static SmtpReply NotSmtp { get; } = HangUp("4.7.0", "This is an SMTP server");

    public static SmtpReply EndlessLine { get; } = HangUp("4.7.0", "A line without an end");

    public static SmtpReply Silence { get; } = HangUp("4.4.2", "Nothing heard for too long, goodbye");

    public static SmtpReply SessionOver { get; } = HangUp("4.4.2", "The session has lasted too long, connect again");

    public static SmtpReply Stopping { get; } = HangUp("4.3.2", "The server is stopping, try again later");

    public static SmtpReply OwnFault { get; } = HangUp("4.3.0", "Local error, try again later");

    public static SmtpReply StillTooBig { get; } = HangUp("4.3.4", "The mail goes on and on, goodbye");

    /// <summary>A device that ends its lines, and so its mail, with LF alone waits for us, and we for it.</summary>
    public static SmtpReply SilenceAfterBareLf { get; } =
        HangUp("4.4.2", "No CRLF.CRLF came: the mail's lines end with bare LF, and only CRLF ends a line");

    public static SmtpReply BadMail(DataFault fault, long line) => new(550, "5.6.0", fault switch
    {
        DataFault.BareLf => $"Line {line} of the mail has a bare LF: every line must end with CRLF (RFC 5321 2.3.8)",
        DataFault.BareCr => $"Line {line} of the mail has a bare CR: every line must end with CRLF (RFC 5321 2.3.8)",
        DataFault.Nul => $"Line {line} of the mail has a NUL octet: encode it as base64",
        DataFault.LoneDot => $"Line {line} of the mail is a dot beside a bare LF: only CRLF.CRLF ends a mail",
        DataFault.LineTooLong => $"Line {line} of the mail is too long",
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    });

    public static SmtpReply MailTooBig(long bytesMax) =>
        new(552, "5.3.4", $"The mail is larger than {bytesMax} bytes, which is all this server takes");

    private static SmtpReply HangUp(string enhancedCode, string text) =>
        new(421, enhancedCode, text) { HangUp = true };
}
