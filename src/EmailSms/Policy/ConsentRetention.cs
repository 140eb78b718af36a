using System.Globalization;
using EmailSms.Store;

namespace EmailSms.Policy;

/// <summary>What is forgotten with time of what people agreed to and asked for.</summary>
internal static class ConsentRetention
{
    /// <summary>Consents, so long after their end.</summary>
    public static RetentionTask Withdrawn(TimeSpan keep) => new(
        "withdrawn consents", keep,
        (db, before, after, limit) => db.Query(
            "select id from consent where id > @after and withdrawn_ms < @before order by id limit @limit",
            row => row.GetInt64(0).ToString("d19", CultureInfo.InvariantCulture),
            ("@after", after.Length == 0 ? 0 : long.Parse(after, CultureInfo.InvariantCulture)), ("@before", before),
            ("@limit", limit)),
        (db, key, _) =>
        {
            long id = long.Parse(key, CultureInfo.InvariantCulture);
            db.Change("consent", [("id", id)], () => db.Execute("delete from consent where id = @id", ("@id", id)));
        });

    /// <summary>When keywords were answered.</summary>
    public static RetentionTask Answers(TimeSpan keep) => new(
        "answers to keywords", keep,
        (db, before, after, limit) => db.Query(
            """
            select distinct number from keyword_answer where number > @after and at_ms < @before
             order by number limit @limit
            """,
            row => row.GetString(0), ("@after", after), ("@before", before), ("@limit", limit)),
        (db, number, before) => db.Execute(
            "delete from keyword_answer where number = @number and at_ms < @before",
            ("@number", number), ("@before", before)));
}
