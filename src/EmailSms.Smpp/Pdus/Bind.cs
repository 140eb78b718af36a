namespace EmailSms.Smpp;

/// <summary>What a session may do.</summary>
public enum BindType
{
    /// <summary>Sends only.</summary>
    Transmitter,

    /// <summary>Receives only.</summary>
    Receiver,

    /// <summary>Sends and receives.</summary>
    Transceiver,
}

/// <summary>bind_transmitter, bind_receiver or bind_transceiver (SMPP 3.4 4.1).</summary>
public sealed record BindRequest(BindType Type, string SystemId, string Password) : SmppPdu
{
    /// <summary>At most 12 octets.</summary>
    public string SystemType { get; init; } = "";

    /// <summary>0x34 for SMPP 3.4, 0x50 for 5.0.</summary>
    public byte InterfaceVersion { get; init; } = 0x34;

    /// <summary>The addresses served; at most 40 octets in the third field. Mostly empty.</summary>
    public SmppAddress AddressRange { get; init; } = SmppAddress.None;

    /// <inheritdoc/>
    public override CommandId CommandId => Type switch
    {
        BindType.Transmitter => CommandId.BindTransmitter,
        BindType.Receiver => CommandId.BindReceiver,
        _ => CommandId.BindTransceiver,
    };

    internal override void WriteBody(PduBuffer output)
    {
        output.CString(SystemId, 16, "system_id");
        // The standard says 9 octets, but carriers give out longer passwords and expect them here.
        output.CString(Password, 65, "password");
        output.CString(SystemType, 13, "system_type");
        output.Byte(InterfaceVersion);
        output.Address(AddressRange, 41, "address_range");
    }

    internal static BindRequest Read(BindType type, ref PduReader body) =>
        new(type, body.CString(), body.CString())
        {
            SystemType = body.CString(),
            InterfaceVersion = body.Byte(),
            AddressRange = body.Address(),
        };

    /// <summary>Without the password.</summary>
    public override string ToString() => $"{CommandId} {SystemId} version 0x{InterfaceVersion:X2}";
}

/// <summary>bind_transmitter_resp, bind_receiver_resp or bind_transceiver_resp.</summary>
public sealed record BindResponse(BindType Type, string SystemId) : SmppPdu
{
    /// <summary>sc_interface_version, mostly.</summary>
    public IReadOnlyList<Tlv> Tlvs { get; init; } = [];

    /// <inheritdoc/>
    public override CommandId CommandId => Type switch
    {
        BindType.Transmitter => CommandId.BindTransmitterResp,
        BindType.Receiver => CommandId.BindReceiverResp,
        _ => CommandId.BindTransceiverResp,
    };

    internal override bool HasBodyOnError => false;

    internal override void WriteBody(PduBuffer output)
    {
        output.CString(SystemId, 16, "system_id");
        output.Tlvs(Tlvs);
    }

    internal static BindResponse Read(BindType type, ref PduReader body) =>
        new(type, body.CString()) { Tlvs = body.Tlvs() };
}

/// <summary>outbind (SMPP 3.4 4.1.7): the SMSC asks to be bound to. It has no response.</summary>
public sealed record Outbind(string SystemId, string Password) : SmppPdu
{
    /// <inheritdoc/>
    public override CommandId CommandId => CommandId.Outbind;

    internal override void WriteBody(PduBuffer output)
    {
        output.CString(SystemId, 16, "system_id");
        output.CString(Password, 65, "password");
    }

    internal static Outbind Read(ref PduReader body) => new(body.CString(), body.CString());

    /// <summary>Without the password.</summary>
    public override string ToString() => $"{CommandId} {SystemId}";
}
