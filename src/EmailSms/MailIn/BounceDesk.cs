using EmailSms.MailOut;
using EmailSms.Messages;
using EmailSms.Smtp;
using MimeKit;

namespace EmailSms.MailIn;

/// <summary>
/// Takes what comes back to the bounce address of a reply. What says that a mailbox is dead is told onward; delays,
/// out-of-office notes and the like are taken and forgotten.
/// </summary>
/// <param name="domains">The domains that are ours.</param>
/// <param name="isKnown">Whether there is an address of that token.</param>
/// <param name="take">Told of the token and what the other server said; returns when that is on disk.</param>
internal sealed class BounceDesk(
    IReadOnlyList<string> domains, Func<string, bool> isKnown, Func<string, string, Task> take)
{
    private readonly HashSet<string> _domains = new(domains, StringComparer.OrdinalIgnoreCase);

    /// <summary>The token, where it is a bounce address of ours.</summary>
    public string? TokenOf(SmtpRcptTo recipient) =>
        _domains.Contains(recipient.Domain) ? BounceToken.Read(recipient.LocalPart) : null;

    /// <summary>What RCPT is told.</summary>
    public SmtpReply Decide(string token) => isKnown(token)
        ? SmtpReply.RecipientOk
        : new SmtpReply(550, "5.1.1", "No mail of ours has this bounce address, or it is long ago");

    /// <summary>Hands it on, if it says that the mail did not arrive.</summary>
    public async Task<SmtpReply> TakeAsync(IEnumerable<string> tokens, MimeMessage mail, string sender)
    {
        if (Failure(mail, sender) is not { } answer)
        {
            return new SmtpReply(250, "2.0.0", "Taken; it says nothing of a mailbox that is dead");
        }

        foreach (string token in tokens) await take(token, answer).ConfigureAwait(false);
        return new SmtpReply(250, "2.0.0", "Taken as a bounce");
    }

    /// <summary>What it says of the failure; null: it says of none.</summary>
    internal static string? Failure(MimeMessage mail, string sender)
    {
        MessageDeliveryStatus? status = mail.BodyParts.OfType<MessageDeliveryStatus>().FirstOrDefault();
        if (status is not null)
        {
            HeaderList? failed = status.StatusGroups.FirstOrDefault(
                group => "failed".Equals(group["Action"]?.Trim(), StringComparison.OrdinalIgnoreCase));
            if (failed is null) return null;
            string code = failed["Diagnostic-Code"] ?? failed["Status"] ?? "it gave no reason";
            return MailText.Line(code[(code.IndexOf(';', StringComparison.Ordinal) + 1)..].Trim());
        }

        // Some servers write bounces of their own kind, as RFC 3834 and vacation programs write notes: what names
        // itself an answer is none.
        string? answered = mail.Headers[HeaderId.AutoSubmitted];
        bool isNote = answered is not null && !answered.Trim().Equals("no", StringComparison.OrdinalIgnoreCase);
        return sender.Length > 0 || isNote || mail.Body is MultipartReport
            ? null
            : MailText.Line(mail.Subject ?? "a bounce without a reason");
    }
}
