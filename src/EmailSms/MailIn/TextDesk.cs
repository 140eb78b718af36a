using EmailSms.Composing;
using EmailSms.Messages;
using EmailSms.Smtp;
using MimeKit;

namespace EmailSms.MailIn;

/// <summary>What one recipient gets of a mail.</summary>
/// <param name="Recipient">Whom it is for.</param>
/// <param name="Reading">The text under the recipient's rule, with what was taken out of the mail.</param>
/// <param name="Fitted">The same in the SMS that are sent: one, or several where the rule splits.</param>
internal sealed record RecipientText(AcceptedRecipient Recipient, MailReading.Text Reading, Fitting.Texts Fitted)
{
    /// <summary>What each of the SMS tells its carrier for a registry, in their order; empty: nothing.</summary>
    public IReadOnlyList<SmsRegistration?> Registrations { get; init; } = [];

    /// <summary>A text that is of no registered template, and goes out all the same; null: there is none.</summary>
    public string? TemplateMismatch { get; init; }
}

/// <summary>The texts of a mail, one for each recipient in their order; or none and the refusal.</summary>
internal sealed record TextAnswer(IReadOnlyList<RecipientText> Texts, SmtpReply? Refusal);

/// <summary>
/// Decides what a mail says on each phone, under the rule that let its sender text it. A mail has one answer, so what
/// one rule refuses is refused for all. Nothing is kept by it: a question is answered as DATA is.
/// </summary>
internal sealed class TextDesk(MailComposer composer)
{
    public TextAnswer Decide(MimeMessage mail, IReadOnlyList<AcceptedRecipient> recipients)
    {
        var readings = new Dictionary<TextRules, MailReading>(ReferenceEqualityComparer.Instance);
        var fittings = new Dictionary<(TextRules, int), Fitting>();
        List<RecipientText> texts = [];
        foreach (AcceptedRecipient recipient in recipients)
        {
            TextRules rules = recipient.Rule.Text;
            if (!readings.TryGetValue(rules, out MailReading? reading))
            {
                readings[rules] = reading = composer.Read(mail, rules);
            }

            if (reading is not MailReading.Text text)
            {
                return Refuse(new SmtpReply(554, "5.6.0", ((MailReading.Refused)reading).Sentence));
            }

            int parts = recipient.PartsMax;
            if (!fittings.TryGetValue((rules, parts), out Fitting? fitting))
            {
                fittings[(rules, parts)] = fitting = TextLimit.Fit(text, rules.LongText, parts, rules.Segments);
            }

            if (fitting is not Fitting.Texts fitted)
            {
                return Refuse(new SmtpReply(554, "5.3.4", ((Fitting.TooLong)fitting).Sentence));
            }

            texts.Add(new RecipientText(recipient, text, fitted));
        }

        return new TextAnswer(texts, null);
    }

    private static TextAnswer Refuse(SmtpReply reply) => new([], reply);
}
