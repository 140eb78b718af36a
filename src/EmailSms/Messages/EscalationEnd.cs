namespace EmailSms.Messages;

/// <summary>By what an alarm to an on-call list counts as taken, so that nobody else is texted.</summary>
internal enum EscalationEnd
{
    /// <summary>Somebody answers "ack".</summary>
    Ack,

    /// <summary>A phone has it.</summary>
    Receipt,
}
