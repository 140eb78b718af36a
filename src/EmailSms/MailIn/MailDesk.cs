using EmailSms.Composing;
using EmailSms.Smtp;
using MimeKit;

namespace EmailSms.MailIn;

/// <summary>What a mail is: its texts for its recipients, or the refusal.</summary>
internal sealed record MailAnswer(AcceptedMail? Mail, SmtpReply? Refusal);

/// <summary>
/// Decides about a whole mail: is it one that may become SMS, may its writer write as that, what does it say. Nothing
/// is kept by it: a question is answered as DATA is.
/// </summary>
internal sealed class MailDesk(RecipientDesk recipients, SubmissionAccounts accounts, TextDesk texts)
{
    private const int ReceivedMax = 50; // RFC 5321 6.3: a loop is a mail with many Received; 100 there, 50 in the field

    public static SmtpReply NoMail { get; } = new(554, "5.6.0", "This is not a mail: its header cannot be read");

    /// <summary>Reads a mail from a stream that can seek.</summary>
    public MailAnswer Read(
        Stream bytes, MailOrigin origin, IReadOnlyList<AcceptedRecipient> accepted, CancellationToken stopping)
    {
        try
        {
            MimeMessage mail = MailComposer.Load(bytes, stopping);
            if (Unwanted(mail) is { } no) return Refuse(no);
            if (origin.User is { } user && accounts.RefuseHeader(user, mail) is { } notTheirs) return Refuse(notTheirs);
            if (accepted.Any(one => one.Open is not null))
            {
                origin = origin.With(mail);
                RecipientAnswer settled = recipients.Settle(origin, accepted);
                if (settled.Recipients.Count == 0) return Refuse(settled.Reply);
                accepted = settled.Recipients;
            }

            TextAnswer answer = texts.Decide(mail, accepted);
            if (answer.Refusal is { } refusal) return Refuse(refusal);

            string? messageId = string.IsNullOrEmpty(mail.MessageId) ? null : $"<{mail.MessageId}>";
            return new MailAnswer(
                new AcceptedMail(
                    origin, answer.Texts, messageId, MailIdentity.Of(mail), mail.Subject ?? "", bytes.Length),
                null);
        }
        catch (FormatException)
        {
            return Refuse(NoMail);
        }
    }

    /// <summary>The refusal of a mail that has gone through too many servers; null: it has not.</summary>
    public static SmtpReply? Circling(MimeMessage mail) =>
        mail.Headers.Count(header => header.Id is HeaderId.Received) > ReceivedMax
            ? new SmtpReply(
                554, "5.4.6", $"This mail runs in a circle: it has passed more than {ReceivedMax} servers")
            : null;

    private SmtpReply? Unwanted(MimeMessage mail)
    {
        if (Circling(mail) is { } circling) return circling;
        string? loop = LoopSigns.Find(mail) ?? LoopSigns.FindInAnswer(mail, recipients.Domains);
        return loop is { } sign ? new SmtpReply(550, "5.7.1", sign) : null;
    }

    private static MailAnswer Refuse(SmtpReply reply) => new(null, reply);
}
