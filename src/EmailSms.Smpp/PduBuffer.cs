using System.Buffers.Binary;
using System.Text;

namespace EmailSms.Smpp;

/// <summary>
/// Octets on their way out. Strict: what the standard does not allow in a field is an <see cref="ArgumentException"/>,
/// for then the fault is ours.
/// </summary>
internal sealed class PduBuffer(int capacity = 4096)
{
    private byte[] _octets = new byte[capacity];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _octets.AsMemory(0, Length);

    /// <summary>Forgets everything after <paramref name="length"/>, and a hump that one burst left behind.</summary>
    public void Truncate(int length)
    {
        Length = length;
        if (length == 0 && _octets.Length > 1024 * 1024) _octets = new byte[capacity];
    }

    public void Byte(byte value) => Take(1)[0] = value;

    public void UInt16(ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Take(2), value);

    public void UInt32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Take(4), value);

    public void UInt32At(int position, uint value) =>
        BinaryPrimitives.WriteUInt32BigEndian(_octets.AsSpan(position), value);

    public void Octets(ReadOnlySpan<byte> value) => value.CopyTo(Take(value.Length));

    /// <summary>A C-octet string of at most <paramref name="octetsMax"/> octets, its NUL counted.</summary>
    public void CString(string value, int octetsMax, string field)
    {
        if (value.Length >= octetsMax) throw new ArgumentException($"{field} is longer than {octetsMax - 1} octets.");
        if (value.AsSpan().ContainsAnyExceptInRange('\u0001', '\u00FF'))
            throw new ArgumentException($"{field} has a character that is not Latin-1, or a NUL.");

        Span<byte> octets = Take(value.Length + 1);
        Encoding.Latin1.GetBytes(value, octets);
        octets[^1] = 0;
    }

    /// <summary>A time, which is 16 characters or none (SMPP 3.4 7.1.1).</summary>
    public void Time(string value, string field)
    {
        if (value.Length is not (0 or 16)) throw new ArgumentException($"{field} has not 0 or 16 characters.");
        CString(value, 17, field);
    }

    public void Address(SmppAddress address, int octetsMax, string field)
    {
        Byte(address.Ton);
        Byte(address.Npi);
        CString(address.Digits, octetsMax, field);
    }

    public void ShortMessage(ReadOnlyMemory<byte> message)
    {
        if (message.Length > 254) throw new ArgumentException("short_message is longer than 254 octets.");
        Byte((byte)message.Length);
        Octets(message.Span);
    }

    public void Tlvs(IReadOnlyList<Tlv> tlvs)
    {
        for (int i = 0; i < tlvs.Count; i++)
        {
            Tlv tlv = tlvs[i];
            if (tlv.Value.Length > ushort.MaxValue) throw new ArgumentException("A TLV is longer than 65535 octets.");
            UInt16(tlv.Tag);
            UInt16((ushort)tlv.Value.Length);
            Octets(tlv.Value.Span);
        }
    }

    private Span<byte> Take(int count)
    {
        if (_octets.Length - Length < count) Array.Resize(ref _octets, Math.Max(_octets.Length * 2, Length + count));
        Span<byte> taken = _octets.AsSpan(Length, count);
        Length += count;
        return taken;
    }
}
