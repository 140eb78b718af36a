using EmailSms.MailOut.Templates;
using EmailSms.Messages;
using MimeKit;

namespace EmailSms.MailOut;

/// <summary>Writes the mail that tells the admin of a sender who was stopped because of the same words again.</summary>
internal static class LoopMail
{
    public static MailTemplateKind Kind { get; } = new(
        "loop", "To the admin: the same text went to one phone again and again, and was stopped.",
        [
            TemplateVariable.Line("sender", "Who sent it."),
            TemplateVariable.Line("number", "The phone."),
            TemplateVariable.Number("count", "How often within an hour."),
            TemplateVariable.Text("text", "What was sent."),
        ],
        [
            new MailSample("loop", words => Build(
                words, "1", SampleValues.Admin, SampleValues.Sender.ToString(), SampleValues.Number, SampleValues.Text,
                5, SampleValues.At, SampleValues.Domain)),
        ]);

    public static OutgoingMail Build(
        MailTemplates words, string id, EmailAddress admin, string mailbox, PhoneNumber number, string text,
        int perHourMax, DateTimeOffset at, string domain)
    {
        using var message = new MimeMessage();
        OurMail.Address(
            message, new MailboxAddress("SMS gateway", $"postmaster@{domain}"), admin, at, $"loop.{id}@{domain}", id);
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        message.Body = OurMail.Word(message, words.Write(Kind, admin, domain, at, new()
        {
            ["sender"] = mailbox,
            ["number"] = NumberText.International(number),
            ["count"] = perHourMax,
            ["text"] = text,
        }));
        return new OutgoingMail(MailKind.Notice, "", admin, OurMail.Write(message), null);
    }
}
