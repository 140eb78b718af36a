using EmailSms.MailOut.Templates;
using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.MailOut;

/// <summary>Tells the admin of mails that will never arrive, once an hour.</summary>
internal sealed class MailAlerts(Outbox outbox, string domain, string adminMailbox, TimeProvider time)
{
    private readonly AlertPace _pace = new(time);

    public static MailTemplateKind Kind { get; } = new(
        "mail-failed", "To the admin: a mail was given up.",
        [
            TemplateVariable.Line("mailbox", "Whom the mail was for."),
            TemplateVariable.Line("error", "What the mail server said, or that it was tried for too long."),
            TemplateVariable.Number("count", "How many mails lie given up."),
        ],
        [
            new MailSample("mail-failed", words => Write(
                words, SampleValues.Admin, "1", SampleValues.Sender.ToString(), "550 5.1.1 no such mailbox", 3,
                SampleValues.At, SampleValues.Domain)),
        ]);

    /// <summary>
    /// A mail was given up, as a part of the write that says so. What the admin's own mailbox does not take is told to
    /// nobody: the log has it.
    /// </summary>
    public void GivenUp(StoreSession db, OutgoingMail mail, string error)
    {
        if (!EmailAddress.TryParse(adminMailbox, out EmailAddress admin) || mail.To.Key == admin.Key) return;
        if (!_pace.IsNews(db, "mail")) return;
        outbox.Enqueue(db, Write(
            outbox.Words, admin, TimeOrderedId.Next(time).ToString(), mail.To.ToString(), MailText.Line(error),
            Outbox.Count(db).Failed, time.GetUtcNow(), domain));
    }

    /// <summary>The mail.</summary>
    /// <param name="words">Word it.</param>
    /// <param name="admin">Who sees to it.</param>
    /// <param name="id">Makes its Message-ID.</param>
    /// <param name="mailbox">Whom the mail was for.</param>
    /// <param name="error">Why it was given up.</param>
    /// <param name="count">How many mails lie given up.</param>
    /// <param name="at">Now.</param>
    /// <param name="domain">Ours.</param>
    public static OutgoingMail Write(
        MailTemplates words, EmailAddress admin, string id, string mailbox, string error, long count,
        DateTimeOffset at, string domain) => AlertMail.Build(
            $"mail-failed.{id}", admin, at, domain, words.Write(Kind, admin, domain, at, new()
            {
                ["mailbox"] = mailbox,
                ["error"] = error,
                ["count"] = count,
            }));
}
