using System.Security.Cryptography;
using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.Replies;

/// <summary>A mail that carries a text to a mailbox.</summary>
/// <param name="Text">The text.</param>
/// <param name="Mailbox">Who gets it.</param>
/// <param name="IsDead">It is known that they do not.</param>
internal sealed record ReplyCarriage(Guid Text, string Mailbox, bool IsDead);

/// <summary>
/// The bounce address of each mail that carries a text: <c>bounce+TOKEN@domain</c>, 80 random bits, so that nobody can
/// tell us that a mailbox is dead but those who were given the mail. On disk for as long as bounces come, and also
/// where mails leave without it, for what our own outbox gives up.
/// </summary>
internal static class BounceAddresses
{
    private const int TokenLength = 16;
    private const string Letters = "abcdefghijklmnopqrstuvwxyz234567"; // RFC 4648 6, in lower case: relays change case
    private const long KeptMs = 30L * 24 * 60 * 60 * 1000; // mail servers give up after days (RFC 5321 4.5.4.1)
    private const int ForgottenAtOnceMax = 20;

    /// <summary>A word for a new mail.</summary>
    public static string NewToken() => RandomNumberGenerator.GetString(Letters, TokenLength);

    /// <summary>Keeps whose mail it is.</summary>
    /// <param name="db">The write.</param>
    /// <param name="token">Its word.</param>
    /// <param name="text">The text that it carries.</param>
    /// <param name="mailbox">Who gets it.</param>
    /// <param name="mail">Its id in the outbox.</param>
    /// <param name="nowMs">Now, unix milliseconds.</param>
    public static void Keep(
        StoreSession db, string token, Guid text, EmailAddress mailbox, string mail, long nowMs)
    {
        db.Execute(
            """
            insert into reply_mail (token, inbound_id, mailbox, created_ms, outbox_id)
            values (@token, @text, @mailbox, @now, @mail)
            """,
            ("@token", token), ("@text", text.ToString()), ("@mailbox", mailbox.ToString()), ("@now", nowMs),
            ("@mail", mail));
        db.Execute(
            """
            delete from reply_mail where token in (
                select token from reply_mail where created_ms < @before order by created_ms limit @limit)
            """,
            ("@before", nowMs - KeptMs), ("@limit", ForgottenAtOnceMax));
    }

    /// <summary>The word of a mail of the outbox; null: it carries no text.</summary>
    public static string? TokenOf(StoreSession db, string mail) =>
        (string?)db.Scalar("select token from reply_mail where outbox_id = @mail", ("@mail", mail));

    /// <summary>The mail of a token; null: there is none.</summary>
    public static ReplyCarriage? Find(StoreSession db, string token) => db.Query(
        "select inbound_id, mailbox, dead_ms is not null from reply_mail where token = @token",
        row => new ReplyCarriage(Guid.Parse(row.GetString(0)), row.GetString(1), row.GetBoolean(2)),
        ("@token", token)).FirstOrDefault();

    /// <summary>All to whom a text was sent, the dead among them.</summary>
    public static List<string> MailboxesOf(StoreSession db, Guid text) => db.Query(
        "select mailbox from reply_mail where inbound_id = @text", row => row.GetString(0), ("@text", text.ToString()));

    /// <summary>The mailbox does not get this text.</summary>
    public static void MarkDead(StoreSession db, string token, long nowMs) => db.Execute(
        "update reply_mail set dead_ms = @now where token = @token", ("@token", token), ("@now", nowMs));
}
