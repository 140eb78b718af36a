using EmailSms.Messages;
using MimeKit;

namespace EmailSms.MailOut;

/// <summary>A limit of which a part was used.</summary>
/// <param name="Whose">Whose it is, as a sentence begins: the gateway, a rule, a sender.</param>
/// <param name="Amount">Such as <c>5 EUR a day</c>.</param>
/// <param name="IsMoney">It is a budget.</param>
/// <param name="Percent">50, 80 or 100.</param>
/// <param name="ResetsAt">When it begins anew.</param>
internal sealed record UsedLimit(string Whose, string Amount, bool IsMoney, int Percent, DateTimeOffset ResetsAt);

/// <summary>Writes the mail that tells the admin how much of a budget, or of another limit, is used.</summary>
internal static class BudgetMail
{
    /// <param name="id">Makes its Message-ID.</param>
    /// <param name="admin">Who hears of it.</param>
    /// <param name="used">What is used.</param>
    /// <param name="at">Now.</param>
    /// <param name="domain">Ours.</param>
    public static OutgoingMail Build(
        string id, EmailAddress admin, UsedLimit used, DateTimeOffset at, string domain)
    {
        using var message = new MimeMessage();
        OurMail.Address(
            message, new MailboxAddress("SMS gateway", $"postmaster@{domain}"), admin, at, $"budget.{id}@{domain}", id);
        string what = used.IsMoney ? "budget" : "limit";
        message.Subject = $"{used.Whose}: {used.Percent} % of the {what} is used";
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        string then = used.Percent < 100
            ? "SMS go out until all of it is used."
            : "SMS that would take more are refused until then, and their senders are told; alarms under way go on.";
        message.Body = OurMail.Text(
            $"""
             {used.Whose} may {(used.IsMoney ? "spend" : "send")} {used.Amount}, and {used.Percent} % of it is used.
             It begins anew at {used.ResetsAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC. {then}

             emailsms senders list shows the limits of rules; those of the gateway are in the section Limits.
             If somebody is sending what nobody meant to send: emailsms pause all, then emailsms senders.
             """);
        return new OutgoingMail(MailKind.Notice, "", admin, OurMail.Write(message), null);
    }
}
