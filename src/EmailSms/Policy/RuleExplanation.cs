namespace EmailSms.Policy;

/// <summary>What one rule makes of a mail, for whoever asks why it was let through or not.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Step">How far the mail came with it.</param>
/// <param name="Sentence">The same for a person.</param>
internal sealed record RuleExplanation(SenderRule Rule, RuleStep Step, string Sentence);

/// <summary>Where the judgement of a mail by a rule ends.</summary>
internal enum RuleStep
{
    /// <summary>The rule is for somebody else: the next one is asked.</summary>
    OtherSender,

    /// <summary>The rule does not believe this client: the next one is asked.</summary>
    OtherNetwork,

    /// <summary>The rule is for an account that has not authenticated: the next one is asked.</summary>
    OtherUser,

    /// <summary>The rule is for mail that comes in by another listener: the next one is asked.</summary>
    OtherListener,

    /// <summary>The rule is for recipients that are written otherwise: the next one is asked.</summary>
    OtherRecipient,

    /// <summary>It is the sender's rule and does not open this number: the end, no later rule is asked.</summary>
    Refuses,

    /// <summary>It opens the number.</summary>
    Allows,

    /// <summary>A rule before it has decided.</summary>
    NotReached,
}
