using System.Data.Common;
using System.Threading.Channels;
using EmailSms.Messages;
using EmailSms.Smpp.Text;
using EmailSms.Store;

namespace EmailSms.Queue;

/// <summary>
/// The outgoing SMS, on disk, and the few of them that are in memory for the carriers.
/// <code>
///   Enqueue ─ room in memory and nothing older on disk? ─ yes ─► inserted leased, ready with the commit ──┐
///                         │ no                                                                            ▼
///                         └─► on disk ─► LeaseAsync, as soon as there is room or the time has come ──► Ready
/// </code>
/// Urgent SMS go first, on disk and in memory, and have room of their own there; but of a lease a part is kept for the
/// others, and of those in memory none is overtaken by more than <see cref="OvertakesMax"/>: bulk is late, never stuck.
/// Leased SMS belong to this process; one that died left its leases behind, and <see cref="Reclaim"/> takes them back
/// at start.
/// </summary>
internal sealed partial class SmsQueue(SqliteStore store, QueueOptions options, TimeProvider time)
{
    // Of a lease, one in so many places is kept for what is not urgent.
    private const int BulkShare = 4;

    private const string Columns =
        """
        id, recipient, sender_id, body, parts, reference, attempts, expires_ms, despite_opt_out, due_ms, class,
        encoding, uncertain, rule_id, carriers, reason, stays_with, registration
        """;

    private readonly Channel<OutgoingSms> _ready = Channel.CreateUnboundedPrioritized<OutgoingSms>(
        new UnboundedPrioritizedChannelOptions<OutgoingSms>
        {
            Comparer = Comparer<OutgoingSms>.Create((one, other) => one.Turn.CompareTo(other.Turn)),
        });

    private readonly Signal _wake = new();
    private readonly string _node = Guid.NewGuid().ToString("N");
    private readonly ConcatenationReferences _references = new();
    private int _held; // SMS leased by this process and not settled
    private long _turn; // touched by the writer's thread alone
    private volatile bool _backlog = true; // there may be due SMS on disk
    private volatile bool _urgentBacklog = true; // the same, of urgent ones
    private volatile HashSet<long> _pausedRules = [];

    /// <summary>What the dispatcher takes: leased SMS in the order in which they are to go.</summary>
    public ChannelReader<OutgoingSms> Ready => _ready.Reader;

    /// <summary>SMS that memory has room for.</summary>
    public int ReadyMax => options.ReadyMax;

    /// <summary>And so many more, if they are urgent.</summary>
    public int UrgentExtra => Math.Max(1, options.ReadyMax / 4);

    /// <summary>So many urgent SMS may overtake one in memory that is not.</summary>
    public int OvertakesMax => options.ReadyMax * 2;

    /// <summary>SMS held in memory: ready or with a carrier.</summary>
    public int Held => Volatile.Read(ref _held);

    /// <summary>Takes back the leases of a process that is gone. Called once, before anything else.</summary>
    public Task<int> Reclaim() => store.WriteAsync(db =>
    {
        int held = Settlement.HoldInterrupted(db, NowMs());
        db.Execute("update sms set waits_for = null, waits_on = null where waits_for in ('carrier', 'lane')");
        return held + db.Execute("update sms set leased_by = null where leased_by is not null");
    });

    /// <summary>Writes a mail down. Part of the write that enqueues its SMS.</summary>
    public void AddMail(StoreSession db, NewMail mail) => db.Execute(
        """
        insert into mail (id, accepted_ms, envelope_from, message_id, repeat_key, subject, rule_id, proof, client,
                          size_bytes, smtp_user, listener, envelope_id, dsn_return)
        values (@id, @now, @from, @messageId, @repeatKey, @subject, @rule, @proof, @client, @size,
                @user, @listener, @envelopeId, @dsnReturn)
        """,
        ("@id", mail.Id.ToString()), ("@now", NowMs()), ("@from", mail.EnvelopeFrom),
        ("@messageId", mail.MessageId), ("@repeatKey", KeptKey(db, mail.RepeatKey)),
        ("@subject", db.Texts.Seal(QueueTexts.Subject, mail.Id.ToString(), mail.Subject)),
        ("@rule", mail.RuleId), ("@proof", mail.Proof), ("@client", mail.Client), ("@size", mail.SizeBytes),
        ("@user", mail.User), ("@listener", mail.Listener), ("@envelopeId", mail.EnvelopeId),
        ("@dsnReturn", mail.DsnReturn));

