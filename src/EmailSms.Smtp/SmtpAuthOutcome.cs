namespace EmailSms.Smtp;

/// <summary>How a proof of identity ended: every end there is, each with its reply (RFC 4954 6).</summary>
public sealed record SmtpAuthOutcome
{
    private SmtpAuthOutcome(SmtpReply reply, string? name = null)
    {
        Reply = reply;
        Name = name;
    }

    /// <summary>535 5.7.8: the proof is wrong, or nobody has that name; which of them is not told.</summary>
    public static SmtpAuthOutcome Rejected { get; } = new(Replies.AuthFailed);

    /// <summary>525 5.7.13: the proof is right, and the account is switched off.</summary>
    public static SmtpAuthOutcome Disabled { get; } = new(Replies.AccountDisabled);

    /// <summary>534 5.7.9: this account needs a stronger mechanism.</summary>
    public static SmtpAuthOutcome TooWeak { get; } = new(Replies.MechanismTooWeak);

    /// <summary>454 4.7.0: it cannot be checked now.</summary>
    public static SmtpAuthOutcome Unavailable { get; } = new(Replies.AuthUnavailable);

    /// <summary>The account that has proven itself; null: none has.</summary>
    public string? Name { get; }

    internal SmtpReply Reply { get; }

    /// <summary>235 2.7.0: the account <paramref name="name"/> has proven itself.</summary>
    public static SmtpAuthOutcome Accepted(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new SmtpAuthOutcome(Replies.Authenticated, name);
    }

    /// <summary>The exchange itself went wrong, so that nothing was proven or disproven.</summary>
    internal static SmtpAuthOutcome Broken(SmtpReply reply) => new(reply);
}
