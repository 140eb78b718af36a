namespace EmailSms.Smpp;

/// <summary>What network_error_code says (SMPP 3.4 5.3.2.31).</summary>
/// <param name="NetworkType">1 ANSI-136, 2 IS-95, 3 GSM, 8 SMSC (5.0).</param>
/// <param name="Code">The network's own code.</param>
public readonly record struct NetworkErrorCode(byte NetworkType, ushort Code);

/// <summary>
/// The optional parameters that the standard knows, by name and type. Null: not there, or of a length that cannot be.
/// Of duplicates, the first counts. All others are in the list, as they came.
/// </summary>
/// <param name="All">The list.</param>
public readonly record struct OptionalParameters(IReadOnlyList<Tlv> All)
{
    /// <summary>The id that a receipt is about.</summary>
    public string? ReceiptedMessageId => All.Find(TlvTag.ReceiptedMessageId)?.Text;

    /// <summary>What became of the message that a receipt is about.</summary>
    public MessageState? MessageState => (MessageState?)Octet(TlvTag.MessageState);

    /// <summary>Why the network did not deliver.</summary>
    public NetworkErrorCode? NetworkErrorCode =>
        All.Find(TlvTag.NetworkErrorCode) is { Value: { Length: 3 } value }
            ? new NetworkErrorCode(value.Span[0], (ushort)((value.Span[1] << 8) | value.Span[2]))
            : null;

    /// <summary>A reason in words.</summary>
    public string? AdditionalStatusInfoText => All.Find(TlvTag.AdditionalStatusInfoText)?.Text;

    /// <summary>Why data_sm failed: 0 unavailable, 1 invalid address, 2 permanent, 3 temporary network error.</summary>
    public byte? DeliveryFailureReason => Octet(TlvTag.DeliveryFailureReason);

    /// <summary>The sender's own number of the message; receipts repeat it.</summary>
    public ushort? UserMessageReference => Short(TlvTag.UserMessageReference);

    /// <summary>The port of the sending application.</summary>
    public ushort? SourcePort => Short(TlvTag.SourcePort);

    /// <summary>The port of the receiving application.</summary>
    public ushort? DestinationPort => Short(TlvTag.DestinationPort);

    /// <summary>The reference of a text in parts.</summary>
    public ushort? SarMsgRefNum => Short(TlvTag.SarMsgRefNum);

    /// <summary>How many parts.</summary>
    public byte? SarTotalSegments => Octet(TlvTag.SarTotalSegments);

    /// <summary>Which part, from 1.</summary>
    public byte? SarSegmentSeqnum => Octet(TlvTag.SarSegmentSeqnum);

    /// <summary>More messages for the same phone follow.</summary>
    public bool? MoreMessagesToSend => Octet(TlvTag.MoreMessagesToSend) is { } more ? more != 0 : null;

    /// <summary>The text when it is not in short_message.</summary>
    public ReadOnlyMemory<byte>? MessagePayload => All.Find(TlvTag.MessagePayload)?.Value;

    /// <summary>How long the message may wait, in seconds.</summary>
    public uint? QosTimeToLive => All.Find(TlvTag.QosTimeToLive) is { Value.Length: 4 } tlv ? tlv.Number : null;

    /// <summary>1: show at once.</summary>
    public byte? DestAddrSubunit => Octet(TlvTag.DestAddrSubunit);

    /// <summary>The language of the text.</summary>
    public byte? LanguageIndicator => Octet(TlvTag.LanguageIndicator);

    /// <summary>0 plain, 1 WCMP.</summary>
    public byte? PayloadType => Octet(TlvTag.PayloadType);

    /// <summary>0 not restricted to 3 secret.</summary>
    public byte? PrivacyIndicator => Octet(TlvTag.PrivacyIndicator);

    /// <summary>0 available, 1 denied, 2 unavailable; in alert_notification.</summary>
    public byte? MsAvailabilityStatus => Octet(TlvTag.MsAvailabilityStatus);

    /// <summary>Messages that wait, as shown on the phone.</summary>
    public byte? NumberOfMessages => Octet(TlvTag.NumberOfMessages);

    /// <summary>The operation of a USSD session.</summary>
    public byte? UssdServiceOp => Octet(TlvTag.UssdServiceOp);

    /// <summary>The version the SMSC speaks, such as 0x34.</summary>
    public byte? ScInterfaceVersion => Octet(TlvTag.ScInterfaceVersion);

    /// <summary>0 idle to 100 congested (5.0).</summary>
    public byte? CongestionState => Octet(TlvTag.CongestionState);

    /// <summary>The phone alerts its user.</summary>
    public bool AlertOnMessageDelivery =>
        All.Find(TlvTag.AlertOnMessageDelivery) is { } alert && (alert.Value.IsEmpty || alert.Value.Span[0] == 1);

    private byte? Octet(ushort tag) => All.Find(tag) is { Value: { Length: 1 } value } ? value.Span[0] : null;

    private ushort? Short(ushort tag) =>
        All.Find(tag) is { Value: { Length: 2 } value } ? (ushort)((value.Span[0] << 8) | value.Span[1]) : null;
}
