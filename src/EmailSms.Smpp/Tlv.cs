using System.Buffers.Binary;
using System.Text;

namespace EmailSms.Smpp;

/// <summary>
/// An optional parameter: tag, length, value (SMPP 3.4 5.3). Those nobody knows are kept as they came.
/// </summary>
/// <param name="Tag">See <see cref="TlvTag"/>; 0x1400 to 0x3FFF belong to the vendors.</param>
/// <param name="Value">At most 65535 octets.</param>
public readonly record struct Tlv(ushort Tag, ReadOnlyMemory<byte> Value)
{
    /// <summary>One octet.</summary>
    public static Tlv Of(ushort tag, byte value) => new(tag, new[] { value });

    /// <summary>Two octets, big-endian.</summary>
    public static Tlv Of(ushort tag, ushort value)
    {
        byte[] octets = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(octets, value);
        return new Tlv(tag, octets);
    }

    /// <summary>A C-octet string: Latin-1 with a NUL at its end.</summary>
    public static Tlv Of(ushort tag, string value) => new(tag, Encoding.Latin1.GetBytes(value + "\0"));

    /// <summary>The value as a big-endian number of 1 to 4 octets; null when it is longer or empty.</summary>
    public uint? Number
    {
        get
        {
            if (Value.Length is 0 or > 4) return null;
            uint number = 0;
            foreach (byte octet in Value.Span) number = (number << 8) | octet;
            return number;
        }
    }

    /// <summary>The value as a C-octet string. The NUL at its end is often missing and not missed here.</summary>
    public string Text
    {
        get
        {
            ReadOnlySpan<byte> octets = Value.Span;
            int end = octets.IndexOf((byte)0);
            return Encoding.Latin1.GetString(end < 0 ? octets : octets[..end]);
        }
    }
}

/// <summary>The tags the library itself reads or writes, and those users set most (SMPP 3.4 5.3.2).</summary>
public static class TlvTag
{
    /// <summary>dest_addr_subunit, 1 octet; 1 = show at once (flash).</summary>
    public const ushort DestAddrSubunit = 0x0005;

    /// <summary>qos_time_to_live, 4 octets, seconds.</summary>
    public const ushort QosTimeToLive = 0x0017;

    /// <summary>additional_status_info_text, C-octet string to 256.</summary>
    public const ushort AdditionalStatusInfoText = 0x001D;

    /// <summary>receipted_message_id, C-octet string to 65.</summary>
    public const ushort ReceiptedMessageId = 0x001E;

    /// <summary>user_message_reference, 2 octets.</summary>
    public const ushort UserMessageReference = 0x0204;

    /// <summary>source_port, 2 octets.</summary>
    public const ushort SourcePort = 0x020A;

    /// <summary>destination_port, 2 octets.</summary>
    public const ushort DestinationPort = 0x020B;

    /// <summary>sar_msg_ref_num, 2 octets.</summary>
    public const ushort SarMsgRefNum = 0x020C;

    /// <summary>language_indicator, 1 octet.</summary>
    public const ushort LanguageIndicator = 0x020D;

    /// <summary>sar_total_segments, 1 octet.</summary>
    public const ushort SarTotalSegments = 0x020E;

    /// <summary>sar_segment_seqnum, 1 octet, from 1.</summary>
    public const ushort SarSegmentSeqnum = 0x020F;

    /// <summary>sc_interface_version, 1 octet; in bind responses. Not there: the peer speaks 3.3.</summary>
    public const ushort ScInterfaceVersion = 0x0210;

    /// <summary>network_error_code, 3 octets: network type, error.</summary>
    public const ushort NetworkErrorCode = 0x0423;

    /// <summary>message_payload, to 65535 octets; stands in for short_message.</summary>
    public const ushort MessagePayload = 0x0424;

    /// <summary>delivery_failure_reason, 1 octet.</summary>
    public const ushort DeliveryFailureReason = 0x0425;

    /// <summary>more_messages_to_send, 1 octet.</summary>
    public const ushort MoreMessagesToSend = 0x0426;

    /// <summary>message_state, 1 octet; see <see cref="EmailSms.Smpp.MessageState"/>.</summary>
    public const ushort MessageState = 0x0427;

    /// <summary>congestion_state, 1 octet, 0 idle to 100 congested (5.0).</summary>
    public const ushort CongestionState = 0x0428;

    internal static Tlv? Find(this IReadOnlyList<Tlv> tlvs, ushort tag)
    {
        for (int i = 0; i < tlvs.Count; i++)
        {
            if (tlvs[i].Tag == tag) return tlvs[i]; // duplicates are allowed; the first counts
        }

        return null;
    }
}
