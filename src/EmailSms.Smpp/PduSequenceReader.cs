using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace EmailSms.Smpp;

/// <summary>
/// Cuts what a pipe has read into PDUs, without allocating: a body is a view on the buffer. Only a PDU that lies across
/// two segments of the buffer is copied together, into rented memory.
/// <code>
///   using var pdus = new PduSequenceReader(read.Buffer);
///   while (pdus.TryRead(out PduHeader header, out ReadOnlySpan&lt;byte&gt; body)) …
///   input.AdvanceTo(pdus.Consumed, read.Buffer.End);
/// </code>
/// </summary>
public ref struct PduSequenceReader : IDisposable
{
    private readonly ReadOnlySequence<byte> _buffer;
    private readonly int _pduOctetsMax;
    private ReadOnlySpan<byte> _segment; // what is unread of the segment that begins the rest
    private byte[]? _rented;

    /// <param name="buffer">Octets that begin with a PDU.</param>
    /// <param name="pduOctetsMax">The largest PDU taken.</param>
    public PduSequenceReader(ReadOnlySequence<byte> buffer, int pduOctetsMax = SmppCodec.PduOctetsMaxDefault)
    {
        (_buffer, _pduOctetsMax) = (buffer, pduOctetsMax);
        _segment = buffer.FirstSpan;
    }

    /// <summary>The octets of the PDUs that were read.</summary>
    public long ConsumedOctets { get; private set; }

    /// <summary>Where the first PDU begins that was not read.</summary>
    public readonly SequencePosition Consumed => _buffer.GetPosition(ConsumedOctets);

    /// <summary>
    /// The next PDU, or false until it is whole. The body may be looked at until the next call. A length that cannot be
    /// is refused before anything is waited for or allocated.
    /// </summary>
    /// <exception cref="SmppException">command_length is below 16 or above the limit: the stream is lost.</exception>
    public bool TryRead(out PduHeader header, out ReadOnlySpan<byte> body)
    {
        ReadOnlySpan<byte> rest = _segment;
        if (rest.Length >= PduHeader.Octets)
        {
            int length = CheckedLength(rest);
            if (rest.Length >= length)
            {
                header = ReadHeader(rest);
                body = rest[PduHeader.Octets..length];
                _segment = rest[length..];
                ConsumedOctets += length;
                return true;
            }
        }

        return TryReadAcross(out header, out body);
    }

    /// <summary>Gives back what was rented.</summary>
    public void Dispose()
    {
        if (_rented is not null) ArrayPool<byte>.Shared.Return(_rented);
        _rented = null;
    }

    internal static PduHeader ReadHeader(ReadOnlySpan<byte> octets) => new(
        BinaryPrimitives.ReadUInt32BigEndian(octets),
        (CommandId)BinaryPrimitives.ReadUInt32BigEndian(octets[4..]),
        (CommandStatus)BinaryPrimitives.ReadUInt32BigEndian(octets[8..]),
        BinaryPrimitives.ReadUInt32BigEndian(octets[12..]));

    private readonly int CheckedLength(ReadOnlySpan<byte> octets)
    {
        uint length = BinaryPrimitives.ReadUInt32BigEndian(octets);
        return length >= PduHeader.Octets && length <= _pduOctetsMax
            ? (int)length
            : throw new SmppException(CommandStatus.InvalidCommandLength, $"A PDU of {length} octets cannot be.");
    }

    private bool TryReadAcross(out PduHeader header, out ReadOnlySpan<byte> body)
    {
        header = default;
        body = default;
        ReadOnlySequence<byte> rest = _buffer.Slice(ConsumedOctets);
        if (rest.Length < 4) return false;

        Span<byte> start = stackalloc byte[4];
        rest.Slice(0, 4).CopyTo(start);
        int length = CheckedLength(start);
        if (rest.Length < length) return false;

        if (_rented is null || _rented.Length < length)
        {
            Dispose();
            _rented = ArrayPool<byte>.Shared.Rent(length);
        }

        Span<byte> whole = _rented.AsSpan(0, length);
        rest.Slice(0, length).CopyTo(whole);
        ConsumedOctets += length;
        _segment = _buffer.Slice(ConsumedOctets).FirstSpan;
        header = ReadHeader(whole);
        body = MemoryMarshal.CreateReadOnlySpan(ref whole[0], length)[PduHeader.Octets..];
        return true;
    }
}
