using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace EmailSms.Smpp;

/// <summary>One connection at the SMSC: unbound, then bound once as a transmitter, a receiver or both.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A source without a timer holds nothing to dispose.")]
public sealed class SmppServerSession : ISessionSide
{
    private readonly SmppServer _server;
    private readonly SmppSession _session;
    private readonly Intake<Incoming> _intake;
    private readonly CancellationTokenSource _closed = new();
    private BindRequest? _bind;
    private volatile Stage _stage;

    internal SmppServerSession(
        SmppServer server, string name, Stream stream, IPEndPoint? peer, SessionLimits limits)
    {
        (_server, Peer) = (server, peer);
        var paces = new SessionPaces(new SubmitPace(0, server.Time, adapts: false));
        _session = new SmppSession(
            name, stream, limits, this, paces, new SessionTraffic(""), server.Logger, server.Time);
        _intake = new Intake<Incoming>(
            server.Options.RequestQueueMax, server.Options.RequestConcurrencyMax, HandleAsync, _session.Flush);
    }

    private enum Stage
    {
        Open,
        Binding,
        Welcome, // the peer may send: it knows that it is bound as soon as it reads our answer
        Bound, // we may send: our answer is in the output
        Closed,
    }

    private readonly record struct Incoming(uint Sequence, SmppPdu Request);

    /// <summary>For the log, and for telling sessions apart.</summary>
    public string Name => _session.Name;

    /// <summary>Who it is; empty until bound.</summary>
    public string SystemId => _bind?.SystemId ?? "";

    /// <summary>What it may do; null until bound.</summary>
    public BindType? BindType => _bind?.Type;

    /// <summary>Where it comes from.</summary>
    public IPEndPoint? Peer { get; }

    /// <summary>Bound, and not closed.</summary>
    public bool IsBound => _stage is Stage.Bound;

    /// <summary>Bound as a receiver or a transceiver: may be sent deliver_sm.</summary>
    public bool IsReceiver => IsBound && BindType is not Smpp.BindType.Transmitter;

    /// <summary>deliver_sm that wait for the peer's answer.</summary>
    public int InFlight => _session.Window.Count.InFlight;

    /// <summary>What went over it: requests and answers here are those of deliver_sm.</summary>
    public SmppTraffic Traffic => _session.Traffic.Snapshot();

    internal bool WasBound => _bind is not null;

    /// <summary>
    /// Sends a receipt or a text, as soon as the window allows. Accepted has an empty id here, for deliver_sm_resp has
    /// none.
    /// </summary>
    public Task<SubmitResult> SendAsync(DeliverSm message, CancellationToken deadline) =>
        IsReceiver
            ? _session.Window.SendAsync(message, deadline)
            : Task.FromResult<SubmitResult>(new SubmitResult.NotSent("the session is no receiver"));

    /// <summary>Says that a phone can be reached again. It has no answer, so nobody knows whether it came.</summary>
    public void Tell(AlertNotification alert) => _session.Window.Tell(alert);

    internal void Tell(Outbind outbind) => _session.Window.Tell(outbind);

    /// <summary>Sends any other request, such as data_sm.</summary>
    public Task<RequestOutcome> RequestAsync(SmppPdu request, CancellationToken deadline) =>
        _session.RequestAsync(request, deadline);

    /// <summary>Says goodbye: unbind, its answer or 5 seconds, close.</summary>
    public Task UnbindAsync(CancellationToken deadline) =>
        _session.UnbindAsync(TimeSpan.FromSeconds(5), deadline);

    /// <summary>Closes the connection without a word.</summary>
    public void HangUp() => _session.Break("hung up", abrupt: true);

    /// <summary>Writes octets that need not be SMPP, for simulating a peer in trouble.</summary>
    public void WriteRaw(ReadOnlySpan<byte> octets) => _session.PutRaw(octets);

    /// <summary>It has an account and has not begun to end.</summary>
    internal bool IsLive => WasBound && _stage is not Stage.Closed;

    internal void Enter(BindRequest bind)
    {
        _bind = bind;
        _session.Traffic.Name = bind.SystemId;
    }

