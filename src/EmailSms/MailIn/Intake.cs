using EmailSms.Composing;
using EmailSms.MailOut;
using EmailSms.Messages;
using EmailSms.Smtp;
using EmailSms.Store;
using MimeKit;

namespace EmailSms.MailIn;

/// <summary>
/// Takes a whole mail at the end of DATA: what its text is, and 250 when the SMS are on disk. One for all sessions.
/// <code>
///   RCPT ──► RecipientDesk ──► numbers, or a refusal
///   DATA ──► Intake: unwanted? ──► TextDesk: texts ──► Acceptance: on disk ──► 250
/// </code>
/// </summary>
internal sealed class Intake(
    SqliteStore store,
    RecipientDesk recipients,
    SubmissionAccounts accounts,
    TextDesk texts,
    Acceptance acceptance,
    PostmasterDesk postmaster,
    TimeProvider time,
    ILogger<Intake> log) : IDisposable
{
    private const int ReceivedMax = 50; // RFC 5321 6.3: a loop is a mail with many Received; 100 there, 50 in the field

    private const int NamesMax = 8;

    // A parse of a hostile mail can take a second of a core; the others must get theirs.
    private readonly SemaphoreSlim _parses = new(Math.Max(2, Environment.ProcessorCount * 2));

    /// <summary>Whether there is room for new mail on disk.</summary>
    public bool HasRoom => store.HasRoom;

    /// <summary>Decides about each recipient.</summary>
    public RecipientDesk Recipients => recipients;

    /// <inheritdoc/>
    public void Dispose() => _parses.Dispose();

    /// <summary>Takes what is for the postmaster.</summary>
    public PostmasterDesk Postmaster => postmaster;

    /// <summary>The whole mail: 250 once its SMS are on disk, and not before.</summary>
    public async Task<SmtpReply> TakeMailAsync(
        SmtpMessage message, MailOrigin origin, IReadOnlyList<AcceptedRecipient> accepted, CancellationToken stopping)
    {
        MimeMessage mail;
        TextAnswer answer;
        await _parses.WaitAsync(stopping).ConfigureAwait(false);
        try
        {
            await using Stream bytes = message.OpenRead();
            mail = MailComposer.Load(bytes, stopping);
            if (Unwanted(mail) is { } no) return no;
            if (origin.User is { } user && accounts.RefuseHeader(user, mail) is { } notTheirs) return notTheirs;
            answer = texts.Decide(mail, accepted);
        }
        catch (FormatException)
        {
            return new SmtpReply(554, "5.6.0", "This is not a mail: its header cannot be read");
        }
        finally
        {
            _parses.Release();
        }

        if (answer.Refusal is { } refusal) return refusal;
        string? messageId = string.IsNullOrEmpty(mail.MessageId) ? null : $"<{mail.MessageId}>";
        var known = new AcceptedMail(
            origin, answer.Texts, messageId, MailIdentity.Of(mail, answer.Texts[0].Reading.Value), mail.Subject ?? "",
            message.LengthBytes)
        {
            EnvelopeId = message.From.EnvelopeId,
            DsnReturn = ReturnOf(message.From.Return),
        };
        return await KeepAsync(message, known).ConfigureAwait(false);
    }

    /// <summary>A mail for the postmaster: 250 once it lies in the outbox.</summary>
    public async Task<SmtpReply> HandToPostmasterAsync(
        SmtpMessage message, MailOrigin origin, CancellationToken stopping)
    {
        Guid id = TimeOrderedId.Next(time);
        OutgoingMail forward;
        await _parses.WaitAsync(stopping).ConfigureAwait(false);
        try
        {
            await using Stream bytes = message.OpenRead();
            MimeMessage mail = MailComposer.Load(bytes, stopping);
            if (Circling(mail) is { } circling) return circling;
            if (PostmasterDesk.Refuse(mail) is { } ours) return ours;
            forward = postmaster.Write(id, mail, origin, message.LengthBytes);
        }
        catch (FormatException)
        {
            return new SmtpReply(554, "5.6.0", "This is not a mail: its header cannot be read");
        }
        finally
        {
            _parses.Release();
        }

        try
        {
            await store.WriteAsync(db => postmaster.Send(db, forward)).ConfigureAwait(false);
            log.HandedToPostmaster(message.Session.Id, origin.Sender, id);
            return new SmtpReply(250, "2.0.0", $"Handed to the postmaster as {id}");
        }
        catch (StoreException trouble)
        {
            log.MailNotKept(trouble, message.Session.Id);
            return trouble.IsFull ? SmtpReply.NoRoom : SmtpReply.LocalError;
        }
    }

    private async Task<SmtpReply> KeepAsync(SmtpMessage message, AcceptedMail mail)
    {
        try
        {
            KeptMail kept = await acceptance.KeepAsync(mail).ConfigureAwait(false);
            log.MailTaken(message.Session.Id, kept.Made.Count, kept.Repeats.Count, kept.Id);
            foreach (IGrouping<int, Guid> recipient in kept.ByPlace) // over LMTP each has a reply of its own
            {
                List<Guid> made = [.. recipient.Intersect(kept.Made)];
                message.SetReply(recipient.Key, Taken(made, [.. recipient.Except(made)], stopped: 0));
            }

            foreach (int place in kept.Stopped) message.SetReply(place, TooOften);
            return Taken(kept.Made, kept.Repeats, kept.Stopped.Count);
        }
        catch (StoreException trouble)
        {
            log.MailNotKept(trouble, message.Session.Id);
            return trouble.IsFull ? SmtpReply.NoRoom : SmtpReply.LocalError;
        }
    }

    private static SmtpReply TooOften { get; } = new(
        550, "5.7.1", "The same text went to this number too often within an hour; the admin was told");

    // A reply is about the whole mail: who gets it says how many do not.
    private static SmtpReply Taken(IReadOnlyList<Guid> made, IReadOnlyList<Guid> repeats, int stopped)
    {
        if (made.Count + repeats.Count == 0) return TooOften;
        string none = stopped == 0 ? "" : $"; {stopped} number(s) had this text too often within an hour and get none";
        return new SmtpReply(250, "2.0.0", made.Count > 0
            ? $"{made.Count} SMS kept as {Names(made)}{none}"
            : $"This mail was taken before, as {Names(repeats)}{none}");
    }

    private static string? ReturnOf(SmtpDsnReturn what) => what switch
    {
        SmtpDsnReturn.Full => "full",
        SmtpDsnReturn.Headers => "hdrs",
        _ => null,
    };

    private static SmtpReply? Circling(MimeMessage mail) =>
        mail.Headers.Count(header => header.Id is HeaderId.Received) > ReceivedMax
            ? new SmtpReply(
                554, "5.4.6", $"This mail runs in a circle: it has passed more than {ReceivedMax} servers")
            : null;

    private SmtpReply? Unwanted(MimeMessage mail)
    {
        if (Circling(mail) is { } circling) return circling;
        string? loop = LoopSigns.Find(mail) ?? LoopSigns.FindInAnswer(mail, recipients.Domains);
        return loop is { } sign ? new SmtpReply(550, "5.7.1", sign) : null;
    }

    // A line of a reply has 512 characters (RFC 5321 4.5.3.1.5).
    private static string Names(IReadOnlyList<Guid> sms) =>
        string.Join(' ', sms.Take(NamesMax)) + (sms.Count > NamesMax ? $" and {sms.Count - NamesMax} more" : "");
}
