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
        if (_rest.IsEmpty) throw TooShort();
        byte value = _rest[0];
        _rest = _rest[1..];
        return value;
    }

    public uint UInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    public ReadOnlySpan<byte> Take(int count)
    {
        if (_rest.Length < count) throw TooShort();
        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    /// <summary>A C-octet string without its NUL.</summary>
    public ReadOnlySpan<byte> CSpan()
    {
        ReadOnlySpan<byte> rest = _rest;
        if (!rest.IsEmpty && rest[0] == 0) // most are empty
        {
            _rest = rest[1..];
            return default;
        }

        int end = rest.IndexOf((byte)0);
        if (end < 0)
        {
            _rest = default;
            return rest;
        }

        _rest = rest[(end + 1)..];
        return rest[..end];
    }

    public string CString() => Text(CSpan());

    public SmppAddress Address() => new(Byte(), Byte(), CString());

    /// <summary>sm_length and so many octets.</summary>
    public ReadOnlySpan<byte> MessageSpan()
    {
        int length = Byte();
        if (length > _rest.Length)
            throw new SmppException(CommandStatus.InvalidMessageLength, "sm_length goes beyond the body.");
        return Take(length);
    }

    public ReadOnlyMemory<byte> ShortMessage() => MessageSpan().ToArray();

    /// <summary>
    /// The optional parameters, checked. Fewer octets at the end than a tag and a length are left over, and left alone.
    /// </summary>
    public ReadOnlySpan<byte> TlvSpan()
    {
        ReadOnlySpan<byte> all = _rest;
        int at = 0;
        while (all.Length - at >= 4)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(all[(at + 2)..]);
            if (length > all.Length - at - 4)
                throw new SmppException(CommandStatus.InvalidTlvStream, "A TLV goes beyond the body.");
            at += 4 + length;
        }

        _rest = default;
        return all[..at];
    }

    public IReadOnlyList<Tlv> Tlvs() => new TlvSequence(TlvSpan()).ToList();

    public static string Text(ReadOnlySpan<byte> octets) =>
        octets.IsEmpty ? "" : Encoding.Latin1.GetString(octets);

    private static SmppException TooShort() =>
        new(CommandStatus.InvalidCommandLength, "The body ends too early.");
}
