namespace EmailSms.Messages;

/// <summary>
/// Where an SMS stands. It only moves forward: queued, sent, then one of the last three, which are final. Held is a
/// queue of its own, which somebody may send back to the first; collected goes to the end of the SMS that it is in.
/// </summary>
internal enum SmsState
{
    /// <summary>On disk, with us.</summary>
    Queued,

    /// <summary>
    /// It may have been sent and its carrier's setting forbids to send it twice: somebody has to decide.
    /// </summary>
    Held,

    /// <summary>One of a storm: another SMS stands for it and the rest, and their fate is the same.</summary>
    Collected,

    /// <summary>A carrier has all of its parts.</summary>
    Sent,

    /// <summary>The phone has all of its parts.</summary>
    Delivered,

    /// <summary>It will not arrive: refused by a carrier, or reported undeliverable.</summary>
    Failed,

    /// <summary>It was too late for it: its validity ended while it waited here or at the carrier.</summary>
    Expired,
}
