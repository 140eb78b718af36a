using System.Buffers.Binary;
using System.Globalization;

namespace EmailSms.Smpp.Simulation;

/// <summary>How a message id is written.</summary>
public enum IdForm
{
    /// <summary>Digits: decimal.</summary>
    Digits,

    /// <summary>Hexadecimal digits, upper case.</summary>
    Hex,

    /// <summary>Hexadecimal digits, lower case, with leading zeros to 16.</summary>
    PaddedHex,

    /// <summary>Hexadecimal digits, lower case.</summary>
    LowerHex,

    /// <summary>Hexadecimal digits, upper case, with leading zeros to 16.</summary>
    PaddedUpperHex,

    /// <summary>Decimal, with leading zeros to 20.</summary>
    PaddedDigits,

    /// <summary>A UUID, in lower case, which is the same for the same message.</summary>
    Uuid,

    /// <summary>Nothing at all.</summary>
    Blank,
}

/// <summary>Message ids in their many spellings.</summary>
internal static class MessageIds
{
    public static string Write(ulong id, IdForm form) => form switch
    {
        IdForm.Hex => id.ToString("X", CultureInfo.InvariantCulture),
        IdForm.LowerHex => id.ToString("x", CultureInfo.InvariantCulture),
        IdForm.PaddedHex => id.ToString("x16", CultureInfo.InvariantCulture),
        IdForm.PaddedUpperHex => id.ToString("X16", CultureInfo.InvariantCulture),
        IdForm.PaddedDigits => id.ToString("D20", CultureInfo.InvariantCulture),
        IdForm.Uuid => Uuid(id).ToString(),
        IdForm.Blank => "",
        _ => id.ToString(CultureInfo.InvariantCulture),
    };

    private static Guid Uuid(ulong id)
    {
        Span<byte> octets = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(octets, Dice.Mix(id));
        BinaryPrimitives.WriteUInt64BigEndian(octets[8..], Dice.Mix(~id));
        octets[6] = (byte)((octets[6] & 0x0F) | 0x80); // version 8, ours to fill (RFC 9562 5.8)
        octets[8] = (byte)((octets[8] & 0x3F) | 0x80);
        return new Guid(octets, bigEndian: true);
    }
}
