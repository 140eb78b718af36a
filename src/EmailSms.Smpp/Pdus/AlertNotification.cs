namespace EmailSms.Smpp;

/// <summary>alert_notification (SMPP 3.4 4.12.1): a phone can be reached again. It has no response.</summary>
/// <param name="Source">The phone; at most 64 octets.</param>
/// <param name="Esme">Who is told; at most 64 octets.</param>
public sealed record AlertNotification(SmppAddress Source, SmppAddress Esme) : SmppPdu
{
    /// <summary>ms_availability_status.</summary>
    public IReadOnlyList<Tlv> Tlvs { get; init; } = [];

    /// <summary>The optional parameters that the standard knows, by name.</summary>
    public OptionalParameters Optional => new(Tlvs);

    /// <inheritdoc/>
    public override CommandId CommandId => CommandId.AlertNotification;

    internal override void WriteBody(PduBuffer output)
    {
        output.Address(Source, 65, "source_addr");
        output.Address(Esme, 65, "esme_addr");
        output.Tlvs(Tlvs);
    }

    internal static AlertNotification Read(ref PduReader body) =>
        new(body.Address(), body.Address()) { Tlvs = body.Tlvs() };
}
