using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace EmailSms.Smtp;

/// <summary>
/// One SMTP conversation, from the greeting to the goodbye.
/// <code>
///   client ──► CommandReader ──► SmtpStates ──► AnswerAsync ──► SessionLimits ──► SmtpWire ──► client
///                                                 │ DATA
///                                                 └──► DataReader ──► MailSpool ──► handler ──► reply
/// </code>
/// Every command has one reply, and whatever goes wrong in it is a reply, too; what ends the session is a
/// <see cref="SmtpHangUp"/>, caught here.
/// </summary>
internal sealed class SmtpSession : IDisposable
{
    private readonly SmtpServerOptions _options;
    private readonly Hello _hello;
    private readonly SmtpSessionInfo _info;
    private readonly ClientRecord _client;
    private readonly ILogger _log;
    private readonly SmtpWire _wire;
    private readonly CommandReader _commands;
    private readonly HandlerGuard _handler;
    private readonly SessionLimits _limits;
    private readonly List<SmtpRcptTo> _recipients = [];
    private SmtpState _state = SmtpState.Connected;
    private SmtpMailFrom? _from;
    private IncomingMail? _incoming;
    private TlsHandshake? _tls;
    private AuthDialogue? _auth;
    private DataReader? _data;

    public SmtpSession(
        SmtpSessionInfo info,
        ClientRecord client,
        SmtpWire wire,
        HandlerGuard handler,
        SmtpServerOptions options,
        Hello hello,
        ILogger log)
    {
        _info = info;
        _client = client;
        _wire = wire;
        _handler = handler;
        _options = options;
        _hello = hello;
        _log = log;
        _commands = new CommandReader(wire, options);
        _limits = new SessionLimits(options, client);
    }

    // Made when they are wanted: an idle session is to weigh little.
    private TlsHandshake Tls => _tls ??= new TlsHandshake(_options, _info, _log);

    private AuthDialogue Auth => _auth ??= new AuthDialogue(_wire, _commands, _client, _options, _info, _log);

    private DataReader Data => _data ??= new DataReader(_wire, _options, _info.Id, _log);

    public async Task RunAsync()
    {
        try
        {
            await TalkAsync();
            await _wire.FlushAsync();
        }
        catch (SmtpHangUp end)
        {
            await HangUpAsync(end);
        }
        catch (Exception gone) when (gone is IOException or ConnectionAbortedException)
        {
            _log.ClientVanished(_info.Id); // Kestrel tells a reset by the peer as an IOException
        }
        catch (Exception trouble)
        {
            _log.SessionFailed(trouble, _info.Id);
            await HangUpAsync(new SmtpHangUp(Replies.OwnFault));
        }

        _log.SessionOver(_info.Id, _limits.Mails);
    }

    public void Dispose() => _incoming?.Dispose();

    private async ValueTask TalkAsync()
    {
        if (_options.Tls is SmtpTls.Implicit)
        {
            Tls.FindCertificate();
            await Tls.RunAsync(_wire);
        }

        if (!await GreetAsync()) return;
        while (_state is not SmtpState.Closed)
        {
            bool isWhole = await _commands.ReadCommandLineAsync(
                _state is SmtpState.Connected ? _options.SilenceBeforeHeloMax : _options.SilenceMax);
            SmtpCommand command = _commands.TakeCommand(isWhole).In(_options.IsLmtp);
            SmtpVerb verb = command.Verb;
            SmtpTelemetry.CommandRead(_options, verb);
            SmtpReply reply = command.Fault is { } fault ? _limits.Blame(fault) : await AnswerAsync(command);

            if (!reply.IsPositive)
            {
                SmtpTelemetry.Refused(_options, verb, reply);
                _log.CommandRefused(_info.Id, verb, _state, reply.Code, reply.EnhancedCode);
            }

            if (reply is { HangUp: true, Code: 421 }) throw new SmtpHangUp(reply);
            if (_limits.TakeDelay() is { Ticks: > 0 } delay) await _wire.PauseAsync(delay);
            _wire.Say(reply);
            if (reply.HangUp) return;
            if (reply == Replies.StartTls) await Tls.RunAsync(_wire);
        }
    }

