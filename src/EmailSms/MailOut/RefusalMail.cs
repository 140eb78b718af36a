using EmailSms.MailOut.Templates;
using EmailSms.Messages;
using MimeKit;

namespace EmailSms.MailOut;

/// <summary>
/// A mail that lay in a mailbox and became no SMS, or not all that it asked for, as its sender is told.
/// </summary>
/// <param name="Id">What our mail is known by.</param>
/// <param name="To">The sender.</param>
/// <param name="Domain">A domain of ours.</param>
/// <param name="Mailbox">The mailbox's name.</param>
/// <param name="IsWhole">Whether nobody gets an SMS.</param>
/// <param name="Refusals">Whom it was for, as it is shown, or empty for the mail itself; and why not.</param>
/// <param name="At">When it was decided.</param>
/// <param name="OriginalMessageId">The mail's Message-ID; what is none is left out.</param>
/// <param name="OriginalSubject">The mail's subject.</param>
internal sealed record FetchedRefusal(
    string Id,
    EmailAddress To,
    string Domain,
    string Mailbox,
    bool IsWhole,
    IReadOnlyList<(string Recipient, string Sentence)> Refusals,
    DateTimeOffset At,
    string? OriginalMessageId,
    string OriginalSubject)
{
    /// <summary>Whether it is still tried for others: whom it fails for is told later.</summary>
    public bool IsWaiting { get; init; }
}

/// <summary>
/// Writes the refusal that an SMTP client would have had as a reply. Like every notice it has the null reverse-path and
/// says that a machine made it (RFC 3834).
/// </summary>
internal static class RefusalMail
{
    public static MailTemplateKind Kind { get; } = new(
        "refused", "To the sender of a mail that lay in a mailbox: it became no SMS, or not all it asked for.",
        [
            TemplateVariable.Line("subject", "Of the mail."),
            TemplateVariable.Flag("whole", "Whether nobody gets an SMS."),
            TemplateVariable.Flag("waiting", "Whether it is still tried for others of them."),
            TemplateVariable.List(
                "refusals", "Whom it was for, and why not.",
                TemplateVariable.Line("recipient", "As it is shown; nothing for the mail itself."),
                TemplateVariable.Sentence("sentence", "Why not.")),
            TemplateVariable.Line("mailbox", "The mailbox's name."),
        ],
        [
            Sample("whole", isWhole: true, ""), Sample("some", isWhole: false, "447700900123@sms.example"),
            Sample("waiting", isWhole: false, "447700900123@sms.example", isWaiting: true),
        ]);

    public static OutgoingMail Build(MailTemplates words, FetchedRefusal refusal)
    {
        using var message = new MimeMessage();
        OurMail.Address(
            message, new MailboxAddress("SMS gateway", $"postmaster@{refusal.Domain}"), refusal.To, refusal.At,
            $"refused.{refusal.Id}@{refusal.Domain}", refusal.Id);
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-replied");
        OurMail.Follow(message, refusal.OriginalMessageId);
        message.Body = OurMail.Word(message, words.Write(Kind, refusal.To, refusal.Domain, refusal.At, new()
        {
            ["subject"] = refusal.OriginalSubject,
            ["whole"] = refusal.IsWhole,
            ["waiting"] = refusal.IsWaiting,
            ["refusals"] = refusal.Refusals.Select(one => new Dictionary<string, object?>
            {
                ["recipient"] = one.Recipient.Length > 0 ? one.Recipient : null,
                ["sentence"] = $"{one.Sentence.TrimEnd('.')}.",
            }).ToList(),
            ["mailbox"] = refusal.Mailbox,
        }));
        return new OutgoingMail(MailKind.Notice, "", refusal.To, OurMail.Write(message));
    }

    private static MailSample Sample(string name, bool isWhole, string recipient, bool isWaiting = false) => new(
        name,
        words => Build(words, new FetchedRefusal(
            "1", SampleValues.Sender, SampleValues.Domain, "office", isWhole,
            [(recipient, "No sender rule allows this"), ("447700900124@sms.example", "The person opted out")],
            SampleValues.At, SampleValues.MessageId, SampleValues.Subject)
        {
            IsWaiting = isWaiting,
        }));
}
