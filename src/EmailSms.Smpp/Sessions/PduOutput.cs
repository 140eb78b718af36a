namespace EmailSms.Smpp;

/// <summary>
/// The way out of a session. PDUs are put into one buffer while the other is on the wire, so that many of them leave
/// with one write; nearly all the time of an SMPP session is spent in writes and wake-ups.
/// </summary>
internal sealed class PduOutput(Stream stream, SessionTraffic traffic, TimeProvider time)
{
    /// <summary>Beyond this much the receive loop waits: a peer that does not read is not read from either.</summary>
    private const int RoomOctets = 1024 * 1024;

    private readonly Lock _gate = new();
    private PduBuffer _filling = new();
    private PduBuffer? _spare = new();
    private TaskCompletionSource? _work; // there while the writer sleeps
    private TaskCompletionSource? _room;
    private long _batch = 1; // the number of the buffer being filled; what has a lower number may be on the wire
    private int _pdus; // in the buffer being filled
    private long _writingSince;
    private bool _finishing;
    private bool _dropped;

    /// <summary>The timestamp since which one write has been under way; 0 when none is.</summary>
    public long WritingSince => Volatile.Read(ref _writingSince);

    /// <summary>Puts a PDU behind those already there and returns the number of its batch.</summary>
    /// <exception cref="ArgumentException">A field does not fit the standard; nothing was put.</exception>
    public long Put(SmppPdu pdu, uint sequence, CommandStatus status = CommandStatus.Ok)
    {
        lock (_gate)
        {
            if (_dropped) return _batch; // never to be written: the same as being in the last batch
            SmppCodec.Write(_filling, pdu, sequence, status);
            _pdus++;
            Signal();
            return _batch;
        }
    }

    /// <summary>Octets that are no PDU, for the simulator to be hostile with.</summary>
    public void PutRaw(ReadOnlySpan<byte> octets)
    {
        lock (_gate)
        {
            if (_dropped) return;
            _filling.Octets(octets);
            Signal();
        }
    }

    /// <summary>
    /// Writes until told to finish. Ends with the stream's own exception when the connection is lost.
    /// </summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (await WaitForWorkAsync(stopping))
        {
            PduBuffer full;
            int pdus;
            lock (_gate)
            {
                (full, pdus, _pdus) = (_filling, _pdus, 0);
                _filling = _spare ?? new PduBuffer();
                _spare = null;
                _batch++;
                _room?.TrySetResult();
                _room = null;
            }

            Volatile.Write(ref _writingSince, time.GetTimestamp());
            await stream.WriteAsync(full.Written, stopping);
            Volatile.Write(ref _writingSince, 0);
            traffic.Out(pdus, full.Length);

            full.Truncate(0);
            lock (_gate) _spare = full;
        }
    }

    /// <summary>Done when the octets that wait are few enough.</summary>
    public ValueTask WaitForRoomAsync(CancellationToken stopping)
    {
        lock (_gate)
        {
            if (_filling.Length < RoomOctets || _dropped) return ValueTask.CompletedTask;
            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask(_room.Task.WaitAsync(stopping));
        }
    }

    /// <summary>Lets <see cref="RunAsync"/> end when all that was put has been written.</summary>
    public void Finish()
    {
        lock (_gate)
        {
            _finishing = true;
            Signal();
        }
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

    /// <summary>False: all is written and there will be no more.</summary>
    private async ValueTask<bool> WaitForWorkAsync(CancellationToken stopping)
    {
        while (true)
        {
            Task work;
            lock (_gate)
            {
                if (_filling.Length > 0) return true;
                if (_finishing) return false;
                _work = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                work = _work.Task;
            }

            await work.WaitAsync(stopping);
        }
    }

    private void Signal()
    {
        _work?.TrySetResult();
        _work = null;
    }
}
