using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.Replies;

/// <summary>What is forgotten with time of what phones sent.</summary>
internal static class InboundRetention
{
    /// <summary>The texts.</summary>
    public static RetentionTask Texts(TimeSpan keep) => new(
        "texts from phones", keep,
        (db, before, after, limit) => db.Query(
            """
            select id from inbound where id > @after and id < @before and state = 'done' and body <> ''
             order by id limit @limit
            """,
            row => row.GetString(0),
            ("@after", after), ("@before", TimeOrderedId.FirstOf(before)), ("@limit", limit)),
        (db, id, _) => db.Execute("update inbound set body = '', octets = null where id = @id", ("@id", id)));

    /// <summary>That there were texts.</summary>
    public static RetentionTask Records(TimeSpan keep) => new(
        "records of texts from phones", keep,
        (db, before, after, limit) => db.Query(
            "select id from inbound where id > @after and id < @before and state = 'done' order by id limit @limit",
            row => row.GetString(0),
            ("@after", after), ("@before", TimeOrderedId.FirstOf(before)), ("@limit", limit)),
        (db, id, _) =>
        {
            db.Execute("delete from inbound_conversation where inbound_id = @id", ("@id", id));
            db.Execute("delete from inbound where id = @id", ("@id", id));
        });

    /// <summary>Conversations that nobody continued.</summary>
    public static RetentionTask Conversations(TimeSpan keep) => new(
        "conversations", keep,
        (db, before, after, limit) => db.Query(
            "select id from conversation where id > @after and last_ms < @before order by id limit @limit",
            row => row.GetString(0), ("@after", after), ("@before", before), ("@limit", limit)),
        (db, id, before) => db.Execute(
            "delete from conversation where id = @id and last_ms < @before", ("@id", id), ("@before", before)));
}
