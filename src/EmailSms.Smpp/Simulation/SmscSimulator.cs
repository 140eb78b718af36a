using System.Globalization;
using System.IO.Enumeration;
using System.Net;
using System.Text;
using System.Threading.Channels;
using EmailSms.Smpp.Text;
using Microsoft.Extensions.Logging;

namespace EmailSms.Smpp.Simulation;

/// <summary>
/// An SMSC to try things against: real SMPP on a real port, phones that exist only here. It takes texts, puts long ones
/// together, sends receipts and replies, and behaves as badly as it is told to.
/// </summary>
public sealed class SmscSimulator : IAsyncDisposable
{
    private readonly SmscSimulatorOptions _options;
    private readonly TimeProvider _time;
    private readonly SmppServer _server;
    private readonly Postman _postman;
    private readonly PartsBox _parts;
    private readonly Channel<SimulatedSms> _received;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private long _lastId;
    private long _submits;
    private long _accepted;
    private long _throttled;
    private long _rejected;
    private long _receiptsTaken;
    private long _textsTaken;
    private int _references;
    private long _second; // the second that _inSecond counts
    private int _inSecond;

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
            Request = (_, request, _) => ValueTask.FromResult(Answer(request)),
            SessionBound = _ => _postman!.Arrived(),
        };
        _postman = new Postman(_server, _time);
        _parts = new PartsBox(_time);
        _received = Channel.CreateBounded<SimulatedSms>(
            new BoundedChannelOptions(options.ReceivedMax) { FullMode = BoundedChannelFullMode.DropOldest });
        _lastId = _time.GetUtcNow().ToUnixTimeSeconds() << 20; // ids of one run are not those of the last
    }

    /// <summary>How it behaves; may be changed at any time.</summary>
    public SmscBehaviour Behaviour { get; }

    /// <summary>Told of each text when its last part has come, before that part is answered. Must not wait.</summary>
    public Action<SimulatedSms>? SmsReceived { get; init; }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Endpoint => _server.Endpoint;

    /// <summary>Who is bound.</summary>
    public IReadOnlyList<SmppServerSession> Sessions => _server.Sessions;

    /// <summary>What it has done.</summary>
    public SimulatorCounts Counts => new(
        Interlocked.Read(ref _submits), Interlocked.Read(ref _accepted), Interlocked.Read(ref _throttled),
        Interlocked.Read(ref _rejected), Interlocked.Read(ref _receiptsTaken), Interlocked.Read(ref _textsTaken),
        _postman.Redeliveries);

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
    public async Task<bool> InjectAsync(
        string from, string to, string text, string? systemId = null, CancellationToken deadline = default)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline, _stopping.Token);
        ushort reference = (ushort)Interlocked.Increment(ref _references);
        var template = new SubmitSm { Source = ToAddress(from), Destination = ToAddress(to) };
        bool[] taken = await Task.WhenAll(
            SmsSegmenter.ToSubmits(template, SmsSegmenter.Split(text), reference)
                .Select(part => _postman.DeliverAsync(systemId, null, AsDelivery(part), either.Token)));
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

    /// <summary>Drops every connection without a word.</summary>
    public void HangUp()
    {
        foreach (SmppServerSession session in _server.Sessions) session.HangUp();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _server.DisposeAsync();
        _received.Writer.TryComplete();
        _stopping.Dispose();
        GC.SuppressFinalize(this);
    }

    private CommandStatus Check(BindRequest bind) =>
        Behaviour.BindStatus is not CommandStatus.Ok ? Behaviour.BindStatus
        : _options.SystemId is { } systemId && systemId != bind.SystemId ? CommandStatus.InvalidSystemId
        : _options.Password is { } password && password != bind.Password ? CommandStatus.InvalidPassword
        : CommandStatus.Ok;

    private async ValueTask<SubmitReply> TakeAsync(
        SmppServerSession session, SubmitSm submit, CancellationToken closed)
    {
        long number = Interlocked.Increment(ref _submits);
        if (Behaviour.SubmitDelay > TimeSpan.Zero) await Task.Delay(Behaviour.SubmitDelay, _time, closed);
        if (Behaviour.HangUpAfter > 0 && number % Behaviour.HangUpAfter == 0)
        {
            session.HangUp();
            return SubmitReply.Silence;
        }

        if (IsThrottled(number))
        {
            Interlocked.Increment(ref _throttled);
            return SubmitReply.Reject(CommandStatus.Throttled);
        }

        if (Behaviour.RejectStatus is not CommandStatus.Ok
            && FileSystemName.MatchesSimpleExpression(Behaviour.RejectDestinations, submit.Destination.Digits))
        {
            Interlocked.Increment(ref _rejected);
            return SubmitReply.Reject(Behaviour.RejectStatus);
        }

        long id = Interlocked.Increment(ref _lastId);
        Keep(session.SystemId, submit, Write(id, Behaviour.IdForm));
        if (Behaviour.Silent) return SubmitReply.Silence;

        Interlocked.Increment(ref _accepted);
        SubmitReply reply = SubmitReply.Accept(Write(id, Behaviour.IdForm));
        if (!WantsReceipt(submit)) return reply;

        DeliverSm receipt = Receipt(submit, Write(id, Behaviour.ReceiptIdForm));
        if (!Behaviour.ReceiptFirst)
            return reply with { Answered = () => _ = SendReceiptAsync(session, receipt, Behaviour.ReceiptDelay) };
        await SendReceiptAsync(session, receipt, TimeSpan.Zero);
        return reply;
    }

    private void Keep(string systemId, SubmitSm submit, string id)
    {
        SimulatedSms? sms;
        lock (_gate) sms = _parts.Add(systemId, submit, id);
        if (sms is null) return;
        _received.Writer.TryWrite(sms);
        SmsReceived?.Invoke(sms);
    }

    private bool IsThrottled(long number)
    {
        if (Behaviour.ThrottleEvery > 0 && number % Behaviour.ThrottleEvery == 0) return true;
        if (Behaviour.ThrottleAboveRate <= 0) return false;
        lock (_gate)
        {
            long second = (long)_time.GetElapsedTime(0).TotalSeconds;
            if (second != _second) (_second, _inSecond) = (second, 0);
            return ++_inSecond > Behaviour.ThrottleAboveRate;
        }
    }

    private bool WantsReceipt(SubmitSm submit) =>
        Behaviour.ReceiptState is { } state && (submit.RegisteredDelivery & 3) switch
        {
            RegisteredDelivery.Final => true,
            RegisteredDelivery.OnFailure => state is not MessageState.Delivered,
            RegisteredDelivery.OnSuccess => state is MessageState.Delivered,
            _ => false,
        };

    private async Task SendReceiptAsync(SmppServerSession session, DeliverSm receipt, TimeSpan delay)
    {
        try
        {
            if (delay > TimeSpan.Zero) await Task.Delay(delay, _time, _stopping.Token);
            if (await _postman.DeliverAsync(session.SystemId, session, receipt, _stopping.Token))
                Interlocked.Increment(ref _receiptsTaken);
        }
        catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException)
        {
            // The simulator stops; a receipt more or less is no matter then.
        }
    }

    private DeliverSm Receipt(SubmitSm submit, string id)
    {
        MessageState state = Behaviour.ReceiptState ?? MessageState.Unknown;
        string now = _time.GetUtcNow().ToString("yyMMddHHmm", CultureInfo.InvariantCulture);
        string text = $"id:{id} sub:001 dlvrd:{(state is MessageState.Delivered ? "001" : "000")} submit date:{now} "
                      + $"done date:{now} stat:{Word(state)} err:{Behaviour.ReceiptError} text:";
        return new DeliverSm
        {
            Source = submit.Destination,
            Destination = submit.Source,
            EsmClass = EsmClass.Receipt,
            ShortMessage = Behaviour.ReceiptForm is ReceiptForm.Tlv ? default : Encoding.ASCII.GetBytes(text),
            Tlvs = Behaviour.ReceiptForm is ReceiptForm.Text
                ? []
                : [Tlv.Of(TlvTag.ReceiptedMessageId, id), Tlv.Of(TlvTag.MessageState, (byte)state)],
        };
    }

    private static string Write(long id, IdForm form) => form switch
    {
        IdForm.Hex => id.ToString("X", CultureInfo.InvariantCulture),
        IdForm.PaddedHex => id.ToString("x16", CultureInfo.InvariantCulture),
        _ => id.ToString(CultureInfo.InvariantCulture),
    };

    private static string Word(MessageState state) => state switch
    {
        MessageState.Delivered => "DELIVRD",
        MessageState.Undeliverable => "UNDELIV",
        MessageState.Accepted => "ACCEPTD",
        MessageState.Rejected => "REJECTD",
        _ => state.ToString().ToUpperInvariant(),
    };

    private static SmppReply Answer(SmppPdu request) => request switch
    {
        QuerySm query => new SmppReply(
            CommandStatus.Ok, new QuerySmResp(query.MessageId, "", MessageState.Enroute, 0)),
        CancelSm => new SmppReply(CommandStatus.CancelFailed, CancelSmResp.Instance),
        ReplaceSm => new SmppReply(CommandStatus.ReplaceFailed, ReplaceSmResp.Instance),
        _ => new SmppReply(CommandStatus.InvalidCommandId, null),
    };

    private static DeliverSm AsDelivery(SubmitSm part) => new()
    {
        Source = part.Source,
        Destination = part.Destination,
        EsmClass = part.EsmClass,
        DataCoding = part.DataCoding,
        ShortMessage = part.ShortMessage,
    };

    private static SmppAddress ToAddress(string address)
    {
        string digits = address.TrimStart('+');
        bool isNumber = digits.Length > 0 && !digits.AsSpan().ContainsAnyExceptInRange('0', '9');
        if (!isNumber) return new SmppAddress(5, 0, address);
        return digits.Length > 8 ? new SmppAddress(1, 1, digits) : new SmppAddress(6, 0, digits);
    }
}
