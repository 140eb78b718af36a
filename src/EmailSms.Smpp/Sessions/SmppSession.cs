using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace EmailSms.Smpp;

/// <summary>
/// One connection, from the first octet to the last, the same for the ESME and the SMSC.
/// <code>
///   socket ──► SmppCodec.TryTake ──► answer       ──► RequestWindow ──► whoever asked
///                                ├─► enquire_link ──► answered here, whatever else goes on
///                                └─► request      ──► ISessionSide ──► Intake ──► the application
///   socket ◄── PduOutput ◄── RequestWindow, answers
/// </code>
/// The receive loop waits for the peer and for nobody else.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Break may come at any time; without timers they hold nothing.")]
internal sealed class SmppSession
{
    /// <summary>How long the last answers may take to leave when a session ends.</summary>
    private static readonly TimeSpan FlushMax = TimeSpan.FromSeconds(2);

    private readonly Stream _stream;
    private readonly SessionLimits _limits;
    private readonly ISessionSide _side;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly PduOutput _output;
    private readonly CancellationTokenSource _readingEnds = new();
    private readonly CancellationTokenSource _writingEnds = new();
    private string? _reason;
    private bool _abrupt;
    private long _receivedAt;
    private long _begunAt; // when the first octet of a PDU came that is not whole yet; 0 when there is none
    private long _enquiredAt; // when the enquire_link went out that has no answer yet; 0 when there is none

    public SmppSession(
        string name,
        Stream stream,
        SessionLimits limits,
        ISessionSide side,
        SessionPaces paces,
        SessionTraffic traffic,
        ILogger log,
        TimeProvider time)
    {
        (Name, _stream, _limits, _side, _log, _time) = (name, stream, limits, side, log, time);
        Traffic = traffic;
        _output = new PduOutput(stream, traffic, time, WriteLost, _writingEnds.Token)
        {
            Trace = log.IsEnabled(LogLevel.Trace) ? TraceSent : null,
        };
        _receivedAt = time.GetTimestamp();
        Window = new RequestWindow(limits.Window, paces, _output, traffic, time);
    }

    /// <summary>For the log.</summary>
    public string Name { get; }

    public RequestWindow Window { get; }

    /// <summary>It has not begun to end.</summary>
    public bool IsOpen => Volatile.Read(ref _reason) is null;

    public SessionTraffic Traffic { get; }

    /// <summary>Runs until the connection ends, and returns why it did.</summary>
    public async Task<string> RunAsync()
    {
        ITimer clock = _time.CreateTimer(
            static session => ((SmppSession)session!).Tick(), this, _limits.Tick, _limits.Tick);

        await ReceiveAsync();

        await clock.DisposeAsync();
        Window.Refuse(_reason!);
        Task written = _output.FinishAsync();
        if (_abrupt) await _writingEnds.CancelAsync();
        using (var patience = new CancellationTokenSource(FlushMax, _time))
        await using (patience.Token.UnsafeRegister(static w => ((CancellationTokenSource)w!).Cancel(), _writingEnds))
            await written;
        Window.Close(_reason!, _output.Drop());
        Window.Dispose();
        await _stream.DisposeAsync();
        return _reason!;
    }

    /// <summary>Sends a request of the session's own, which needs no slot: bind, unbind, enquire_link.</summary>
    public Task<RequestOutcome> RequestAsync(SmppPdu request, CancellationToken deadline) =>
        Window.SendAsync(request, windowed: false, deadline);

    /// <summary>Answers a request of the peer.</summary>
    /// <param name="sequence">The sequence number of the request.</param>
    /// <param name="status">The command_status.</param>
    /// <param name="response">The body.</param>
    /// <param name="more">More answers come at once; the caller ends with <see cref="Flush"/>.</param>
    public void Answer(uint sequence, CommandStatus status, SmppPdu response, bool more = false)
    {
        _output.Put(response, sequence, status);
        if (!more) _output.Flush();
        var request = (CommandId)((uint)response.CommandId & 0x7FFF_FFFF);
        if (request is CommandId.DeliverSm or CommandId.SubmitSm or CommandId.DataSm or CommandId.SubmitMulti
            or CommandId.QuerySm or CommandId.CancelSm or CommandId.ReplaceSm)
            Traffic.Handled(request, status);
    }

