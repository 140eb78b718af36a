using EmailSms.MailOut;
using EmailSms.Messages;
using EmailSms.Smtp;
using EmailSms.Store;
using MimeKit;

namespace EmailSms.MailIn;

/// <summary>
/// Takes mail for <c>postmaster</c>, as every server of a domain must (RFC 5321 4.5.1), from anybody and without a
/// rule, and hands it to the default mailbox. Because anybody may, only so many an hour are taken.
/// </summary>
internal sealed class PostmasterDesk(
    Outbox outbox, IReadOnlyList<string> domains, string defaultMailbox, TimeProvider time)
{
    /// <summary>One a minute: more is no correspondence.</summary>
    public const int PerHourMax = 60;

    private readonly HashSet<string> _domains = new(domains, StringComparer.OrdinalIgnoreCase);
    private readonly Lock _lock = new();
    private long _hourBegan = time.GetTimestamp();
    private int _thisHour;

    /// <summary>Whether it is the postmaster's address: of a domain of ours, or the bare one.</summary>
    public bool IsFor(SmtpRcptTo recipient) =>
        recipient.LocalPart.Equals("postmaster", StringComparison.OrdinalIgnoreCase)
        && (recipient.Domain.Length == 0 || _domains.Contains(recipient.Domain));

    /// <summary>What RCPT is told.</summary>
    public SmtpReply Decide()
    {
        if (!EmailAddress.TryParse(defaultMailbox, out _))
        {
            return new SmtpReply(550, "5.1.1", "Nobody reads this mail here: Replies:DefaultMailbox is not set");
        }

        lock (_lock)
        {
            if (time.GetElapsedTime(_hourBegan) >= TimeSpan.FromHours(1))
            {
                (_hourBegan, _thisHour) = (time.GetTimestamp(), 0);
            }

            return _thisHour < PerHourMax
                ? SmtpReply.RecipientOk
                : new SmtpReply(451, "4.7.1", "Too many mails for the postmaster in an hour, try again later");
        }
    }

    /// <summary>Null: it is none of ours that went round.</summary>
    public static SmtpReply? Refuse(MimeMessage mail) => mail.Headers.Contains(OurMail.IdHeader)
        ? new SmtpReply(
            550, "5.7.1", "Mails made by this gateway are not handed to its postmaster: they would go round")
        : null;

    /// <summary>The mail that hands it on. The original belongs to it then.</summary>
    public OutgoingMail Write(Guid id, MimeMessage mail, MailOrigin origin, long sizeBytes) => ForwardMail.Build(
        outbox.Words,
        new Forward(
            id, EmailAddress.Parse(defaultMailbox), domains[0], origin.Sender, origin.Client.ToString(),
            time.GetUtcNow(), sizeBytes),
        mail);

    /// <summary>Puts it into the outbox, and counts it.</summary>
    public void Send(StoreSession db, OutgoingMail mail)
    {
        outbox.Enqueue(db, mail);
        lock (_lock) _thisHour++;
    }
}
