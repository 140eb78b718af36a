using System.Data.Common;
using System.Text.Json;
using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.Queue;

/// <summary>
/// Alarms on their way along a chain of people.
/// <code>
///   Start ──► person 1 is texted ──► waits ──► due: the next is texted ──► … ──► nobody left: the owner is told
///                                      │
///                                      ├─ the SMS fails ──► due at once
///                                      └─ ack, or a receipt where that is enough ──► taken, the end
/// </code>
/// A step and the SMS of it are one write, so each is taken once, whatever crashes.
/// </summary>
/// <param name="queue">Where the SMS go.</param>
/// <param name="note">Tells the conversations of each SMS: sender ID, phone, mailbox, SMS, Message-ID.</param>
/// <param name="notices">When the sender hears that one still waits.</param>
/// <param name="time">The clock.</param>
internal sealed class Escalations(
    SmsQueue queue, Action<StoreSession, string, PhoneNumber, string, Guid, string?> note, NoticeOptions notices,
    TimeProvider time)
{
    private const string Select =
        "select id, on_call, owner, until, wait_ms, people, step, template, created_ms from escalation";

    /// <summary>Set when there may be something due sooner than was known.</summary>
    public Signal Wake { get; } = new();

    /// <summary>Begins an alarm whose first SMS is enqueued in the same write.</summary>
    public void Start(StoreSession db, Alarm alarm, AlarmText text, IReadOnlyList<Guid> firstSms, long? firstDueMs)
    {
        long now = NowMs();
        Guid id = TimeOrderedId.Next(time);
        db.Execute(
            """
            insert into escalation (id, on_call, owner, state, state_ms, until, wait_ms, people, step, due_ms, template,
                                    created_ms)
            values (@id, @onCall, @owner, 'open', @now, @until, @wait, @people, 0, @due, @template, @now)
            """,
            ("@id", id.ToString()), ("@onCall", alarm.OnCall), ("@owner", alarm.Owner), ("@now", now),
            ("@until", alarm.Until.ToString()), ("@wait", (long)alarm.Wait.TotalMilliseconds),
            ("@people", JsonSerializer.Serialize(alarm.People)),
            ("@due", Math.Max(now, firstDueMs ?? now) + (long)alarm.Wait.TotalMilliseconds),
            ("@template", db.Texts.Seal(QueueTexts.Alarm, id.ToString(), JsonSerializer.Serialize(text))));
        foreach (Guid sms in firstSms) AddSms(db, id, 0, sms, alarm.People[0].Number);
        db.Afterwards(_ => Wake.Set());
    }

    /// <summary>When the next step is due; null for never.</summary>
    public static long? NextDueMs(StoreSession db) =>
        db.Scalar("select min(due_ms) from escalation where state = 'open'") as long?;

    /// <summary>
    /// Takes every step that is due: texts the next person, or ends the alarm. Returns those that ended untaken, whose
    /// owners are to be told in the same write.
    /// </summary>
    /// <param name="db">The write.</param>
    /// <param name="count">Counts what the next person is texted.</param>
    public IReadOnlyList<UntakenAlarm> Advance(StoreSession db, Action<StoreSession, FollowUp> count)
    {
        long now = NowMs();
        List<UntakenAlarm> untaken = [];
        foreach (Row row in db.Query($"{Select} where state = 'open' and due_ms <= @now order by due_ms, id",
            one => Read(db, one), ("@now", now)))
        {
            if (row.Step + 1 < row.People.Count) count(db, Escalate(db, row, now));
            else untaken.Add(End(db, row, now));
        }

        return untaken;
    }

    /// <summary>The fate of an SMS: one that failed hurries its alarm on, and a receipt may end it.</summary>
    public void Tell(StoreSession db, Guid sms, SmsState state)
    {
        if (db.Query(
            $"{Select} where state = 'open' and id = (select escalation_id from escalation_sms where sms_id = @sms)",
            one => Read(db, one), ("@sms", sms.ToString())) is not [var row])
        {
            return;
        }

        if (state is SmsState.Delivered)
        {
            if (row.Until is EscalationEnd.Receipt) Take(db, row, "receipt", sms);
            return;
        }

        if (state is not (SmsState.Failed or SmsState.Expired)) return;
        bool isCurrent = db.Scalar(
            "select 1 from escalation_sms where sms_id = @sms and step = @step",
            ("@sms", sms.ToString()), ("@step", row.Step)) is not null;
        if (!isCurrent) return;
        db.Execute("update escalation set due_ms = @now where id = @id", ("@now", NowMs()), ("@id", row.Id.ToString()));
        db.Afterwards(_ => Wake.Set());
    }

    /// <summary>
    /// A phone says "ack": every alarm that it was texted for and that nobody took yet is taken, also one whose chain
    /// has ended. Returns their names.
    /// </summary>
    public IReadOnlyList<string> Acknowledge(StoreSession db, PhoneNumber phone)
    {
        List<string> names = [];
        foreach (Row row in db.Query(
            $"""
            {Select} where state in ('open', 'untaken')
               and id in (select escalation_id from escalation_sms where recipient = @phone)
             order by id
            """,
            one => Read(db, one), ("@phone", phone.E164)))
        {
            // What has not left yet was read by nobody.
            List<Guid> read = SmsTo(db, row.Id, phone).FindAll(sms => HasLeft(db, sms));
            if (read.Count == 0) continue;
            Take(db, row, phone.E164, read[^1]);
            names.Add(row.OnCall);
        }

        return names;
    }

    // One of a storm has left with the SMS that stands for it.
    private static bool HasLeft(StoreSession db, Guid sms)
    {
        SmsState? state = SmsRecord.Find(db, sms)?.State;
        if (state is SmsState.Collected) state = Digests.StateFor(db, sms);
        return state is SmsState.Sent or SmsState.Held or SmsState.Delivered;
    }

    private FollowUp Escalate(StoreSession db, Row row, long now)
    {
        int step = row.Step + 1;
        PhoneNumber to = PhoneNumber.FromE164(row.People[step].Number);
        AlarmText text = row.Text;
        long expires = now + text.ValidityMs;
        Guid current = Current(db, row);
        foreach (AlarmPiece piece in text.Pieces)
        {
            Guid sms = TimeOrderedId.Next(time);
            queue.Enqueue(
                db,
                new NewSms(
                    sms, text.MailId, to, text.SenderId, text.Mailbox, piece.Body, piece.Encoding, piece.Parts,
                    text.RuleId, text.Notices, expires, text.DespiteOptOut)
                {
                    Class = SmsClass.Urgent,
                    Carriers = text.Carriers,
                    Registration = piece.Registration,
                    Dsn = text.Dsn,
                    TellsEach = text.TellsEach,
                    LookMs = notices.FirstLookMs(text.Dsn.Notify, text.Notices, text.TellsEach, now, expires),
                },
                new { onCall = row.OnCall, step = step + 1, from = text.Mailbox, rule = text.RuleId });
            note(db, text.SenderId, to, text.Mailbox, sms, text.MessageId);
            Timeline.Append(
                db, current, now, Timeline.Escalated, new { onCall = row.OnCall, next = sms, step = step + 1 });
            AddSms(db, row.Id, step, sms, to.E164);
        }

        db.Execute(
            "update escalation set step = @step, due_ms = @due where id = @id",
            ("@step", step), ("@due", now + row.WaitMs), ("@id", row.Id.ToString()));
        return new FollowUp(
            row.OnCall, text.RuleId, text.Mailbox, text.User, to, text.Pieces.Sum(piece => piece.Parts));
    }

    private static UntakenAlarm End(StoreSession db, Row row, long now)
    {
        Guid last = Current(db, row);
        SetState(db, row, "untaken", null, now);
        Timeline.Append(db, last, now, Timeline.Untaken, new { onCall = row.OnCall, owner = row.Owner });
        string text = string.Join('\n', row.Text.Pieces.Select(piece => piece.Body));
        return new UntakenAlarm(row.Id, row.OnCall, row.Owner, row.People, text, last, row.CreatedMs);
    }

    private void Take(StoreSession db, Row row, string by, Guid sms)
    {
        long now = NowMs();
        SetState(db, row, "taken", by, now);
        Timeline.Append(db, sms, now, Timeline.Acknowledged, new { onCall = row.OnCall, by });
    }

    private static void SetState(StoreSession db, Row row, string state, string? by, long now) => db.Execute(
        "update escalation set state = @state, state_ms = @now, acked_by = @by where id = @id",
        ("@state", state), ("@now", now), ("@by", by), ("@id", row.Id.ToString()));

    private static void AddSms(StoreSession db, Guid escalation, int step, Guid sms, string recipient) => db.Execute(
        "insert into escalation_sms (sms_id, escalation_id, step, recipient) values (@sms, @id, @step, @recipient)",
        ("@sms", sms.ToString()), ("@id", escalation.ToString()), ("@step", step), ("@recipient", recipient));

    private static Guid Current(StoreSession db, Row row) => Guid.Parse((string)db.Scalar(
        "select min(sms_id) from escalation_sms where escalation_id = @id and step = @step",
        ("@id", row.Id.ToString()), ("@step", row.Step))!);

    private static List<Guid> SmsTo(StoreSession db, Guid escalation, PhoneNumber phone) => db.Query(
        "select sms_id from escalation_sms where escalation_id = @id and recipient = @phone order by sms_id",
        row => Guid.Parse(row.GetString(0)), ("@id", escalation.ToString()), ("@phone", phone.E164));

    // Of an alarm whose text was changed on disk nobody knows what it said; that there is one is told all the same.
    private static AlarmText TextOf(StoreSession db, DbDataReader row) =>
        db.Texts.TryOpen(QueueTexts.Alarm, row.GetString(0), row.GetString(7), out string json)
            ? JsonSerializer.Deserialize<AlarmText>(json)!
            : new AlarmText(
                null, "", row.GetString(2), [new AlarmPiece($"Alarm: {row.GetString(1)}. {json}", "gsm7", 1)], null,
                NoticeSetting.Failures, (long)TimeSpan.FromDays(1).TotalMilliseconds, null);

    private static Row Read(StoreSession db, DbDataReader row) => new(
        Guid.Parse(row.GetString(0)), row.GetString(1), row.GetString(2),
        Enum.Parse<EscalationEnd>(row.GetString(3)), row.GetInt64(4),
        JsonSerializer.Deserialize<List<AlarmPerson>>(row.GetString(5))!, row.GetInt32(6),
        TextOf(db, row), row.GetInt64(8));

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();

    private sealed record Row(
        Guid Id, string OnCall, string Owner, EscalationEnd Until, long WaitMs, IReadOnlyList<AlarmPerson> People,
        int Step, AlarmText Text, long CreatedMs);
}
