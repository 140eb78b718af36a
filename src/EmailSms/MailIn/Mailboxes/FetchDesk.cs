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
/// Takes a mail that was fetched by the desks that decide about one that came by SMTP. Its SMS, the note that it was
/// seen and the notice about what was refused are one write.
/// <code>
///   mail ──► who sent it, what proves it ──► RecipientDesk ──► MailDesk ──► Acceptance ┬ SMS
///                                                 │ no            │ no                 ├ seen
///                                                 └───────────────┴────────────────────┴ notice
/// </code>
/// </summary>
internal sealed class FetchDesk(
    SqliteStore store, RecipientDesk recipients, OriginDesk origins, MailDesk mails, Acceptance acceptance,
    Outbox outbox, IReadOnlyList<string> domains, long mailBytesMax, TimeProvider time, ILogger<FetchDesk> log)
{
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

    /// <summary>
    /// Decides about a mail, in a stream that can seek. 2xx: its SMS are on disk; 5xx: that there are none is; 4xx:
    /// nothing was noted, and it can be asked again.
    /// </summary>
    public async Task<SmtpReply> TakeAsync(
        MailboxOptions mailbox, FetchedKey key, Stream mail, CancellationToken stopping) => await DecideAsync(
            await ReadAsync(mailbox, key, mail, stopping).ConfigureAwait(false), mail, stopping).ConfigureAwait(false);

    /// <summary>Whether its author is a stranger, by its From and Return-Path: then its header is enough.</summary>
    public bool IsOfStranger(MailboxOptions mailbox, HeaderList fields) =>
        origins.IsStranger(OriginOf(mailbox, fields), fields);

    /// <summary>
    /// Decides about a mail by its header alone. Null: its author is no stranger, and the rest of it has to be read.
    /// </summary>
    public async Task<SmtpReply?> TakeHeaderAsync(
        MailboxOptions mailbox, FetchedKey key, Stream header, CancellationToken stopping)
    {
        Fetched fetched = await ReadAsync(mailbox, key, header, stopping).ConfigureAwait(false);
        return IsOfStranger(mailbox, fetched.Fields)
            ? await DecideAsync(fetched, header, stopping).ConfigureAwait(false)
            : null;
    }

    private async Task<SmtpReply> DecideAsync(Fetched fetched, Stream mail, CancellationToken stopping)
    {
        MailboxOptions mailbox = fetched.Mailbox;
        var taken = new MailRecipients();
        foreach ((string local, string domain) in fetched.To)
        {
            SmtpReply reply = taken.Take(
                Decide(fetched, local, domain), DsnRequest.None,
                all => recipients.Limits.InMail(fetched.Origin, all));
            if (reply.Code >= 300) fetched.Refused.Add(((local, domain), reply));
        }

        if (taken.All.Count == 0)
        {
            SmtpReply no = fetched.Refused.Select(one => one.Reply).FirstOrDefault(IsTemporary)
                ?? (fetched.Refused.Count > 0 ? fetched.Refused[0].Reply : NoRecipient);
            return await RefuseAsync(fetched, no).ConfigureAwait(false);
        }

        mail.Position = 0;
        var unread = new UnreadMail(fetched.Origin, taken.All)
        {
            IsSubjectRecipient = mailbox.Recipients is MailboxRecipients.Subject,
        };
        MailAnswer answer = await mails.ReadAsync(mail, unread, stopping).ConfigureAwait(false);
        return answer.Mail is { } accepted
            ? await KeepAsync(fetched, accepted).ConfigureAwait(false)
            : await RefuseWholeAsync(fetched, answer.Refusal!).ConfigureAwait(false);
    }

    // Nobody answers a guess here, but an SMS would: so they are counted as those by SMTP are.
    private RecipientAnswer Decide(Fetched fetched, string local, string domain)
    {
        (string mailbox, string sender) = (fetched.Mailbox.Name, fetched.Origin.Sender);
        if (TokenGuesses.HasToken(local) && _guesses.IsBarred(mailbox, sender))
        {
            return RecipientAnswer.Refuse(TokenGuesses.BarredInMailbox);
        }

        RecipientAnswer answer = recipients.Decide(fetched.Origin, local, domain);
        if (answer.IsWrongToken) _guesses.Note(mailbox, sender);
        return answer;
    }

    /// <summary>Notes that a mail becomes no SMS, whatever it says; the header is enough.</summary>
    public async Task<SmtpReply> RefuseAsync(
        MailboxOptions mailbox, FetchedKey key, Stream mail, SmtpReply reply, CancellationToken stopping)
    {
        Fetched fetched = await ReadAsync(mailbox, key, mail, stopping).ConfigureAwait(false);
        var final = new SmtpReply(550, $"5{reply.EnhancedCode[1..]}", reply.Text);
        return await RefuseWholeAsync(fetched, reply.Code >= 500 ? reply : final).ConfigureAwait(false);
    }

    /// <summary>Leaves mails as they are, for good.</summary>
    public Task LeaveAsync(IReadOnlyList<FetchedKey> old) => store.WriteAsync(db =>
    {
        foreach (FetchedKey key in old) Seen.Note(db, key, "old", isSettled: true);
    });

    private async Task<Fetched> ReadAsync(
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
        return new Fetched(
            mailbox, key, fields, origin, FetchedRecipients.Find(mailbox, fields, domains),
            IsAutomatic(mail, stopping));
    }

    private async Task<SmtpReply> KeepAsync(Fetched fetched, AcceptedMail accepted)
    {
        string name = $"{fetched.Mailbox.Name}/{fetched.Key.Uid}";
        try
        {
            KeptMail kept = await acceptance.KeepAsync(accepted with
            {
                Also = (db, kept) =>
                {
                    bool isTaken = kept.Made.Count + kept.Repeats.Count > 0;
                    if (kept.Stopped.Count > 0) fetched.Refused.Add((null, Intake.TooOften));
                    Seen.Note(
                        db, fetched.Key, isTaken ? "taken" : "refused", isTaken ? null : Intake.TooOften.Text,
                        isTaken ? kept.Id : null);
                    Tell(db, fetched, isWhole: !isTaken);
                },
            }).ConfigureAwait(false);
            log.MailTaken(name, kept.Made.Count, kept.Repeats.Count, kept.Id);
            foreach ((_, SmtpReply reply) in fetched.Refused) LogRefusal(fetched, reply);
            return kept.Made.Count + kept.Repeats.Count > 0 ? SmtpReply.MailTaken : Intake.TooOften;
        }
        catch (MailRefusedException refused)
        {
            return await RefuseWholeAsync(fetched, await acceptance.RefuseAsync(refused).ConfigureAwait(false))
                .ConfigureAwait(false);
        }
        catch (StoreException trouble)
        {
            log.MailNotKept(trouble, name);
            return trouble.IsFull ? SmtpReply.NoRoom : SmtpReply.LocalError;
        }
    }

    private Task<SmtpReply> RefuseWholeAsync(Fetched fetched, SmtpReply reply)
    {
        fetched.Refused.Clear();
        fetched.Refused.Add((null, reply));
        return RefuseAsync(fetched, reply);
    }

    private async Task<SmtpReply> RefuseAsync(Fetched fetched, SmtpReply reply)
    {
        if (IsTemporary(reply))
        {
            log.FetchedMailWaits(
                fetched.Mailbox.Name, fetched.Key.Uid, reply.Code, reply.Masked());
            return reply;
        }

        if (fetched.Refused.Count == 0) fetched.Refused.Add((null, reply));
        try
        {
            await store.WriteAsync(db =>
            {
                Seen.Note(db, fetched.Key, "refused", reply.Masked());
                Tell(db, fetched, isWhole: true);
            }).ConfigureAwait(false);
            LogRefusal(fetched, reply);
            return reply.Code >= 500 ? reply : new SmtpReply(550, $"5{reply.EnhancedCode[1..]}", reply.Text);
        }
        catch (StoreException trouble)
        {
            log.MailNotKept(trouble, $"{fetched.Mailbox.Name}/{fetched.Key.Uid}");
            return trouble.IsFull ? SmtpReply.NoRoom : SmtpReply.LocalError;
        }
    }

    // A stranger is told nothing: whoever is named in a header may never have heard of us.
    private void Tell(StoreSession db, Fetched fetched, bool isWhole)
    {
        if (fetched.Refused.Count == 0 || fetched.IsAutomatic) return;
        IEnumerable<(string Local, string Domain)> to = fetched.To.Count > 0 ? fetched.To : [("", "")];
        SenderRule? rule = to.Select(one => recipients.ProvenBy(fetched.Origin, one.Local, one.Domain))
            .FirstOrDefault(one => one is not null);
        if (rule is null || rule.Notices is NoticeSetting.Never) return;
        if (!EmailAddress.TryParse(fetched.Origin.MailboxFor(rule), out EmailAddress sender)) return;
        outbox.Enqueue(db, RefusalMail.Build(outbox.Words.Preferring(rule.MailLanguage), new FetchedRefusal(
            TimeOrderedId.Next(time).ToString(), sender, domains[0], fetched.Mailbox.Name, isWhole,
            [.. fetched.Refused.Select(one => (Shown(one.To), one.Reply.Text))],
            time.GetUtcNow(), fetched.Fields[HeaderId.MessageId]?.Trim(), fetched.Fields[HeaderId.Subject] ?? "")));
    }

    private void LogRefusal(Fetched fetched, SmtpReply reply) => log.FetchedMailRefused(
        fetched.Mailbox.Name, fetched.Key.Uid, fetched.Origin.Sender, reply.Code, reply.Masked());

    // The options behind a number may hold a token, which goes into no mail.
    private static string Shown((string Local, string Domain)? to) =>
        to is not { } one ? ""
        : WrittenAddress.TryTake(one.Local, out WrittenAddress? address, out _) ? $"{address.Target}@{one.Domain}"
        : "A recipient";

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

    // More recipients than a rule allows are too many the next time, too; by SMTP a client would send the rest apart.
    private static bool IsTemporary(SmtpReply reply) => reply.Code is >= 400 and < 500 && reply.EnhancedCode != "4.5.3";

    /// <summary>A mail with all that is known of it.</summary>
    private sealed record Fetched(
        MailboxOptions Mailbox, FetchedKey Key, HeaderList Fields, MailOrigin Origin,
        IReadOnlyList<(string LocalPart, string Domain)> To, bool IsAutomatic)
    {
        public List<((string Local, string Domain)? To, SmtpReply Reply)> Refused { get; } = [];
    }
}
