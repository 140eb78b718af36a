namespace EmailSms.Policy.Proof;

/// <summary>What can prove that a mail is its sender's own.</summary>
[Flags]
internal enum ProofKinds
{
    /// <summary>None is asked for beside what a rule names.</summary>
    None = 0,

    /// <summary>The client is in the rule's networks.</summary>
    Ip = 1,

    /// <summary>The rule's user has authenticated.</summary>
    SmtpAuth = 2,

    /// <summary>The address has the rule's token.</summary>
    Token = 4,

    /// <summary>The domain of the envelope sender lets the client send for it.</summary>
    Spf = 8,

    /// <summary>The domain in From has signed the mail.</summary>
    Dkim = 16,

    /// <summary>One of the two, for the domain in From, which publishes a DMARC policy.</summary>
    Dmarc = 32,
}
