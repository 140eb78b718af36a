namespace EmailSms.Smpp.Text;

/// <summary>An information element of a user data header (3GPP TS 23.040 9.2.3.24).</summary>
/// <param name="Id">0x00 and 0x08 concatenation, 0x04 and 0x05 ports, 0x24 and 0x25 national language tables.</param>
/// <param name="Value">What is in it.</param>
public readonly record struct InformationElement(byte Id, ReadOnlyMemory<byte> Value);

/// <summary>The header in front of a text, when esm_class says that there is one.</summary>
public sealed record UserDataHeader(IReadOnlyList<InformationElement> Elements)
{
    private static readonly UserDataHeader None = new([]);

    /// <summary>The octets of the header, its length octet included; 0 when there is none.</summary>
    public int Octets { get; private init; }

    /// <summary>
    /// Reads the header of a message. Its elements have to fill it exactly: some peers set the bit on receipts that
    /// have no header, and the first letter of a text must not be taken for a length.
    /// </summary>
    public static UserDataHeader Read(ShortMessagePdu message)
    {
        ReadOnlyMemory<byte> octets = message.Octets;
        if ((message.EsmClass & EsmClass.UserDataHeader) == 0 || octets.Length < 1) return None;

        int length = octets.Span[0];
        if (length + 1 > octets.Length) return None;

        var elements = new List<InformationElement>(2);
        ReadOnlyMemory<byte> rest = octets.Slice(1, length);
        while (rest.Length >= 2)
        {
            int size = rest.Span[1];
            if (size + 2 > rest.Length) return None;
            elements.Add(new InformationElement(rest.Span[0], rest.Slice(2, size)));
            rest = rest[(size + 2)..];
        }

        return rest.IsEmpty && elements.Count > 0 ? new UserDataHeader(elements) { Octets = length + 1 } : None;
    }
}
