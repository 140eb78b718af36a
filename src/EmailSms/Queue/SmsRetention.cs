using System.Globalization;
using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.Queue;

/// <summary>What the queue forgets with time. An SMS that has no end yet is left alone, however old it is.</summary>
internal static class SmsRetention
{
    private const string Ended = "state not in ('queued', 'held', 'collected')";

    /// <summary>The texts of SMS, and what receipts repeat of them.</summary>
    public static RetentionTask Texts(TimeSpan keep) => new(
        "texts of SMS", keep,
        (db, before, after, limit) => db.Query(
            $"""
            select id from sms where id > @after and id < @before and body <> '' and {Ended} order by id limit @limit
            """,
            row => row.GetString(0),
            ("@after", after), ("@before", TimeOrderedId.FirstOf(before)), ("@limit", limit)),
        (db, id, _) =>
        {
            db.Execute("update sms set body = '', text_hash = null where id = @id", ("@id", id));
            db.Execute("update submission set raw = null where sms_id = @id", ("@id", id));
        });

    /// <summary>Receipts that earlier versions wrote into timelines, which are kept longer.</summary>
    public static RetentionTask Lines(TimeSpan keep) => new(
        "receipts in timelines", keep,
        (db, before, after, limit) => db.Query(
            $"""
            select id from event where id > @after and at_ms < @before and {QueueTexts.Line.Condition}
             order by id limit @limit
            """,
            row => Key(row.GetInt64(0)), ("@after", IdOf(after)), ("@before", before), ("@limit", limit)),
        (db, key, _) => Timeline.ForgetReceipt(db, IdOf(key)));

    /// <summary>The subjects of mails.</summary>
    public static RetentionTask Subjects(TimeSpan keep) => new(
        "subjects of mails", keep,
        (db, before, after, limit) => db.Query(
            "select id from mail where id > @after and id < @before and subject <> '' order by id limit @limit",
            row => row.GetString(0),
            ("@after", after), ("@before", TimeOrderedId.FirstOf(before)), ("@limit", limit)),
        (db, id, _) => db.Execute("update mail set subject = '' where id = @id", ("@id", id)));

    /// <summary>Alarms that ended, with the texts in them.</summary>
    public static RetentionTask Alarms(TimeSpan keep) => new(
        "alarms", keep,
        (db, before, after, limit) => db.Query(
            """
            select id from escalation where id > @after and id < @before and state <> 'open' order by id limit @limit
            """,
            row => row.GetString(0),
            ("@after", after), ("@before", TimeOrderedId.FirstOf(before)), ("@limit", limit)),
        (db, id, _) =>
        {
            db.Execute("delete from escalation_sms where escalation_id = @id", ("@id", id));
            db.Execute("delete from escalation where id = @id", ("@id", id));
        });

    /// <summary>
    /// Receipts that no submission came for: of another program on the same account, or of an SMS that was forgotten.
    /// </summary>
    public static RetentionTask ParkedReceipts(TimeSpan keep) => new(
        "receipts of nothing that is known", keep,
        (db, before, after, limit) => db.Query(
            """
            select id from submission where id > @after and sms_id is null and created_ms < @before
             order by id limit @limit
            """,
            row => Key(row.GetInt64(0)), ("@after", IdOf(after)), ("@before", before), ("@limit", limit)),
        (db, key, _) => db.Execute("delete from submission where id = @id and sms_id is null", ("@id", IdOf(key))));

    /// <summary>SMS with their timelines and submissions.</summary>
    public static RetentionTask Records(TimeSpan keep) => new(
        "records of SMS", keep,
        (db, before, after, limit) => db.Query(
            $"select id from sms where id > @after and id < @before and {Ended} order by id limit @limit",
            row => row.GetString(0),
            ("@after", after), ("@before", TimeOrderedId.FirstOf(before)), ("@limit", limit)),
        (db, id, _) =>
        {
            db.Execute("delete from submission where sms_id = @id", ("@id", id));
            db.Execute("delete from event where sms_id = @id", ("@id", id));
            db.Execute("delete from sms where id = @id", ("@id", id));
        });

    /// <summary>Mails of which no SMS is left.</summary>
    public static RetentionTask Mails(TimeSpan keep) => new(
        "records of mails", keep,
        (db, before, after, limit) => db.Query(
            """
            select id from mail where id > @after and id < @before
               and not exists (select 1 from sms where sms.mail_id = mail.id) order by id limit @limit
            """,
            row => row.GetString(0),
            ("@after", after), ("@before", TimeOrderedId.FirstOf(before)), ("@limit", limit)),
        (db, id, _) => db.Execute("delete from mail where id = @id", ("@id", id)));

    private static string Key(long id) => id.ToString("d19", CultureInfo.InvariantCulture);

    private static long IdOf(string key) => key.Length == 0 ? 0 : long.Parse(key, CultureInfo.InvariantCulture);
}
