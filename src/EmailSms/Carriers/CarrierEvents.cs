using EmailSms.Messages;

namespace EmailSms.Carriers;

/// <summary>
/// What comes up from carriers, handed down at start by whoever composes the house. Each returns when it is on disk,
/// and only then is the carrier answered; one that throws makes the carrier send it again.
/// </summary>
internal sealed record CarrierEvents(
    Func<InboundReceipt, CancellationToken, Task> Receipt,
    Func<InboundText, CancellationToken, Task> Text);
