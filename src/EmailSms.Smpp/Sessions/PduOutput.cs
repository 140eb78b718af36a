namespace EmailSms.Smpp;

/// <summary>
/// The way out of a session. PDUs are put into one buffer while the other is on the wire, so that many of them leave
/// with one write; nearly all the time of an SMPP session is spent in writes and wake-ups. There is no writer that
/// sleeps: whoever puts something says whether it writes now (<see cref="Flush"/>), or whether a thread of the pool may
/// come for it and for what is put until then (<see cref="Wake"/>).
/// </summary>
internal sealed class PduOutput : IThreadPoolWorkItem
{
    /// <summary>Beyond this much the receive loop waits: a peer that does not read is not read from either.</summary>
    private const int RoomOctets = 1024 * 1024;

    private readonly Stream _stream;
    private readonly SessionTraffic _traffic;
    private readonly TimeProvider _time;
    private readonly Action<Exception> _lost;
    private readonly CancellationToken _stopping;
    private readonly Lock _gate = new();
    private PduBuffer _filling = new();
    private PduBuffer? _spare = new();
    private TaskCompletionSource? _finished;
    private TaskCompletionSource? _room;
    private long _batch = 1; // the number of the buffer being filled; what has a lower number may be on the wire
    private int _pdus; // in the buffer being filled
    private long _writingSince;
    private bool _writing; // somebody writes, or is about to
    private bool _over; // a write failed or was stopped: there will be no more
    private bool _dropped;

    /// <param name="stream">Where it is written.</param>
    /// <param name="traffic">What is counted.</param>
    /// <param name="time">The clock.</param>
    /// <param name="lost">Told once, when a write fails; not when it is stopped.</param>
    /// <param name="stopping">Ends a write that is under way.</param>
    public PduOutput(
        Stream stream,
        SessionTraffic traffic,
        TimeProvider time,
        Action<Exception> lost,
        CancellationToken stopping) =>
        (_stream, _traffic, _time, _lost, _stopping) = (stream, traffic, time, lost, stopping);

    /// <summary>Told of each PDU, its header included, before it is written; for a trace.</summary>
    public Action<ReadOnlySpan<byte>>? Trace { get; init; }

    /// <summary>The timestamp since which one write has been under way; 0 when none is.</summary>
    public long WritingSince => Volatile.Read(ref _writingSince);

    /// <summary>
    /// Puts a PDU behind those already there and returns the number of its batch. It leaves at the next
    /// <see cref="Flush"/> or <see cref="Wake"/>, or with what is being written.
    /// </summary>
    /// <exception cref="ArgumentException">A field does not fit the standard; nothing was put.</exception>
    public long Put(SmppPdu pdu, uint sequence, CommandStatus status = CommandStatus.Ok)
    {
        lock (_gate)
        {
            if (_dropped) return _batch; // never to be written: the same as being in the last batch
            int start = _filling.Length;
            SmppCodec.Write(_filling, pdu, sequence, status);
            _pdus++;
            Trace?.Invoke(_filling.Written.Span[start..]);
            return _batch;
        }
    }

    /// <summary>Octets that are no PDU, for the simulator to be hostile with.</summary>
    public void PutRaw(ReadOnlySpan<byte> octets)
    {
        lock (_gate)
        {
            if (!_dropped) _filling.Octets(octets);
        }

        Flush();
    }

    /// <summary>Writes what is there, in this thread, unless another is at it already: then that one will.</summary>
    public void Flush()
    {
        if (TryBegin()) _ = WriteAsync(one: true);
    }

    /// <summary>Has it written by a thread of the pool.</summary>
    public void Wake()
    {
        if (TryBegin()) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute() => _ = WriteAsync(one: false);

    /// <summary>Done when the octets that wait are few enough.</summary>
    public ValueTask WaitForRoomAsync(CancellationToken stopping)
    {
        lock (_gate)
        {
            if (_filling.Length < RoomOctets || _dropped || _over) return ValueTask.CompletedTask;
            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask(_room.Task.WaitAsync(stopping));
        }
    }

    /// <summary>Done when all that was put is written, or never will be.</summary>
    public Task FinishAsync()
    {
        Task finished;
        lock (_gate)
        {
            _finished ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            finished = _finished.Task;
            if (!_writing && (_over || _filling.Length == 0)) _finished.TrySetResult();
        }

        Flush();
        return finished;
    }

    /// <summary>
    /// Drops what was not handed to the stream, and takes nothing more. What was put in the batch returned here, or in
    /// a later one, surely did not leave.
    /// </summary>
    public long Drop()
    {
        lock (_gate)
        {
            _dropped = true;
            _filling.Truncate(0);
            _room?.TrySetResult();
            _room = null;
            return _batch;
        }
    }

    private bool TryBegin()
    {
        lock (_gate)
        {
            if (_writing || _over || _filling.Length == 0) return false;
            _writing = true;
            return true;
        }
    }

    /// <param name="one">After one write a thread of the pool goes on: the caller has other things to do.</param>
    private async Task WriteAsync(bool one)
    {
        try
        {
            while (TrySwap(out PduBuffer? full, out int pdus))
            {
                Volatile.Write(ref _writingSince, _time.GetTimestamp());
                ValueTask write = _stream.WriteAsync(full.Written, _stopping);
                if (write.IsCompletedSuccessfully) write.GetAwaiter().GetResult();
                else await write;
                Volatile.Write(ref _writingSince, 0);
                _traffic.Out(pdus, full.Length);

                full.Truncate(0);
                lock (_gate) _spare = full;
                if (!one || IsDone()) continue;
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                return;
            }
        }
        catch (OperationCanceledException)
        {
            End(); // whoever stopped it gave the reason
        }
        catch (Exception lost) // of the socket, of TLS, of what stands between
        {
            End();
            _lost(lost);
        }
    }

    private bool IsDone()
    {
        lock (_gate) return _filling.Length == 0;
    }

    /// <summary>Takes the buffer that is full, or gives up being the one who writes.</summary>
    private bool TrySwap([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out PduBuffer? full, out int pdus)
    {
        lock (_gate)
        {
            if (_filling.Length == 0)
            {
                (full, pdus, _writing) = (null, 0, false);
                _finished?.TrySetResult();
                return false;
            }

            (full, pdus, _pdus) = (_filling, _pdus, 0);
            _filling = _spare ?? new PduBuffer();
            _spare = null;
            _batch++;
            _room?.TrySetResult();
            _room = null;
            return true;
        }
    }

    private void End()
    {
        lock (_gate)
        {
            (_writing, _over) = (false, true);
            Volatile.Write(ref _writingSince, 0);
            _room?.TrySetResult();
            _room = null;
            _finished?.TrySetResult();
        }
    }
}
