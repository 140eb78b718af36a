using EmailSms.Store;

namespace EmailSms.MailOut;

/// <summary>Mails of ours that were sent, or given up, with what is in them.</summary>
internal static class OutboxRetention
{
    public static RetentionTask Mails(TimeSpan keep) => new(
        "mails of the outbox", keep,
        (db, before, after, limit) => db.Query(
            """
            select id from outbox where id > @after and created_ms < @before and state in ('sent', 'failed')
             order by id limit @limit
            """,
            row => row.GetString(0), ("@after", after), ("@before", before), ("@limit", limit)),
        (db, id, _) => db.Execute("delete from outbox where id = @id", ("@id", id)));
}
