using System.Buffers.Binary;
using System.Text;

namespace EmailSms.Smpp;

/// <summary>
/// Reads a body. Tolerant where peers are known to be sloppy and the meaning is plain: a NUL missing at the end, fields
/// longer than the standard says, octets left over.
/// </summary>
internal ref struct PduReader(ReadOnlySpan<byte> body)
{
    private ReadOnlySpan<byte> _rest = body;

    public readonly bool IsEmpty => _rest.IsEmpty;

    public byte Byte()
    {
        if (_rest.IsEmpty) throw new SmppException(CommandStatus.InvalidCommandLength, "The body ends too early.");
        byte value = _rest[0];
        _rest = _rest[1..];
        return value;
    }

    public uint UInt32()
    {
        if (_rest.Length < 4) throw new SmppException(CommandStatus.InvalidCommandLength, "The body ends too early.");
        uint value = BinaryPrimitives.ReadUInt32BigEndian(_rest);
        _rest = _rest[4..];
        return value;
    }

    public string CString()
    {
        int end = _rest.IndexOf((byte)0);
        ReadOnlySpan<byte> octets = end < 0 ? _rest : _rest[..end];
        _rest = end < 0 ? default : _rest[(end + 1)..];
        return octets.IsEmpty ? "" : Encoding.Latin1.GetString(octets);
    }

    public SmppAddress Address() => new(Byte(), Byte(), CString());

    public ReadOnlyMemory<byte> ShortMessage()
    {
        int length = Byte();
        if (length > _rest.Length)
            throw new SmppException(CommandStatus.InvalidMessageLength, "sm_length goes beyond the body.");
        byte[] message = _rest[..length].ToArray();
        _rest = _rest[length..];
        return message;
    }

    public IReadOnlyList<Tlv> Tlvs()
    {
        if (_rest.Length < 4) return []; // fewer octets than a tag and a length: left over, and left alone

        var tlvs = new List<Tlv>(4);
        while (_rest.Length >= 4)
        {
            ushort tag = BinaryPrimitives.ReadUInt16BigEndian(_rest);
            int length = BinaryPrimitives.ReadUInt16BigEndian(_rest[2..]);
            if (length > _rest.Length - 4)
                throw new SmppException(CommandStatus.InvalidTlvStream, "A TLV goes beyond the body.");
            tlvs.Add(new Tlv(tag, _rest.Slice(4, length).ToArray()));
            _rest = _rest[(4 + length)..];
        }

        return tlvs;
    }
}
