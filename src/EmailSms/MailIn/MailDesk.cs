using EmailSms.Composing;
using EmailSms.Messages;
using EmailSms.Policy.Proof;
using EmailSms.Smtp;
using MimeKit;

namespace EmailSms.MailIn;

/// <summary>What a mail is: its texts for its recipients, or the refusal.</summary>
internal sealed record MailAnswer(AcceptedMail? Mail, SmtpReply? Refusal)
{
    /// <summary>The places of recipients that get none, and what each is told.</summary>
    public IReadOnlyList<(int Place, SmtpReply Reply)> Refused { get; init; } = [];
}

/// <summary>A mail that was taken for its recipients, and waits to be read.</summary>
/// <param name="Origin">Who sent it.</param>
/// <param name="Recipients">Whom it is for.</param>
/// <param name="Gathered">What was looked up to prove its sender; null: no rule asks.</param>
/// <param name="IsEachAnswered">Whether each recipient gets a reply of its own, as over LMTP.</param>
internal sealed record UnreadMail(
    MailOrigin Origin, IReadOnlyList<AcceptedRecipient> Recipients, GatheredProof? Gathered = null,
    bool IsEachAnswered = false)
{
    /// <summary>Whether its subject is whom it is for, and no part of what it says.</summary>
    public bool IsSubjectRecipient { get; init; }
}

/// <summary>
/// Decides about a whole mail: is it one that may become SMS, may its writer write as that, what does it say. Nothing
/// is kept by it: a question is answered as DATA is.
/// </summary>
internal sealed class MailDesk(
    RecipientDesk recipients, SubmissionAccounts accounts, OriginDesk origins, TextDesk texts,
    RegistrationDesk registrations)
{
    private const int ReceivedMax = 50; // RFC 5321 6.3: a loop is a mail with many Received; 100 there, 50 in the field

    public static SmtpReply NoMail { get; } = new(554, "5.6.0", "This is not a mail: its header cannot be read");

    /// <summary>Reads a mail from a stream that can seek.</summary>
    public async Task<MailAnswer> ReadAsync(Stream bytes, UnreadMail unread, CancellationToken stopping)
    {
        MailOrigin origin = unread.Origin;
        IReadOnlyList<AcceptedRecipient> accepted = unread.Recipients;
        IReadOnlyList<(int Place, SmtpReply Reply)> refused = [];
        try
        {
            MimeMessage mail = MailComposer.Load(bytes, stopping);
            if (Unwanted(mail) is { } no) return Refuse(no);
            if (origin.User is { } user && accounts.RefuseHeader(user, mail) is { } notTheirs) return Refuse(notTheirs);
            if (accepted.Any(one => one.Open is not null))
            {
                origin = origin.With(mail);
                if (unread.Gathered is { } gathered)
                {
                    Evidence found = await origins.ExamineAsync(mail, gathered, stopping).ConfigureAwait(false);
                    origin = origin with { Evidence = found };
                }

                (accepted, refused) = recipients.Settle(origin, accepted);

                // One reply for all: half of a mail that was refused would be a secret.
                bool isOver = accepted.Count == 0 || (refused.Count > 0 && !unread.IsEachAnswered);
                if (isOver) return Refuse(refused[0].Reply) with { Refused = refused };
            }

            string? repeatKey = MailIdentity.Of(mail);
            if (unread.IsSubjectRecipient) mail.Subject = "";
            TextAnswer answer = registrations.Complete(origin, texts.Decide(mail, accepted));
            if (answer.Refusal is { } refusal) return Refuse(refusal);

            string? messageId = string.IsNullOrEmpty(mail.MessageId) ? null : $"<{mail.MessageId}>";
            return new MailAnswer(
                new AcceptedMail(
                    origin, answer.Texts, messageId, repeatKey, mail.Subject ?? "", bytes.Length)
                {
                    TellsEach = AsksForReceipt(mail, origin),
                },
                null)
            {
                Refused = refused,
            };
        }
        catch (FormatException)
        {
            return Refuse(NoMail);
        }
    }

    // To the sender alone: a mail that has it sent to somebody else would make us write to strangers.
    private static bool AsksForReceipt(MimeMessage mail, MailOrigin origin) =>
        mail.Headers[HeaderId.DispositionNotificationTo] is { } asked
        && InternetAddressList.TryParse(asked, out InternetAddressList? to)
        && to.Mailboxes.Any(one => EmailAddress.TryParse(one.Address, out EmailAddress address)
            && (address == origin.Address || address == origin.HeaderFrom));

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
