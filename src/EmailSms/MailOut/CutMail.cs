using EmailSms.MailOut.Templates;
using EmailSms.Messages;
using MimeKit;

namespace EmailSms.MailOut;

/// <summary>A text that was longer than its rule allows, as its sender is told of it.</summary>
/// <param name="SmsId">The SMS.</param>
/// <param name="To">The sender.</param>
/// <param name="Number">The phone.</param>
/// <param name="Domain">The domain of ours that the mail went to.</param>
/// <param name="Shown">What the phone shows.</param>
/// <param name="LeftOut">What it does not.</param>
/// <param name="PartsMax">What the rule allows.</param>
/// <param name="At">When the mail was accepted.</param>
/// <param name="OriginalMessageId">The mail's Message-ID; what is none is left out.</param>
/// <param name="OriginalSubject">The mail's subject.</param>
internal sealed record CutText(
    string SmsId,
    EmailAddress To,
    PhoneNumber Number,
    string Domain,
    string Shown,
    string LeftOut,
    int PartsMax,
    DateTimeOffset At,
    string? OriginalMessageId,
    string OriginalSubject);

/// <summary>
/// Writes the mail that says what was cut. Like every notice it has the null reverse-path and says that a machine made
/// it (RFC 3834). It is no delivery report: the fate of the SMS is not known yet.
/// </summary>
internal static class CutMail
{
    private const int LeftOutCharsMax = 10_000;

    public static MailTemplateKind Kind { get; } = new(
        "cut", "To the sender: the text was longer than the rule allows, and what of it no phone shows.",
        [
            TemplateVariable.Line("id", "The SMS."),
            TemplateVariable.Line("number", "The phone."),
            TemplateVariable.Line("subject", "Of the mail."),
            TemplateVariable.Number("parts_max", "What the rule allows."),
            TemplateVariable.Text("shown", "What the phone shows."),
            TemplateVariable.Text("left_out", "What it does not."),
        ],
        [.. new[] { 1, 3 }.Select(parts => new MailSample($"{parts}", words => Build(words, new CutText(
            SampleValues.Sms.ToString(), SampleValues.Sender, SampleValues.Number, SampleValues.Domain,
            SampleValues.Text, "And your insurance papers.", parts, SampleValues.At, SampleValues.MessageId,
            SampleValues.Subject))))]);

    public static OutgoingMail Build(MailTemplates words, CutText cut)
    {
        using var message = new MimeMessage();
        OurMail.Address(
            message, new MailboxAddress("SMS gateway", $"postmaster@{cut.Domain}"), cut.To, cut.At,
            $"cut.{cut.SmsId}@{cut.Domain}", cut.SmsId);
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        OurMail.Follow(message, cut.OriginalMessageId);

        string leftOut = cut.LeftOut.Length > LeftOutCharsMax ? $"{cut.LeftOut[..LeftOutCharsMax]} …" : cut.LeftOut;
        message.Body = OurMail.Word(message, words.Write(Kind, cut.To, cut.Domain, cut.At, new()
        {
            ["id"] = cut.SmsId,
            ["number"] = NumberText.International(cut.Number),
            ["subject"] = cut.OriginalSubject,
            ["parts_max"] = cut.PartsMax,
            ["shown"] = cut.Shown,
            ["left_out"] = leftOut,
        }));
        return new OutgoingMail(MailKind.Notice, "", cut.To, OurMail.Write(message), cut.SmsId);
    }
}
