using EmailSms.MailOut.Templates;
using EmailSms.Messages;

namespace EmailSms.MailOut;

/// <summary>Writes the mail that tells the admin of one that will never arrive.</summary>
internal static class FailedMail
{
    public static MailTemplateKind Kind { get; } = new(
        "mail-failed", "To the admin: a mail was given up.",
        [
            TemplateVariable.Line("mailbox", "Whom the mail was for."),
            TemplateVariable.Line("error", "What the mail server said, or that it was tried for too long."),
            TemplateVariable.Number("count", "How many mails lie given up."),
        ],
        [
            new MailSample("mail-failed", words => Build(
                words, SampleValues.Admin, "1", SampleValues.Sender.ToString(), "550 5.1.1 no such mailbox", 3,
                SampleValues.At, SampleValues.Domain)),
        ]);

    /// <summary>A mail was given up.</summary>
    /// <param name="words">Word it.</param>
    /// <param name="admin">Who sees to it.</param>
    /// <param name="id">Makes its Message-ID.</param>
    /// <param name="mailbox">Whom the mail was for.</param>
    /// <param name="error">Why it was given up.</param>
    /// <param name="count">How many mails lie given up.</param>
    /// <param name="at">Now.</param>
    /// <param name="domain">Ours.</param>
    public static OutgoingMail Build(
        MailTemplates words, EmailAddress admin, string id, string mailbox, string error, long count,
        DateTimeOffset at, string domain) => AlertMail.Build(
            $"mail-failed.{id}", admin, at, domain, words.Write(Kind, admin, domain, at, new()
            {
                ["mailbox"] = mailbox,
                ["error"] = MailText.Line(error),
                ["count"] = count,
            }));
}
