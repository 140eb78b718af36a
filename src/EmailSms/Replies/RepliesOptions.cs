using System.ComponentModel.DataAnnotations;

namespace EmailSms.Replies;

/// <summary>What happens to a text that several mailboxes wait for.</summary>
internal enum ConflictChoice
{
    /// <summary>The mailbox that wrote last gets it.</summary>
    Latest,

    /// <summary>All of them get it.</summary>
    All,

    /// <summary>The person is asked by SMS.</summary>
    Ask,
}

/// <summary>Who may answer in a conversation without being its mailbox.</summary>
internal enum TokenAnswers
{
    /// <summary>Whoever a sender rule lets text the number anyway.</summary>
    ByRule,

    /// <summary>
    /// Those of the same domain as well, where the rule of the conversation's mailbox believes their client.
    /// </summary>
    SameDomain,
}

/// <summary>The section <c>Replies</c>: where answers go.</summary>
internal sealed class RepliesOptions : IValidatableObject
{
    public const string Section = "Replies";

    /// <summary>
    /// The mailbox for a text that belongs to no conversation and whose number has no owner. No text is dropped.
    /// </summary>
    [Required]
    public string DefaultMailbox { get; set; } = "";

    /// <summary>
    /// How long after its last message a conversation still gets the replies. Products of the field take 1 to 7 days.
    /// </summary>
    [Range(typeof(TimeSpan), "00:01:00", "365.00:00:00")]
    public TimeSpan ConversationWindow { get; set; } = TimeSpan.FromDays(7);

    /// <summary>What happens to a text that several mailboxes wait for.</summary>
    public ConflictChoice Conflict { get; set; }

    /// <summary>
    /// With <c>Ask</c>: how long an answer holds, unless another mailbox writes, and nobody is asked again.
    /// </summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")]
    public TimeSpan ChoiceWindow { get; set; } = TimeSpan.FromHours(1);

    /// <summary>With <c>Ask</c>: how long the answer is waited for; then the latest mailbox gets the text.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan QuestionWaitMax { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>The question, before its choices, such as <c>1 ann, 2 bob</c>.</summary>
    [StringLength(100, MinimumLength = 1)]
    public string Question { get; set; } = "Who is your message for? Answer with the number:";

    /// <summary>How many of the last messages stand below a reply; 0: none.</summary>
    [Range(0, 20)]
    public int History { get; set; }

    /// <summary>Who may answer a reply that was forwarded to them, by the word in its Reply-To.</summary>
    public TokenAnswers TokenAnswers { get; set; }

    /// <summary>
    /// Each reply has a bounce address at our domain, by which a dead mailbox is noticed. Off where the smart host
    /// takes no such sender; a reply has the null reverse-path then.
    /// </summary>
    public bool BounceAddresses { get; set; } = true;

    /// <summary>
    /// The address of a mailbox that is polled, where no domain of ours takes mail: answers are written to the number
    /// behind its plus, <c>sms+447700900123@example.com</c>. Empty: at our domain.
    /// </summary>
    [StringLength(254)]
    public string AnswerAddress { get; set; } = "";

    /// <summary>
    /// The phones whose texts may begin with an address, and then are mail to it (3GPP TS 23.040 3.8). Empty: none.
    /// </summary>
    public List<string> MailFromPhones { get; set; } = [];

    /// <summary>How long parts wait for their siblings; then the text is delivered incomplete, and says so.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan PartsWaitMax { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The one confirmation of a STOP (47 CFR 64.1200(a)(12) allows just one). Empty for none.
    /// </summary>
    [StringLength(160)]
    public string StopAnswer { get; set; } =
        "You have been unsubscribed and will get no more messages. Reply START to undo.";

    /// <summary>The confirmation of a START. Empty for none.</summary>
    [StringLength(160)]
    public string StartAnswer { get; set; } = "You will get messages again. Reply STOP to end them.";

    /// <summary>
    /// The answer to HELP, which strangers get too (CTIA handbook): <c>{mailbox}</c> is where their texts go. Empty for
    /// none.
    /// </summary>
    [StringLength(160)]
    public string HelpAnswer { get; set; } = "You have reached {mailbox}. Reply STOP to get no more messages.";

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (DefaultMailbox.Length > 0 && !Messages.EmailAddress.TryParse(DefaultMailbox, out _))
        {
            yield return new ValidationResult(
                $"'{DefaultMailbox}' is not an address such as office@example.com.", [nameof(DefaultMailbox)]);
        }

        bool isAddress = Messages.EmailAddress.TryParse(AnswerAddress, out Messages.EmailAddress answer);
        if (AnswerAddress.Length > 0 && (!isAddress || answer.LocalPart.Contains('+', StringComparison.Ordinal)))
        {
            yield return new ValidationResult(
                $"'{AnswerAddress}' is not an address such as sms@example.com.", [nameof(AnswerAddress)]);
        }

        foreach (string phone in MailFromPhones)
        {
            if (Messages.PhoneNumber.TryFromE164(phone, out _)) continue;
            yield return new ValidationResult(
                $"'{phone}' is not a number such as +447700900123.", [nameof(MailFromPhones)]);
        }
    }
}
