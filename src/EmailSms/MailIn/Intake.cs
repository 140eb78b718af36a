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
///   DATA ──► Intake ──► MailDesk: wanted? its texts ──► Acceptance: on disk ──► 250
/// </code>
/// </summary>
internal sealed class Intake(
    SqliteStore store,
    RecipientDesk recipients,
    OriginDesk origins,
    MailDesk mails,
    Acceptance acceptance,
    PostmasterDesk postmaster,
    BounceDesk bounces,
    TimeProvider time,
    ILogger<Intake> log) : IDisposable
{
    private const int NamesMax = 8;

    // A parse of a hostile mail can take a second of a core; the others must get theirs.
    private readonly SemaphoreSlim _parses = new(Math.Max(2, Environment.ProcessorCount * 2));

    /// <summary>Whether there is room for new mail on disk.</summary>
    public bool HasRoom => store.HasRoom;

    /// <summary>Counts wrong tokens.</summary>
    public TokenGuesses Guesses { get; } = new(time);

    /// <summary>Decides about each recipient.</summary>
    public RecipientDesk Recipients => recipients;

    /// <summary>Looks into where mails come from.</summary>
    public OriginDesk Origins => origins;

    /// <inheritdoc/>
    public void Dispose() => _parses.Dispose();

    /// <summary>Takes what is for the postmaster.</summary>
    public PostmasterDesk Postmaster => postmaster;

    /// <summary>Takes what comes back.</summary>
    public BounceDesk Bounces => bounces;

    /// <summary>What came back to bounce addresses of ours: 250 once what follows from it is on disk.</summary>
    public async Task<SmtpReply> TakeBounceAsync(
        SmtpMessage message, IReadOnlyList<string> tokens, string sender, CancellationToken stopping)
    {
        MimeMessage mail;
        await _parses.WaitAsync(stopping).ConfigureAwait(false);
        try
        {
            await using Stream bytes = message.OpenRead();
            mail = MailComposer.Load(bytes, stopping);
        }
        catch (FormatException)
        {
            return MailDesk.NoMail;
        }
        finally
        {
            _parses.Release();
        }

        try
        {
            using (mail) return await bounces.TakeAsync(tokens, mail, sender).ConfigureAwait(false);
        }
        catch (StoreException trouble)
        {
            log.MailNotKept(trouble, message.Session.Id);
            return trouble.IsFull ? SmtpReply.NoRoom : SmtpReply.LocalError;
        }
    }

    /// <summary>The whole mail: 250 once its SMS are on disk, and not before.</summary>
    public async Task<SmtpReply> TakeMailAsync(SmtpMessage message, UnreadMail unread, CancellationToken stopping)
    {
        MailAnswer answer;

        // Before the mail is parsed, and before it takes a place: the DNS of a stranger may be slow.
        await using (Stream header = message.OpenRead())
        {
            unread = unread with
            {
                Gathered = await origins.GatherAsync(header, unread, stopping).ConfigureAwait(false),
            };
        }

        await _parses.WaitAsync(stopping).ConfigureAwait(false);
        try
        {
            await using Stream bytes = message.OpenRead();
            answer = await mails.ReadAsync(bytes, unread, stopping).ConfigureAwait(false);
        }
        finally
        {
            _parses.Release();
        }

        foreach ((int place, SmtpReply reply) in answer.Refused) message.SetReply(place, reply);
        if (answer.Mail is not { } mail) return answer.Refusal!;
        return await KeepAsync(message, mail with
        {
            EnvelopeId = message.From.EnvelopeId,
            DsnReturn = ReturnOf(message.From.Return),
        }).ConfigureAwait(false);
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
            if (MailDesk.Circling(mail) is { } circling) return circling;
            if (PostmasterDesk.Refuse(mail) is { } ours) return ours;
            forward = postmaster.Write(id, mail, origin, message.LengthBytes);
        }
        catch (FormatException)
        {
            return MailDesk.NoMail;
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
        catch (MailRefusedException refused)
        {
            return await acceptance.RefuseAsync(refused).ConfigureAwait(false);
        }
        catch (StoreException trouble)
        {
            log.MailNotKept(trouble, message.Session.Id);
            return trouble.IsFull ? SmtpReply.NoRoom : SmtpReply.LocalError;
        }
    }

    internal static SmtpReply TooOften { get; } = new(
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

    // A line of a reply has 512 characters (RFC 5321 4.5.3.1.5).
    private static string Names(IReadOnlyList<Guid> sms) =>
        string.Join(' ', sms.Take(NamesMax)) + (sms.Count > NamesMax ? $" and {sms.Count - NamesMax} more" : "");
}
