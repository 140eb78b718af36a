using System.Buffers.Binary;
using EmailSms.Smpp.Text;

namespace EmailSms.Smpp;

/// <summary>Which part of which long text a message is.</summary>
/// <param name="Reference">The same for all parts of one text between two numbers; 0 to 255, or 65535.</param>
/// <param name="Total">2 to 255; some peers also send 1.</param>
/// <param name="Sequence">1 to <paramref name="Total"/>.</param>
/// <param name="Is16Bit">References of 8 and 16 bits are counted apart.</param>
public sealed record Concatenation(int Reference, int Total, int Sequence, bool Is16Bit)
{
    /// <summary>
    /// Reads the user data header (elements 00 and 08) or the sar parameters. Null for a single text, and for numbers
    /// that cannot be: such a part is best shown as it is.
    /// </summary>
    public static Concatenation? TryRead(ShortMessagePdu message)
    {
        foreach (InformationElement element in UserDataHeader.Read(message).Elements)
        {
            ReadOnlySpan<byte> value = element.Value.Span;
            if (element.Id == 0x00 && value.Length == 3) return Checked(value[0], value[1], value[2], is16Bit: false);
            if (element.Id == 0x08 && value.Length == 4)
                return Checked(BinaryPrimitives.ReadUInt16BigEndian(value), value[2], value[3], is16Bit: true);
        }

        return message.FindTlv(TlvTag.SarMsgRefNum)?.Number is { } reference
               && message.FindTlv(TlvTag.SarTotalSegments)?.Number is { } total
               && message.FindTlv(TlvTag.SarSegmentSeqnum)?.Number is { } sequence
               && reference <= ushort.MaxValue && total <= byte.MaxValue && sequence <= byte.MaxValue
            ? Checked((int)reference, (int)total, (int)sequence, is16Bit: true)
            : null;
    }

    private static Concatenation? Checked(int reference, int total, int sequence, bool is16Bit) =>
        total > 0 && sequence > 0 && sequence <= total
            ? new Concatenation(reference, total, sequence, is16Bit)
            : null;
}
