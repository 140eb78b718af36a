using EmailSms.Messages;
using MimeKit;

namespace EmailSms.MailOut;

/// <summary>Writes the mail that tells the admin how much of a budget is used.</summary>
internal static class BudgetMail
{
    /// <param name="id">Makes its Message-ID.</param>
    /// <param name="admin">Who hears of it.</param>
    /// <param name="whose">The gateway or a rule, as a sentence begins.</param>
    /// <param name="budget">Such as <c>5 EUR a day</c>.</param>
    /// <param name="percent">50, 80 or 100.</param>
    /// <param name="resetsAt">When it begins anew.</param>
    /// <param name="at">Now.</param>
    /// <param name="domain">Ours.</param>
    public static OutgoingMail Build(
        string id, EmailAddress admin, string whose, string budget, int percent, DateTimeOffset resetsAt,
        DateTimeOffset at, string domain)
    {
        using var message = new MimeMessage();
        OurMail.Address(
            message, new MailboxAddress("SMS gateway", $"postmaster@{domain}"), admin, at, $"budget.{id}@{domain}", id);
        message.Subject = $"{whose}: {percent} % of the budget is used";
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        string then = percent < 100
            ? "SMS go out until all of it is used."
            : "SMS that would cost more are refused until then, and their senders are told.";
        message.Body = OurMail.Text(
            $"""
             {whose} may spend {budget}, and {percent} % of it is used.
             It begins anew at {resetsAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC. {then}

             emailsms senders list shows the budgets of rules; that of the gateway is Limits:Budget.
             If somebody is sending what nobody meant to send: emailsms carriers pause --all, then emailsms senders.
             """);
        return new OutgoingMail(MailKind.Notice, "", admin, OurMail.Write(message), null);
    }
}
