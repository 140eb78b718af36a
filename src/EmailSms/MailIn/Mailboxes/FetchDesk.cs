using System.Net;
using EmailSms.Composing;
using EmailSms.MailOut;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Smtp;
using EmailSms.Store;
using MimeKit;

namespace EmailSms.MailIn.Mailboxes;

/// <summary>
/// Takes a mail that was fetched by the desks that decide about one that came by SMTP. Its SMS, the note of what is
/// settled of it and the notice about what was refused are one write.
/// <code>
///   mail ──► who sent it, what proves it ──► RecipientDesk ──► MailDesk ──► Acceptance ┬ SMS
///                                                 │ no            │ no                 ├ settled, or open
///                                                 └───────────────┴────────────────────┴ notice
/// </code>
/// </summary>
internal sealed class FetchDesk(
    SqliteStore store, RecipientDesk recipients, OriginDesk origins, MailDesk mails, Acceptance acceptance,
    Outbox outbox, IReadOnlyList<string> domains, long mailBytesMax, TimeProvider time, ILogger<FetchDesk> log)
{
    private const int RecipientsMax = 100; // as a listener takes them

    private static readonly SmtpReply NoRecipient = new(
        550, "5.1.3", "The mail names no recipient where this mailbox looks for them");

    private readonly TokenGuesses _guesses = new(time);

    /// <summary>Whether there is room for new mail on disk.</summary>
    public bool HasRoom => store.HasRoom;

    /// <summary>What was seen in mailboxes.</summary>
    public FetchedMails Seen { get; } = new(store, time);

    /// <summary>Why a mail is not even fetched; null: it is.</summary>
    public SmtpReply? TooBig(long sizeBytes) => sizeBytes <= mailBytesMax
        ? null
        : new SmtpReply(552, "5.3.4", $"The mail is larger than {mailBytesMax} bytes");

    /// <summary>Decides about a mail, in a stream that can seek. Where it waits it is to be asked again.</summary>
    public async Task<FetchDecision> TakeAsync(
        MailboxOptions mailbox, FetchedKey key, Stream mail, CancellationToken stopping) => await DecideAsync(
            await ReadAsync(mailbox, key, mail, stopping).ConfigureAwait(false), mail, stopping).ConfigureAwait(false);

    /// <summary>Whether its author is a stranger, by its From and Return-Path: then its header is enough.</summary>
    public bool IsOfStranger(MailboxOptions mailbox, HeaderList fields) =>
        origins.IsStranger(OriginOf(mailbox, fields), fields);

    /// <summary>
    /// Decides about a mail by its header alone, unless its author is no stranger: then the rest of it has to be read.
    /// </summary>
    public async Task<FetchDecision> TakeHeaderAsync(
        MailboxOptions mailbox, FetchedKey key, Stream header, CancellationToken stopping)
    {
        FetchedMail fetched = await ReadAsync(mailbox, key, header, stopping).ConfigureAwait(false);
        return IsOfStranger(mailbox, fetched.Fields)
            ? await DecideAsync(fetched, header, stopping).ConfigureAwait(false)
            : FetchDecision.NeedsAll;
    }

    /// <summary>Refuses what is left to decide of a mail, whatever it says; the header is enough.</summary>
    public async Task<FetchDecision> RefuseAsync(
        MailboxOptions mailbox, FetchedKey key, Stream mail, SmtpReply reply, CancellationToken stopping)
    {
        FetchedMail fetched = await ReadAsync(mailbox, key, mail, stopping).ConfigureAwait(false);
        fetched.RefuseAll(reply);
        return await SettleAsync(fetched, () => NoteAsync(fetched)).ConfigureAwait(false);
    }

    /// <summary>Refuses those that wait, since their mail is too old by now.</summary>
    public async Task<FetchDecision> ExpireAsync(
        MailboxOptions mailbox, FetchedKey key, Stream mail, CancellationToken stopping)
    {
        FetchedMail fetched = await ReadAsync(mailbox, key, mail, stopping).ConfigureAwait(false);
        string within = WrittenSpan.Text(mailbox.AgeMax);
        fetched.RefuseAll(new SmtpReply(550, "5.4.7", $"It could not be sent within {within}: {fetched.Reason}"));
        return await SettleAsync(fetched, () => NoteAsync(fetched)).ConfigureAwait(false);
    }

    /// <summary>Leaves mails as they are, for good.</summary>
    public Task LeaveAsync(IReadOnlyList<FetchedKey> old) => store.WriteAsync(db =>
    {
        foreach (FetchedKey key in old) Seen.Note(db, key, "old", isSettled: true);
    });

    private async Task<FetchDecision> DecideAsync(FetchedMail fetched, Stream mail, CancellationToken stopping)
    {
        var taken = new MailRecipients();
        List<FetchedRecipient> places = [];
        foreach (FetchedRecipient to in fetched.Open)
        {
            SmtpReply reply = taken.Take(
                Decide(fetched, to), DsnRequest.None, all => recipients.Limits.InMail(fetched.Origin, all));
            if (reply.Code < 300) places.Add(to);
            else fetched.Answer(to, reply);
        }

        if (fetched.To.Count == 0) fetched.RefuseAll(NoRecipient);
        if (taken.All.Count == 0)
        {
            return await SettleAsync(fetched, () => NoteAsync(fetched)).ConfigureAwait(false);
        }

        mail.Position = 0;
        var unread = new UnreadMail(fetched.Origin, taken.All)
        {
            IsSubjectRecipient = fetched.Mailbox.Recipients is MailboxRecipients.Subject,
        };
        MailAnswer answer = await mails.ReadAsync(mail, unread, stopping).ConfigureAwait(false);
        if (answer.Mail is not { } accepted)
        {
            if (FetchedMail.IsTemporary(answer.Refusal!)) places.ForEach(to => fetched.Answer(to, answer.Refusal!));
            else fetched.RefuseAll(answer.Refusal!);
            return await SettleAsync(fetched, () => NoteAsync(fetched)).ConfigureAwait(false);
        }

        return await SettleAsync(fetched, () => KeepAsync(fetched, accepted, places)).ConfigureAwait(false);
    }

    // Nobody answers a guess here, but an SMS would: so they are counted as those by SMTP are.
    private RecipientAnswer Decide(FetchedMail fetched, FetchedRecipient to)
    {
        (string mailbox, string sender) = (fetched.Mailbox.Name, fetched.Origin.Sender);
        if (TokenGuesses.HasToken(to.LocalPart) && _guesses.IsBarred(mailbox, sender))
        {
            return RecipientAnswer.Refuse(TokenGuesses.BarredInMailbox);
        }

        RecipientAnswer answer = recipients.Decide(fetched.Origin, to.LocalPart, to.Domain);
        if (answer.IsWrongToken) _guesses.Note(mailbox, sender);
        return answer;
    }

    private async Task<FetchedMail> ReadAsync(
        MailboxOptions mailbox, FetchedKey key, Stream mail, CancellationToken stopping)
    {
        HeaderList fields;
        try
        {
            mail.Position = 0;
            fields = await HeaderList.LoadAsync(mail, stopping).ConfigureAwait(false);
        }
        catch (FormatException)
        {
            fields = [];
        }

        MailOrigin origin = OriginOf(mailbox, fields);
        origin = await origins.ProveAsync(mail, fields, origin, stopping).ConfigureAwait(false);
        IReadOnlyList<FetchedRecipient> named = FetchedRecipients.Find(mailbox, fields, domains);
        FetchedRecipient[] to = [.. named.Take(RecipientsMax)];
        bool isAutomatic = IsAutomatic(mail, stopping);
        (long hash, WaitingMail? before) = store.Read(db => (
            db.Texts.Hash($"{key.Source} {key.Validity} {key.Uid} {string.Join(' ', to.Select(one => one.Shown))}"),
            FetchedMails.FindWaiting(db, key)));
        var fetched = new FetchedMail(mailbox, key, fields, origin, to, hash, before)
        {
            Proven = new Lazy<SenderRule?>(() => isAutomatic ? null : ProvenBy(origin, to)),
        };
        if (named.Count > to.Length && before is null)
        {
            fetched.Answer(null, new SmtpReply(
                550, "5.5.3", $"The mail names {named.Count} recipients, and is taken for the first {RecipientsMax}"));
        }

        return fetched;
    }

    private SenderRule? ProvenBy(MailOrigin origin, FetchedRecipient[] to) =>
        (to.Length > 0 ? to : [new FetchedRecipient("", "")])
            .Select(one => recipients.ProvenBy(origin, one.LocalPart, one.Domain))
            .FirstOrDefault(one => one is not null);

    // By SMTP one reply is about all of them. Here whom a limit leaves out does not hold up the others.
    private async Task KeepAsync(FetchedMail fetched, AcceptedMail accepted, List<FetchedRecipient> places)
    {
        if (await TryKeepAsync(fetched, accepted, places).ConfigureAwait(false) is not { } together) return;
        List<IGrouping<int, RecipientText>> each = [.. accepted.Texts.GroupBy(text => text.Recipient.Place)];
        bool isOfAll = each.Count == 1 || together == QuotaDesk.Stopped;
        if (!isOfAll) fetched.TryEach(together);
        foreach (IGrouping<int, RecipientText> one in each)
        {
            SmtpReply? reply = isOfAll
                ? together
                : await TryKeepAsync(fetched, accepted with { Texts = [.. one] }, places, one.Key)
                    .ConfigureAwait(false);
            if (reply is not null) fetched.Answer(places[one.Key], reply);
        }

        // Who has the number of another of them is that one.
        await NoteAsync(fetched, [.. places.Where((_, place) => each.TrueForAll(one => one.Key != place))])
            .ConfigureAwait(false);
    }

    // Null: it is kept, for all of these places or for one.
    private async Task<SmtpReply?> TryKeepAsync(
        FetchedMail fetched, AcceptedMail accepted, List<FetchedRecipient> places, int? only = null)
    {
        FetchedStep? step = null;
        try
        {
            KeptMail kept = await acceptance.KeepAsync(accepted with
            {
                Also = (db, kept) =>
                {
                    bool isTaken = kept.Made.Count + kept.Repeats.Count > 0;
                    step = fetched.StepTo(
                        only is { } place ? [places[place]] : places,
                        [.. kept.Stopped.Distinct().Select(one => ((FetchedRecipient?)places[one], Intake.TooOften))],
                        isTaken ? kept.Id : null, isLast: only is null);
                    Note(db, fetched, step);
                },
            }).ConfigureAwait(false);
            log.MailTaken(NameOf(fetched), kept.Made.Count, kept.Repeats.Count, kept.Id);
            Take(fetched, step!);
            return null;
        }
        catch (MailRefusedException refused)
        {
            return await acceptance.RefuseAsync(refused).ConfigureAwait(false);
        }
    }

    private async Task<FetchDecision> SettleAsync(FetchedMail fetched, Func<Task> write)
    {
        try
        {
            await write().ConfigureAwait(false);
        }
        catch (StoreException trouble)
        {
            log.MailNotKept(trouble, NameOf(fetched));
        }

        return fetched.IsSettled ? FetchDecision.Settled : FetchDecision.Waits;
    }

    // What was told, where no SMS is kept with it.
    private async Task NoteAsync(FetchedMail fetched, params IReadOnlyList<FetchedRecipient> done)
    {
        if (fetched.IsSettled || (done.Count == 0 && !fetched.HasChanged)) return;
        FetchedStep step = fetched.StepTo(done, [], mailId: null, isLast: true);
        if (step.Refused.Count > 0) _ = fetched.Proven.Value; // a token takes longer to look at than a write may
        await store.WriteAsync(db => Note(db, fetched, step)).ConfigureAwait(false);
        Take(fetched, step);
    }

    private void Note(StoreSession db, FetchedMail fetched, FetchedStep step)
    {
        if (step.Open.Count > 0)
        {
            Seen.NoteWaiting(db, fetched.Key, fetched.WaitingAfter(step), step.MailId);
        }
        else
        {
            Seen.Note(
                db, fetched.Key, step.IsTaken ? "taken" : "refused",
                step.Refused.Count > 0 ? step.Refused[0].Reply.Masked() : null, step.MailId);
        }

        Tell(db, fetched, step);
    }

    private void Take(FetchedMail fetched, FetchedStep step)
    {
        fetched.Take(step);
        (string mailbox, string uid) = (fetched.Mailbox.Name, fetched.Key.Uid);
        foreach ((_, SmtpReply reply) in step.Refused)
        {
            log.FetchedMailRefused(mailbox, uid, fetched.Origin.Sender, reply.Code, reply.Masked());
        }

        if (step.Open.Count == 0 || !step.TellsAll) return;
        foreach (SmtpReply reply in fetched.Waits) log.FetchedMailWaits(mailbox, uid, reply.Code, reply.Masked());
    }

    // A stranger is told nothing: whoever is named in a header may never have heard of us.
    private void Tell(StoreSession db, FetchedMail fetched, FetchedStep step)
    {
        if (step.Refused.Count == 0 || fetched.Proven.Value is not { } rule) return;
        if (rule.Notices is NoticeSetting.Never) return;
        if (!EmailAddress.TryParse(fetched.Origin.MailboxFor(rule), out EmailAddress sender)) return;
        outbox.Enqueue(db, RefusalMail.Build(outbox.Words.Preferring(rule.MailLanguage), new FetchedRefusal(
            TimeOrderedId.Next(time).ToString(), sender, domains[0], fetched.Mailbox.Name,
            step is { IsTaken: false, Open.Count: 0 },
            [.. step.Refused.Select(one => (one.To?.Shown ?? "", one.Reply.Text))],
            time.GetUtcNow(), fetched.Fields[HeaderId.MessageId]?.Trim(), fetched.Fields[HeaderId.Subject] ?? "")
        {
            IsWaiting = step.Open.Count > 0,
        }));
    }

    private static string NameOf(FetchedMail fetched) => $"{fetched.Mailbox.Name}/{fetched.Key.Uid}";

    private static MailOrigin OriginOf(MailboxOptions mailbox, HeaderList fields) =>
        new(SenderOf(mailbox, fields), IPAddress.None)
        {
            Listener = mailbox.Name,
            IsFetched = true,
            Provider = mailbox.Provider,
        };

    private static string SenderOf(MailboxOptions mailbox, HeaderList fields)
    {
        string path = (fields[HeaderId.ReturnPath] ?? "").Trim().TrimStart('<').TrimEnd('>').Trim();
        bool isBounce = fields.Contains(HeaderId.ReturnPath) && path.Length == 0;
        if (isBounce || mailbox.Sender is MailboxSender.ReturnPath) return path;
        return fields.Count(field => field.Id is HeaderId.From) == 1
            && InternetAddressList.TryParse(fields[HeaderId.From], out InternetAddressList? from)
            && from is [MailboxAddress one] ? one.Address : "";
    }

    // RFC 3834 2: none of these is answered.
    private static bool IsAutomatic(Stream mail, CancellationToken stopping)
    {
        mail.Position = 0;
        MimeMessage read = MailComposer.Load(mail, stopping);
        string submitted = (read.Headers["Auto-Submitted"] ?? "no").Split(';', '(')[0].Trim();
        string precedence = (read.Headers["Precedence"] ?? "").Trim();
        return LoopSigns.Find(read) is not null
            || !submitted.Equals("no", StringComparison.OrdinalIgnoreCase)
            || precedence.ToLowerInvariant() is "bulk" or "list" or "junk"
            || read.Headers.Contains(HeaderId.ListId);
    }
}
