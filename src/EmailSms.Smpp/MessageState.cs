namespace EmailSms.Smpp;

/// <summary>What became of a message (SMPP 3.4 5.2.28, SMPP 5.0 4.7.15).</summary>
public enum MessageState : byte
{
    /// <summary>Waits for its time (5.0).</summary>
    Scheduled = 0,

    /// <summary>On its way. ENROUTE.</summary>
    Enroute = 1,

    /// <summary>On the phone. DELIVRD.</summary>
    Delivered = 2,

    /// <summary>The validity ended before the phone was reached. EXPIRED.</summary>
    Expired = 3,

    /// <summary>Deleted by somebody. DELETED.</summary>
    Deleted = 4,

    /// <summary>Cannot be delivered. UNDELIV.</summary>
    Undeliverable = 5,

    /// <summary>Taken by the next one in the chain, not yet by the phone. ACCEPTD.</summary>
    Accepted = 6,

    /// <summary>Nobody knows. UNKNOWN.</summary>
    Unknown = 7,

    /// <summary>Refused. REJECTD.</summary>
    Rejected = 8,

    /// <summary>Passed over (5.0).</summary>
    Skipped = 9,
}