    private async ValueTask<bool> GreetAsync()
    {
        await NoteEarlyTalkAsync();
        SmtpReply answer = await _handler.ConnectAsync(_info);
        if (answer.IsPositive)
        {
            _wire.Say(_hello.Greeting);
            return true;
        }

        // RFC 5321 3.1 knows only these two in place of a greeting.
        _log.TurnedAway(_info.Id, _info.Remote, answer.Text);
        _wire.Say(new SmtpReply(answer.IsPermanent ? 554 : 421, answer.EnhancedCode, answer.Text));
        return false;
    }

    private async ValueTask NoteEarlyTalkAsync()
    {
        if (_options.GreetingDelay > TimeSpan.Zero) await _wire.PauseAsync(_options.GreetingDelay);
        if (!_wire.HasUnread) return;
        _info.SpokeEarly = true;
        _log.SpokeEarly(_info.Id, _info.Remote);
        if (_options.RefusesEarlyTalkers) throw new SmtpHangUp(Replies.EarlyTalker, isMidSentence: true);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<SmtpReply> AnswerAsync(SmtpCommand command)
    {
        if (command.Verb is SmtpVerb.Unknown) return _limits.Blame(Replies.UnknownCommand);
        if (command.Verb is SmtpVerb.NotImplemented) return _limits.Blame(Replies.NotImplemented);
        if (command.Verb is SmtpVerb.Bdat) return await TakeChunkAsync(command.Argument);
        if (_limits.CountJunk(command.Verb) is { } tooMuch) return tooMuch;
        if (IsTlsMissing(command.Verb)) return _limits.Blame(Replies.TlsFirst);
        SmtpState state = _options.AllowsMissingHelo && command.Verb is (SmtpVerb.Mail or SmtpVerb.Auth)
            ? SmtpStates.AsIfGreeted(_state) : _state;
        if (!SmtpStates.TryStep(state, command.Verb, out SmtpState next))
        {
            return _limits.Blame(OutOfOrder(command.Verb));
        }

        SmtpReply reply = command.Verb switch
        {
            SmtpVerb.Mail => await TakeSenderAsync(command.Argument),
            SmtpVerb.Rcpt => await TakeRecipientAsync(command.Argument),
            SmtpVerb.Vrfy => command.Argument.Length > 0 ? Replies.CannotVerify : _limits.Blame(Replies.ArgumentNeeded),
            SmtpVerb.Noop => SmtpReply.Ok, // RFC 5321 4.1.1.9: an argument is ignored
            SmtpVerb.Help => Replies.Help,
            SmtpVerb.Ehlo or SmtpVerb.Helo => TakeName(command),
            SmtpVerb.Auth => await AuthenticateAsync(command.Argument),
            _ when command.Argument.Length > 0 => _limits.Blame(Replies.NoArgument),
            SmtpVerb.Data => await TakeMailAsync(),
            SmtpVerb.Rset => StartOver(),
            SmtpVerb.StartTls => OpenTls(),
            _ => Replies.Bye,
        };

        // Only a step that worked is a step; but a mail that was read is over, taken or not (RFC 5321 4.1.1.4).
        if (reply.IsPositive || (command.Verb is SmtpVerb.Data && _from is null)) _state = next;
        return reply;
    }

    private SmtpReply OutOfOrder(SmtpVerb verb) => _state is SmtpState.Connected && _options.IsLmtp
        ? Replies.LhloFirst
        : SmtpStates.OutOfOrder(_state, verb);

    private SmtpReply TakeName(SmtpCommand command)
    {
        if (command.Argument.Length == 0)
        {
            return _limits.Blame(_options.IsLmtp ? Replies.LhloNameNeeded : Replies.NameNeeded);
        }

        StartOver();
        _info.Helo = command.Argument;
        _info.IsExtended = command.Verb is not SmtpVerb.Helo;
        return _hello.ReplyTo(_info);
    }

    // RFC 3207 4: where TLS is required, only these four are answered before it.
    private bool IsTlsMissing(SmtpVerb verb) => _options.Tls is SmtpTls.Required && !_info.IsTls
        && verb is not (SmtpVerb.Ehlo or SmtpVerb.Noop or SmtpVerb.StartTls or SmtpVerb.Quit);

    private SmtpReply OpenTls()
    {
        if (_options.Certificate is null) return _limits.Blame(Replies.NotImplemented);
        if (_info.IsTls) return _limits.Blame(Replies.TlsIsOn);
        return Tls.FindCertificate() ? Replies.StartTls : Replies.NoCertificate;
    }

    private async ValueTask<SmtpReply> AuthenticateAsync(string argument)
    {
        if (!AuthDialogue.IsOffered(_options)) return _limits.Blame(Replies.NotImplemented);
        if (!_info.IsExtended && !_options.AllowsMissingHelo) return _limits.Blame(Replies.HelloFirst);
        if (_info.Identity is not null) return _limits.Blame(Replies.AuthIsDone);

        SmtpAuthOutcome outcome = await Auth.RunAsync(argument);
        SmtpReply reply = outcome.Reply;
        if (outcome.Name is { } name)
        {
            _info.Identity = name;
            _client.SucceedAuth();
            _log.Authenticated(_info.Id, name);
            Auth.Report(name, SmtpAuthEnd.Accepted);
            return reply;
        }

        // Some are a client that is not who it says it is; the others one that cannot speak.
        if (reply.IsPermanent && reply.Code is not (525 or 534 or 535)) return _limits.Blame(reply);
        _log.AuthFailed(_info.Id, _info.Remote, reply.Code);
        if (reply == Replies.AuthBarred) Auth.Report(_client.User, SmtpAuthEnd.Barred);
        if (reply.HangUp) return reply;
        await _wire.PauseAsync(reply.IsPermanent ? FailAuth() : _options.AuthFailureDelay);
        return _limits.CountAuthFailure(reply);
    }

    private TimeSpan FailAuth()
    {
        string? user = _client.User;
        (TimeSpan delay, SmtpAuthBars bars) = _client.FailAuth();
        Auth.Report(user, SmtpAuthEnd.Rejected, bars);
        return delay;
    }

    private async ValueTask<SmtpReply> TakeSenderAsync(string argument)
    {
        if (_options.RequiresAuthentication && _info.Identity is null)
        {
            return _limits.CountRefusal(SmtpReply.AuthenticationRequired);
        }

        if (_limits.IsMailBeyond) return Replies.TooManyMails;
        if (EnvelopeParser.ParseMail(argument, _options, out SmtpMailFrom mail) is { } fault)
        {
            // A mail that is too large is a refused mail, not a client that cannot speak.
            return fault.Code == 552 ? _limits.CountRefusal(fault) : _limits.Blame(fault);
        }

        SmtpReply reply = _limits.CountRefusal(await _handler.MailAsync(mail));
        if (reply.IsPositive) _from = mail;
        else _handler.Reset();
        return reply;
    }

    private async ValueTask<SmtpReply> TakeRecipientAsync(string argument)
    {
        if (EnvelopeParser.ParseRcpt(argument, _options, _from!.IsInternational, out SmtpRcptTo recipient) is { } fault)
        {
            return _limits.Blame(fault);
        }

        if (_recipients.Count == _options.RecipientsMax) return Replies.TooManyRecipients;

        SmtpReply reply = _limits.CountRecipient(await _handler.RecipientAsync(recipient));
        if (reply.IsPositive) _recipients.Add(recipient);
        return reply;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<SmtpReply> TakeMailAsync()
    {
        _wire.Say(Replies.SendMail);
        _incoming = new IncomingMail(_options, isChunked: false);
        return await FinishMailAsync(_incoming, await Data.ReadAsync(_incoming));
    }

    // Whatever the reply, the octets of a chunk are read: else they would be commands (RFC 3030 2).
    private async ValueTask<SmtpReply> TakeChunkAsync(string argument)
    {
        if (!ChunkCommand.TryParse(argument, out ChunkCommand chunk))
        {
            _wire.Say(Replies.ChunkSyntax);
            throw new SmtpHangUp(Replies.ChunkLost, isMidSentence: true);
        }

        if (chunk.Bytes > Data.ReadBytesMax)
        {
            _wire.Say(Replies.MailTooBig(_options.MailBytesMax));
            throw new SmtpHangUp(Replies.StillTooBig, isMidSentence: true);
        }

        bool isTlsMissing = IsTlsMissing(SmtpVerb.Bdat);
        if (isTlsMissing || !SmtpStates.TryStep(_state, SmtpVerb.Bdat, out SmtpState next))
        {
            await Data.DiscardAsync(chunk.Bytes);
            return _limits.Blame(isTlsMissing ? Replies.TlsFirst : OutOfOrder(SmtpVerb.Bdat));
        }

        _incoming ??= new IncomingMail(_options, isChunked: true);
        SmtpReply? refusal = await Data.ReadChunkAsync(chunk.Bytes, _incoming);
        if (refusal is null && !chunk.IsLast)
        {
            _state = next;
            return chunk.Bytes == 0 && _limits.CountJunk(SmtpVerb.Noop) is { } tooMuch ? tooMuch : Replies.ChunkTaken;
        }

        _state = SmtpState.Ready;
        if (refusal is not null) return await FinishMailAsync(_incoming, refusal);
        _incoming.Scanner.EndChunks();
        return await FinishMailAsync(_incoming, Data.Judge(_incoming.Scanner));
    }

    private async ValueTask<SmtpReply> FinishMailAsync(IncomingMail mail, SmtpReply? refusal)
    {
        _limits.CountMail();
        SmtpRcptTo[] recipients = [.. _recipients];
        var message = new SmtpMessage(_info, _from!, recipients, mail.Spool, mail.Scanner.LongestLineBytes);
        SmtpReply reply;
        using (Activity? activity = SmtpTelemetry.StartMail(message))
        {
            reply = refusal ?? await _handler.MessageAsync(message);
            SmtpTelemetry.EndMail(activity, reply);
        }

        SmtpTelemetry.MailAnswered(_options, reply, mail.Spool.LengthBytes);
        _log.MailAnswered(_info.Id, mail.Spool.LengthBytes, recipients.Length, reply.Code);
        if (_options.IsLmtp) reply = SayToEach(message, reply);
        if (reply.IsPositive) _limits.ForgiveRefusals();
        StartOver();
        return reply;
    }

    // RFC 2033 4.2: a reply for each recipient that was taken, in their order. The last is left to the caller.
    private SmtpReply SayToEach(SmtpMessage message, SmtpReply rest)
    {
        bool mustHangUp = false;
        int last = message.Recipients.Count - 1;
        for (int i = 0; i < last; i++)
        {
            SmtpReply reply = message.ReplyTo(i) ?? rest;
            mustHangUp |= reply.HangUp;
            _wire.Say(reply);
        }

        SmtpReply end = message.ReplyTo(last) ?? rest;
        return mustHangUp ? end with { HangUp = true } : end;
    }

    private SmtpReply StartOver()
    {
        _from = null;
        _recipients.Clear();
        _incoming?.Dispose();
        _incoming = null;
        _handler.Reset();
        return SmtpReply.Ok;
    }

    private async ValueTask HangUpAsync(SmtpHangUp end)
    {
        if (end.Reply is not { } reply)
        {
            _log.ClientVanished(_info.Id);
            return;
        }

        _log.HungUp(_info.Id, reply.Text);
        try
        {
            _wire.Say(reply);
            await _wire.FlushAsync();
            if (end.IsMidSentence || _wire.HasUnread) await _wire.LingerAsync();
        }
        catch (Exception gone) when (gone is IOException or ConnectionAbortedException or SmtpHangUp)
        {
            _log.ClientVanished(_info.Id);
        }
    }
}
