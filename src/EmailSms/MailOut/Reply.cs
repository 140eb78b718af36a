using EmailSms.Messages;

namespace EmailSms.MailOut;

/// <summary>A message of the conversation, when, and by whom.</summary>
internal sealed record EarlierMessage(long AtMs, string By, string Text);

/// <summary>An SMS from a person, on its way to a mailbox.</summary>
internal sealed record Reply
{
    /// <summary>The inbound SMS, and with it the Message-ID: a reply that is built twice is one mail.</summary>
    public required string Id { get; init; }

    /// <summary>Our domain: an answer to <c>number@domain</c> becomes an SMS again.</summary>
    public required string Domain { get; init; }

    /// <summary>Who sent it, as the carrier says: a number with its plus, a short code or a name.</summary>
    public required string Source { get; init; }

    /// <summary>What the mailbox calls that number; null: nothing.</summary>
    public string? Name { get; init; }

    public required EmailAddress To { get; init; }

    public required string Text { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The Message-ID of the mail that it answers. What is none is left out, here and below.</summary>
    public string? InReplyTo { get; init; }

    /// <summary>The Message-IDs of the conversation, the oldest first.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>The SMS that it answers, for that one's timeline.</summary>
    public string? SmsId { get; init; }

    /// <summary>Set before the subject, in brackets, such as <c>STOP</c>.</summary>
    public string? Marker { get; init; }

    /// <summary>A sentence under the text, such as why it comes to this mailbox.</summary>
    public string? Remark { get; init; }

    /// <summary>The subject of a mail that the text itself wrote; null: ours, with the number.</summary>
    public string? Subject { get; init; }

    /// <summary>
    /// The word of the conversation, for the Reply-To: whoever was forwarded the mail can answer in it. Null for none.
    /// </summary>
    public string? Token { get; init; }

    /// <summary>
    /// The address of ours behind whose plus an answer is written: <c>sms+447700900123@example.com</c>. Null: at
    /// <see cref="Domain"/>.
    /// </summary>
    public EmailAddress? AnswerAt { get; init; }

    /// <summary>What was said before, the latest first, to stand below.</summary>
    public IReadOnlyList<EarlierMessage> History { get; init; } = [];

    /// <summary>Where a bounce goes; empty for nowhere.</summary>
    public string EnvelopeFrom { get; init; } = "";
}
