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

    /// <summary>Then is when quiet hours end where the person is.</summary>
    public bool WaitsForHours { get; init; }

    /// <summary>How long it is worth sending, from then on.</summary>
    public TimeSpan Validity { get; init; } = Rule.Validity;

    /// <summary>
    /// The place of its RCPT among those that were taken, from 0: a reply of LMTP is about one of them.
    /// </summary>
    public int Place { get; init; }

    /// <summary>The chain that it is the first of; null where it is no alarm.</summary>
    public Alarm? Alarm { get; init; }

    /// <summary>The address book knows the number.</summary>
    public bool IsKnown { get; init; }

    /// <summary>
    /// The address as it was written, where a rule for a From header may still take it, or where the mail itself has to
    /// prove its sender: then it is decided once more when the mail is there. Null: all is said.
    /// </summary>
    public (string LocalPart, string Domain)? Open { get; init; }

    /// <summary>Whether the mail may have to prove its sender.</summary>
    public bool AsksForProof { get; init; }

    /// <summary>What proved the sender to the rule, such as <c>ip</c> or <c>dmarc</c>.</summary>
    public string Proof { get; init; } = Rule.Proof;

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

    /// <summary>The token in the address was not the rule's.</summary>
    public bool IsWrongToken { get; init; }

    /// <summary>The same with each of its recipients changed.</summary>
    public RecipientAnswer Each(Func<AcceptedRecipient, AcceptedRecipient> change) =>
        this with { Recipients = [.. Recipients.Select(change)] };
}

/// <summary>What became of recipients that RCPT had left open.</summary>
/// <param name="Recipients">Those that get the mail.</param>
/// <param name="Refused">The places of the others, and what each is told.</param>
internal sealed record SettledRecipients(
    IReadOnlyList<AcceptedRecipient> Recipients, IReadOnlyList<(int Place, SmtpReply Reply)> Refused);
