using EmailSms.MailOut;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Smtp;
using EmailSms.Store;

namespace EmailSms.MailIn;

/// <summary>Thrown inside a write: the mail is refused, and nothing of the write is kept.</summary>
internal sealed class MailRefusedException(LimitReached limit) : Exception(limit.Sentence)
{
    public LimitReached Limit => limit;
}

/// <summary>
/// Holds mails against the limits, in the write that keeps them, and tells the admin of budgets that are being used up.
/// </summary>
internal sealed class QuotaDesk(
    SqliteStore store, Quotas quotas, Outbox outbox, string domain, string adminMailbox, TimeProvider time,
    ILogger<QuotaDesk> log)
{
    /// <summary>What resets so soon is worth another try of the client; a later SMS would help nobody.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromHours(1);

    /// <summary>What a recipient of a mail counts for.</summary>
    public static Counted CountedOf(AcceptedMail mail, RecipientText text) => new(
        text.Recipient.Rule, mail.Origin.MailboxFor(text.Recipient.Rule), mail.Origin.User, text.Recipient.Number,
        text.Fitted.All.Sum(sms => sms.Parts.Parts.Count));

    /// <summary>What an SMS costs, as the timeline has it; null where no price is known.</summary>
    public string? CostOf(SenderRule rule, PhoneNumber to, int parts) =>
        quotas.CostOf(new Counted(rule, "", null, to, parts)) is { } cost
            ? $"{Allowances.Money(cost)} {quotas.Currency}"
            : null;

    /// <summary>Counts the SMS of a mail; part of the write that keeps them.</summary>
    /// <exception cref="MailRefusedException">A limit does not hold them.</exception>
    public void Count(StoreSession db, IReadOnlyList<Counted> sms)
    {
        if (sms.Count == 0) return;
        DateTimeOffset now = time.GetUtcNow();
        if (quotas.Count(db, sms, now, out IReadOnlyList<BudgetStep> steps) is { } reached)
        {
            throw new MailRefusedException(reached);
        }

        foreach (BudgetStep step in steps) Tell(db, step);
    }

    /// <summary>The reply to a mail that a limit does not hold.</summary>
    public async Task<SmtpReply> RefuseAsync(LimitReached limit)
    {
        if (limit.Budget is { } step)
        {
            await store.WriteAsync(db =>
            {
                if (Quotas.TellAll(db, step)) Tell(db, step);
            }).ConfigureAwait(false);
        }

        return ReplyOf(limit, time.GetUtcNow());
    }

    /// <summary>Temporary where a client's next try can work: a bounce is better than an alarm of yesterday.</summary>
    public static SmtpReply ReplyOf(LimitReached limit, DateTimeOffset now) => limit.ResetsAt - now <= Soon
        ? new SmtpReply(452, "4.7.1", limit.Sentence)
        : new SmtpReply(550, "5.7.1", limit.Sentence);

    private void Tell(StoreSession db, BudgetStep step)
    {
        string budget =
            $"{Allowances.Money(step.Max.Max)} {step.Currency} {Window.Each(step.Max.Window)}";
        log.BudgetUsed(step.Whose, step.Percent, budget);
        if (!EmailAddress.TryParse(adminMailbox, out EmailAddress admin)) return;
        outbox.Enqueue(db, BudgetMail.Build(
            TimeOrderedId.Next(time).ToString(), admin, step.Whose, budget, step.Percent, step.ResetsAt,
            time.GetUtcNow(), domain));
    }
}
