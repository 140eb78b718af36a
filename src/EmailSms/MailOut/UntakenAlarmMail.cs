using EmailSms.MailOut.Templates;
using EmailSms.Messages;
using MimeKit;

namespace EmailSms.MailOut;

/// <summary>
/// Tells the owner of an on-call list of an alarm that nobody took. It says that a machine made it, and has the null
/// reverse-path, as notices have.
/// </summary>
internal static class UntakenAlarmMail
{
    public static MailTemplateKind Kind { get; } = new(
        "untaken", "To the owner of an on-call list: nobody took the alarm.",
        [
            TemplateVariable.Line("id", "The last SMS."),
            TemplateVariable.Line("on_call", "The list."),
            TemplateVariable.Line("since", "When the alarm came in."),
            TemplateVariable.List(
                "people", "Who was texted, in order.", TemplateVariable.Line("name", "With the number.")),
            TemplateVariable.Text("text", "What they got."),
        ],
        [
            new MailSample("untaken", words => Build(
                words, "1", "ops", SampleValues.Admin, ["Ann, +44 7700 900123", "+44 7700 900124"], "db1 is down",
                SampleValues.At.AddMinutes(-30), SampleValues.At, SampleValues.Domain, SampleValues.Sms.ToString())),
        ]);

    /// <param name="words">Word it.</param>
    /// <param name="id">The alarm, and with it the Message-ID.</param>
    /// <param name="onCall">The on-call list.</param>
    /// <param name="owner">Who is told.</param>
    /// <param name="people">Who was texted, in order.</param>
    /// <param name="text">The text they got.</param>
    /// <param name="began">When the mail was accepted.</param>
    /// <param name="at">Now.</param>
    /// <param name="domain">Our domain.</param>
    /// <param name="smsId">The last SMS, whose timeline is to tell of the mail.</param>
    public static OutgoingMail Build(
        MailTemplates words, string id, string onCall, EmailAddress owner, IEnumerable<string> people, string text,
        DateTimeOffset began, DateTimeOffset at, string domain, string smsId)
    {
        using var message = new MimeMessage();
        OurMail.Address(
            message, new MailboxAddress("SMS gateway", $"postmaster@{domain}"), owner, at,
            $"untaken.{id}@{domain}", id);
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        message.Priority = MessagePriority.Urgent;
        message.Body = OurMail.Word(message, words.Write(Kind, owner, domain, at, new()
        {
            ["id"] = smsId,
            ["on_call"] = onCall,
            ["since"] = NoticeMail.Time(began),
            ["people"] = people.Select(person => new Dictionary<string, object?> { ["name"] = person }).ToList(),
            ["text"] = text,
        }));
        return new OutgoingMail(MailKind.Notice, "", owner, OurMail.Write(message), smsId);
    }
}
