using System.Data.Common;
using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.Replies;

/// <summary>Who talks with whom: our number, theirs, and the mailbox that writes to them.</summary>
internal sealed record Conversation(
    string Id, string Own, string Their, string Mailbox, Guid? LastSms, IReadOnlyList<string> MessageIds);

/// <summary>
/// The conversations on disk. A window slides with every message in either direction; a reply never uses one up.
/// </summary>
internal static class Conversations
{
    // Enough for every mail client to find the thread (RFC 5322 3.6.4 lets References be cut), and short of a long
    // line.
    private const int MessageIdsMax = 10;

    /// <summary>A mailbox wrote to a phone.</summary>
    public static void NoteSms(
        StoreSession db, string own, PhoneNumber their, string mailbox, Guid sms, string? messageId, long nowMs)
    {
        Conversation? known = Find(db, own, their.E164, mailbox);
        if (known is null)
        {
            db.Execute(
                """
                insert into conversation (id, own, their, mailbox, created_ms, last_ms, last_sms_id, message_ids)
                values (@id, @own, @their, @mailbox, @now, @now, @sms, @ids)
                """,
                ("@id", Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(nowMs)).ToString()),
                ("@own", Key(own)), ("@their", their.E164), ("@mailbox", mailbox.ToLowerInvariant()),
                ("@now", nowMs), ("@sms", sms.ToString()), ("@ids", messageId ?? ""));
            return;
        }

        db.Execute(
            "update conversation set last_ms = @now, last_sms_id = @sms, message_ids = @ids where id = @id",
            ("@now", nowMs), ("@sms", sms.ToString()), ("@ids", Append(known.MessageIds, messageId)),
            ("@id", known.Id));
    }

    /// <summary>A phone answered, and its answer was mailed under a Message-ID.</summary>
    public static void NoteReply(StoreSession db, Conversation conversation, string messageId, long nowMs) =>
        db.Execute(
        "update conversation set last_ms = @now, message_ids = @ids where id = @id",
        ("@now", nowMs), ("@ids", Append(conversation.MessageIds, messageId)), ("@id", conversation.Id));

    /// <summary>
    /// The conversation that a text belongs to: the latest with that phone on that number of ours, else the latest
    /// whose SMS showed no number that could be answered.
    /// </summary>
    public static Conversation? FindFor(StoreSession db, string own, string their, long sinceMs) => db
        .Query(
            """
            select id, own, their, mailbox, last_sms_id, message_ids from conversation
             where their = @their and last_ms >= @since
             order by last_ms desc limit 50
            """,
            Map, ("@their", their), ("@since", sinceMs))
        .OrderByDescending(one => one.Own == Key(own))
        .FirstOrDefault(one => one.Own == Key(own) || !IsNumber(one.Own));

    /// <summary>The number of ours that a mailbox last used with a phone: its next mail keeps to it.</summary>
    public static string? OwnNumberFor(StoreSession db, PhoneNumber their, string mailbox, long sinceMs) => db
        .Query(
            """
            select own from conversation
             where their = @their and mailbox = @mailbox and last_ms >= @since
             order by last_ms desc limit 1
            """,
            row => row.GetString(0),
            ("@their", their.E164), ("@mailbox", mailbox.ToLowerInvariant()), ("@since", sinceMs))
        .Select(own => IsNumber(own) && own.Length > 6 ? $"+{own}" : own)
        .FirstOrDefault(own => own.Length > 0);

    private static Conversation? Find(StoreSession db, string own, string their, string mailbox) => db
        .Query(
            """
            select id, own, their, mailbox, last_sms_id, message_ids from conversation
             where their = @their and own = @own and mailbox = @mailbox
            """,
            Map, ("@their", their), ("@own", Key(own)), ("@mailbox", mailbox.ToLowerInvariant()))
        .FirstOrDefault();

    // Carriers write our number with plus sign, without, or with zeros in front.
    private static string Key(string own) => own.TrimStart('+', '0').ToLowerInvariant();

    private static bool IsNumber(string own) => own.Length > 0 && own.All(char.IsAsciiDigit);

    private static string Append(IReadOnlyList<string> ids, string? id) =>
        string.Join(' ', id is null || ids.Contains(id) ? ids : ids.Append(id).TakeLast(MessageIdsMax));

    private static Conversation Map(DbDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3),
        row.IsDBNull(4) ? null : Guid.Parse(row.GetString(4)),
        row.GetString(5).Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
