namespace EmailSms.Smpp;

/// <summary>What a PDU says, without its header. Records compare octets and lists by reference.</summary>
public abstract record SmppPdu
{
    private protected SmppPdu()
    {
    }

    /// <summary>What it is.</summary>
    public abstract CommandId CommandId { get; }

    /// <summary>Most responses have no body when their status is an error (SMPP 3.4 4.1.2, 4.4.2).</summary>
    internal virtual bool HasBodyOnError => true;

    internal abstract void WriteBody(PduBuffer output);
}

/// <summary>A command nobody here knows, as it came.</summary>
public sealed record UnknownPdu(CommandId Command, ReadOnlyMemory<byte> Body) : SmppPdu
{
    /// <inheritdoc/>
    public override CommandId CommandId => Command;

    internal override void WriteBody(PduBuffer output) => output.Octets(Body.Span);
}
