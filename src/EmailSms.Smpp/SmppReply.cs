namespace EmailSms.Smpp;

/// <summary>What a server's handler answers a submit_sm with.</summary>
/// <param name="Status">Anything but <see cref="CommandStatus.Ok"/> means: not taken.</param>
/// <param name="MessageId">The id receipts will name; at most 64 octets.</param>
public readonly record struct SubmitReply(CommandStatus Status, string MessageId = "")
{
    /// <summary>No answer at all, as a peer in trouble gives; for simulators.</summary>
    public static SubmitReply Silence { get; } = new(CommandStatus.Ok) { IsSilence = true };

    /// <summary>Taken.</summary>
    public static SubmitReply Accept(string messageId) => new(CommandStatus.Ok, messageId);

    /// <summary>Not taken.</summary>
    public static SubmitReply Reject(CommandStatus status) => new(status);

    /// <summary>
    /// Optional parameters of the answer (5.0), such as congestion_state; null: none.
    /// </summary>
    public IReadOnlyList<Tlv>? Tlvs { get; init; }

    /// <summary>Called when the answer is in the output: what is sent from then on comes after it.</summary>
    public Action? Answered { get; init; }

    internal bool IsSilence { get; private init; }
}

/// <summary>What a server's handler answers another request with.</summary>
/// <param name="Status">The command_status.</param>
/// <param name="Response">The body, of the kind that fits the request; null is a generic_nack.</param>
public readonly record struct SmppReply(CommandStatus Status, SmppPdu? Response);
