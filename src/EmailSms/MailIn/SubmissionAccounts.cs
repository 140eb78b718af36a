using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Smtp;
using MimeKit;

namespace EmailSms.MailIn;

/// <summary>
/// The accounts of the listeners that want one: what checks their passwords, and whom each may write as (RFC 6409 6.1).
/// An account says who somebody is; what may be sent is still said by the sender rules.
/// </summary>
internal sealed class SubmissionAccounts(SmtpUsers users)
{
    /// <summary>What checks the password of an account; null: nobody may authenticate under that name.</summary>
    public ValueTask<SmtpCredential?> FindAsync(string name, CancellationToken stopping)
    {
        string key = SmtpUser.KeyOf(name);
        return ValueTask.FromResult(
            users.FindCredential(key) is { } stored ? SmtpCredential.FromStored(key, stored) : null);
    }

    /// <summary>Null: the account may send as that envelope sender.</summary>
    public SmtpReply? RefuseSender(string name, EmailAddress? sender)
    {
        if (users.Find(name) is not { IsEnabled: true } user)
        {
            return new SmtpReply(550, "5.7.13", $"The user {name} was disabled");
        }

        return sender is { } address && !user.MayWriteAs(address) ? MayNotWriteAs(user, address.ToString()) : null;
    }

    /// <summary>
    /// Null: the account may write as those in the From header. A mail without one, as devices send it, is judged by
    /// its envelope alone.
    /// </summary>
    public SmtpReply? RefuseHeader(string name, MimeMessage mail)
    {
        if (users.Find(name) is not { } user) return RefuseSender(name, null);
        foreach (MailboxAddress from in mail.From.Mailboxes)
        {
            if (!EmailAddress.TryParse(from.Address, out EmailAddress address) || !user.MayWriteAs(address))
            {
                return MayNotWriteAs(user, from.Address);
            }
        }

        return null;
    }

    private static SmtpReply MayNotWriteAs(SmtpUser user, string address) =>
        new(550, "5.7.1", $"The user {user.Name} may not write as {address}");
}
