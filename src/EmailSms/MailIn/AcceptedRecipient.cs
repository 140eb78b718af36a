using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Smtp;

namespace EmailSms.MailIn;

/// <summary>
/// A recipient that was told 250: the number, the rule that lets the sender text it, and what the address asks for
/// within the limits of the rule.
/// </summary>
internal sealed record AcceptedRecipient(PhoneNumber Number, SenderRule Rule)
{
    /// <summary>What of it the sender wants to hear.</summary>
    public DsnRequest Dsn { get; init; } = DsnRequest.None;

    /// <summary>The sender ID that the address asks for; null for none.</summary>
    public string? SenderId { get; init; }

    /// <summary>The word of the conversation that the address names; null: none.</summary>
    public string? Conversation { get; init; }

    public int PartsMax { get; init; } = Rule.PartsMax;

    public SmsClass Class { get; init; }

    /// <summary>It is an alarm to people who get them whatever they opted out of.</summary>
    public bool DespiteOptOut => Class is SmsClass.Urgent && Rule.Compliance.UrgentDespiteOptOut;

    /// <summary>When it is to go out, unix milliseconds; null: at once.</summary>
    public long? DueMs { get; init; }

    /// <summary>How long it is worth sending, from then on.</summary>
    public TimeSpan Validity { get; init; } = Rule.Validity;

    /// <summary>
    /// The place of its RCPT among those that were taken, from 0: a reply of LMTP is about one of them.
    /// </summary>
    public int Place { get; init; }

    /// <summary>The chain that it is the first of; null where it is no alarm.</summary>
    public Alarm? Alarm { get; init; }

    /// <summary>
    /// The address as it was written, where a rule for a From header may still take it: then it is decided once more
    /// when the header is there. Null: all is said.
    /// </summary>
    public (string LocalPart, string Domain)? Open { get; init; }

    /// <summary>The same phone for the same reason: one SMS.</summary>
    public bool IsSameAs(AcceptedRecipient other) =>
        Number == other.Number && (Alarm is null || other.Alarm is null || Alarm.OnCall == other.Alarm.OnCall);
}

/// <summary>
/// What is said to a recipient: the numbers that its address means, or none and the refusal. Nothing is kept by it.
/// </summary>
internal sealed record RecipientAnswer(IReadOnlyList<AcceptedRecipient> Recipients, SmtpReply Reply)
{
    public static RecipientAnswer Refuse(SmtpReply reply) => new([], reply);
}
