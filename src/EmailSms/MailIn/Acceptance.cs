using EmailSms.Composing;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Smtp;
using EmailSms.Store;

namespace EmailSms.MailIn;

/// <summary>A mail that was read and let in, on its way to disk.</summary>
/// <param name="Origin">Who sent it.</param>
/// <param name="Texts">Where it goes, each number once, and what each gets.</param>
/// <param name="MessageId">In angle brackets; null where it has none.</param>
/// <param name="RepeatKey">What it is known by when it comes again; null: by nothing.</param>
/// <param name="Subject">As it is shown.</param>
/// <param name="SizeBytes">As it came over the wire.</param>
internal sealed record AcceptedMail(
    MailOrigin Origin,
    IReadOnlyList<RecipientText> Texts,
    string? MessageId,
    string? RepeatKey,
    string Subject,
    long SizeBytes)
{
    /// <summary>The sender's own id for it (ENVID, RFC 3461 4.4), for the reports about it.</summary>
    public string? EnvelopeId { get; init; }

    /// <summary>What a report should bring back, <c>full</c> or <c>hdrs</c> (RET, RFC 3461 4.3).</summary>
    public string? DsnReturn { get; init; }

    /// <summary>The sender asks to hear of each SMS by itself (Disposition-Notification-To, RFC 8098 2.1).</summary>
    public bool TellsEach { get; init; }

    /// <summary>What else is a part of the write that keeps it; null: nothing.</summary>
    public Action<StoreSession, KeptMail>? Also { get; init; }
}

/// <summary>What became of a mail.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Made">The SMS that it made.</param>
/// <param name="Repeats">Those that stand for it already.</param>
/// <param name="Stopped">
/// The recipients that get none, by their <see cref="AcceptedRecipient.Place"/>: these words came too often.
/// </param>
internal sealed record KeptMail(
    Guid Id, IReadOnlyList<Guid> Made, IReadOnlyList<Guid> Repeats, IReadOnlyList<int> Stopped)
{
    /// <summary>The same by recipient, see <see cref="AcceptedRecipient.Place"/>.</summary>
    public ILookup<int, Guid> ByPlace { get; init; } = Enumerable.Empty<Guid>().ToLookup(_ => 0);
}

