using System.Net;
using EmailSms.Messages;
using EmailSms.Smtp;

namespace EmailSms.MailIn;

/// <summary>One SMTP session's side of the intake: it remembers the recipients of the mail under way.</summary>
internal sealed class IntakeSession(Intake intake, ListenerSet listeners, ILogger<Intake> log) : ISmtpHandler
{
    private readonly MailRecipients _recipients = new();
    private SmtpSessionInfo _session = null!; // set on connect, before anything else is asked
    private string _sender = "";
    private MailOrigin? _origin; // with what was looked up at RCPT
    private readonly List<string> _bounces = []; // tokens of bounce addresses
    private int? _postmaster; // the place among them of the one for postmaster

    public ValueTask<SmtpReply> OnConnectAsync(SmtpSessionInfo session, CancellationToken stopping)
    {
        _session = session;
        return ValueTask.FromResult(listeners.Admit(session) ?? SmtpReply.Ok);
    }

    public ValueTask<SmtpReply> OnMailAsync(SmtpMailFrom mail, CancellationToken stopping)
    {
        _sender = mail.Address;

        // Who may send is said at RCPT, where the log has both names. A full disk is said before anything is sent.
        return ValueTask.FromResult(
            intake.HasRoom ? listeners.TakeMail(_session) ?? SmtpReply.SenderOk : SmtpReply.NoRoom);
    }

    public async ValueTask<SmtpReply> OnRecipientAsync(SmtpRcptTo recipient, CancellationToken stopping)
    {
        SmtpReply reply;
        if (intake.Postmaster.IsFor(recipient))
        {
            reply = TakePostmaster();
        }
        else if (TokenGuesses.HasToken(recipient.LocalPart) && intake.Guesses.IsBarred(Client))
        {
            reply = TokenGuesses.Barred;
        }
        else if (intake.Bounces.TokenOf(recipient) is { } token)
        {
            reply = intake.Bounces.Decide(token);
            if (reply.Code < 300 && !_bounces.Contains(token)) _bounces.Add(token);
            if (reply.Code < 300) _recipients.TakeOther();
        }
        else
        {
            _origin = await intake.Origins.AtRecipientAsync(Origin, stopping).ConfigureAwait(false);
            RecipientAnswer answer = intake.Recipients.Decide(_origin, recipient.LocalPart, recipient.Domain);
            if (answer.IsWrongToken) intake.Guesses.Note(Client, _session.Listener);
            reply = _recipients.Take(
                answer,
                new DsnRequest((DsnNotify)(int)recipient.Notify, OriginalRecipient(recipient)),
                all => intake.Recipients.Limits.InMail(Origin, all));
        }

        if (reply.Code >= 400)
        {
            log.RecipientRefused(_session.Id, _sender, Client.ToString(), reply.Code, reply.Masked());
        }

        return reply;
    }

    public async ValueTask<SmtpReply> OnMessageAsync(SmtpMessage message, CancellationToken stopping)
    {
        SmtpReply reply = SmtpReply.MailTaken;
        if (_recipients.All.Count > 0)
        {
            var unread = new UnreadMail(
                Origin, [.. _recipients.All], IsEachAnswered: listeners.AnswersEach(_session));
            reply = await intake.TakeMailAsync(message, unread, stopping).ConfigureAwait(false);
        }

        // After the SMS: a client that is told 451 here sends its mail again, and SMS know their repeats.
        if (_postmaster is { } place && reply.Code < 300)
        {
            SmtpReply handed = await intake.HandToPostmasterAsync(message, Origin, stopping).ConfigureAwait(false);
            message.SetReply(place, handed);
            if (handed.Code >= 400 || _recipients.All.Count == 0) reply = handed;
        }

        // What it tells can be told twice, so a 451 for the rest does no harm either.
        if (_bounces.Count > 0 && reply.Code < 300)
        {
            SmtpReply taken = await intake.TakeBounceAsync(message, [.. _bounces], _sender, stopping)
                .ConfigureAwait(false);
            if (taken.Code >= 400 || (_recipients.All.Count == 0 && _postmaster is null)) reply = taken;
        }

        if (reply.Code >= 400) log.MailRefused(_session.Id, _sender, reply.Code, reply.Masked());
        return reply;
    }

    public void OnReset()
    {
        _recipients.Clear();
        _postmaster = null;
        _bounces.Clear();
        _sender = "";
        _origin = null;
    }

    private SmtpReply TakePostmaster()
    {
        SmtpReply reply = intake.Postmaster.Decide();
        if (reply.Code >= 300) return reply;
        int place = _recipients.TakeOther();
        _postmaster ??= place;
        return reply;
    }

    // ORCPT repeats the address, and with it the token of a rule, which is kept nowhere.
    private static string? OriginalRecipient(SmtpRcptTo recipient) =>
        recipient.OriginalRecipient?.Contains("token", StringComparison.OrdinalIgnoreCase) is true
            ? null
            : recipient.OriginalRecipient;

    private MailOrigin Origin => _origin ?? new(_sender, Client)
    {
        Helo = _session.Helo ?? "",
        User = _session.Identity,
        Listener = _session.Listener,
    };

    // Who comes by a Unix socket is on this machine.
    private IPAddress Client => ListenerSet.IsLocal(_session) ? IPAddress.Loopback : _session.Remote.Address;
}
