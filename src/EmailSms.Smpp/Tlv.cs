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

/// <summary>The tags of SMPP 3.4 5.3.2, and those of 5.0 that the field uses.</summary>
public static class TlvTag
{
    /// <summary>The first tag that belongs to the vendors.</summary>
    public const ushort VendorFirst = 0x1400;

    /// <summary>The last tag that belongs to the vendors.</summary>
    public const ushort VendorLast = 0x3FFF;

    /// <summary>dest_addr_subunit, 1 octet; 1 = show at once (flash).</summary>
    public const ushort DestAddrSubunit = 0x0005;

    /// <summary>dest_network_type, 1 octet.</summary>
    public const ushort DestNetworkType = 0x0006;

    /// <summary>dest_bearer_type, 1 octet.</summary>
    public const ushort DestBearerType = 0x0007;

    /// <summary>dest_telematics_id, 2 octets.</summary>
    public const ushort DestTelematicsId = 0x0008;

    /// <summary>source_addr_subunit, 1 octet.</summary>
    public const ushort SourceAddrSubunit = 0x000D;

    /// <summary>source_network_type, 1 octet.</summary>
    public const ushort SourceNetworkType = 0x000E;

    /// <summary>source_bearer_type, 1 octet.</summary>
    public const ushort SourceBearerType = 0x000F;

    /// <summary>source_telematics_id, 1 octet.</summary>
    public const ushort SourceTelematicsId = 0x0010;

    /// <summary>qos_time_to_live, 4 octets, seconds.</summary>
    public const ushort QosTimeToLive = 0x0017;

    /// <summary>payload_type, 1 octet.</summary>
    public const ushort PayloadType = 0x0019;

    /// <summary>additional_status_info_text, C-octet string to 256.</summary>
    public const ushort AdditionalStatusInfoText = 0x001D;

    /// <summary>receipted_message_id, C-octet string to 65.</summary>
    public const ushort ReceiptedMessageId = 0x001E;

    /// <summary>ms_msg_wait_facilities, 1 octet.</summary>
    public const ushort MsMsgWaitFacilities = 0x0030;

    /// <summary>privacy_indicator, 1 octet.</summary>
    public const ushort PrivacyIndicator = 0x0201;

    /// <summary>source_subaddress, 2 to 23 octets.</summary>
    public const ushort SourceSubaddress = 0x0202;

    /// <summary>dest_subaddress, 2 to 23 octets.</summary>
    public const ushort DestSubaddress = 0x0203;

    /// <summary>user_message_reference, 2 octets.</summary>
    public const ushort UserMessageReference = 0x0204;

    /// <summary>user_response_code, 1 octet.</summary>
    public const ushort UserResponseCode = 0x0205;

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

    /// <summary>callback_num_pres_ind, 1 octet.</summary>
    public const ushort CallbackNumPresInd = 0x0302;

    /// <summary>callback_num_atag, to 65 octets.</summary>
    public const ushort CallbackNumAtag = 0x0303;

    /// <summary>number_of_messages, 1 octet.</summary>
    public const ushort NumberOfMessages = 0x0304;

    /// <summary>callback_num, 4 to 19 octets.</summary>
    public const ushort CallbackNum = 0x0381;

    /// <summary>dpf_result, 1 octet.</summary>
    public const ushort DpfResult = 0x0420;

    /// <summary>set_dpf, 1 octet.</summary>
    public const ushort SetDpf = 0x0421;

    /// <summary>ms_availability_status, 1 octet; in alert_notification.</summary>
    public const ushort MsAvailabilityStatus = 0x0422;

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

    /// <summary>ussd_service_op, 1 octet.</summary>
    public const ushort UssdServiceOp = 0x0501;

    /// <summary>billing_identification, to 1024 octets (5.0).</summary>
    public const ushort BillingIdentification = 0x060B;

    /// <summary>display_time, 1 octet.</summary>
    public const ushort DisplayTime = 0x1201;

    /// <summary>sms_signal, 2 octets.</summary>
    public const ushort SmsSignal = 0x1203;

    /// <summary>ms_validity, 1 octet.</summary>
    public const ushort MsValidity = 0x1204;

    /// <summary>alert_on_message_delivery, no octets; 0 or 1 in 5.0.</summary>
    public const ushort AlertOnMessageDelivery = 0x130C;

    /// <summary>its_reply_type, 1 octet.</summary>
    public const ushort ItsReplyType = 0x1380;

    /// <summary>its_session_info, 2 octets.</summary>
    public const ushort ItsSessionInfo = 0x1383;

    internal static Tlv? Find(this IReadOnlyList<Tlv> tlvs, ushort tag)
    {
        for (int i = 0; i < tlvs.Count; i++)
        {
            if (tlvs[i].Tag == tag) return tlvs[i]; // duplicates are allowed; the first counts
        }

        return null;
    }
}
