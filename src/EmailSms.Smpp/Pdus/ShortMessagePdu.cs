namespace EmailSms.Smpp;

/// <summary>What submit_sm and deliver_sm have in common, which is every field (SMPP 3.4 4.4.1, 4.6.1).</summary>
public abstract record ShortMessagePdu : SmppPdu
{
    private protected ShortMessagePdu()
    {
    }

    /// <summary>At most 5 octets; mostly empty.</summary>
    public string ServiceType { get; init; } = "";

    /// <summary>The sender.</summary>
    public SmppAddress Source { get; init; } = SmppAddress.None;

    /// <summary>The receiver.</summary>
    public SmppAddress Destination { get; init; } = SmppAddress.None;

    /// <summary>See <see cref="EmailSms.Smpp.EsmClass"/>.</summary>
    public byte EsmClass { get; init; }

    /// <summary>protocol_id (3GPP TS 23.040 9.2.3.9).</summary>
    public byte ProtocolId { get; init; }

    /// <summary>0 to 3.</summary>
    public byte PriorityFlag { get; init; }

    /// <summary>Empty (now), or 16 characters: <c>YYMMDDhhmmsstnnp</c>.</summary>
    public string ScheduleDeliveryTime { get; init; } = "";

    /// <summary>Empty (the SMSC's own), or 16 characters; <c>000001000000000R</c> is one day from now.</summary>
    public string ValidityPeriod { get; init; } = "";

    /// <summary>See <see cref="EmailSms.Smpp.RegisteredDelivery"/>.</summary>
    public byte RegisteredDelivery { get; init; }

    /// <summary>1: take the place of a message that waits for the same number.</summary>
    public byte ReplaceIfPresent { get; init; }

    /// <summary>See <see cref="EmailSms.Smpp.DataCoding"/>.</summary>
    public byte DataCoding { get; init; }

    /// <summary>A message that is kept at the SMSC, by its number.</summary>
    public byte DefaultMessageId { get; init; }

    /// <summary>At most 254 octets, a user data header counted. Empty when the text is in message_payload.</summary>
    public ReadOnlyMemory<byte> ShortMessage { get; init; }

    /// <summary>The optional parameters, in the order of the wire, those nobody knows included.</summary>
    public IReadOnlyList<Tlv> Tlvs { get; init; } = [];

    /// <summary>The octets of the message: short_message, or message_payload when that is empty.</summary>
    public ReadOnlyMemory<byte> Octets =>
        ShortMessage.IsEmpty ? FindTlv(TlvTag.MessagePayload)?.Value ?? default : ShortMessage;

    /// <summary>The optional parameters that the standard knows, by name.</summary>
    public OptionalParameters Optional => new(Tlvs);

    /// <summary>The first optional parameter with this tag.</summary>
    public Tlv? FindTlv(ushort tag) => Tlvs.Find(tag);

    internal sealed override void WriteBody(PduBuffer output)
    {
        output.CString(ServiceType, 6, "service_type");
        output.Address(Source, 21, "source_addr");
        output.Address(Destination, 21, "destination_addr");
        output.Byte(EsmClass);
        output.Byte(ProtocolId);
        output.Byte(PriorityFlag);
        output.Time(ScheduleDeliveryTime, "schedule_delivery_time");
        output.Time(ValidityPeriod, "validity_period");
        output.Byte(RegisteredDelivery);
        output.Byte(ReplaceIfPresent);
        output.Byte(DataCoding);
        output.Byte(DefaultMessageId);
        output.ShortMessage(ShortMessage);
        output.Tlvs(Tlvs);
    }
}

/// <summary>submit_sm: a message for the SMSC to send.</summary>
public sealed record SubmitSm : ShortMessagePdu
{
    /// <inheritdoc/>
    public override CommandId CommandId => CommandId.SubmitSm;

    internal static SubmitSm Read(ReadOnlySpan<byte> body) => ShortMessageView.Read(body).ToSubmitSm();
}

/// <summary>deliver_sm: a text of a person, or a receipt, for the ESME.</summary>
public sealed record DeliverSm : ShortMessagePdu
{
    /// <inheritdoc/>
    public override CommandId CommandId => CommandId.DeliverSm;

    internal static DeliverSm Read(ReadOnlySpan<byte> body) => ShortMessageView.Read(body).ToDeliverSm();
}
