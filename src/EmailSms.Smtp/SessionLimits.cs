namespace EmailSms.Smtp;

/// <summary>Counts what one session may not do for ever. Over a limit, the reply becomes 421.</summary>
internal sealed class SessionLimits(SmtpServerOptions options, ClientRecord client)
{
    private static readonly TimeSpan DelayMax = TimeSpan.FromSeconds(10);

    private int _errors;
    private int _refusals;
    private int _junk;
    private int _authFailures;
    private int _unknownRecipients;
    private TimeSpan _delay;

    /// <summary>Mails that were read to their end.</summary>
    public int Mails { get; private set; }

    public bool IsMailBeyond => Mails >= options.MailsPerSessionMax;

    /// <summary>A fault of the client's own. Temporary ones, such as too many recipients, are none.</summary>
    public SmtpReply Blame(SmtpReply fault)
    {
        SlowDown(++_errors);
        return _errors > options.ErrorsMax ? Replies.TooManyErrors : fault;
    }

    /// <summary>A recipient. 5.1.1 says that nobody has it (RFC 3463 3.2); many such are guesses.</summary>
    public SmtpReply CountRecipient(SmtpReply reply)
    {
        if (reply.EnhancedCode != "5.1.1") return CountRefusal(reply);
        SlowDown(++_unknownRecipients);
        bool isGuessing = client.IsGuessing();
        return isGuessing || _unknownRecipients > options.UnknownRecipientsMax
            ? Replies.TooManyUnknownRecipients
            : CountRefusal(reply);
    }

    /// <summary>How long the reply is to be held back, once.</summary>
    public TimeSpan TakeDelay()
    {
        TimeSpan delay = _delay;
        _delay = TimeSpan.Zero;
        return delay;
    }

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

    private void SlowDown(int times)
    {
        if (times <= options.ErrorsBeforeDelay) return;
        TimeSpan delay = times * options.ErrorDelay;
        _delay = delay < DelayMax ? delay : DelayMax;
    }
}