    internal async Task<string> RunAsync()
    {
        using ITimer bindTimer = _server.Time.CreateTimer(
            static s => ((SmppServerSession)s!).CloseUnlessBound(), this,
            _server.Options.BindMax > TimeSpan.Zero ? _server.Options.BindMax : Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
        string reason = await _session.RunAsync();
        await _closed.CancelAsync();
        return reason;
    }

    void ISessionSide.Closing(SmppSession session) => _stage = Stage.Closed;

    bool ISessionSide.Take(SmppSession session, in PduHeader header, SmppPdu request)
    {
        SmppPdu? response = ResponseTo(request);
        if (response is null) return request is AlertNotification or Outbind;

        if (Misfit(request) is { } status)
        {
            string reason = request is BindRequest ? "a connection is bound once"
                : BindType is null ? "it is not bound" : "a receiver may not send it";
            _server.Logger.RequestMisfit(Name, header.CommandId.Name(), status.Name(), reason);
            session.Answer(header.Sequence, status, response, more: true);
        }
        else if (!_intake.TryPost(new Incoming(header.Sequence, request)))
        {
            _server.Logger.IntakeFull(Name, header.CommandId, _server.Options.RequestQueueMax);
            session.Answer(header.Sequence, CommandStatus.Throttled, response, more: true);
        }

        return true;
    }

    /// <summary>Why a request does not fit the state of the session, or null when it does (SMPP 3.4 2.3).</summary>
    private CommandStatus? Misfit(SmppPdu request)
    {
        if (request is BindRequest)
        {
            return Interlocked.CompareExchange(ref _stage, Stage.Binding, Stage.Open) switch
            {
                Stage.Open => null,
                Stage.Welcome or Stage.Bound => CommandStatus.AlreadyBound,
                _ => CommandStatus.InvalidBindStatus,
            };
        }

        if (_stage is not (Stage.Welcome or Stage.Bound)) return CommandStatus.InvalidBindStatus;
        return BindType is Smpp.BindType.Receiver ? CommandStatus.InvalidBindStatus : null;
    }

    private ValueTask HandleAsync(Incoming incoming)
    {
        if (incoming.Request is not SubmitSm submit || _server.Submit is null) return HandleAnyAsync(incoming);
        ValueTask<SubmitReply> work;
        try
        {
            work = _server.Submit(this, submit, _closed.Token);
        }
        catch (Exception fault)
        {
            work = ValueTask.FromException<SubmitReply>(fault);
        }

        if (!work.IsCompletedSuccessfully) return AnswerLaterAsync(incoming, work);
        Answer(incoming.Sequence, work.Result, more: true);
        return ValueTask.CompletedTask;
    }

    private async ValueTask AnswerLaterAsync(Incoming incoming, ValueTask<SubmitReply> work)
    {
        try
        {
            Answer(incoming.Sequence, await work, more: false);
        }
        catch (Exception fault)
        {
            Fail(incoming, fault);
        }
    }

    private void Answer(uint sequence, in SubmitReply reply, bool more)
    {
        if (reply.IsSilence) return;
        _session.Answer(sequence, reply.Status, new SubmitSmResp(reply.MessageId) { Tlvs = reply.Tlvs ?? [] }, more);
        reply.Answered?.Invoke();
    }

    private async ValueTask HandleAnyAsync(Incoming incoming)
    {
        try
        {
            switch (incoming.Request)
            {
                case BindRequest bind:
                    await BindAsync(incoming.Sequence, bind);
                    break;
                case { } other when _server.Request is not null:
                    SmppReply answer = await _server.Request(this, other, _closed.Token);
                    _session.Answer(incoming.Sequence, answer.Status, answer.Response ?? GenericNack.Instance);
                    break;
                default:
                    _session.Answer(incoming.Sequence, CommandStatus.InvalidCommandId, GenericNack.Instance);
                    break;
            }
        }
        catch (Exception fault)
        {
            Fail(incoming, fault);
        }
    }

    private void Fail(Incoming incoming, Exception fault)
    {
        if (fault is OperationCanceledException && _closed.IsCancellationRequested) return; // nobody is there any more
        _server.Logger.HandlerFailed(fault, Name, incoming.Request.CommandId);
        _session.Answer(incoming.Sequence, CommandStatus.SystemError, ResponseTo(incoming.Request)!);
    }

    private async ValueTask BindAsync(uint sequence, BindRequest bind)
    {
        CommandStatus status;
        try
        {
            status = _server.Bind is null
                ? CommandStatus.Ok
                : await _server.Bind(bind, this, _server.Stopping);
        }
        catch (Exception fault)
        {
            _server.Logger.HandlerFailed(fault, Name, bind.CommandId);
            status = CommandStatus.BindFailed;
        }

        if (status is CommandStatus.Ok && !_server.TryEnter(this, bind)) status = CommandStatus.AlreadyBound;
        if (status is not CommandStatus.Ok)
        {
            _server.Logger.ServerBindRefused(Name, bind.SystemId, status.Name());
            _session.Answer(sequence, status, new BindResponse(bind.Type, ""));
            _session.Break("the bind was refused");
            return;
        }

        var response = new BindResponse(bind.Type, _server.Options.SystemId)
        {
            Tlvs = [Tlv.Of(TlvTag.ScInterfaceVersion, _server.Options.InterfaceVersion)],
        };
        if (Interlocked.CompareExchange(ref _stage, Stage.Welcome, Stage.Binding) is not Stage.Binding) return;
        _session.Answer(sequence, CommandStatus.Ok, response, more: true);
        bool bound = Interlocked.CompareExchange(ref _stage, Stage.Bound, Stage.Welcome) is Stage.Welcome;
        _session.Flush(); // only now: when the peer reads that it is bound, it may be sent to
        if (!bound) return;
        _server.Logger.ServerBound(Name, bind.SystemId, bind.Type);
        _server.SessionBound?.Invoke(this);
    }

    private void CloseUnlessBound()
    {
        if (!WasBound) _session.Break("no bind in time");
    }

    private static SmppPdu? ResponseTo(SmppPdu request) => request switch
    {
        SubmitSm => new SubmitSmResp(""),
        BindRequest bind => new BindResponse(bind.Type, ""),
        DataSm => new DataSmResp(""),
        QuerySm query => new QuerySmResp(query.MessageId, "", MessageState.Unknown, 0),
        CancelSm => CancelSmResp.Instance,
        ReplaceSm => ReplaceSmResp.Instance,
        SubmitMulti => new SubmitMultiResp(""),
        _ => null,
    };
}
