namespace EmailSms.Smpp;

/// <summary>A PDU that is a header and nothing more.</summary>
public abstract record EmptyPdu : SmppPdu
{
    private protected EmptyPdu()
    {
    }

    internal sealed override void WriteBody(PduBuffer output)
    {
    }
}

/// <summary>generic_nack (SMPP 3.4 4.3): the answer to what could not be understood.</summary>
public sealed record GenericNack : EmptyPdu
{
    /// <summary>The only one.</summary>
    public static GenericNack Instance { get; } = new();

    /// <inheritdoc/>
    public override CommandId CommandId => CommandId.GenericNack;
}

/// <summary>unbind (SMPP 3.4 4.2).</summary>
public sealed record Unbind : EmptyPdu
{
    /// <summary>The only one.</summary>
    public static Unbind Instance { get; } = new();

    /// <inheritdoc/>
    public override CommandId CommandId => CommandId.Unbind;
}

/// <summary>unbind_resp.</summary>
public sealed record UnbindResp : EmptyPdu
{
    /// <summary>The only one.</summary>
    public static UnbindResp Instance { get; } = new();

    /// <inheritdoc/>
    public override CommandId CommandId => CommandId.UnbindResp;
}

/// <summary>enquire_link (SMPP 3.4 4.11): are you there?</summary>
public sealed record EnquireLink : EmptyPdu
{
    /// <summary>The only one.</summary>
    public static EnquireLink Instance { get; } = new();

    /// <inheritdoc/>
    public override CommandId CommandId => CommandId.EnquireLink;
}

/// <summary>enquire_link_resp.</summary>
public sealed record EnquireLinkResp : EmptyPdu
{
    /// <summary>The only one.</summary>
    public static EnquireLinkResp Instance { get; } = new();

    /// <inheritdoc/>
    public override CommandId CommandId => CommandId.EnquireLinkResp;
}

/// <summary>cancel_sm_resp.</summary>
public sealed record CancelSmResp : EmptyPdu
{
    /// <summary>The only one.</summary>
    public static CancelSmResp Instance { get; } = new();

    /// <inheritdoc/>
    public override CommandId CommandId => CommandId.CancelSmResp;
}

/// <summary>replace_sm_resp.</summary>
public sealed record ReplaceSmResp : EmptyPdu
{
    /// <summary>The only one.</summary>
    public static ReplaceSmResp Instance { get; } = new();

    /// <inheritdoc/>
    public override CommandId CommandId => CommandId.ReplaceSmResp;
}
