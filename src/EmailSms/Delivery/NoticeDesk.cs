using EmailSms.MailOut;
using EmailSms.MailOut.Templates;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Store;

namespace EmailSms.Delivery;

/// <summary>
/// Decides which fates are told, when, and together with which, as a piece of the write in which one is known.
/// <code>
///   fate ──► wanted? ──► all that are told with it are known ───────────────────► outbox
///               │ no        │ others of the mail are awaited, or it is for a digest
///               ▼           └──► Notices, on disk, until all are known or the time comes (NoticeClock)
///             nothing
/// </code>
/// Told together are the ends of a mail; for who asked for a read receipt, those of one number of it; and apart from
/// them what is no end: that SMS still wait, that no more is known.
/// </summary>
internal sealed class NoticeDesk(
    Outbox outbox, NoticeOptions options, string domain, TimeZoneInfo zone, TimeProvider time)
{
    /// <summary>Set when something was put in that is told later.</summary>
    public Signal Wake { get; } = new();

    /// <summary>An SMS has ended, or was silent for long.</summary>
    public void Tell(StoreSession db, SmsRecord sms, NoticeFate fate, FailureCode? why)
    {
        if (!IsWanted(sms, fate) || IsSecondSuccess(db, sms, fate) || !EmailAddress.TryParse(sms.Mailbox, out _))
        {
            TellOthers(db, sms);
            return;
        }

        long now = NowMs();
        bool isDigest = IsDigest(sms);
        long due = isDigest ? NextDigestMs(sms.Notices) : now + (long)options.CollectFor.TotalMilliseconds;
        string together = isDigest ? Notices.DigestOf(sms.Mailbox, due) : Together(sms, fate);
        Notices.Add(db, new PendingNotice(sms.Id, together, sms.Mailbox, fate, why, now), due);
        if (isDigest || (options.CollectFor > TimeSpan.Zero && AreAwaited(db, sms, fate, due)))
        {
            db.Afterwards(_ => Wake.Set());
        }
        else
        {
            Send(db, together);
        }

        TellOthers(db, sms);
    }

    // It may be the last that others have waited for, also where it is told by itself, or nobody hears of it.
    private void TellOthers(StoreSession db, SmsRecord sms)
    {
        string ends = Together(sms, NoticeFate.Delivered);
        if (Notices.IsWaiting(db, ends) && !AreAwaited(db, sms, NoticeFate.Delivered, 0)) Send(db, ends);
    }

    private static string Together(SmsRecord sms, NoticeFate fate)
    {
        if (sms.MailId is not { } mail) return sms.Id.ToString();
        string word = sms.TellsEach ? $"{mail}:{sms.To.E164}" : mail.ToString();
        return IsEnd(fate) ? word : $"{word}:{fate}";
    }

    private static bool AreAwaited(StoreSession db, SmsRecord sms, NoticeFate fate, long untilMs)
    {
        if (sms.MailId is not { } mail) return false;
        PhoneNumber? of = sms.TellsEach ? sms.To : null;
        return IsEnd(fate)
            ? Notices.IsOpen(db, mail, of)
            : Notices.IsSilent(db, mail, of, sms.Id, isSent: fate is NoticeFate.Relayed, untilMs);
    }

    private static bool IsEnd(NoticeFate fate) => fate is NoticeFate.Delivered or NoticeFate.Failed;

    /// <summary>Tells all of one word, and forgets them.</summary>
    public void Send(StoreSession db, string together)
    {
        List<PendingNotice> pending = Notices.Take(db, together);
        foreach (IGrouping<string, PendingNotice> told in pending.GroupBy(
            one => one.Mailbox, StringComparer.OrdinalIgnoreCase))
        {
            if (!EmailAddress.TryParse(told.Key, out EmailAddress mailbox)) continue;
            List<(PendingNotice One, SmsRecord Sms)> known =
            [
                .. from one in told
                   let sms = SmsRecord.Find(db, one.Sms)
                   where sms is not null && IsStillSo(one.Fate, sms.State)
                   select (one, sms),
            ];
            if (known.Count == 0) continue;
            List<Notice> notices = [.. known.Select(pair => Write(pair.Sms, mailbox, pair.One))];
            MailTemplates words = outbox.Words.Preferring(
                Settlement.RuleOf(db, known[0].Sms.Id) is { } rule ? SenderRules.Find(db, rule)?.MailLanguage : null);
            OutgoingMail mail = Notices.IsDigest(together)
                ? DigestMail.Build(words, notices, together, time.GetUtcNow())
                : NoticeMail.Build(words, notices);
            string queued = outbox.Enqueue(db, mail);
            foreach ((PendingNotice one, _) in known)
            {
                Timeline.Append(
                    db, one.Sms, NowMs(), Timeline.Notice,
                    new { to = one.Mailbox, mail = queued, fate = one.Fate.ToString().ToLowerInvariant() });
            }
        }
    }

    // What was no end may be overtaken by one while it waits to be told.
    private static bool IsStillSo(NoticeFate fate, SmsState state) => fate switch
    {
        NoticeFate.Delayed => state is SmsState.Queued or SmsState.Held,
        NoticeFate.Relayed => state is SmsState.Sent,
        _ => true,
    };

    /// <summary>An SMS was silent for long: its sender hears that it waits, or that no more is known.</summary>
    public void Look(StoreSession db, Guid id)
    {
        SmsRecord? sms = SmsRecord.Find(db, id);
        long now = NowMs();
        long? again = null;
        if (sms is { State: SmsState.Queued or SmsState.Held })
        {
            Tell(db, sms, NoticeFate.Delayed, Waiting(sms));
            again = LastLookMs(sms);
        }
        else if (sms is { State: SmsState.Sent })
        {
            again = LastLookMs(sms);
            if (again <= now)
            {
                Tell(db, sms, NoticeFate.Relayed, null);
                again = null;
            }
        }

        Notices.LookAgain(db, id, again > now ? again : null);
    }

    // What the sender asked for this one SMS (RFC 3461 4.1) goes before what the rule says for all of them.
    private static bool IsWanted(SmsRecord sms, NoticeFate fate)
    {
        bool isGood = fate is NoticeFate.Delivered or NoticeFate.Relayed;
        if (sms.Dsn.Notify is not DsnNotify.Unsaid and var asked)
        {
            return asked.HasFlag(
                isGood ? DsnNotify.Success : fate is NoticeFate.Delayed ? DsnNotify.Delay : DsnNotify.Failure);
        }

        if (sms.TellsEach) return fate is not NoticeFate.Delayed;
        return sms.Notices switch
        {
            NoticeSetting.Never => false,
            NoticeSetting.Failures => !isGood,
            NoticeSetting.Always => true,
            _ => fate is not NoticeFate.Delayed, // a digest tells of ends alone
        };
    }

    // Who asked for a report of success gets one: that the carrier has it, or that it arrived (RFC 3461 4.1). Others
    // are glad to hear that it did after all.
    private static bool IsSecondSuccess(StoreSession db, SmsRecord sms, NoticeFate fate) =>
        fate is NoticeFate.Delivered && sms.Dsn.Notify.HasFlag(DsnNotify.Success)
        && Timeline.Of(db, sms.Id).Exists(line => line.Kind == Timeline.Notice
            && line.Detail.Contains("\"fate\":\"relayed\"", StringComparison.Ordinal));

    // Who asks for a report by NOTIFY or a read receipt does not wait for the digest.
    private static bool IsDigest(SmsRecord sms) =>
        sms.Dsn.Notify is DsnNotify.Unsaid && !sms.TellsEach
        && sms.Notices is NoticeSetting.Hourly or NoticeSetting.Daily;

    private long? LastLookMs(SmsRecord sms) =>
        IsWanted(sms, NoticeFate.Relayed) ? sms.ExpiresMs + (long)options.ReceiptGrace.TotalMilliseconds : null;

    private static FailureCode Waiting(SmsRecord sms) => new(
        FailureClass.Temporary, sms.Reason ?? "waiting", "4.4.1",
        sms.Reason == FailureCode.NeverApproved.Code ? "It waits for the approval of an admin."
        : sms.State is SmsState.Held
            ? "The carrier did not answer, so it may have been sent; somebody must decide whether it is sent again."
            : "No carrier has taken it yet.");

    // The next full hour, or midnight, where the domain is.
    private long NextDigestMs(NoticeSetting setting)
    {
        DateTimeOffset now = TimeZoneInfo.ConvertTime(time.GetUtcNow(), zone);
        DateTime next = setting is NoticeSetting.Hourly
            ? now.DateTime.Date.AddHours(now.Hour + 1)
            : now.DateTime.Date.AddDays(1);
        while (zone.IsInvalidTime(next)) next = next.AddMinutes(30); // summer time begins
        return new DateTimeOffset(next, zone.GetUtcOffset(next)).ToUnixTimeMilliseconds();
    }

    private Notice Write(SmsRecord sms, EmailAddress mailbox, PendingNotice one) => new()
    {
        SmsId = sms.Id.ToString(),
        To = mailbox,
        Number = sms.To,
        Domain = domain,
        Fate = one.Fate,
        Failure = one.Why ?? (one.Fate is NoticeFate.Failed ? FailureCode.Expired : null),
        Text = sms.Body,
        At = DateTimeOffset.FromUnixTimeMilliseconds(one.AtMs),
        AcceptedAt = DateTimeOffset.FromUnixTimeMilliseconds(sms.CreatedMs),
        RetriedUntil = one.Fate is NoticeFate.Delayed ? DateTimeOffset.FromUnixTimeMilliseconds(sms.ExpiresMs) : null,
        OriginalMessageId = sms.MessageId,
        OriginalSubject = sms.Subject,
        OriginalRecipient = sms.Dsn.OriginalRecipient,
        OriginalEnvelopeId = sms.EnvelopeId,
        ReturnsText = sms.DsnReturn is not "hdrs",
        ReturnsMail = sms.DsnReturn is "full",
    };

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
