using System.Net;
using EmailSms.Composing;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Smpp.Text;
using EmailSms.Smtp;
using EmailSms.Store;
using MimeKit;

namespace EmailSms.MailIn;

/// <summary>
/// Decides about mail, and keeps it: who may text whom at RCPT, what the text is at the end of DATA, and 250 when the
/// SMS are on disk. One for all sessions.
/// </summary>
internal sealed class Intake(
    SqliteStore store,
    SmsQueue queue,
    SenderRules rules,
    OptOuts optOuts,
    RecipientParser parser,
    MailComposer composer,
    ConversationLink conversations,
    AddressOptions options,
    bool takesFictitious,
    TimeProvider time,
    ILogger<Intake> log) : IDisposable
{
    private const int ReceivedMax = 50; // RFC 5321 6.3: a loop is a mail with many Received; 100 there, 50 in the field

    private const int NamesMax = 8;

    private readonly HashSet<string> _domains = new(options.Domains, StringComparer.OrdinalIgnoreCase);

    // A parse of a hostile mail can take a second of a core; the others must get theirs.
    private readonly SemaphoreSlim _parses = new(Math.Max(2, Environment.ProcessorCount * 2));

    /// <summary>Whether there is room for new mail on disk.</summary>
    public bool HasRoom => store.HasRoom;

    /// <inheritdoc/>
    public void Dispose() => _parses.Dispose();

    /// <summary>One recipient: the number and the rule that lets the sender text it, or the refusal.</summary>
    public (AcceptedRecipient? Recipient, SmtpReply Reply) TakeRecipient(
        string sender, IPAddress client, SmtpRcptTo rcpt)
    {
        if (!_domains.Contains(rcpt.Domain))
        {
            return (null, new SmtpReply(550, "5.7.1", $"{rcpt.Domain} is not served here; relaying is denied"));
        }

        EmailAddress? from = EmailAddress.TryParse(sender, out EmailAddress parsed) ? parsed : null;
        Verdict known = rules.DecideSender(from, client);
        if (known is Verdict.Refused unknown) return (null, Refusal(unknown));
        SenderRule first = ((Verdict.Allowed)known).Rule;

        string region = first.DefaultRegion ?? options.DefaultRegion;
        RecipientReading reading = parser.Read(rcpt.LocalPart, region.Length > 0 ? region : null);
        if (reading is not RecipientReading.Number { Value: var number })
        {
            var wrong = (RecipientReading.Refused)reading;
            return (null, wrong.IsSyntax
                ? new SmtpReply(501, "5.1.3", wrong.Sentence)
                : new SmtpReply(550, "5.1.1", wrong.Sentence));
        }

        if (!takesFictitious && RecipientParser.IsFictitious(number))
        {
            return (null, new SmtpReply(
                550, "5.1.1", "This number is reserved for examples and films; no phone has it"));
        }

        if (!first.Destinations.Allows(number, out _))
        {
            return (null, Refusal((Verdict.Refused)rules.Decide(from, client, number)));
        }

        if (optOuts.Find(number) is { } optOut) return (null, OptedOut(optOut));
        return (new AcceptedRecipient(number, first), SmtpReply.RecipientOk);
    }

    /// <summary>The whole mail: 250 once its SMS are on disk, and not before.</summary>
    public async Task<SmtpReply> TakeMailAsync(
        SmtpMessage message, IReadOnlyList<AcceptedRecipient> recipients, CancellationToken stopping)
    {
        MimeMessage mail;
        MailReading reading;
        await _parses.WaitAsync(stopping).ConfigureAwait(false);
        try
        {
            await using Stream bytes = message.OpenRead();
            mail = MailComposer.Load(bytes, stopping);
            if (Unwanted(mail) is { } no) return no;
            reading = composer.Read(mail, TextRules.Default);
        }
        catch (FormatException)
        {
            return new SmtpReply(554, "5.6.0", "This is not a mail: its header cannot be read");
        }
        finally
        {
            _parses.Release();
        }

        if (reading is not MailReading.Text { Value: var text })
        {
            return new SmtpReply(554, "5.6.0", ((MailReading.Refused)reading).Sentence);
        }

        try
        {
            return await KeepAsync(message, mail, text, recipients).ConfigureAwait(false);
        }
        catch (StoreException trouble)
        {
            log.MailNotKept(trouble, message.Session.Id);
            return trouble.IsFull ? SmtpReply.NoRoom : SmtpReply.LocalError;
        }
    }

    private async Task<SmtpReply> KeepAsync(
        SmtpMessage message, MimeMessage mail, string text, IReadOnlyList<AcceptedRecipient> recipients)
    {
        Guid mailId = TimeOrderedId.Next(time);
        string mailbox = message.From.Address;
        string? messageId = string.IsNullOrEmpty(mail.MessageId) ? null : $"<{mail.MessageId}>";
        IPAddress client = message.Session.Remote.Address;
        List<(AcceptedRecipient Recipient, string Body, SegmentedText Parts)> texts =
            [.. recipients.Select(recipient => Fit(recipient, text))];

        Kept kept = await store.WriteAsync(db =>
        {
            long now = NowMs();
            List<Guid> made = [];
            List<Guid> repeats = [];
            foreach ((AcceptedRecipient recipient, string body, SegmentedText parts) in texts)
            {
                if (messageId is not null && SmsQueue.FindRepeat(
                    db, messageId, mailbox, recipient.Number,
                    now - (long)options.RepeatWindow.TotalMilliseconds) is { } earlier)
                {
                    Timeline.Append(db, earlier, now, Timeline.Repeat, new { client = client.ToString() });
                    repeats.Add(earlier);
                    continue;
                }

                made.Add(Enqueue(db, mailId, mailbox, messageId, client, recipient, body, parts, now));
            }

            if (made.Count > 0)
            {
                queue.AddMail(db, new NewMail(
                    mailId, mailbox, messageId, mail.Subject ?? "", recipients[0].Rule.Id, "ip", client.ToString(),
                    message.LengthBytes));
            }

            return new Kept(made, repeats);
        }).ConfigureAwait(false);

        log.MailTaken(message.Session.Id, kept.Made.Count, kept.Repeats.Count, mailId);
        return kept.Made.Count > 0
            ? new SmtpReply(250, "2.0.0", $"{kept.Made.Count} SMS kept as {Names(kept.Made)}")
            : new SmtpReply(250, "2.0.0", $"This mail was taken before, as {Names(kept.Repeats)}");
    }

    private Guid Enqueue(
        StoreSession db, Guid mailId, string mailbox, string? messageId, IPAddress client, AcceptedRecipient recipient,
        string body, SegmentedText parts, long now)
    {
        SenderRule rule = recipient.Rule;
        string senderId = conversations.OwnNumber(db, recipient.Number, mailbox)
            ?? rule.SenderId ?? conversations.DefaultNumber(db) ?? "";
        Guid id = TimeOrderedId.Next(time);
        string encoding = parts.Encoding.ToString().ToLowerInvariant();
        queue.Enqueue(
            db,
            new NewSms(
                id, mailId, recipient.Number, senderId, mailbox, body, encoding, parts.Parts.Count, rule.Id,
                rule.Notices, now + (long)rule.Validity.TotalMilliseconds),
            new
            {
                from = mailbox,
                client = client.ToString(),
                proof = "ip",
                rule = rule.Id,
                mail = mailId,
                messageId,
                senderId,
                encoding,
                parts = parts.Parts.Count,
            });
        conversations.Note(db, senderId, recipient.Number, mailbox, id, messageId);
        return id;
    }

    // What a rule allows is counted in parts, so the text is cut to them, and says so by its last characters.
    private static (AcceptedRecipient Recipient, string Body, SegmentedText Parts) Fit(
        AcceptedRecipient recipient, string text)
    {
        string body = TextLimit.Cut(text, recipient.Rule.PartsMax);
        return (recipient, body, SmsSegmenter.Split(body));
    }

    private static SmtpReply? Unwanted(MimeMessage mail)
    {
        if (mail.Headers.Count(header => header.Id is HeaderId.Received) > ReceivedMax)
        {
            return new SmtpReply(
                554, "5.4.6", $"This mail runs in a circle: it has passed more than {ReceivedMax} servers");
        }

        return LoopSigns.Find(mail) is { } sign ? new SmtpReply(550, "5.7.1", sign) : null;
    }

    // A line of a reply has 512 characters (RFC 5321 4.5.3.1.5).
    private static string Names(List<Guid> sms) =>
        string.Join(' ', sms.Take(NamesMax)) + (sms.Count > NamesMax ? $" and {sms.Count - NamesMax} more" : "");

    private static SmtpReply Refusal(Verdict.Refused refused) =>
        new(refused.Code, refused.EnhancedCode, refused.Sentence);

    private static SmtpReply OptedOut(OptOut optOut)
    {
        string day = DateTimeOffset.FromUnixTimeMilliseconds(optOut.SinceMs)
            .ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        return new SmtpReply(
            550, "5.7.1", $"This person has opted out of SMS on {day}; only they can undo it, with START");
    }

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();

    private sealed record Kept(List<Guid> Made, List<Guid> Repeats);
}

/// <summary>A recipient that was told 250: the number, and the rule that lets the sender text it.</summary>
internal sealed record AcceptedRecipient(PhoneNumber Number, SenderRule Rule);
