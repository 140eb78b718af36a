namespace EmailSms.Smpp;

/// <summary>submit_sm_resp (SMPP 3.4 4.4.2).</summary>
/// <param name="MessageId">At most 64 octets. Empty in most errors, and from some peers even when all is well.</param>
public sealed record SubmitSmResp(string MessageId) : SmppPdu
{
    /// <summary>Optional parameters (5.0), such as congestion_state.</summary>
    public IReadOnlyList<Tlv> Tlvs { get; init; } = [];

    /// <summary>The optional parameters that the standard knows, by name.</summary>
    public OptionalParameters Optional => new(Tlvs);

    /// <inheritdoc/>
    public override CommandId CommandId => CommandId.SubmitSmResp;

    internal override bool HasBodyOnError => false;

    internal override void WriteBody(PduBuffer output)
    {
        output.CString(MessageId, 65, "message_id");
        output.Tlvs(Tlvs);
    }

    internal static SubmitSmResp Read(ref PduReader body) => new(body.CString()) { Tlvs = body.Tlvs() };
}

/// <summary>deliver_sm_resp (SMPP 3.4 4.6.2): its message_id is not used and always a NUL.</summary>
public sealed record DeliverSmResp : SmppPdu
{
    /// <summary>One without optional parameters, which is what nearly all are.</summary>
    public static DeliverSmResp Empty { get; } = new();

    /// <summary>Optional parameters (5.0).</summary>
    public IReadOnlyList<Tlv> Tlvs { get; init; } = [];

    /// <inheritdoc/>
    public override CommandId CommandId => CommandId.DeliverSmResp;

    internal override void WriteBody(PduBuffer output)
    {
        output.CString("", 1, "message_id");
        output.Tlvs(Tlvs);
    }

    internal static DeliverSmResp Read(ref PduReader body)
    {
        body.CSpan(); // a few peers put an id here
        IReadOnlyList<Tlv> tlvs = body.Tlvs();
        return tlvs.Count == 0 ? Empty : new DeliverSmResp { Tlvs = tlvs };
    }
}