    /// <summary>
    /// The SMS that the same mail from the same sender made for the same number since a time, if there is one: a client
    /// that never saw our 250 sends its mail again, and that must not become a second SMS.
    /// </summary>
    public static Guid? FindRepeat(
        StoreSession db, string repeatKey, string envelopeFrom, PhoneNumber to, long sinceMs) =>
        db.Scalar(
            """
            select sms.id from mail join sms on sms.mail_id = mail.id and sms.recipient = @to
             where mail.repeat_key = @repeatKey and mail.accepted_ms >= @since
               and lower(mail.envelope_from) = lower(@from)
             limit 1
            """,
            ("@to", to.E164), ("@repeatKey", KeptKey(db, repeatKey)), ("@since", sinceMs), ("@from", envelopeFrom))
            is string id ? Guid.Parse(id) : null;

    /// <summary>Whether a sender's mail has made an SMS for a number since a time: this one may be it again.</summary>
    public static bool HasTexted(StoreSession db, string envelopeFrom, PhoneNumber to, long sinceMs) =>
        db.Scalar(
            """
            select 1 from sms join mail on mail.id = sms.mail_id
             where sms.recipient = @to and sms.id >= @first and lower(mail.envelope_from) = lower(@from) limit 1
            """,
            ("@to", to.E164), ("@first", TimeOrderedId.FirstOf(sinceMs)), ("@from", envelopeFrom)) is not null;

    /// <summary>
    /// Puts an SMS into the queue, with the first line of its timeline. It is ready when the write it is part of is
    /// committed.
    /// </summary>
    public void Enqueue(StoreSession db, NewSms sms, object acceptedDetail)
    {
        long now = NowMs();
        long due = Math.Max(now, sms.DueMs ?? now);
        bool isCollected = sms.CollectedBy is not null;
        bool isPaused = sms.RuleId is { } rule && Pauses.Find(db, Pause.OfRule(rule)) is not null;
        bool waits = isCollected || isPaused || sms.NeedsApproval;
        bool direct = !waits && due == now && IsRoomFor(sms.Class);
        ushort reference = _references.Next(sms.To.E164);
        db.Execute(
            """
            insert into sms (id, mail_id, created_ms, recipient, sender_id, mailbox, body, encoding, parts, reference,
                             rule_id, notices, state, state_ms, due_ms, expires_ms, leased_by, despite_opt_out,
                             dsn_notify, original_recipient, class, priority, text_hash, collected_by, carriers,
                             waits_for, reason, tell_each, look_ms, registration)
            values (@id, @mail, @now, @to, @sender, @mailbox, @body, @encoding, @parts, @reference,
                    @rule, @notices, @state, @now, @due, @expires, @leasedBy, @despite,
                    @notify, @originalRecipient, @class, @priority, @textHash, @collectedBy, @carriers,
                    @waitsFor, @reason, @tellEach, @look, @registration)
            """,
            ("@id", sms.Id.ToString()), ("@mail", sms.MailId?.ToString()), ("@now", now), ("@to", sms.To.E164),
            ("@sender", sms.SenderId), ("@mailbox", sms.Mailbox), ("@encoding", sms.Encoding),
            ("@body", db.Texts.Seal(QueueTexts.Body, sms.Id.ToString(), sms.Body)),
            ("@parts", sms.Parts), ("@reference", (long)reference), ("@rule", sms.RuleId),
            ("@notices", sms.Notices.ToString()), ("@expires", sms.ExpiresMs), ("@leasedBy", direct ? _node : null),
            ("@despite", sms.DespiteOptOut ? 1 : 0),
            ("@notify", sms.Dsn.Notify is DsnNotify.Unsaid ? null : sms.Dsn.Notify.ToString().ToLowerInvariant()),
            ("@originalRecipient", sms.Dsn.OriginalRecipient), ("@due", due),
            ("@class", SmsRecord.ClassText(sms.Class)), ("@priority", PriorityOf(sms.Class)),
            ("@carriers", SmsRecord.CarriersText(sms.Carriers)),
            ("@waitsFor", isPaused ? "rule" : null),
            ("@reason", sms.NeedsApproval ? FailureCode.NeverApproved.Code : null),
            ("@state", isCollected ? "collected" : sms.NeedsApproval ? "held" : "queued"),
            ("@textHash", db.Texts.Hash(sms.Body)),
            ("@collectedBy", sms.CollectedBy?.ToString()), ("@tellEach", sms.TellsEach ? 1 : 0),
            ("@look", sms.LookMs), ("@registration", sms.Registration?.ToJson()));
        Timeline.Append(db, sms.Id, now, Timeline.Accepted, acceptedDetail);
        if (sms.NeedsApproval)
        {
            Timeline.Append(db, sms.Id, now, Timeline.Held, new { code = FailureCode.NeverApproved.Code });
        }

        if (waits) return; // for what it is collected by, for its rule to go on, or for somebody's word
        if (!direct)
        {
            // What is for later is in nobody's way before its time.
            if (due == now && sms.Class is SmsClass.Urgent) _urgentBacklog = true;
            else if (due == now) _backlog = true;
            db.Afterwards(_ => Ring());
            return;
        }

        Interlocked.Increment(ref _held);
        var ready = new OutgoingSms(
            sms.Id, sms.To, sms.SenderId, sms.Body, sms.Parts, reference, 0, sms.ExpiresMs, [], sms.DespiteOptOut,
            sms.Class)
        {
            Language = EncodingName.LanguageOf(sms.Encoding),
            RuleId = sms.RuleId,
            AllowedCarriers = sms.Carriers,
            Registration = sms.Registration,
        };
        db.Afterwards(kept =>
        {
            if (kept) _ready.Writer.TryWrite(WithTurn(ready));
            else Interlocked.Decrement(ref _held);
        });
    }

