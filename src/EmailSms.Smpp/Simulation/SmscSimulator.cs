using System.Net;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace EmailSms.Smpp.Simulation;

/// <summary>
/// An SMSC to try things against: real SMPP on a real port, phones that exist only here. It takes texts, puts long ones
/// together, sends receipts and replies, and behaves as badly as it is told to.
/// </summary>
public sealed class SmscSimulator : IAsyncDisposable
{
    private static readonly ReceiptPlan Untold = new();

    private readonly SmscSimulatorOptions _options;
    private readonly TimeProvider _time;
    private readonly SmppServer _server;
    private readonly Postman _postman;
    private readonly PartsBox _parts;
    private readonly MessageLedger _ledger = new();
    private readonly ReceiptDesk _receipts;
    private readonly RateMeters _meters;
    private readonly Channel<SimulatedSms> _received;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private long _lastId;
    private long _submits;
    private long _accepted;
    private long _throttled;
    private long _rejected;
    private long _unanswered;
    private long _binds;
    private long _bindsRefused;
    private long _textsTaken;
    private int _references;

    /// <summary>Does nothing until <see cref="StartAsync"/>.</summary>
    public SmscSimulator(SmscSimulatorOptions options, ILoggerFactory logs, TimeProvider? time = null)
    {
        _options = options;
        _time = time ?? TimeProvider.System;
        Behaviour = options.Behaviour;
        _server = new SmppServer(options.Server, logs.CreateLogger<SmppServer>(), _time)
        {
            Bind = (bind, _, _) => ValueTask.FromResult(Check(bind)),
            Submit = TakeAsync,
            Request = AnswerAsync,
            SessionBound = _ => Arrived(),
            Wire = (socket, peer) => new RoughWire(
                socket,
                Behaviour.Wire,
                options.ReceivedLog is { } received ? new ReceivedTap(received, peer, _time) : null,
                _time),
        };
        _postman = new Postman(_server, _time);
        _receipts = new ReceiptDesk(_postman, _ledger, _time, _stopping.Token);
        _meters = new RateMeters(_time);
        _parts = new PartsBox(_time);
        _received = Channel.CreateBounded<SimulatedSms>(
            new BoundedChannelOptions(options.ReceivedMax) { FullMode = BoundedChannelFullMode.DropOldest });
        // Ids of one run are not those of the last.
        _lastId = options.FirstId is { } first ? (long)(first - 1) : _time.GetUtcNow().ToUnixTimeSeconds() << 20;
    }

    /// <summary>How it behaves; may be changed at any time.</summary>
    public SmscBehaviour Behaviour { get; }

    /// <summary>Told of each text when its last part has come, before that part is answered. Must not wait.</summary>
    public Action<SimulatedSms>? SmsReceived { get; init; }

    /// <summary>
    /// Told of each submit that was not taken and why, or, with null, that it was taken and left without an answer.
    /// Must not wait.
    /// </summary>
    public Action<SubmitSm, CommandStatus?>? SubmitRefused { get; init; }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Endpoint => _server.Endpoint;

    /// <summary>Who is bound.</summary>
    public IReadOnlyList<SmppServerSession> Sessions => _server.Sessions;

    /// <summary>What it has done.</summary>
    public SimulatorCounts Counts => new(
        Interlocked.Read(ref _submits), Interlocked.Read(ref _accepted), Interlocked.Read(ref _throttled),
        Interlocked.Read(ref _rejected), _receipts.Taken, Interlocked.Read(ref _textsTaken), _postman.Redeliveries)
    {
        Binds = Interlocked.Read(ref _binds),
        BindsRefused = Interlocked.Read(ref _bindsRefused),
        Unanswered = Interlocked.Read(ref _unanswered),
        ReceiptsWaiting = _receipts.Waiting,
    };

    /// <summary>
    /// What became of a message, by the id it was answered with; null: none of the last ten thousand has it.
    /// </summary>
    public MessageState? StateOf(string messageId)
    {
        SmppReply answer = _ledger.Answer(new QuerySm(messageId, SmppAddress.None));
        return answer.Status is CommandStatus.Ok ? ((QuerySmResp)answer.Response!).State : null;
    }

    /// <summary>Listens. Port 0 lets the system choose; see <see cref="Endpoint"/>.</summary>
    public Task StartAsync(IPEndPoint endpoint)
    {
        _server.Start(endpoint);
        return Task.CompletedTask;
    }

    /// <summary>The next text that nobody has read yet. Each is read once.</summary>
    public ValueTask<SimulatedSms> NextAsync(CancellationToken deadline) => _received.Reader.ReadAsync(deadline);

    /// <summary>The texts that nobody has read yet, and those to come. Each is read once.</summary>
    public IAsyncEnumerable<SimulatedSms> ReadAllAsync(CancellationToken stopping) =>
        _received.Reader.ReadAllAsync(stopping);

