using EmailSms.Messages;

namespace EmailSms.Carriers;

/// <summary>
/// What comes up from carriers, handed down at start by whoever composes the house. Each returns when it is on disk,
/// and only then is the carrier answered; one that throws makes the carrier send it again.
/// </summary>
internal sealed record CarrierEvents(
    Func<InboundReceipt, CancellationToken, Task> Receipt,
    Func<InboundText, CancellationToken, Task> Text)
{
    /// <summary>
    /// Told of a carrier one of whose binds broke: answers that were on their way over it may be lost. Must not wait.
    /// </summary>
    public Action<string>? BindLost { get; init; }
}
