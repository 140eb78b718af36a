using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.Queue;

/// <summary>
/// SMS of a storm that go out as one. The first that is too many opens a digest, an SMS in the queue that is due when
/// the window ends; it and those that follow are kept as <c>collected</c>, and the digest's text is written anew with
/// each. What becomes of the digest becomes of them, so that each has an end of its own.
/// </summary>
internal static class Digests
{
    private const string Collecting =
        """
        recipient = @to and rule_id = @rule and collects > 0 and state = 'queued' and leased_by is null
        and attempts = 0 and due_ms > @now
        """;

    /// <summary>
    /// How many SMS a rule has made for a number since a time, those collected included, but no further than
    /// <paramref name="most"/>.
    /// </summary>
    public static int Count(StoreSession db, PhoneNumber to, long ruleId, long sinceMs, int most) =>
        (int)(long)db.Scalar(
            """
            select count(*) from (select 1 from sms
              where recipient = @to and id >= @from and rule_id = @rule and collects = 0 limit @most)
            """,
            ("@to", to.E164), ("@from", TimeOrderedId.FirstOf(sinceMs)), ("@rule", ruleId), ("@most", most))!;

    /// <summary>Whether a digest still collects for a rule and a number.</summary>
    public static bool IsOpen(StoreSession db, PhoneNumber to, long ruleId, long nowMs) =>
        db.Scalar(
            $"select 1 from sms where {Collecting} limit 1",
            ("@to", to.E164), ("@rule", ruleId), ("@now", nowMs)) is not null;

    /// <summary>
    /// The digest that still collects and goes out just as this one would, or null: what is urgent waits for nothing
    /// that is not, and nothing goes from a number, by a carrier or to a person that was not meant for it.
    /// </summary>
    public static Guid? FindOpen(StoreSession db, NewSms like, long nowMs) =>
        db.Scalar(
            $"""
            select id from sms
             where {Collecting}
               and sender_id = @sender and class = @class and despite_opt_out = @despite
               and coalesce(carriers, '') = @carriers and coalesce(registration, '') = @registration
             limit 1
            """,
            ("@to", like.To.E164), ("@rule", like.RuleId), ("@now", nowMs), ("@sender", like.SenderId),
            ("@class", SmsRecord.ClassText(like.Class)), ("@despite", like.DespiteOptOut ? 1 : 0),
            ("@carriers", SmsRecord.CarriersText(like.Carriers) ?? ""),
            ("@registration", like.Registration?.ToJson() ?? "")) is string id ? Guid.Parse(id) : null;

    /// <summary>The state of the digest that stands for an SMS; null: none does.</summary>
    public static SmsState? StateFor(StoreSession db, Guid sms) =>
        db.Scalar(
            "select d.state from sms c join sms d on d.id = c.collected_by where c.id = @id",
            ("@id", sms.ToString())) is string state ? SmsRecord.StateOf(state) : null;

    /// <summary>Counts one more SMS, which is on disk already, to a digest.</summary>
    public static void Collect(StoreSession db, Guid digest, Guid sms, long nowMs)
    {
        db.Execute("update sms set collects = collects + 1 where id = @id", ("@id", digest.ToString()));
        Timeline.Append(db, sms, nowMs, Timeline.Collected, new { into = digest });
        Timeline.Append(db, digest, nowMs, Timeline.Collects, new { sms });
    }

    /// <summary>How many SMS a digest stands for, and the first of their texts.</summary>
    public static (int Count, List<string> Texts) Read(StoreSession db, Guid digest, int textsMax)
    {
        int count = (int)(long)db.Scalar("select collects from sms where id = @id", ("@id", digest.ToString()))!;
        List<string> texts = db.Query(
            "select id, body from sms where collected_by = @id order by id limit @max",
            row => db.Texts.OpenToShow(QueueTexts.Body, row.GetString(0), row.GetString(1)),
            ("@id", digest.ToString()), ("@max", textsMax));
        return (count, texts);
    }

    /// <summary>Writes the text that the digest is to be sent with.</summary>
    public static void Write(StoreSession db, Guid digest, string body, string encoding, int parts) => db.Execute(
        "update sms set body = @body, encoding = @encoding, parts = @parts where id = @id",
        ("@body", db.Texts.Seal(QueueTexts.Body, digest.ToString(), body)), ("@encoding", encoding),
        ("@parts", parts), ("@id", digest.ToString()));

    /// <summary>Gives the end of a digest to all that it stands for, and names them.</summary>
    public static List<Guid> End(StoreSession db, Guid digest, SmsState state, FailureCode? why, long nowMs)
    {
        List<Guid> ended = db.Query(
            """
            update sms set state = @state, state_ms = @now, reason = @reason
             where collected_by = @id and state = 'collected'
            returning id
            """,
            row => Guid.Parse(row.GetString(0)),
            ("@state", SmsRecord.StateText(state)), ("@now", nowMs), ("@reason", why?.Code),
            ("@id", digest.ToString()));
        foreach (Guid sms in ended)
        {
            // The kinds of the three ends are the names of their states.
            Timeline.Append(db, sms, nowMs, SmsRecord.StateText(state), new { with = digest, code = why?.Code });
        }

        return ended;
    }
}
