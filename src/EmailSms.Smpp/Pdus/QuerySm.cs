namespace EmailSms.Smpp;

/// <summary>query_sm (SMPP 3.4 4.8.1): what became of a message?</summary>
public sealed record QuerySm(string MessageId, SmppAddress Source) : SmppPdu
{
    /// <inheritdoc/>
    public override CommandId CommandId => CommandId.QuerySm;

    internal override void WriteBody(PduBuffer output)
    {
        output.CString(MessageId, 65, "message_id");
        output.Address(Source, 21, "source_addr");
    }

    internal static QuerySm Read(ref PduReader body) => new(body.CString(), body.Address());
}

/// <summary>query_sm_resp.</summary>
/// <param name="MessageId">The id that was asked for.</param>
/// <param name="FinalDate">Empty while the state is not final; else 16 characters.</param>
/// <param name="State">message_state.</param>
/// <param name="ErrorCode">The network's or the carrier's own.</param>
public sealed record QuerySmResp(string MessageId, string FinalDate, MessageState State, byte ErrorCode) : SmppPdu
{
    /// <inheritdoc/>
    public override CommandId CommandId => CommandId.QuerySmResp;

    internal override bool HasBodyOnError => false;

    internal override void WriteBody(PduBuffer output)
    {
        output.CString(MessageId, 65, "message_id");
        output.Time(FinalDate, "final_date");
        output.Byte((byte)State);
        output.Byte(ErrorCode);
    }

    internal static QuerySmResp Read(ref PduReader body) =>
        body.IsEmpty // an error
            ? new QuerySmResp("", "", MessageState.Unknown, 0)
            : new QuerySmResp(body.CString(), body.CString(), (MessageState)body.Byte(), body.Byte());
}

/// <summary>cancel_sm (SMPP 3.4 4.9.1): an empty id cancels all that wait between the two addresses.</summary>
public sealed record CancelSm(string MessageId, SmppAddress Source, SmppAddress Destination) : SmppPdu
{
    /// <summary>At most 5 octets.</summary>
    public string ServiceType { get; init; } = "";

    /// <inheritdoc/>
    public override CommandId CommandId => CommandId.CancelSm;

    internal override void WriteBody(PduBuffer output)
    {
        output.CString(ServiceType, 6, "service_type");
        output.CString(MessageId, 65, "message_id");
        output.Address(Source, 21, "source_addr");
        output.Address(Destination, 21, "destination_addr");
    }

    internal static CancelSm Read(ref PduReader body)
    {
        string serviceType = body.CString();
        return new CancelSm(body.CString(), body.Address(), body.Address()) { ServiceType = serviceType };
    }
}

/// <summary>replace_sm (SMPP 3.4 4.10.1): another text for a message that has not left yet.</summary>
public sealed record ReplaceSm(string MessageId, SmppAddress Source) : SmppPdu
{
    /// <summary>Empty, or 16 characters.</summary>
    public string ScheduleDeliveryTime { get; init; } = "";

    /// <summary>Empty, or 16 characters.</summary>
    public string ValidityPeriod { get; init; } = "";

    /// <summary>See <see cref="EmailSms.Smpp.RegisteredDelivery"/>.</summary>
    public byte RegisteredDelivery { get; init; }

    /// <summary>A message that is kept at the SMSC, by its number.</summary>
    public byte DefaultMessageId { get; init; }

    /// <summary>At most 254 octets, in the data_coding of the first text.</summary>
    public ReadOnlyMemory<byte> ShortMessage { get; init; }

    /// <inheritdoc/>
    public override CommandId CommandId => CommandId.ReplaceSm;

    internal override void WriteBody(PduBuffer output)
    {
        output.CString(MessageId, 65, "message_id");
        output.Address(Source, 21, "source_addr");
        output.Time(ScheduleDeliveryTime, "schedule_delivery_time");
        output.Time(ValidityPeriod, "validity_period");
        output.Byte(RegisteredDelivery);
        output.Byte(DefaultMessageId);
        output.ShortMessage(ShortMessage);
    }

    internal static ReplaceSm Read(ref PduReader body) => new(body.CString(), body.Address())
    {
        ScheduleDeliveryTime = body.CString(),
        ValidityPeriod = body.CString(),
        RegisteredDelivery = body.Byte(),
        DefaultMessageId = body.Byte(),
        ShortMessage = body.ShortMessage(),
    };
}
