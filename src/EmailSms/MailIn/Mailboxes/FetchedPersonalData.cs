using EmailSms.Store;
using static EmailSms.Store.PersonalColumn;

namespace EmailSms.MailIn.Mailboxes;

/// <summary>What is remembered of mails in mailboxes: why one was refused may name its sender.</summary>
internal static class FetchedPersonalData
{
    public static PersonalTable[] Tables { get; } =
    [
        new(
            "fetched_mail", ["source", "validity", "uid"],
            [
                Mentions("reason"), .. Nobody("a mailbox of the configuration", "source"),
                .. Nobody("the mailbox's own id, and ours", "uid", "outcome", "mail_id"),
                .. Nobody("places in the header of a mail", "done"),
            ]),
    ];
}