/// <summary>Puts a mail and its SMS on disk, in one write: the moment at which 250 is true.</summary>
internal sealed class Acceptance(
    SqliteStore store, SmsQueue queue, Escalations escalations, ConversationLink conversations, CutNotices cuts,
    Repetition repetition, Storms storms, LoopAlerts alerts, QuotaDesk quotas, NoticeOptions notices, TimeProvider time)
{
    /// <summary>Returns when all of it is on disk.</summary>
    /// <exception cref="StoreException">Nothing of it is.</exception>
    /// <exception cref="MailRefusedException">Nothing of it is: a limit does not hold it.</exception>
    public Task<KeptMail> KeepAsync(AcceptedMail mail)
    {
        Guid mailId = TimeOrderedId.Next(time);
        return store.WriteAsync(db =>
        {
            long now = time.GetUtcNow().ToUnixTimeMilliseconds();
            List<Guid> made = [];
            List<Guid> repeats = [];
            List<int> stopped = [];
            List<(int Place, Guid Sms)> all = [];
            List<Counted> counted = [];
            List<RecipientText> accepted = [];
            bool isToldOfCut = false;
            foreach (RecipientText text in mail.Texts)
            {
                if (repetition.FindRepeat(db, mail, text, now) is { } earlier)
                {
                    Timeline.Append(
                        db, earlier, now, Timeline.Repeat, new { client = mail.Origin.ClientText });
                    repeats.Add(earlier);
                    all.Add((text.Recipient.Place, earlier));
                    continue;
                }

                if (repetition.IsLoop(db, mail, text, now))
                {
                    alerts.Tell(db, mail.Origin.Sender, text);
                    stopped.Add(text.Recipient.Place);
                    continue;
                }

                counted.Add(QuotaDesk.CountedOf(mail, text));
                accepted.Add(text);
                int first = made.Count;
                string senderId = conversations.SenderIdOf(
                    db, mail.Origin.MailboxFor(text.Recipient.Rule), text.Recipient);
                CountryVerdict country = QuotaDesk.DecideCountry(db, text.Recipient, now);
                Guid? digest = country is CountryVerdict.Open ? storms.FindDigest(db, text, senderId, now) : null;
                foreach ((FittedText sms, SmsRegistration? registration) in Registered(text))
                {
                    made.Add(Enqueue(
                        db, mailId, mail, text, sms, registration, senderId, digest, country, now));
                }

                if (country is CountryVerdict.FirstHeld) quotas.TellHeld(db, mail, text, made[first]);

                all.AddRange(made[first..].Select(sms => (text.Recipient.Place, sms)));
                if (text.Recipient.Alarm is { } alarm)
                {
                    escalations.Start(
                        db, alarm, AlarmOf(mailId, mail, text, senderId), made[first..], text.Recipient.DueMs);
                }

                isToldOfCut = isToldOfCut || cuts.Tell(db, mail, made[first], text);
            }

            quotas.Count(db, counted);
            foreach (RecipientText text in accepted) quotas.NoteNumber(db, mail, text, now);
            if (made.Count > 0) AddMail(db, mailId, mail);
            var kept = new KeptMail(mailId, made, repeats, stopped)
            {
                ByPlace = all.ToLookup(one => one.Place, one => one.Sms),
            };
            mail.Also?.Invoke(db, kept);
            return kept;
        });
    }

    /// <summary>The reply to a mail that a limit does not hold.</summary>
    public Task<SmtpReply> RefuseAsync(MailRefusedException refused) => quotas.RefuseAsync(refused);

    private void AddMail(StoreSession db, Guid mailId, AcceptedMail mail) => queue.AddMail(db, new NewMail(
        mailId, mail.Origin.Sender, mail.MessageId, mail.RepeatKey, mail.Subject,
        mail.Texts[0].Recipient.Rule.Id, mail.Texts[0].Recipient.Proof,
        mail.Origin.ClientText, mail.SizeBytes)
    {
        User = mail.Origin.User,
        Listener = mail.Origin.Listener,
        EnvelopeId = mail.EnvelopeId,
        DsnReturn = mail.DsnReturn,
    });

    private Guid Enqueue(
        StoreSession db, Guid mailId, AcceptedMail mail, RecipientText text, FittedText sms,
        SmsRegistration? registration, string senderId, Guid? digest, CountryVerdict country, long now)
    {
        AcceptedRecipient recipient = text.Recipient;
        SenderRule rule = recipient.Rule;
        string mailbox = mail.Origin.MailboxFor(rule);
        Guid id = TimeOrderedId.Next(time);
        string encoding = EncodingOf(sms);
        long due = recipient.DueMs ?? now;
        long expires = due + (long)recipient.Validity.TotalMilliseconds;
        queue.Enqueue(
            db,
            new NewSms(
                id, mailId, recipient.Number, senderId, mailbox, sms.Body, encoding, sms.Parts.Parts.Count, rule.Id,
                rule.Notices, expires, recipient.DespiteOptOut)
            {
                Dsn = recipient.Dsn,
                Class = recipient.Class,
                DueMs = recipient.DueMs,
                CollectedBy = digest,
                Registration = registration,
                Carriers = rule.Sending.Carriers,
                NeedsApproval = country is not CountryVerdict.Open,
                TellsEach = mail.TellsEach,
                LookMs = notices.FirstLookMs(recipient.Dsn.Notify, rule.Notices, mail.TellsEach, due, expires),
            },
            new
            {
                from = mailbox,
                client = mail.Origin.ClientText,
                listener = mail.Origin.Listener.Length > 0 ? mail.Origin.Listener : null,
                user = mail.Origin.User,
                proof = recipient.Proof,
                authentication = mail.Origin.Authentication,
                rule = rule.Id,
                mail = mailId,
                messageId = mail.MessageId,
                senderId,
                encoding,
                parts = sms.Parts.Parts.Count,
                cost = quotas.CostOf(rule, recipient.Number, sms.Parts.Parts.Count),
                @class = recipient.Class is SmsClass.Normal ? null : recipient.Class.ToString().ToLowerInvariant(),
                due = recipient.DueMs is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at).ToString("u") : null,
                onCall = recipient.Alarm?.OnCall,
                removed = RemovedFrom(text.Reading),
                cut = text.Fitted.LeftOut.Length > 0 ? text.Fitted.LeftOut.Length : (int?)null,
                template = text.Reading.TemplateMistake,
                registration = registration?.ToString(),
                unregistered = text.TemplateMismatch,
            });
        if (digest is { } into) Storms.Collect(db, into, id, recipient, now);
        conversations.Note(db, senderId, recipient.Number, mailbox, id, mail.MessageId);
        return id;
    }

    // What the next person is texted, if nobody takes it.
    private static AlarmText AlarmOf(Guid mailId, AcceptedMail mail, RecipientText text, string senderId) => new(
        mailId, senderId, mail.Origin.MailboxFor(text.Recipient.Rule),
        [
            .. Registered(text).Select(one => new AlarmPiece(
                one.Sms.Body, EncodingOf(one.Sms), one.Sms.Parts.Parts.Count) { Registration = one.Registration }),
        ],
        text.Recipient.Rule.Id, text.Recipient.Rule.Notices, (long)text.Recipient.Validity.TotalMilliseconds,
        mail.MessageId)
    {
        DespiteOptOut = text.Recipient.DespiteOptOut,
        User = mail.Origin.User,
        Carriers = text.Recipient.Rule.Sending.Carriers,
        Dsn = text.Recipient.Dsn,
        TellsEach = mail.TellsEach,
    };

    private static IEnumerable<(FittedText Sms, SmsRegistration? Registration)> Registered(RecipientText text) =>
        text.Fitted.All.Select((sms, i) => (sms, text.Registrations.ElementAtOrDefault(i)));

    private static string EncodingOf(FittedText sms) => EncodingName.Of(sms.Parts);

    private static string[]? RemovedFrom(MailReading.Text reading) => reading.Removed.Count == 0
        ? null
        : [.. reading.Removed.Select(removal => removal.Kind.ToString().ToLowerInvariant()).Distinct()];
}
