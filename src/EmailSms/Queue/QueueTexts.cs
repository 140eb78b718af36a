using EmailSms.Store;

namespace EmailSms.Queue;

/// <summary>Where the queue keeps what people wrote: sealed on disk where there is a key.</summary>
internal static class QueueTexts
{
    /// <summary>The text of an SMS; the hash beside it is made anew with it.</summary>
    public static readonly SealedColumn Body = new("sms", "body")
    {
        Rewritten = static (db, id, text) => db.Execute(
            "update sms set text_hash = @hash where id = @id and text_hash is not null",
            ("@hash", db.Texts.Hash(text)), ("@id", id)),
    };

    /// <summary>The subject of a mail; with it is hidden what the mail is known by, if that is a hash of it.</summary>
    public static readonly SealedColumn Subject = new("mail", "subject")
    {
        Rewritten = static (db, id, _) =>
        {
            if (db.Scalar("select repeat_key from mail where id = @id", ("@id", id)) is not string key) return;
            if (!key.StartsWith("content:", StringComparison.Ordinal)) return;
            db.Execute(
                "update mail set repeat_key = @key where id = @id", ("@key", db.Texts.Hide(key)), ("@id", id));
        },
    };

    /// <summary>A receipt as it came: many repeat the beginning of the text.</summary>
    public static readonly SealedColumn Receipt = new("submission", "raw");

    /// <summary>Lines of the timeline that earlier versions wrote a receipt into, plain or sealed.</summary>
    public static readonly SealedColumn Line = new("event", "detail")
    {
        RowKey = ["sms_id", "at_ms", "kind"],
        Condition = """(instr(detail, '{') <> 1 or instr(detail, '"raw":') > 0)""", // as in the index event_receipt
    };

    /// <summary>What the next on a chain is texted.</summary>
    public static readonly SealedColumn Alarm = new("escalation", "template");

    public static SealedColumn[] All { get; } = [Body, Subject, Receipt, Line, Alarm];
}
