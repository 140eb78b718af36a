using EmailSms.Policy;
using EmailSms.Smtp;
using MimeKit;

namespace EmailSms.MailIn.Mailboxes;

/// <summary>What a write settles of a mail.</summary>
/// <param name="Open">Those about whom something is left to decide.</param>
/// <param name="Refused">Whom it refuses for good, or null for the mail itself; and why.</param>
/// <param name="IsTaken">Whether anybody got an SMS of the mail, now or before.</param>
/// <param name="MailId">The id under which its SMS are kept; null: it keeps none.</param>
internal sealed record FetchedStep(
    IReadOnlyList<FetchedRecipient> Open, IReadOnlyList<(FetchedRecipient? To, SmtpReply Reply)> Refused,
    bool IsTaken, Guid? MailId)
{
    /// <summary>Whether everything that was refused until then is among them.</summary>
    public bool TellsAll { get; init; }
}

/// <summary>
/// A mail that is decided about. Each of its recipients is settled once: it gets its SMS, or is refused for good and
/// that is told. Whoever may get it later is open until then, and alone is asked for again.
/// </summary>
internal sealed class FetchedMail
{
    private readonly List<(FetchedRecipient? To, SmtpReply Reply)> _refused = [];
    private readonly List<SmtpReply> _waits = [];
    private readonly string _before;
    private bool _isNew;
    private bool _isAllRefused;

    /// <param name="mailbox">Where it lies.</param>
    /// <param name="key">What it is known by.</param>
    /// <param name="fields">Its header.</param>
    /// <param name="origin">Who sent it, with all that it proves.</param>
    /// <param name="to">All whom it is for.</param>
    /// <param name="hash">A hash of these.</param>
    /// <param name="before">What was settled of it before; null: it is seen for the first time.</param>
    public FetchedMail(
        MailboxOptions mailbox, FetchedKey key, HeaderList fields, MailOrigin origin,
        IReadOnlyList<FetchedRecipient> to, long hash, WaitingMail? before)
    {
        (Mailbox, Key, Fields, Origin, To, Hash) = (mailbox, key, fields, origin, to, hash);

        // With other settings it may be for others: then nobody is known for settled, and a repeat by its Message-ID.
        bool isSame = before?.Recipients == hash;
        Open = isSame ? [.. to.Where((_, place) => !before!.Done.Contains(place))] : to;
        IsTaken = before?.IsTaken is true;
        _isNew = before is null;
        Reason = _before = before?.Reason ?? "";
    }

    public MailboxOptions Mailbox { get; }

    public FetchedKey Key { get; }

    public HeaderList Fields { get; }

    public MailOrigin Origin { get; }

    public IReadOnlyList<FetchedRecipient> To { get; }

    public long Hash { get; }

    /// <summary>The rule by which its sender is known and proven; null: nobody is told of it.</summary>
    public required Lazy<SenderRule?> Proven { get; init; }

    /// <summary>Those about whom something is left to decide.</summary>
    public IReadOnlyList<FetchedRecipient> Open { get; private set; }

    /// <summary>Whether anybody got an SMS of it.</summary>
    public bool IsTaken { get; private set; }

    /// <summary>Why those that are open are, as it may be kept.</summary>
    public string Reason { get; private set; }

    /// <summary>What those that wait were told in this look, each once.</summary>
    public IReadOnlyList<SmtpReply> Waits => _waits;

    /// <summary>Whether nothing is left to decide, and that is on disk.</summary>
    public bool IsSettled { get; private set; }

    /// <summary>Whether there is something to write that is not on disk.</summary>
    public bool HasChanged => _isNew || _refused.Count > 0 || Open.Count == 0 || Reason != _before;

    /// <summary>
    /// Whether a reply may be another the next time. More recipients than a rule allows are too many then, too; by SMTP
    /// a client would send the rest apart.
    /// </summary>
    public static bool IsTemporary(SmtpReply reply) => reply.Code is >= 400 and < 500 && reply.EnhancedCode != "4.5.3";

    /// <summary>What one of those that are open was told, not yes: for good, or until it is asked for again.</summary>
    public void Answer(FetchedRecipient? to, SmtpReply reply)
    {
        if (!IsTemporary(reply))
        {
            _refused.Add((to, reply));
            return;
        }

        if (!_waits.Contains(reply)) _waits.Add(reply);
        Reason = string.Join("; ", _waits.Select(one => one.Masked()));
    }

    /// <summary>All together are refused, so each is tried alone, and is open until then for this reason.</summary>
    public void TryEach(SmtpReply reply)
    {
        if (Reason.Length == 0) Reason = reply.Masked();
    }

    /// <summary>All that are open are refused for good, whatever some of them were told.</summary>
    public void RefuseAll(SmtpReply reply)
    {
        _isAllRefused = true;
        _waits.Clear();
        _refused.Clear();
        if (Open.Count == To.Count) _refused.Add((null, reply));
        else _refused.AddRange(Open.Select(one => ((FetchedRecipient?)one, reply)));
    }

    /// <summary>What a write settles.</summary>
    /// <param name="taken">Those that are done with it.</param>
    /// <param name="stopped">Those that are refused by it.</param>
    /// <param name="mailId">The id under which it keeps SMS; null: it keeps none.</param>
    /// <param name="isLast">Whether it settles, too, what was refused before it; another follows if not.</param>
    public FetchedStep StepTo(
        IReadOnlyList<FetchedRecipient> taken, IReadOnlyList<(FetchedRecipient? To, SmtpReply Reply)> stopped,
        Guid? mailId, bool isLast)
    {
        List<(FetchedRecipient? To, SmtpReply Reply)> refused = [.. isLast ? _refused : [], .. stopped];
        HashSet<FetchedRecipient> done = [.. taken, .. refused.Select(one => one.To).OfType<FetchedRecipient>()];
        List<FetchedRecipient> open = _isAllRefused ? [] : [.. Open.Where(one => !done.Contains(one))];
        return open.Count == 0 && !isLast
            ? StepTo(taken, stopped, mailId, isLast: true)
            : new FetchedStep(open, refused, IsTaken || mailId is not null, mailId) { TellsAll = isLast };
    }

    /// <summary>The step is on disk.</summary>
    public void Take(FetchedStep step)
    {
        (Open, IsTaken, IsSettled, _isNew) = (step.Open, step.IsTaken, step.Open.Count == 0, false);
        if (step.TellsAll) _refused.Clear();
    }

    /// <summary>What is left to decide, as it is kept.</summary>
    public WaitingMail WaitingAfter(FetchedStep step) => new(
        Reason, Hash, To.Index().Where(one => !step.Open.Contains(one.Item)).Select(one => one.Index).ToHashSet(),
        step.IsTaken);
}