    /// <summary>
    /// A person texts: <paramref name="text"/> goes from <paramref name="from"/> to <paramref name="to"/>, in parts
    /// when it is long. Done when the ESME has taken it; waits for one that is bound.
    /// </summary>
    /// <param name="from">A number with plus sign, a short code, or a name.</param>
    /// <param name="to">One of the ESME's own numbers, with or without plus sign.</param>
    /// <param name="text">Any text.</param>
    /// <param name="systemId">Whose number it is; null: whoever is bound.</param>
    /// <param name="deadline">Ends the trying.</param>
    /// <returns>False: the ESME refused it for good.</returns>
    public Task<bool> InjectAsync(
        string from, string to, string text, string? systemId = null, CancellationToken deadline = default) =>
        InjectAsync(new MobileMessage { From = from, To = to, Text = text, SystemId = systemId }, deadline);

    /// <summary>A person's phone sends a message of any kind. Done as above.</summary>
    /// <exception cref="ArgumentException">It has more than 255 parts, or a field does not fit the
    /// standard.</exception>
    public async Task<bool> InjectAsync(MobileMessage message, CancellationToken deadline = default)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline, _stopping.Token);
        ushort reference = message.Reference ?? (ushort)Interlocked.Increment(ref _references);
        IReadOnlyList<SmppPdu> parts = MobileParts.Write(message, reference);
        IEnumerable<SmppPdu> sent = message.Order.Count == 0
            ? parts
            : message.Order.Where(number => number >= 1 && number <= parts.Count).Select(number => parts[number - 1]);
        bool[] taken = await Task.WhenAll(
            sent.Select(part => _postman.DeliverAsync(message.SystemId, null, part, either.Token)));
        Interlocked.Add(ref _textsTaken, taken.Count(t => t));
        return taken.All(t => t);
    }

    /// <summary>Sends any deliver_sm, such as a receipt in a carrier's own spelling.</summary>
    public async Task<bool> InjectAsync(
        DeliverSm message, string? systemId = null, CancellationToken deadline = default)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline, _stopping.Token);
        return await _postman.DeliverAsync(systemId, null, message, either.Token);
    }

    /// <summary>Writes octets that are no SMPP to every session.</summary>
    public void SendGarbage(ReadOnlySpan<byte> octets)
    {
        foreach (SmppServerSession session in _server.Sessions) session.WriteRaw(octets);
    }

    /// <summary>Sends every session a request that no standard knows.</summary>
    public void SendUnknown()
    {
        foreach (SmppServerSession session in _server.Sessions)
            _ = session.RequestAsync(new UnknownPdu((CommandId)0x0000_0F0F, new byte[] { 1, 2, 3 }), _stopping.Token);
    }

    /// <summary>Drops every connection without a word.</summary>
    public void HangUp()
    {
        foreach (SmppServerSession session in _server.Sessions) session.HangUp();
    }

    /// <summary>Says goodbye to every session, as an SMSC that is maintained does.</summary>
    public Task UnbindAsync(CancellationToken deadline) =>
        Task.WhenAll(_server.Sessions.Select(session => session.UnbindAsync(deadline)));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _server.DisposeAsync();
        _received.Writer.TryComplete();
        _stopping.Dispose();
        GC.SuppressFinalize(this);
    }

    private CommandStatus Check(BindRequest bind)
    {
        CommandStatus status = Behaviour.BindStatus is not CommandStatus.Ok ? Behaviour.BindStatus
            : _options.SystemId is { } systemId && systemId != bind.SystemId ? CommandStatus.InvalidSystemId
            : _options.Password is { } password && password != bind.Password ? CommandStatus.InvalidPassword
            : CommandStatus.Ok;
        if (status is not CommandStatus.Ok) Interlocked.Increment(ref _bindsRefused);
        return status;
    }

    private void Arrived()
    {
        Interlocked.Increment(ref _binds);
        _postman.Arrived();
    }

    private async ValueTask<SubmitReply> TakeAsync(
        SmppServerSession session, SubmitSm submit, CancellationToken closed)
    {
        long number = Interlocked.Increment(ref _submits);
        var dice = new Dice(_options.Seed, number);
        SmscRule rule = Behaviour.RuleFor(session.SystemId, submit.Destination.Digits);
        TimeSpan latency = rule.Latency.Draw(ref dice);
        CommandStatus status = rule.DrawStatus(ref dice);
        AnswerKind answer = rule.DrawAnswer(ref dice);
        if (latency > TimeSpan.Zero) await Task.Delay(latency, _time, closed);
        if (Behaviour.HangUpAfter > 0 && number % Behaviour.HangUpAfter == 0)
        {
            session.HangUp();
            return Silence(submit);
        }

        if (ThrottleStatus(rule, number) is { } throttled) return Refusal(submit, throttled);
        if (status is not CommandStatus.Ok) return Refusal(submit, status);

        ulong id = (ulong)Interlocked.Increment(ref _lastId);
        string answered = MessageIds.Write(id, rule.IdForm);
        ReceiptDesk.Message message = Follow(session, submit, rule, id, answered, dice);
        _ledger.Add(answered, submit.Source);
        Keep(session.SystemId, submit, answered, rule, dice);
        if (answer is AnswerKind.HangUp) session.HangUp();
        if (answer is not AnswerKind.Given)
        {
            _ = _receipts.SendAsync(message with { Tells = false });
            return Silence(submit);
        }

        Interlocked.Increment(ref _accepted);
        SubmitReply reply = SubmitReply.Accept(answered);
        if (!message.Plan.BeforeAnswer) return reply with { Answered = () => _ = _receipts.SendAsync(message) };
        await _receipts.SendAsync(message);
        return reply;
    }

    private ReceiptDesk.Message Follow(
        SmppServerSession session, SubmitSm submit, SmscRule rule, ulong id, string answered, Dice dice)
    {
        ReceiptPlan plan = rule.Receipts ?? Untold;
        WeightedState end = dice.Pick(plan.States, s => s.Weight);
        return new ReceiptDesk.Message(session, submit, id, answered)
        {
            Plan = plan,
            End = end,
            Dice = dice,
            Acceleration = Behaviour.Acceleration,
            Tells = rule.Receipts is not null && WantsReceipt(submit, plan, end.State),
        };
    }

    private SubmitReply Refusal(SubmitSm submit, CommandStatus status)
    {
        bool isThrottled = status.Class() is CommandStatusClass.Throttled;
        Interlocked.Increment(ref isThrottled ? ref _throttled : ref _rejected);
        SubmitRefused?.Invoke(submit, status);
        return SubmitReply.Reject(status);
    }

    private SubmitReply Silence(SubmitSm submit)
    {
        Interlocked.Increment(ref _unanswered);
        SubmitRefused?.Invoke(submit, null);
        return SubmitReply.Silence;
    }

    private void Keep(string systemId, SubmitSm submit, string id, SmscRule rule, Dice dice)
    {
        SimulatedSms? sms;
        lock (_gate) sms = _parts.Add(systemId, submit, id);
        if (sms is null) return;
        _received.Writer.TryWrite(sms);
        SmsReceived?.Invoke(sms);
        bool isNumber = submit.Source.Ton != 5; // nobody can answer a name
        if (isNumber && rule.Reply is { } text) _ = ReplyAsync(sms, text, rule.ReplyDelay.Draw(ref dice));
    }

    private async Task ReplyAsync(SimulatedSms sms, string text, TimeSpan pause)
    {
        try
        {
            if (pause > TimeSpan.Zero) await Task.Delay(pause, _time, _stopping.Token);
            string from = sms.Submits[0].Destination is { Ton: 1 } number ? $"+{number.Digits}" : sms.To;
            await InjectAsync(from, sms.From, text, sms.SystemId);
        }
        catch (Exception over) when (over is OperationCanceledException or ObjectDisposedException)
        {
            // The simulator stops, and the person with it.
        }
    }

    private CommandStatus? ThrottleStatus(SmscRule rule, long number) =>
        Behaviour.ThrottleEvery > 0 && number % Behaviour.ThrottleEvery == 0 ? CommandStatus.Throttled
        : _meters.IsAbove(Behaviour, Behaviour.ThrottleAboveRate) ? CommandStatus.Throttled
        : _meters.IsAbove(rule, rule.RateMax) ? rule.ThrottleStatus
        : null;

    private static bool WantsReceipt(SubmitSm submit, ReceiptPlan plan, MessageState? end) =>
        end is { } state && (plan.Unasked || (submit.RegisteredDelivery & 3) switch
        {
            RegisteredDelivery.Final => true,
            RegisteredDelivery.OnFailure => state is not MessageState.Delivered,
            RegisteredDelivery.OnSuccess => state is MessageState.Delivered,
            _ => false,
        });

    private async ValueTask<SmppReply> AnswerAsync(
        SmppServerSession session, SmppPdu request, CancellationToken closed)
    {
        switch (request)
        {
            case QuerySm query:
                return _ledger.Answer(query);
            case CancelSm cancel:
                return _ledger.Answer(cancel, _time.GetUtcNow());
            case ReplaceSm: // the phone has shown it
                return new SmppReply(CommandStatus.ReplaceFailed, ReplaceSmResp.Instance);
        }

        if (request is not DataSm data) return new SmppReply(CommandStatus.InvalidCommandId, null);
        SubmitReply reply = await TakeAsync(session, AsSubmit(data), closed);
        return new SmppReply(reply.Status, new DataSmResp(reply.MessageId)); // always answered, silent rule or not
    }

    private static SubmitSm AsSubmit(DataSm data) => new()
    {
        ServiceType = data.ServiceType,
        Source = data.Source,
        Destination = data.Destination,
        EsmClass = data.EsmClass,
        RegisteredDelivery = data.RegisteredDelivery,
        DataCoding = data.DataCoding,
        Tlvs = data.Tlvs,
    };
}
