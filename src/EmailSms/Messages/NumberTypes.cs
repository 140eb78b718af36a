namespace EmailSms.Messages;

/// <summary>
/// Kinds of number that get no SMS unless a sender rule says so: those whose owner shares the revenue, and those of no
/// subscriber.
/// </summary>
[Flags]
internal enum NumberTypes
{
    /// <summary>Numbers of subscribers alone.</summary>
    None = 0,

    Premium = 1,

    SharedCost = 2,

    Pager = 4,

    Voicemail = 8,

    /// <summary>Satellite and other numbers of no country (+870, +881, +882, +883, +979).</summary>
    Satellite = 16,

    /// <summary>Short codes of a region, such as 60000; they have no country code.</summary>
    Short = 32,

    /// <summary>Such as 112. Few carriers take an SMS for one.</summary>
    Emergency = 64,
}
