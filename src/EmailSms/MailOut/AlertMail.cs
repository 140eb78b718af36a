using EmailSms.MailOut.Templates;
using EmailSms.Messages;
using MimeKit;

namespace EmailSms.MailOut;

/// <summary>Writes mails to the admin about what waits for a decision of theirs.</summary>
internal static class AlertMail
{
    public static MailTemplateKind HeldKind { get; } = new(
        "held", "To the admin: the first SMS to a country waits for a decision.",
        [
            TemplateVariable.Line("id", "The SMS."),
            TemplateVariable.Line("sender", "Whose SMS it is."),
            TemplateVariable.Line("number", "Where it goes."),
            TemplateVariable.Line("region", "The country, as two letters."),
            TemplateVariable.Number("rule", "The sender rule that holds it."),
        ],
        [
            new MailSample("held", words => Held(
                words, SampleValues.Admin, SampleValues.Sms, SampleValues.Sender.ToString(), SampleValues.Number, "FR",
                7, SampleValues.At, SampleValues.Domain)),
        ]);

    public static MailTemplateKind StoppedKind { get; } = new(
        "stopped", "To the admin: a sender was stopped who texted one number after the other.",
        [
            TemplateVariable.Line("sender", "Who was stopped."),
            TemplateVariable.Number("count", "How many numbers stood in a row."),
        ],
        [
            new MailSample("stopped", words => Stopped(
                words, SampleValues.Admin, "1", SampleValues.Sender.ToString(), 20, SampleValues.At,
                SampleValues.Domain)),
        ]);

    /// <summary>The first SMS to a country waits.</summary>
    /// <param name="words">Word it.</param>
    /// <param name="admin">Who decides.</param>
    /// <param name="sms">The SMS.</param>
    /// <param name="mailbox">Whose it is.</param>
    /// <param name="number">Where it goes.</param>
    /// <param name="region">The country.</param>
    /// <param name="ruleId">The rule that holds it.</param>
    /// <param name="at">Now.</param>
    /// <param name="domain">Ours.</param>
    public static OutgoingMail Held(
        MailTemplates words, EmailAddress admin, Guid sms, string mailbox, PhoneNumber number, string region,
        long ruleId, DateTimeOffset at, string domain) => Build(
            $"held.{sms}", admin, at, domain, words.Write(HeldKind, admin, domain, at, new()
            {
                ["id"] = sms.ToString(),
                ["sender"] = mailbox,
                ["number"] = NumberText.International(number),
                ["region"] = region,
                ["rule"] = ruleId,
            }));

    /// <summary>A sender was stopped who texted one number after the other.</summary>
    /// <param name="words">Word it.</param>
    /// <param name="admin">Who decides.</param>
    /// <param name="id">Makes its Message-ID.</param>
    /// <param name="sender">Who was stopped.</param>
    /// <param name="count">How many numbers stood in a row.</param>
    /// <param name="at">Now.</param>
    /// <param name="domain">Ours.</param>
    public static OutgoingMail Stopped(
        MailTemplates words, EmailAddress admin, string id, string sender, int count, DateTimeOffset at,
        string domain) => Build(
            $"stopped.{id}", admin, at, domain, words.Write(StoppedKind, admin, domain, at, new()
            {
                ["sender"] = sender,
                ["count"] = count,
            }));

    /// <summary>A mail to the admin, with an id that makes its Message-ID.</summary>
    internal static OutgoingMail Build(
        string id, EmailAddress admin, DateTimeOffset at, string domain, MailWords words)
    {
        using var message = new MimeMessage();
        OurMail.Address(
            message, new MailboxAddress("SMS gateway", $"postmaster@{domain}"), admin, at, $"{id}@{domain}", id);
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        message.Body = OurMail.Word(message, words);
        return new OutgoingMail(MailKind.Notice, "", admin, OurMail.Write(message), null);
    }
}