    /// <summary>
    /// Leases what is due into memory, if there is room, and tells when to come back: at once (null when nothing is
    /// due), or at a time.
    /// </summary>
    public async Task<long?> LeaseAsync()
    {
        (int room, int urgentRoom) = Room();
        if (room <= 0)
        {
            // There may be: the next SMS that is settled rings, and one that was a moment ago is seen now.
            _backlog = true;
            if (urgentRoom <= 0) _urgentBacklog = true;
            Interlocked.MemoryBarrier();
            (room, urgentRoom) = Room();
            if (urgentRoom <= 0) return long.MaxValue;
        }

        long now = NowMs();
        List<OutgoingSms> taken = await store.WriteAsync(db => Lease(db, now, room, urgentRoom)).ConfigureAwait(false);
        if (taken.Count > 0) return now;
        long? urgent = store.Read(db => NextDue(db, priority: 1));
        if (room <= 0) return urgent ?? long.MaxValue;
        long? other = store.Read(db => NextDue(db, priority: 0));
        return urgent < other ? urgent : other ?? urgent;
    }

    /// <summary>Waits until something was put on disk, or the time is up.</summary>
    public Task WaitAsync(TimeSpan longest, CancellationToken stopping) => _wake.WaitAsync(longest, time, stopping);

    /// <summary>Gives leased SMS back to the disk, unsent: their carrier is away.</summary>
    public Task ReturnAsync(IReadOnlyList<OutgoingSms> unsent) => store.WriteAsync(db =>
    {
        _backlog = _urgentBacklog = true;
        foreach (OutgoingSms sms in unsent)
        {
            db.Execute("update sms set leased_by = null, submitting = null where id = @id", ("@id", sms.Id.ToString()));
        }

        db.Afterwards(kept => { if (kept) Settled(unsent.Count); });
    });

    /// <summary>Gives a leased SMS back to the disk, where it waits until its rule goes on.</summary>
    public Task ParkForRuleAsync(OutgoingSms sms) => store.WriteAsync(db =>
    {
        // The pause may have ended while this waited for its turn.
        string? waitsFor = Pauses.Find(db, Pause.OfRule(sms.RuleId!.Value)) is null ? null : "rule";
        if (waitsFor is null) _backlog = _urgentBacklog = true;
        db.Execute(
            "update sms set leased_by = null, submitting = null, waits_for = @for where id = @id",
            ("@for", waitsFor), ("@id", sms.Id.ToString()));
        db.Afterwards(kept => { if (kept) Settled(1); });
    });

    /// <summary>Whether the rule is paused, as of the last <see cref="Apply"/>.</summary>
    public bool IsPaused(long? ruleId) => ruleId is { } id && _pausedRules.Contains(id);

    /// <summary>Makes the pauses of rules true for what is in memory.</summary>
    public void Apply(IReadOnlyList<Pause> pauses) =>
        _pausedRules = [.. pauses.Select(one => Pause.RuleOf(one.Scope)).OfType<long>()];

    /// <summary>To be called when leased SMS are settled on disk: there is room in memory for others.</summary>
    public void Settled(int count)
    {
        Interlocked.Add(ref _held, -count);
        if (!_backlog && !_urgentBacklog && !_lineNeedsRoom) return;
        _lineNeedsRoom = false;
        Ring();
    }

    /// <summary>Wakes whoever waits for a lease.</summary>
    public void Ring() => _wake.Set();

    private (int Any, int Urgent) Room()
    {
        int held = Held;
        return (Math.Min(options.LeaseMax, options.ReadyMax - held),
            Math.Min(options.LeaseMax, options.ReadyMax + UrgentExtra - held));
    }

    private bool IsRoomFor(SmsClass smsClass) => smsClass is SmsClass.Urgent
        ? !_urgentBacklog && Held < options.ReadyMax + UrgentExtra
        : !_backlog && Held < options.ReadyMax;

