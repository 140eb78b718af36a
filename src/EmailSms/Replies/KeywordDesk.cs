using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Smpp.Text;
using EmailSms.Store;

namespace EmailSms.Replies;

/// <summary>What a keyword did.</summary>
/// <param name="Marker">For the subject of the mail, such as <c>STOP</c>.</param>
/// <param name="Remark">A sentence for whoever reads the text.</param>
/// <param name="Changed">It changed whether this person may be texted.</param>
/// <param name="IsForAdmin">Somebody has to do what could not be done here.</param>
internal sealed record KeywordEffect(string Marker, string Remark, bool Changed, bool IsForAdmin = false);

/// <summary>
/// Obeys STOP, START and HELP, as pieces of the write that keeps the text itself. Each is answered once to a person
/// within a window, and never where the carrier does it, nor to numbers of our own: two machines would go on for ever.
/// </summary>
/// <param name="queue">Where the answers go.</param>
/// <param name="optOuts">Who wants no SMS.</param>
/// <param name="words">What counts as a keyword.</param>
/// <param name="answers">The answers.</param>
/// <param name="options">How long they are worth sending, and how often.</param>
/// <param name="carrierAnswers">Whether a carrier answers a keyword itself.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Where it is told.</param>
internal sealed class KeywordDesk(
    SmsQueue queue,
    OptOuts optOuts,
    OptOutWords words,
    RepliesOptions answers,
    OptOutOptions options,
    Func<string, Keyword, bool> carrierAnswers,
    TimeProvider time,
    ILogger<KeywordDesk> log)
{
    /// <summary>Does what the text asks for; null where it asks for nothing.</summary>
    /// <param name="db">The write that keeps the text.</param>
    /// <param name="text">What a phone sent.</param>
    /// <param name="inbound">The id it is kept under.</param>
    /// <param name="mailbox">Who reads it.</param>
    public KeywordEffect? Take(StoreSession db, InboundText text, Guid inbound, string mailbox)
    {
        // A short code or a name cannot be texted, so there is nothing to stop.
        if (!PhoneNumber.TryFromE164(text.From, out PhoneNumber from)) return IsUnread(text.From) ? Unread(text) : null;
        db.ActAs($"phone, by {text.Carrier}");
        KeywordMatch match = words.Read(text.Text);
        return match.Keyword switch
        {
            Keyword.Stop => Stop(db, text, from, match.Word, inbound),
            Keyword.Start => Start(db, text, from, match.Word, inbound),
            Keyword.Help => Help(db, text, from, mailbox),
            Keyword.MentionsStop => new KeywordEffect(
                "STOP?",
                $"There is \"{match.Word}\" in it, and more besides, so nothing was done. If this person wants no more "
                + $"messages, have an admin run: emailsms optouts add {from.E164}", Changed: false),
            _ => null,
        };
    }

    /// <summary>
    /// Whether a text would change who may be texted: then it is no repeat, whatever it looks like.
    /// </summary>
    public bool Changes(StoreSession db, InboundText text) =>
        PhoneNumber.TryFromE164(text.From, out PhoneNumber from)
        && words.Read(text.Text).Keyword switch
        {
            Keyword.Stop => !OptOuts.IsRecorded(db, from, optOuts.Scopes.Of(text.To)),
            Keyword.Start => optOuts.Find(db, from, text.To) is not null,
            _ => false,
        };

    // A number whose country nobody can tell: the carrier gives it in a form of its own country.
    private static bool IsUnread(string from) =>
        from.TrimStart('+') is { Length: > 0 } digits && digits.All(char.IsAsciiDigit)
        && (from[0] is '+' or '0' || !PhoneNumber.TryFromShort(from, out _));

    private KeywordEffect? Unread(InboundText text)
    {
        log.NumberUnread(text.Carrier, PhoneNumber.Mask(text.From));
        return words.Read(text.Text).Keyword is Keyword.Stop
            ? new KeywordEffect(
                "STOP?",
                $"This person wants no more messages, and nothing was done: {text.From} is a number without its "
                + "country. Have an admin run emailsms optouts add with the whole number, and set "
                + $"Carriers:{text.Carrier}:Region, so that the next one is obeyed at once.",
                Changed: false, IsForAdmin: true)
            : null;
    }

    private KeywordEffect Stop(StoreSession db, InboundText text, PhoneNumber from, string word, Guid inbound)
    {
        string scope = optOuts.Scopes.Of(text.To);
        bool isNew = OptOuts.Record(
            db, from, scope, word, inbound.ToString(), NowMs(), Consents.ByStop);
        if (PhoneNumber.TryFromE164(text.OrFrom, out PhoneNumber other))
        {
            // Whose wish it is nobody can tell: better one too many obeyed than the wrong one.
            OptOuts.Record(db, other, scope, word, inbound.ToString(), NowMs(), Consents.ByStop);
        }

        log.OptedOut(text.Carrier, from, scope == OptOuts.Everything ? "everything" : "the number it wrote to");
        if (isNew) Answer(db, text, from, Keyword.Stop, answers.StopAnswer);
        return new KeywordEffect(
            "STOP",
            other != default
                ? $"This person has opted out. Their number is {from.E164} or {other.E164}, so it holds for both."
                : scope == OptOuts.Everything
                ? "This person has opted out: EmailSms sends them no more messages."
                : "This person has opted out: EmailSms sends them no more messages from this number.",
            Changed: true);
    }

    private KeywordEffect? Start(StoreSession db, InboundText text, PhoneNumber from, string word, Guid inbound)
    {
        if (!optOuts.RemoveFor(db, from, text.To)) return null; // not opted out: a word like others
        log.OptedIn(text.Carrier, from);
        Consents.Rejoin(db, from, word, inbound.ToString(), NowMs());
        Answer(db, text, from, Keyword.Start, answers.StartAnswer);
        return new KeywordEffect(
            "START", "This person has opted in again: messages can be sent to them.", Changed: true);
    }

    private KeywordEffect Help(StoreSession db, InboundText text, PhoneNumber from, string mailbox)
    {
        bool answered = Answer(
            db, text, from, Keyword.Help, answers.HelpAnswer.Replace("{mailbox}", mailbox, StringComparison.Ordinal));
        return new KeywordEffect(
            "HELP", answered ? "EmailSms has answered this." : "EmailSms has not answered this.", Changed: false);
    }

    private bool Answer(StoreSession db, InboundText text, PhoneNumber to, Keyword keyword, string answer)
    {
        if (text.OrFrom is not null) return false; // it may be somebody else's phone
        if (answer.Length == 0 || carrierAnswers(text.Carrier, keyword)) return false;
        if (OwnNumbers.Contains(db, to) || !MayCost(db, to, text.To)) return false;
        long now = NowMs();
        long since = now - (long)options.AnswerWindow.TotalMilliseconds;
        if (!KeywordAnswers.TryClaim(db, to, text.To, keyword, now, since)) return false;
        SegmentedText parts = SmsSegmenter.Split(answer);
        queue.Enqueue(
            db,
            new NewSms(
                TimeOrderedId.Next(time), null, to, text.To, "", answer, EncodingName.Of(parts),
                parts.Parts.Count, null, NoticeSetting.Never, now + (long)options.AnswerMax.TotalMilliseconds,
                DespiteOptOut: true)
            {
                Registration = OwnNumbers.RegistrationOf(db, text.To).For(to, answer, out _),
            },
            new { automatic = "answer to a keyword", parts = parts.Parts.Count });
        return true;
    }

    // Whoever owns dear numbers abroad would have us text them, one word to each: only where we text anyway, and at
    // home.
    private static bool MayCost(StoreSession db, PhoneNumber to, string own) =>
        NumberRegion.Of(to) is { } region
        && (Countries.IsOpen(db, region)
            || (PhoneNumber.TryFromE164(own, out PhoneNumber ours) && NumberRegion.Of(ours) == region));

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