    /// <summary>Writes what was put and not written yet.</summary>
    public void Flush() => _output.Flush();

    public void PutRaw(ReadOnlySpan<byte> octets) => _output.PutRaw(octets);

    /// <summary>
    /// The only door out. What was put before is still written, unless the end is abrupt. May be called by anybody, at
    /// any time, and again: the first reason counts.
    /// </summary>
    public void Break(string reason, bool abrupt = false)
    {
        bool first = Interlocked.CompareExchange(ref _reason, reason, null) is null;
        if (abrupt)
        {
            _abrupt = true;
            _writingEnds.Cancel();
        }

        if (first) _side.Closing(this);
        _readingEnds.Cancel();
    }

    /// <summary>Says goodbye and closes, with or without the peer's answer.</summary>
    public async Task UnbindAsync(TimeSpan answerMax, CancellationToken deadline)
    {
        using var patience = new CancellationTokenSource(answerMax, _time);
        Task<RequestOutcome> goodbye = RequestAsync(Unbind.Instance, CancellationToken.None);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, deadline);
        await ((Task)goodbye).WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Break("unbound");
    }

    private void WriteLost(Exception lost) =>
        Break($"the connection was lost while writing: {lost.Message}", abrupt: true);

    private void TraceSent(ReadOnlySpan<byte> pdu)
    {
        PduHeader header = PduSequenceReader.ReadHeader(pdu);
        _log.PduSent(Name, PduTrace.Describe(header, pdu[PduHeader.Octets..]));
    }

    private async Task ReceiveAsync()
    {
        PipeReader input = PipeReader.Create(_stream, new StreamPipeReaderOptions(bufferSize: 16384, leaveOpen: true));
        try
        {
            await ReceiveAsync(input, _readingEnds.Token);
            if (IsOpen) Break("the peer closed the connection", abrupt: true);
        }
        catch (SmppException broken)
        {
            // The stream is out of step and its sequence numbers mean nothing (SMPP 3.4 4.3: sequence 0).
            _log.StreamLost(Name, broken.Message);
            Answer(0, broken.Status, GenericNack.Instance);
            Break($"the peer sent what is not SMPP: {broken.Message}");
        }
        catch (OperationCanceledException) when (_readingEnds.IsCancellationRequested)
        {
            // Whoever closed gave the reason.
        }
        catch (Exception lost) when (lost is IOException or SocketException or ObjectDisposedException)
        {
            Break($"the connection was lost: {lost.Message}", abrupt: true);
        }
        catch (Exception fault)
        {
            _log.SessionFault(fault, Name);
            Break("a fault of our own", abrupt: true);
        }
        finally
        {
            await input.CompleteAsync();
        }
    }

    private async Task ReceiveAsync(PipeReader input, CancellationToken stopping)
    {
        while (true)
        {
            ReadResult read = await input.ReadAsync(stopping);
            if (!read.Buffer.IsEmpty) Heard();
            if (!TakeAll(read.Buffer, out SequencePosition consumed)) return;

            input.AdvanceTo(consumed, read.Buffer.End);
            if (read.IsCompleted) return;
            await _output.WaitForRoomAsync(stopping);
        }
    }

    /// <summary>Takes the PDUs that are whole. False: one of them was the last one.</summary>
    private bool TakeAll(in ReadOnlySequence<byte> buffer, out SequencePosition consumed)
    {
        using var pdus = new PduSequenceReader(buffer, _limits.PduOctetsMax);
        int count = 0;
        bool goesOn = true;
        while (goesOn && pdus.TryRead(out PduHeader header, out ReadOnlySpan<byte> body))
        {
            count++;
            goesOn = Take(header, body);
        }

        _output.Flush(); // the answers to all of them, and what their answers made room for
        consumed = pdus.Consumed;
        if (count > 0) Traffic.In(count, pdus.ConsumedOctets);
        if (pdus.ConsumedOctets == buffer.Length) Volatile.Write(ref _begunAt, 0);
        else if (count > 0 || Volatile.Read(ref _begunAt) == 0) Volatile.Write(ref _begunAt, _time.GetTimestamp());
        return goesOn;
    }

    /// <summary>Takes one PDU. False: it was the last one.</summary>
    private bool Take(in PduHeader header, ReadOnlySpan<byte> octets)
    {
        if (_log.IsEnabled(LogLevel.Trace)) _log.PduReceived(Name, PduTrace.Describe(header, octets));

        SmppPdu? pdu = null;
        try
        {
            if (header.CommandId is CommandId.SubmitSmResp && TakeSubmitResp(header, octets)) return true;
            pdu = SmppCodec.ReadBody(header, octets);
        }
        catch (SmppException broken)
        {
            // A bad body in good framing costs that PDU, not the session.
            _log.BodyRefused(Name, header.CommandId, broken.Status, broken.Message);
            if (!header.IsResponse)
            {
                Answer(header.Sequence, broken.Status, ResponseTo(header.CommandId), more: true);
                return true;
            }
        }

        if (header.IsResponse)
        {
            if (!Window.Answer(header.Sequence, header.Status, pdu)) AnswersNothing(header);
            return true;
        }

        return Take(header, pdu!);
    }

    /// <summary>
    /// What comes most: an id and nothing else. False: it has more to it, and goes the way of all others.
    /// </summary>
    private bool TakeSubmitResp(in PduHeader header, ReadOnlySpan<byte> octets)
    {
        var response = SubmitSmRespView.Read(octets);
        if (!response.Tlvs.IsEmpty) return false;
        if (!Window.AnswerMessage(header.Sequence, header.Status, response.MessageId)) AnswersNothing(header);
        return true;
    }

    private void AnswersNothing(in PduHeader header)
    {
        Traffic.LateAnswer();
        _log.AnswerToNothing(Name, header.CommandId, header.Sequence);
    }

    private bool Take(in PduHeader header, SmppPdu request)
    {
        switch (request)
        {
            case EnquireLink:
                Answer(header.Sequence, CommandStatus.Ok, EnquireLinkResp.Instance, more: true);
                return true;
            case Unbind:
                Answer(header.Sequence, CommandStatus.Ok, UnbindResp.Instance, more: true);
                Break("the peer unbound");
                return false;
            default:
                if (!_side.Take(this, header, request))
                    Answer(header.Sequence, CommandStatus.InvalidCommandId, GenericNack.Instance, more: true);
                return true;
        }
    }

    private void Heard()
    {
        Volatile.Write(ref _receivedAt, _time.GetTimestamp());
        Volatile.Write(ref _enquiredAt, 0); // whatever the peer says, it is there
    }

    private void Tick()
    {
        int late = Window.Expire(_limits.AnswerMax);
        if (late > 0) _log.AnswersMissing(Name, late, _limits.AnswerMax);

        if (IsOver(Volatile.Read(ref _begunAt), _limits.PduCompletionMax))
            Break("a PDU was begun and not completed", abrupt: true);
        else if (IsOver(_output.WritingSince, _limits.WriteStallMax))
            Break("the peer does not read", abrupt: true);
        else if (IsOver(Volatile.Read(ref _enquiredAt), _limits.EnquireLinkAnswerMax))
            Break("no answer to enquire_link", abrupt: true);
        else if (IsOver(Volatile.Read(ref _receivedAt), _limits.InactivityMax))
            Break("the peer is inactive");
        else if (Volatile.Read(ref _enquiredAt) == 0
                 && IsOver(Volatile.Read(ref _receivedAt), _limits.EnquireLinkIdle))
            Enquire();
    }

    private void Enquire()
    {
        Volatile.Write(ref _enquiredAt, _time.GetTimestamp());
        _ = RequestAsync(EnquireLink.Instance, CancellationToken.None); // that anything comes is answer enough
    }

    private bool IsOver(long since, TimeSpan limit) =>
        since != 0 && limit > TimeSpan.Zero && _time.GetElapsedTime(since) >= limit;

    private static SmppPdu ResponseTo(CommandId request) => request switch
    {
        CommandId.SubmitSm => new SubmitSmResp(""),
        CommandId.DeliverSm => new DeliverSmResp(),
        CommandId.DataSm => new DataSmResp(""),
        CommandId.BindReceiver => new BindResponse(BindType.Receiver, ""),
        CommandId.BindTransmitter => new BindResponse(BindType.Transmitter, ""),
        CommandId.BindTransceiver => new BindResponse(BindType.Transceiver, ""),
        _ => GenericNack.Instance,
    };
}
