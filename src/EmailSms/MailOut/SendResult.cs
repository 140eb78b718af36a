namespace EmailSms.MailOut;

/// <summary>What came of one attempt to send a mail. One of these five.</summary>
internal abstract record SendResult
{
    private SendResult()
    {
    } // closed: the five below are all there are

    /// <summary>The host has it.</summary>
    internal sealed record Sent : SendResult;

    /// <summary>The host says later (4yz).</summary>
    internal sealed record Later(string Answer) : SendResult;

    /// <summary>The host says never (5yz), for this mail.</summary>
    internal sealed record Never(string Answer) : SendResult;

    /// <summary>
    /// The connection broke under this mail. It may be the mail's doing and it may be the host's, so both wait.
    /// </summary>
    internal sealed record Dropped(string Answer) : SendResult;

    /// <summary>The host takes no mail at all: it cannot be reached, or does not know us.</summary>
    internal sealed record HostDown(string Answer) : SendResult;
}
