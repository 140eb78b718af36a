namespace EmailSms.Messages;

/// <summary>What a sender asked to hear of one recipient (RFC 3461 4.1, 4.2).</summary>
/// <param name="Notify">When it wants a report.</param>
/// <param name="OriginalRecipient">
/// The recipient as the first sender wrote it, <c>rfc822;ann@example.org</c>; null: it did not say.
/// </param>
internal sealed record DsnRequest(DsnNotify Notify, string? OriginalRecipient)
{
    /// <summary>Nothing was asked: the sender rule says what is told.</summary>
    public static DsnRequest None { get; } = new(DsnNotify.Unsaid, null);
}

/// <summary>
/// When a sender wants a report about a recipient (NOTIFY). The values are those of the SMTP library.
/// </summary>
[Flags]
internal enum DsnNotify
{
    Unsaid = 0,
    Never = 1,
    Success = 2,
    Failure = 4,
    Delay = 8,
}
