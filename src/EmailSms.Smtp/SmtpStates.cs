using System.Collections.Frozen;
using static EmailSms.Smtp.SmtpState;

namespace EmailSms.Smtp;

/// <summary>Where a conversation stands.</summary>
internal enum SmtpState
{
    /// <summary>Greeted; the client has not said who it is.</summary>
    Connected,

    /// <summary>Between two mails.</summary>
    Ready,

    /// <summary>MAIL was taken.</summary>
    HasSender,

    /// <summary>At least one RCPT was taken.</summary>
    HasRecipient,

    /// <summary>BDAT has brought a part of the mail (RFC 3030).</summary>
    InChunks,

    /// <summary>Goodbye was said.</summary>
    Closed,
}

/// <summary>
/// The order of a conversation (RFC 5321 4.1.4), as a table. A pair that is not written is answered 503 and changes
/// nothing; a step that is refused leaves the state as it was.
/// </summary>
internal static class SmtpStates
{
    private static readonly FrozenDictionary<(SmtpState, SmtpVerb), SmtpState> Next =
        new Dictionary<(SmtpState, SmtpVerb), SmtpState>
        {
            [(Connected, SmtpVerb.Ehlo)] = Ready,
            [(Connected, SmtpVerb.Helo)] = Ready,
            [(Connected, SmtpVerb.Rset)] = Connected,
            [(Connected, SmtpVerb.Noop)] = Connected,
            [(Connected, SmtpVerb.Vrfy)] = Connected, // RFC 5321 4.1.4: NOOP, HELP, EXPN, VRFY, RSET need no EHLO
            [(Connected, SmtpVerb.Help)] = Connected,
            [(Connected, SmtpVerb.Quit)] = Closed,

            [(Ready, SmtpVerb.Ehlo)] = Ready,
            [(Ready, SmtpVerb.Helo)] = Ready,
            [(Ready, SmtpVerb.StartTls)] = Connected, // RFC 3207 4.2: all that was said before is forgotten
            [(Ready, SmtpVerb.Auth)] = Ready, // RFC 4954 4: not within a mail
            [(Ready, SmtpVerb.Mail)] = HasSender,
            [(Ready, SmtpVerb.Rset)] = Ready,
            [(Ready, SmtpVerb.Noop)] = Ready,
            [(Ready, SmtpVerb.Vrfy)] = Ready,
            [(Ready, SmtpVerb.Help)] = Ready,
            [(Ready, SmtpVerb.Quit)] = Closed,

            [(HasSender, SmtpVerb.Ehlo)] = Ready,
            [(HasSender, SmtpVerb.Helo)] = Ready,
            [(HasSender, SmtpVerb.Rcpt)] = HasRecipient,
            [(HasSender, SmtpVerb.Rset)] = Ready,
            [(HasSender, SmtpVerb.Noop)] = HasSender,
            [(HasSender, SmtpVerb.Vrfy)] = HasSender,
            [(HasSender, SmtpVerb.Help)] = HasSender,
            [(HasSender, SmtpVerb.Quit)] = Closed,

            [(HasRecipient, SmtpVerb.Ehlo)] = Ready,
            [(HasRecipient, SmtpVerb.Helo)] = Ready,
            [(HasRecipient, SmtpVerb.Rcpt)] = HasRecipient,
            [(HasRecipient, SmtpVerb.Data)] = Ready,
            [(HasRecipient, SmtpVerb.Bdat)] = InChunks, // and Ready after the last
            [(HasRecipient, SmtpVerb.Rset)] = Ready,
            [(HasRecipient, SmtpVerb.Noop)] = HasRecipient,
            [(HasRecipient, SmtpVerb.Vrfy)] = HasRecipient,
            [(HasRecipient, SmtpVerb.Help)] = HasRecipient,
            [(HasRecipient, SmtpVerb.Quit)] = Closed,

            [(InChunks, SmtpVerb.Ehlo)] = Ready,
            [(InChunks, SmtpVerb.Helo)] = Ready,
            [(InChunks, SmtpVerb.Bdat)] = InChunks, // RFC 3030 2: no DATA, and no RCPT, after the first BDAT
            [(InChunks, SmtpVerb.Rset)] = Ready,
            [(InChunks, SmtpVerb.Noop)] = InChunks,
            [(InChunks, SmtpVerb.Vrfy)] = InChunks,
            [(InChunks, SmtpVerb.Help)] = InChunks,
            [(InChunks, SmtpVerb.Quit)] = Closed,
        }.ToFrozenDictionary();

    public static bool TryStep(SmtpState state, SmtpVerb verb, out SmtpState next) =>
        Next.TryGetValue((state, verb), out next);

    /// <summary>Where a client stands that is not asked for its name.</summary>
    public static SmtpState AsIfGreeted(SmtpState state) => state is Connected ? Ready : state;

    /// <summary>What to tell a client whose command is not in the table.</summary>
    public static SmtpReply OutOfOrder(SmtpState state, SmtpVerb verb) => state switch
    {
        Connected => Replies.HelloFirst,
        Ready => Replies.SenderFirst,
        HasSender when verb is SmtpVerb.Data or SmtpVerb.Bdat => Replies.RecipientFirst,
        _ => Replies.MailIsOpen,
    };
}
