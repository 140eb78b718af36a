namespace EmailSms.Messages;

/// <summary>What a notice tells of an SMS: the actions of RFC 3464 2.3.3.</summary>
internal enum NoticeFate
{
    /// <summary>The phone has it.</summary>
    Delivered,

    /// <summary>It will not arrive.</summary>
    Failed,

    /// <summary>It still waits, and is tried again.</summary>
    Delayed,

    /// <summary>The carrier has it, and never said what became of it.</summary>
    Relayed,
}
