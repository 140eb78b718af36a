namespace EmailSms.Smpp;

/// <summary>
/// The peer broke the protocol. The only exception that reading bytes can end in; <see cref="Status"/> is what the peer
/// is told.
/// </summary>
public sealed class SmppException(CommandStatus status, string message) : Exception(message)
{
    /// <summary>The command_status that fits the mistake.</summary>
    public CommandStatus Status { get; } = status;
}
