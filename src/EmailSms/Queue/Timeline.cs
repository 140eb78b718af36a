using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Nodes;
using EmailSms.Store;

namespace EmailSms.Queue;

/// <summary>One line of an SMS's history.</summary>
internal sealed record TimelineEvent(long Id, string SmsId, long AtMs, string Kind, string Detail);

/// <summary>
/// The append-only history of every SMS: whatever happens to one is written here in the same transaction as the
/// change itself, so that the two cannot disagree. Lines are kept longer than texts, so no text is in them, and no
/// receipt as it came: many repeat the beginning of the text.
/// </summary>
internal static class Timeline
{
    /// <summary>A mail was accepted and this SMS made of it.</summary>
    public const string Accepted = "accepted";

    /// <summary>A carrier has all of its parts.</summary>
    public const string Sent = "sent";

    /// <summary>An attempt failed and there will be another.</summary>
    public const string Retry = "retry";

    /// <summary>It waits until the quiet hours of its recipient are over.</summary>
    public const string Postponed = "postponed";

    /// <summary>It may have been sent; it waits for somebody to decide.</summary>
    public const string Held = "held";

    /// <summary>Somebody decided that it is sent again.</summary>
    public const string Resend = "resend";

    /// <summary>Somebody let it through to a country of its own.</summary>
    public const string Approved = "approved";

    /// <summary>A receipt that does not change the state of the whole SMS.</summary>
    public const string Receipt = "receipt";

    /// <summary>The phone has it.</summary>
    public const string Delivered = "delivered";

    /// <summary>It will not arrive.</summary>
    public const string Failed = "failed";

    /// <summary>Its validity ended.</summary>
    public const string Expired = "expired";

    /// <summary>A mail about its fate was put into the outbox.</summary>
    public const string Notice = "notice";

    /// <summary>The person answered.</summary>
    public const string Reply = "reply";

    /// <summary>The person said STOP, or START again.</summary>
    public const string OptOut = "opt-out";

    /// <summary>A mail of the outbox was taken by the smart host.</summary>
    public const string Mailed = "mailed";

    /// <summary>A mail of the outbox was refused for good, or waited too long.</summary>
    public const string MailFailed = "mail-failed";

    /// <summary>The mail of an answer came back, or never left; it goes to the next in line.</summary>
    public const string Bounced = "bounced";

    /// <summary>The same mail came again and was not sent again.</summary>
    public const string Repeat = "repeat";

    /// <summary>It is one of a storm, and another SMS stands for it.</summary>
    public const string Collected = "collected";

    /// <summary>This SMS stands for one more of a storm.</summary>
    public const string Collects = "collects";

    /// <summary>Nobody took the alarm in time, and the next on call is texted.</summary>
    public const string Escalated = "escalated";

    /// <summary>Somebody took the alarm.</summary>
    public const string Acknowledged = "acknowledged";

    /// <summary>Nobody took the alarm, and the chain is at its end.</summary>
    public const string Untaken = "untaken";

    /// <summary>Appends a line. The detail is an object of plain values, written as JSON.</summary>
    public static void Append(StoreSession db, Guid sms, long atMs, string kind, object detail)
    {
        db.Execute(
            "insert into event (sms_id, at_ms, kind, detail) values (@sms, @at, @kind, @detail)",
            ("@sms", sms.ToString()), ("@at", atMs), ("@kind", kind),
            ("@detail", JsonSerializer.Serialize(detail, JsonSerializerOptions.Web)));
    }

    /// <summary>How many attempts over a carrier ended with a code and were to be made again.</summary>
    public static long CountRetries(StoreSession db, Guid sms, string carrier, string code) => (long)db.Scalar(
        """
        select count(*) from event
         where sms_id = @sms and kind = @kind and detail ->> 'carrier' = @carrier and detail ->> 'code' = @code
        """,
        ("@sms", sms.ToString()), ("@kind", Retry), ("@carrier", carrier), ("@code", code))!;

    /// <summary>Writes the detail of a line anew: the one reason is something that is to be forgotten.</summary>
    public static void Rewrite(StoreSession db, TimelineEvent line) => db.Execute(
        "update event set detail = @detail where id = @id", ("@detail", line.Detail), ("@id", line.Id));

    /// <summary>Takes the receipt out of a line that an earlier version wrote it into.</summary>
    public static void ForgetReceipt(StoreSession db, long id)
    {
        foreach (TimelineEvent line in db.Query(
            "select id, sms_id, at_ms, kind, detail from event where id = @id", row => Map(db, row), ("@id", id)))
        {
            JsonObject detail = JsonNode.Parse(line.Detail)!.AsObject();
            detail.Remove("raw");
            Rewrite(db, line with { Detail = detail.ToJsonString(JsonSerializerOptions.Web) });
        }
    }

    /// <summary>The history of one SMS, oldest first.</summary>
    public static List<TimelineEvent> Of(StoreSession db, Guid sms) => db.Query(
        "select id, sms_id, at_ms, kind, detail from event where sms_id = @sms order by id",
        row => Map(db, row), ("@sms", sms.ToString()));

    /// <summary>What was appended after a line, oldest first.</summary>
    public static List<TimelineEvent> After(StoreSession db, long id) => db.Query(
        "select id, sms_id, at_ms, kind, detail from event where id > @id order by id limit 1000",
        row => Map(db, row), ("@id", id));

    /// <summary>The id of the newest line; 0 when there is none.</summary>
    public static long LastId(StoreSession db) => (long)db.Scalar("select coalesce(max(id), 0) from event")!;

    private static TimelineEvent Map(StoreSession db, DbDataReader row)
    {
        (string sms, long at, string kind, string detail) =
            (row.GetString(1), row.GetInt64(2), row.GetString(3), row.GetString(4));
        return new TimelineEvent(
            row.GetInt64(0), sms, at, kind,
            db.Texts.TryOpen(QueueTexts.Line, SealedColumn.KeyOf(sms, at, kind), detail, out string json)
                ? json
                : JsonSerializer.Serialize(new { broken = json }, JsonSerializerOptions.Web));
    }
}
