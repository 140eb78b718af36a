namespace EmailSms.Smtp;

/// <summary>Counts what one session may not do for ever. Over a limit, the reply becomes 421.</summary>
internal sealed class SessionLimits(SmtpServerOptions options)
{
    private int _errors;
    private int _refusals;
    private int _junk;
    private int _authFailures;

    /// <summary>Mails that were read to their end.</summary>
    public int Mails { get; private set; }

    public bool IsMailBeyond => Mails >= options.MailsPerSessionMax;

    /// <summary>A fault of the client's own. Temporary ones, such as too many recipients, are none.</summary>
    public SmtpReply Blame(SmtpReply fault) => ++_errors > options.ErrorsMax ? Replies.TooManyErrors : fault;

    public SmtpReply CountRefusal(SmtpReply reply) =>
        reply.IsPermanent && ++_refusals > options.RefusalsMax ? Replies.TooManyRefusals : reply;

    public SmtpReply CountAuthFailure(SmtpReply failure) =>
        ++_authFailures > options.AuthFailuresMax ? Replies.TooManyAuthFailures : failure;

    public void ForgiveRefusals() => _refusals = 0;

    public SmtpReply? CountJunk(SmtpVerb verb) =>
        verb is SmtpVerb.Ehlo or SmtpVerb.Helo or SmtpVerb.Rset or SmtpVerb.Noop or SmtpVerb.Vrfy or SmtpVerb.Help
        && ++_junk > options.JunkCommandsMax ? Replies.TooMuchJunk : null;

    public void CountMail()
    {
        Mails++;
        _junk = 0;
    }
}
