using System.Buffers;
using System.Buffers.Binary;

namespace EmailSms.Smpp.Simulation;

/// <summary>
/// A connection on which things go wrong: between the session, which speaks good SMPP, and the socket.
/// </summary>
internal sealed class RoughWire(Stream socket, WireBehaviour behaviour, ReceivedTap? tap, TimeProvider time) : Stream
{
    private const int HeaderOctets = 16;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private static readonly byte[] Garbage = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"u8.ToArray();

    private int _responses;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            int perSecond = behaviour.ReadOctetsPerSecond;
            if (perSecond > 0)
            {
                await Task.Delay(Look, time, cancellationToken);
                buffer = buffer[..Math.Min(buffer.Length, Math.Max(1, (int)(perSecond * Look.TotalSeconds)))];
            }

            int count = await socket.ReadAsync(buffer, cancellationToken);
            if (behaviour.HalfOpen)
            {
                await UntilWholeAgainAsync(cancellationToken);
                if (count > 0) continue; // lost on the way
            }

            tap?.Hear(buffer.Span[..count]);
            return count;
        }
    }

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (behaviour.HalfOpen) return; // as a full send buffer would: it seems to work
        if (behaviour.Filters) buffer = Spoil(buffer.Span);
        if (behaviour.SeveralInAPacket) await Task.Delay(Look, time, cancellationToken); // the next ones gather
        if (!behaviour.OctetByOctet)
        {
            await socket.WriteAsync(buffer, cancellationToken);
            return;
        }

        for (int i = 0; i < buffer.Length; i++) await socket.WriteAsync(buffer.Slice(i, 1), cancellationToken);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => socket.FlushAsync(cancellationToken);

    public override void Flush() => socket.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await socket.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) socket.Dispose();
        base.Dispose(disposing);
    }

    private async Task UntilWholeAgainAsync(CancellationToken stopping)
    {
        while (behaviour.HalfOpen) await Task.Delay(Look, time, stopping);
    }

    /// <summary>A batch of whole PDUs, spoilt as the behaviour says. What is no PDU goes through as it is.</summary>
    private byte[] Spoil(ReadOnlySpan<byte> batch)
    {
        var spoilt = new ArrayBufferWriter<byte>(batch.Length + 64);
        while (batch.Length >= HeaderOctets)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(batch);
            if (length < HeaderOctets || length > batch.Length) break;
            SpoilOne(batch[..(int)length], spoilt);
            batch = batch[(int)length..];
        }

        spoilt.Write(batch);
        return spoilt.WrittenSpan.ToArray();
    }

    private void SpoilOne(ReadOnlySpan<byte> pdu, ArrayBufferWriter<byte> output)
    {
        var command = (CommandId)BinaryPrimitives.ReadUInt32BigEndian(pdu[4..]);
        if (command is CommandId.EnquireLinkResp && behaviour.NoEnquireLinkAnswer) return;
        bool isAnswer = command is CommandId.SubmitSmResp or CommandId.DataSmResp or CommandId.QuerySmResp;
        if (!isAnswer)
        {
            output.Write(pdu);
            return;
        }

        _responses++;
        if (IsTurn(behaviour.GarbageEvery))
        {
            output.Write(Garbage);
            return;
        }

        if (IsTurn(behaviour.UnknownCommandEvery))
            SmppCodec.Write(output, new UnknownPdu((CommandId)0x0000_0F0F, new byte[] { 1, 2, 3 }), 0x0F0F);
        Span<byte> copy = output.GetSpan(pdu.Length);
        pdu.CopyTo(copy);
        if (IsTurn(behaviour.WrongSequenceEvery))
            BinaryPrimitives.WriteUInt32BigEndian(copy[12..], 0x7F000000u + (uint)_responses);
        output.Advance(pdu.Length);
    }

    private bool IsTurn(int every) => every > 0 && _responses % every == 0;
}
