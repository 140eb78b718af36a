using EmailSms.MailOut.Templates;
using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.MailOut;

/// <summary>What every mail to the admin is made with.</summary>
/// <param name="Words">Word it.</param>
/// <param name="Admin">Who sees to it.</param>
/// <param name="Id">Makes its Message-ID.</param>
/// <param name="At">Now.</param>
/// <param name="Domain">Ours.</param>
internal sealed record AdminAlert(
    MailTemplates Words, EmailAddress Admin, string Id, DateTimeOffset At, string Domain);

/// <summary>
/// Mails the admin what needs them, as a part of the write that finds it. Without a mailbox of theirs nobody is told:
/// the log has it.
/// </summary>
internal sealed class AdminAlerts(Outbox outbox, string domain, string adminMailbox, TimeProvider time)
{
    private readonly AlertPace _pace = new(time);

    /// <summary>Whether a mailbox is the admin's.</summary>
    public bool IsAdmin(EmailAddress mailbox) =>
        EmailAddress.TryParse(adminMailbox, out EmailAddress admin) && mailbox.Key == admin.Key;

    /// <summary>Tells of something.</summary>
    /// <param name="db">The write.</param>
    /// <param name="trouble">Names what lasts, and is told once an hour; null: it is told each time.</param>
    /// <param name="write">Writes the mail.</param>
    public void Tell(StoreSession db, string? trouble, Func<AdminAlert, OutgoingMail> write)
    {
        if (!EmailAddress.TryParse(adminMailbox, out EmailAddress admin)) return;
        if (trouble is not null && !_pace.IsNews(db, trouble)) return;
        outbox.Enqueue(db, write(new AdminAlert(
            outbox.Words, admin, TimeOrderedId.Next(time).ToString(), time.GetUtcNow(), domain)));
    }
}
