namespace EmailSms.Smpp;

/// <summary>A destination of submit_multi: a number, or the name of a list that is kept at the SMSC.</summary>
public sealed record MultiDestination
{
    private MultiDestination(SmppAddress? address, string? listName) => (Address, ListName) = (address, listName);

    /// <summary>The number; null when it is a list.</summary>
    public SmppAddress? Address { get; }

    /// <summary>The name of the list, at most 20 octets; null when it is a number.</summary>
    public string? ListName { get; }

    /// <summary>A number (dest_flag 1).</summary>
    public static MultiDestination Of(SmppAddress address) => new(address, null);

    /// <summary>A list (dest_flag 2).</summary>
    public static MultiDestination Of(string listName) => new(null, listName);
}

/// <summary>submit_multi (SMPP 3.4 4.5.1): one message for up to 254 destinations.</summary>
public sealed record SubmitMulti : SmppPdu
{
    /// <summary>1 to 254.</summary>
    public IReadOnlyList<MultiDestination> Destinations { get; init; } = [];

    /// <summary>The message; its destination is not used.</summary>
    public SubmitSm Message { get; init; } = new();

    /// <inheritdoc/>
    public override CommandId CommandId => CommandId.SubmitMulti;

    internal override void WriteBody(PduBuffer output)
    {
        if (Destinations.Count is 0 or > 254) throw new ArgumentException("submit_multi takes 1 to 254 destinations.");

        output.CString(Message.ServiceType, 6, "service_type");
        output.Address(Message.Source, 21, "source_addr");
        output.Byte((byte)Destinations.Count);
        foreach (MultiDestination destination in Destinations)
        {
            output.Byte(destination.Address is null ? (byte)2 : (byte)1);
            if (destination.Address is { } address) output.Address(address, 21, "destination_addr");
            else output.CString(destination.ListName ?? "", 21, "dl_name");
        }

        output.Byte(Message.EsmClass);
        output.Byte(Message.ProtocolId);
        output.Byte(Message.PriorityFlag);
        output.Time(Message.ScheduleDeliveryTime, "schedule_delivery_time");
        output.Time(Message.ValidityPeriod, "validity_period");
        output.Byte(Message.RegisteredDelivery);
        output.Byte(Message.ReplaceIfPresent);
        output.Byte(Message.DataCoding);
        output.Byte(Message.DefaultMessageId);
        output.ShortMessage(Message.ShortMessage);
        output.Tlvs(Message.Tlvs);
    }

    internal static SubmitMulti Read(ref PduReader body)
    {
        string serviceType = body.CString();
        SmppAddress source = body.Address();
        int count = body.Byte();
        var destinations = new List<MultiDestination>(count);
        for (int i = 0; i < count; i++)
        {
            destinations.Add(body.Byte() switch
            {
                1 => MultiDestination.Of(body.Address()),
                2 => MultiDestination.Of(body.CString()),
                _ => throw new SmppException(CommandStatus.InvalidDestinationFlag, "dest_flag is neither 1 nor 2."),
            });
        }

        return new SubmitMulti
        {
            Destinations = destinations,
            Message = new SubmitSm
            {
                ServiceType = serviceType,
                Source = source,
                EsmClass = body.Byte(),
                ProtocolId = body.Byte(),
                PriorityFlag = body.Byte(),
                ScheduleDeliveryTime = body.CString(),
                ValidityPeriod = body.CString(),
                RegisteredDelivery = body.Byte(),
                ReplaceIfPresent = body.Byte(),
                DataCoding = body.Byte(),
                DefaultMessageId = body.Byte(),
                ShortMessage = body.ShortMessage(),
                Tlvs = body.Tlvs(),
            },
        };
    }
}

/// <summary>One destination that submit_multi did not take, and why.</summary>
public sealed record UnsuccessfulDestination(SmppAddress Address, CommandStatus Status);

/// <summary>submit_multi_resp: one id for all, and those that were not taken.</summary>
public sealed record SubmitMultiResp(string MessageId) : SmppPdu
{
    /// <summary>At most 255.</summary>
    public IReadOnlyList<UnsuccessfulDestination> Unsuccessful { get; init; } = [];

    /// <inheritdoc/>
    public override CommandId CommandId => CommandId.SubmitMultiResp;

    internal override bool HasBodyOnError => false;

    internal override void WriteBody(PduBuffer output)
    {
        if (Unsuccessful.Count > 255) throw new ArgumentException("submit_multi_resp names at most 255 destinations.");

        output.CString(MessageId, 65, "message_id");
        output.Byte((byte)Unsuccessful.Count);
        foreach (UnsuccessfulDestination one in Unsuccessful)
        {
            output.Address(one.Address, 21, "destination_addr");
            output.UInt32((uint)one.Status);
        }
    }

    internal static SubmitMultiResp Read(ref PduReader body)
    {
        string messageId = body.CString();
        int count = body.IsEmpty ? 0 : body.Byte(); // an error has no body
        var unsuccessful = new List<UnsuccessfulDestination>(count);
        for (int i = 0; i < count; i++)
            unsuccessful.Add(new UnsuccessfulDestination(body.Address(), (CommandStatus)body.UInt32()));
        return new SubmitMultiResp(messageId) { Unsuccessful = unsuccessful };
    }
}
