namespace EmailSms.MailIn.Mailboxes;

/// <summary>What a look at a mail came to.</summary>
internal enum FetchDecision
{
    /// <summary>Nothing is left to decide, and that is on disk.</summary>
    Settled,

    /// <summary>Some of it may work later; what does not is on disk.</summary>
    Waits,

    /// <summary>Its header does not decide it.</summary>
    NeedsAll,

    /// <summary>It could not be read, and nothing is known of it.</summary>
    Unread,

    /// <summary>It is not there any more.</summary>
    Gone,
}