    private OutgoingSms WithTurn(OutgoingSms sms) =>
        sms with { Turn = ++_turn - (sms.Class is SmsClass.Urgent ? OvertakesMax : 0) };

    private List<OutgoingSms> Lease(StoreSession db, long nowMs, int room, int urgentRoom)
    {
        int urgentMax = room <= 0 ? urgentRoom : Math.Max(1, urgentRoom - (room / BulkShare));
        List<OutgoingSms> taken = Take(db, nowMs, priority: 1, urgentMax);
        bool urgentBacklog = taken.Count == urgentMax;
        int otherMax = Math.Min(room, urgentRoom - taken.Count);
        bool backlog = true;
        if (otherMax > 0)
        {
            List<OutgoingSms> others = Take(db, nowMs, priority: 0, otherMax);
            backlog = others.Count == otherMax;
            taken.AddRange(others);
        }

        // Fewer than asked for: the disk holds nothing older, so what comes next may go straight through.
        (_backlog, _urgentBacklog) = (backlog, urgentBacklog);
        Keep(db, taken);
        return taken;
    }

    // They are ready with the commit of the write that leased them.
    private void Keep(StoreSession db, List<OutgoingSms> taken)
    {
        Interlocked.Add(ref _held, taken.Count);
        db.Afterwards(kept =>
        {
            if (kept)
            {
                foreach (OutgoingSms sms in taken) _ready.Writer.TryWrite(WithTurn(sms));
                return;
            }

            Interlocked.Add(ref _held, -taken.Count);
            _backlog = _urgentBacklog = true;
        });
    }

    private List<OutgoingSms> Take(StoreSession db, long nowMs, int priority, int limit) => Taken(db, db.Query(
        $"""
        update sms set leased_by = @node
         where id in (select id from sms
                       where state = 'queued' and leased_by is null and waits_for is null and priority = @priority
                         and due_ms <= @now
                       order by due_ms, id limit @limit)
        returning {Columns}
        """,
        row => Map(db, row), ("@node", _node), ("@priority", priority), ("@now", nowMs), ("@limit", limit)));

    private static List<OutgoingSms> Taken(StoreSession db, List<(OutgoingSms Sms, long DueMs)> rows) => rows
        .OrderBy(row => row.DueMs).ThenBy(row => row.Sms.Id.ToString(), StringComparer.Ordinal)
        .Select(row => row.Sms.Attempts == 0 ? row.Sms : row.Sms with { PartsAccepted = Parts(db, row.Sms.Id) })
        .ToList();

    private static long? NextDue(StoreSession db, int priority) => db.Scalar(
        """
        select min(due_ms) from sms
         where state = 'queued' and leased_by is null and waits_for is null and priority = @priority
        """,
        ("@priority", priority)) as long?;

    // A Message-ID says nothing; a hash of what a short mail says would be guessed.
    private static string? KeptKey(StoreSession db, string? repeatKey) =>
        repeatKey is null || repeatKey.StartsWith('<') ? repeatKey : db.Texts.Hide(repeatKey);

    private static int PriorityOf(SmsClass smsClass) => smsClass is SmsClass.Urgent ? 1 : 0;

    private static List<PartTaken> Parts(StoreSession db, Guid sms) => db.Query(
        "select distinct carrier, part from submission where sms_id = @id",
        row => new PartTaken(row.GetString(0), row.GetInt32(1)), ("@id", sms.ToString()));

    private static (OutgoingSms Sms, long DueMs) Map(StoreSession db, DbDataReader row)
    {
        bool isWhole = db.Texts.TryOpen(QueueTexts.Body, row.GetString(0), row.GetString(3), out string body);
        return (new OutgoingSms(
            Guid.Parse(row.GetString(0)), PhoneNumber.FromE164(row.GetString(1)), row.GetString(2), body,
            row.GetInt32(4), (ushort)row.GetInt32(5), row.GetInt32(6), row.GetInt64(7), [],
            row.GetInt64(8) != 0, SmsRecord.ClassOf(row.GetString(10)))
        {
            Language = EncodingName.LanguageOf(row.GetString(11)),
            Uncertain = row.GetInt32(12),
            WasPutOff = !row.IsDBNull(15) && row.GetString(15) == Settlement.Throttle,
            RuleId = row.IsDBNull(13) ? null : row.GetInt64(13),
            AllowedCarriers =
                row.IsDBNull(14) ? [] : row.GetString(14).Split(' ', StringSplitOptions.RemoveEmptyEntries),
            StaysWith = row.IsDBNull(16) ? null : row.GetString(16),
            Registration = SmsRegistration.FromJson(row.IsDBNull(17) ? null : row.GetString(17)),
            IsBroken = !isWhole,
        }, row.GetInt64(9));
    }

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
