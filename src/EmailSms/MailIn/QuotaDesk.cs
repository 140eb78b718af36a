using EmailSms.MailOut;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Smtp;
using EmailSms.Store;

namespace EmailSms.MailIn;

/// <summary>Thrown inside a write: the mail is refused, and nothing of the write is kept.</summary>
internal sealed class MailRefusedException : Exception
{
    public MailRefusedException(LimitReached limit)
        : base(limit.Sentence) => Limit = limit;

    public MailRefusedException(string sender, int inARow)
        : base("A sender was stopped.") => (Sender, InARow) = (sender, inARow);

    /// <summary>A limit that does not hold it; null: its sender texts one number after the other.</summary>
    public LimitReached? Limit { get; }

    /// <summary>Whose it is.</summary>
    public string Sender { get; } = "";

    /// <summary>How many numbers stand in a row.</summary>
    public int InARow { get; }
}

/// <summary>
/// Holds mails against the limits, in the write that keeps them, and tells the admin what is being used up, what waits,
/// and who was stopped.
/// </summary>
internal sealed class QuotaDesk(
    SqliteStore store, Quotas quotas, int inARowMax, Outbox outbox, string domain, string adminMailbox,
    TimeProvider time,
    ILogger<QuotaDesk> log)
{
    /// <summary>What resets so soon is worth another try of the client; a later SMS would help nobody.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromHours(1);

    /// <summary>Mails about limits in an hour; the log has all.</summary>
    private const int MailsPerHourMax = 50;

    private DateTimeOffset _toldSince;
    private int _told;

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
        if (quotas.Count(db, sms, now, out IReadOnlyList<LimitStep> steps) is { } reached)
        {
            throw new MailRefusedException(reached);
        }

        foreach (LimitStep step in steps) Tell(db, step);
    }

    /// <summary>
    /// Counts the next SMS of an alarm, part of the write that enqueues it. It goes out whatever the limits say: an
    /// alarm that was let in is not stopped half way.
    /// </summary>
    public void CountFollowUp(StoreSession db, FollowUp sms)
    {
        SenderRule? rule = sms.RuleId is { } id ? SenderRules.Find(db, id) : null; // it may be gone by now
        RuleLimits limits = rule?.Limits ?? RuleLimits.None;
        foreach (LimitStep step in quotas.CountAnyway(
            db, [new Counted(sms.RuleId ?? 0, limits, sms.Mailbox, sms.User, sms.To, sms.Parts)], time.GetUtcNow()))
        {
            if (step.IsOver) AfterwardsIfKept(db, () => log.AlarmOverLimit(sms.OnCall, step.Whose, step.Amount));
            Tell(db, step);
        }
    }

    /// <summary>Whether an SMS waits for an admin's word. An alarm that finds somebody on call never does.</summary>
    public static CountryVerdict DecideCountry(StoreSession db, AcceptedRecipient recipient, long now)
    {
        CountryVerdict verdict = Countries.Decide(
            db, recipient.Rule, NumberRegion.Of(recipient.Number) ?? "ZZ", now);
        return recipient.Alarm is null ? verdict : CountryVerdict.Open;
    }

    /// <summary>Asks the admin about the first SMS to a country.</summary>
    public void TellHeld(StoreSession db, AcceptedMail mail, RecipientText text, Guid sms)
    {
        AcceptedRecipient recipient = text.Recipient;
        string region = NumberRegion.Of(recipient.Number) ?? "ZZ";
        AfterwardsIfKept(db, () => log.FirstToCountry(sms, region));
        if (!EmailAddress.TryParse(adminMailbox, out EmailAddress admin)) return;
        outbox.Enqueue(db, AlertMail.Held(
            outbox.Words, admin, sms, mail.Origin.MailboxFor(recipient.Rule), recipient.Number, region,
            recipient.Rule.Id, time.GetUtcNow(), domain));
    }

    /// <summary>Notes a number that was texted, for who texts one after the other.</summary>
    /// <exception cref="MailRefusedException">It is one too many in a row.</exception>
    public void NoteNumber(StoreSession db, AcceptedMail mail, RecipientText text, long now)
    {
        if (inARowMax == 0 || text.Recipient.IsKnown) return;
        string sender = mail.Origin.MailboxFor(text.Recipient.Rule).ToLowerInvariant();
        int inARow = NumberBlocks.Note(db, sender, text.Recipient.Number, now);
        if (inARow > inARowMax) throw new MailRefusedException(sender, inARow);
    }

    /// <summary>The reply to a mail that was refused inside its write, with what is to be kept of that.</summary>
    public async Task<SmtpReply> RefuseAsync(MailRefusedException refused)
    {
        if (refused.Limit is not { } limit)
        {
            return await StopAsync(refused.Sender, refused.InARow).ConfigureAwait(false);
        }

        if (limit.Step is { } step)
        {
            await store.WriteAsync(db =>
            {
                if (Quotas.TellAll(db, step)) Tell(db, step);
            }).ConfigureAwait(false);
        }

        return ReplyOf(limit, time.GetUtcNow());
    }

    /// <summary>The reply to a sender that was stopped.</summary>
    public static SmtpReply Stopped { get; } = new(
        550, "5.7.1", "This sender was stopped, and no mail of it is taken until the admin resumes it");

    private async Task<SmtpReply> StopAsync(string sender, int inARow)
    {
        await store.WriteAsync(db =>
        {
            if (Pauses.Find(db, Pause.OfSender(sender)) is not null) return; // a session beside this one
            Pauses.Put(db, new Pause(
                Pause.OfSender(sender), time.GetUtcNow().ToUnixTimeMilliseconds(), Pause.OurOwn,
                $"{inARow} numbers in a row", Unbind: false));
            AfterwardsIfKept(db, () => log.SenderStopped(sender, inARow));
            if (!EmailAddress.TryParse(adminMailbox, out EmailAddress admin)) return;
            outbox.Enqueue(db, AlertMail.Stopped(
                outbox.Words, admin, TimeOrderedId.Next(time).ToString(), sender, inARow, time.GetUtcNow(),
                domain));
        }).ConfigureAwait(false);
        return Stopped;
    }

    /// <summary>Temporary where a client's next try can work: a bounce is better than an alarm of yesterday.</summary>
    public static SmtpReply ReplyOf(LimitReached limit, DateTimeOffset now) => limit.ResetsAt - now <= Soon
        ? new SmtpReply(452, "4.7.1", limit.Sentence)
        : new SmtpReply(550, "5.7.1", limit.Sentence);

    // Used within writes alone, which are one after the other.
    private void Tell(StoreSession db, LimitStep step)
    {
        AfterwardsIfKept(db, () => log.BudgetUsed(step.Whose, step.Percent, step.Amount));
        if (!EmailAddress.TryParse(adminMailbox, out EmailAddress admin)) return;
        DateTimeOffset now = time.GetUtcNow();
        if (now - _toldSince >= TimeSpan.FromHours(1)) (_toldSince, _told) = (now, 0);
        if (_told >= MailsPerHourMax) return; // a limit for each number can be reached by thousands at once
        _told++;
        db.Afterwards(kept =>
        {
            if (!kept) _told = Math.Max(0, _told - 1); // its mail went with the write
        });
        outbox.Enqueue(db, BudgetMail.Build(
            outbox.Words, TimeOrderedId.Next(time).ToString(), admin,
            new UsedLimit(step.Whose, step.Amount, step.IsMoney, step.Percent, step.ResetsAt), now, domain));
    }

    // The log says nothing of what is not on disk.
    private static void AfterwardsIfKept(StoreSession db, Action say) => db.Afterwards(kept =>
    {
        if (kept) say();
    });
}
