namespace EmailSms.Smtp;

/// <summary>
/// Ends a session from wherever it stands; caught in one place, <see cref="SmtpSession.RunAsync"/>. Without a reply:
/// nobody is there to hear one.
/// </summary>
internal sealed class SmtpHangUp(SmtpReply? reply, bool isMidSentence = false)
    : Exception(reply?.Text ?? "The client is gone.")
{
    /// <summary>The client is sending, and will not stop to listen before it is through.</summary>
    public bool IsMidSentence { get; } = isMidSentence;

    public SmtpReply? Reply { get; } = reply;
}
