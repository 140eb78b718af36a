using System.Text.Json;
using System.Text.Json.Nodes;
using EmailSms.Messages;
using EmailSms.Store;
using static EmailSms.Store.PersonalColumn;

namespace EmailSms.Queue;

/// <summary>What the queue knows of people, and how it forgets one.</summary>
internal static class SmsPersonalData
{
    private const string OurWord = "a word of ours";

    // What is left of a line of the timeline: what happened, by which carrier, with what code.
    private static readonly HashSet<string> Kept =
    [
        "carrier", "attempt", "ids", "id", "code", "status", "state", "part", "parts", "dueMs", "rule", "fate", "kind",
        "mail", "mayHaveBeenSent", "known", "reply", "keyword", "into", "sms", "with", "onCall", "step", "next",
        "class",
    ];

    /// <summary>In the order in which they are to be gone through: an SMS is the last to forget whose it was.</summary>
    public static PersonalTable[] Tables { get; } =
    [
        new(
            "escalation", ["id"],
            [
                Names("owner"), Names("people"), Names("acked_by"),
                Names("template") with { Sealed = QueueTexts.Alarm },
                .. Nobody(OurWord, "id", "state", "until"), .. Nobody("the name of a list", "on_call"),
            ])
        {
            IsRemoved = true,
            Waits = row => row.Text("state") == "open",
            First = (db, row, _) => db.Execute(
                "delete from escalation_sms where escalation_id = @id", ("@id", row.Text("id"))),
        },
        new("escalation_sms", ["sms_id"], [Names("recipient"), .. Nobody("ids of ours", "sms_id", "escalation_id")])
        {
            IsRemoved = true,
        },
        new(
            "notice", ["id"],
            [
                Names("mailbox"), Names("together"), Mentions("sentence"),
                .. Nobody(OurWord, "sms_id", "fate", "code", "status"),
            ])
        {
            IsRemoved = true,
        },
        new(
            "submission", ["id"],
            [
                Names("source", ""), Says("raw", "") with { Sealed = QueueTexts.Receipt }, Mentions("error"),
                .. Nobody("the carrier's own id", "carrier_id", "match_key"),
                .. Nobody(OurWord, "sms_id", "carrier", "state", "about", "meaning", "status"),
                .. Nobody("a price", "country", "currency", "real_currency"),
            ])
        {
            SmsColumn = "sms_id",
        },
        new(
            "event", ["id"],
            [
                Says("detail", "{}") with { Rest = RestOf, Sealed = QueueTexts.Line },
                .. Nobody(OurWord, "sms_id", "kind"),
            ])
        {
            SmsColumn = "sms_id",
        },
        new(
            "pause", ["scope"],
            [
                Relies("scope", "end it first, with emailsms resume sender"), Mentions("reason"),
                .. Nobody("a user of this machine", "by_whom"),
            ]),
        new(
            "sms", ["id"],
            [
                Names("recipient", Person.Nobody), Names("mailbox", ""),
                Says("body", "") with { Sealed = QueueTexts.Body }, Says("original_recipient"),
                Mentions("sender_id"),
                .. Nobody(
                    OurWord, "id", "mail_id", "encoding", "notices", "state", "reason", "carrier", "leased_by",
                    "dsn_notify", "submitting", "class", "collected_by", "carriers", "waits_for", "waits_on",
                    "stays_with", "registration"),
            ])
        {
            Waits = row => row.Text("state") is "queued" or "held" or "collected",
            First = ForgetAround,
        },
        new(
            "mail", ["id"],
            [
                Names("envelope_from", ""), Names("smtp_user"),
                Says("subject", "") with { Sealed = QueueTexts.Subject }, Says("client", ""),
                Says("envelope_id"), Mentions("message_id"), Mentions("repeat_key"), Mentions("proof"),
                .. Nobody(OurWord, "id", "listener", "dsn_return"),
            ])
        {
            IsShown = (db, row, person) => db.Scalar(
                "select 1 from sms where mail_id = @id and recipient = @number",
                ("@id", row.Text("id")), ("@number", person.Number)) is not null,
        },
    ];

    /// <summary>Whether an SMS is to or from a person.</summary>
    public static bool IsTheirs(StoreSession db, string sms, Person person) => db.Scalar(
        "select 1 from sms where id = @id and (recipient = @number or lower(mailbox) = @address)",
        ("@id", sms), ("@number", person.Number), ("@address", person.Address)) is not null;

    /// <summary>
    /// Ends what waits to be sent to or from a person and is in nobody's hand: told on the timelines, and to nobody by
    /// mail, which would say it all again. How many they were.
    /// </summary>
    public static int EndWaiting(StoreSession db, Person person, int limit, long nowMs)
    {
        List<Guid> waiting = db.Query(
            """
            select id from sms
             where (recipient = @number or lower(mailbox) = @address) and leased_by is null
               and state in ('queued', 'held')
             order by id limit @limit
            """,
            row => Guid.Parse(row.GetString(0)),
            ("@number", person.Number), ("@address", person.Address), ("@limit", limit));
        foreach (Guid sms in waiting)
        {
            Settlement.End(db, sms, SmsState.Failed, FailureCode.Erased, null, nowMs);
            Digests.End(db, sms, SmsState.Failed, FailureCode.Erased, nowMs);
        }

        return waiting.Count;
    }

    /// <summary>The carriers that have had SMS of a person, and how many each.</summary>
    public static Dictionary<string, long> CarriersOf(StoreSession db, Person person) => db.Query(
        """
        select carrier, count(*) from sms
         where (recipient = @number or lower(mailbox) = @address) and carrier is not null group by carrier
        """,
        row => (row.GetString(0), row.GetInt64(1)), ("@number", person.Number), ("@address", person.Address))
        .ToDictionary();

    // A receipt that comes later finds its SMS, and an end that it cannot change.
    private static void ForgetAround(StoreSession db, PersonalRow row, Person person)
    {
        string id = row.Text("id")!;
        db.Execute("update sms set text_hash = null, look_ms = null where id = @id", ("@id", id));
        db.Execute(
            """
            update submission set raw = null, source = null,
                   state = case state when 'EnRoute' then 'Undeliverable' else state end
             where sms_id = @id
            """,
            ("@id", id));
        foreach (TimelineEvent line in Timeline.Of(db, Guid.Parse(id)))
        {
            Timeline.Rewrite(db, line with { Detail = person.Redact(RestOf(line.Detail)) });
        }

        if (row.Text("mail_id") is { } mail)
        {
            db.Execute("update mail set subject = '' where id = @id and subject <> ''", ("@id", mail));
        }
    }

    private static string RestOf(string detail)
    {
        if (JsonNode.Parse(detail) is not JsonObject fields) return "{}";
        foreach (string name in fields.Select(field => field.Key).Where(name => !Kept.Contains(name)).ToList())
        {
            fields.Remove(name);
        }

        return fields.ToJsonString(JsonSerializerOptions.Web);
    }
}
