namespace EmailSms.Messages;

/// <summary>How an SMS is carried and shown.</summary>
internal enum SmsClass
{
    [Word("normal")]
    Normal,

    /// <summary>It overtakes those that are not, without starving them.</summary>
    [Word("urgent")]
    Urgent,

    /// <summary>The phone shows it at once and keeps it nowhere (class 0 of 3GPP TS 23.038 4).</summary>
    [Word("flash")]
    Flash,
}
