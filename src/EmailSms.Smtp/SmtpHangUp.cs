namespace EmailSms.Smtp;

/// <summary>
/// Ends a session from wherever it stands; caught in one place, <see cref="SmtpSession.RunAsync"/>. Without a reply:
/// nobody is there to hear one.
/// </summary>
internal sealed class SmtpHangUp(SmtpReply? reply) : Exception(reply?.Text ?? "The client is gone.")
{
    public SmtpReply? Reply { get; } = reply;
}
