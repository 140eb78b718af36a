namespace EmailSms.Smpp;

/// <summary>data_sm (SMPP 3.4 4.7.1): a message either way, its text in message_payload.</summary>
public sealed record DataSm : SmppPdu
{
    /// <summary>At most 5 octets.</summary>
    public string ServiceType { get; init; } = "";

    /// <summary>The sender; at most 64 octets.</summary>
    public SmppAddress Source { get; init; } = SmppAddress.None;

    /// <summary>The receiver; at most 64 octets.</summary>
    public SmppAddress Destination { get; init; } = SmppAddress.None;

    /// <summary>See <see cref="EmailSms.Smpp.EsmClass"/>.</summary>
    public byte EsmClass { get; init; }

    /// <summary>See <see cref="EmailSms.Smpp.RegisteredDelivery"/>.</summary>
    public byte RegisteredDelivery { get; init; }

    /// <summary>See <see cref="EmailSms.Smpp.DataCoding"/>.</summary>
    public byte DataCoding { get; init; }

    /// <summary>The optional parameters, in the order of the wire.</summary>
    public IReadOnlyList<Tlv> Tlvs { get; init; } = [];

    /// <summary>The optional parameters that the standard knows, by name.</summary>
    public OptionalParameters Optional => new(Tlvs);

    /// <inheritdoc/>
    public override CommandId CommandId => CommandId.DataSm;

    /// <summary>The same said with a deliver_sm, so that an application has one kind of message to take.</summary>
    public DeliverSm ToDeliverSm() => new()
    {
        ServiceType = ServiceType,
        Source = Source,
        Destination = Destination,
        EsmClass = EsmClass,
        RegisteredDelivery = RegisteredDelivery,
        DataCoding = DataCoding,
        Tlvs = Tlvs,
    };

    internal override void WriteBody(PduBuffer output)
    {
        output.CString(ServiceType, 6, "service_type");
        output.Address(Source, 65, "source_addr");
        output.Address(Destination, 65, "destination_addr");
        output.Byte(EsmClass);
        output.Byte(RegisteredDelivery);
        output.Byte(DataCoding);
        output.Tlvs(Tlvs);
    }

    internal static DataSm Read(ref PduReader body) => new()
    {
        ServiceType = body.CString(),
        Source = body.Address(),
        Destination = body.Address(),
        EsmClass = body.Byte(),
        RegisteredDelivery = body.Byte(),
        DataCoding = body.Byte(),
        Tlvs = body.Tlvs(),
    };
}

/// <summary>data_sm_resp. On an error its TLVs say why, so it keeps its body then.</summary>
public sealed record DataSmResp(string MessageId) : SmppPdu
{
    /// <summary>delivery_failure_reason, network_error_code, additional_status_info_text, dpf_result.</summary>
    public IReadOnlyList<Tlv> Tlvs { get; init; } = [];

    /// <inheritdoc/>
    public override CommandId CommandId => CommandId.DataSmResp;

    internal override void WriteBody(PduBuffer output)
    {
        output.CString(MessageId, 65, "message_id");
        output.Tlvs(Tlvs);
    }

    internal static DataSmResp Read(ref PduReader body) => new(body.CString()) { Tlvs = body.Tlvs() };
}
