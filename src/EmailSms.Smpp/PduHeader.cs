namespace EmailSms.Smpp;

/// <summary>The first 16 octets of every PDU (SMPP 3.4 3.2).</summary>
/// <param name="Length">command_length in octets, itself included.</param>
/// <param name="CommandId">What it is.</param>
/// <param name="Status">0 in requests.</param>
/// <param name="Sequence">1 to 0x7FFFFFFF when written here; anything is taken. A response copies it.</param>
public readonly record struct PduHeader(uint Length, CommandId CommandId, CommandStatus Status, uint Sequence)
{
    /// <summary>The octets of a header.</summary>
    public const int Octets = 16;

    /// <summary>Bit 31 of the command id: an answer, generic_nack included.</summary>
    public bool IsResponse => ((uint)CommandId & 0x8000_0000) != 0;
}
