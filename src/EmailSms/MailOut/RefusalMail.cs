using System.Text;
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
    string OriginalSubject);

/// <summary>
/// Writes the refusal that an SMTP client would have had as a reply. Like every notice it has the null reverse-path and
/// says that a machine made it (RFC 3834).
/// </summary>
internal static class RefusalMail
{
    public static OutgoingMail Build(FetchedRefusal refusal)
    {
        using var message = new MimeMessage();
        OurMail.Address(
            message, new MailboxAddress("SMS gateway", $"postmaster@{refusal.Domain}"), refusal.To, refusal.At,
            $"refused.{refusal.Id}@{refusal.Domain}", refusal.Id);
        string subject = MailText.Line(refusal.OriginalSubject);
        message.Subject = $"{(refusal.IsWhole ? "Not sent" : "Not sent to all")}: {subject}";
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-replied");
        if (OurMail.MessageId(refusal.OriginalMessageId) is { } original)
        {
            message.InReplyTo = original;
            message.References.Add(original);
        }

        var why = new StringBuilder();
        foreach ((string recipient, string sentence) in refusal.Refusals)
        {
            why.Append(recipient.Length > 0 ? $"{recipient}: " : "").Append(sentence.TrimEnd('.')).Append(".\n");
        }

        string opening = refusal.IsWhole
            ? $"Your mail \"{subject}\" became no SMS."
            : $"Your mail \"{subject}\" became no SMS for some of those it is for. The others get theirs.";
        message.Body = OurMail.Text(
            $"""
             {opening}

             {why.ToString().TrimEnd()}

             --
             Mailbox: {refusal.Mailbox}
             """);
        return new OutgoingMail(MailKind.Notice, "", refusal.To, OurMail.Write(message));
    }
}
