using System.Data.Common;
using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.Replies;

/// <summary>Who talks with whom: our number, theirs, and the mailbox that writes to them.</summary>
internal sealed record Conversation(
    string Id, string Own, string Their, string Mailbox, Guid? LastSms, IReadOnlyList<string> MessageIds)
{
    /// <summary>When something was last said in it, unix milliseconds.</summary>
    public long LastMs { get; init; }

    /// <summary>When the person last said that this is the one they mean; null: never.</summary>
    public long? ChosenMs { get; init; }

    /// <summary>When somebody closed it; null: it is open.</summary>
    public long? ClosedMs { get; init; }

    /// <summary>Our number as it is written, or the name that phones showed; empty: what the carrier chose.</summary>
    public string OwnText => Conversations.OwnText(Own);
}

/// <summary>What is looked for among the conversations; null is anything.</summary>
internal sealed record ConversationSearch(
    string? IdPart = null, string? Their = null, string? Mailbox = null, bool WithClosed = false, int Limit = 50);

/// <summary>
/// The conversations on disk. A window slides with every message in either direction; a reply never uses one up.
/// </summary>
internal static class Conversations
{
    // Enough for every mail client to find the thread (RFC 5322 3.6.4 lets References be cut), and short of a long
    // line.
    private const int MessageIdsMax = 10;

    private const int MailboxesMax = 50;

    // What is left when digits are taken off both ends is nothing where all are digits, on every database.
    private const string OfNames = "own <> @own and (own = '' or trim(own, '0123456789') <> '')";

    private const string Select =
        "select id, own, their, mailbox, last_sms_id, message_ids, last_ms, chosen_ms, closed_ms from conversation";

    /// <summary>A mailbox wrote to a phone.</summary>
    public static void NoteSms(
        StoreSession db, string own, PhoneNumber their, string mailbox, Guid sms, string? messageId, long nowMs)
    {
        Conversation? known = Find(db, own, their.E164, mailbox);
        if (known is null)
        {
            Insert(db, own, their, mailbox, sms, messageId, nowMs);
            return;
        }

        db.Execute(
            """
            update conversation set last_ms = @now, last_sms_id = @sms, message_ids = @ids, closed_ms = null
             where id = @id
            """,
            ("@now", nowMs), ("@sms", sms.ToString()), ("@ids", Append(known.MessageIds, messageId)),
            ("@id", known.Id));
    }

    /// <summary>
    /// The conversation of a phone that texts first, or again after its window or its end: its mails are one thread
    /// with a token. It has no SMS, and so no text finds its mailbox by it until that one writes.
    /// </summary>
    public static Conversation Begin(
        StoreSession db, string own, PhoneNumber their, string mailbox, long sinceMs, long nowMs)
    {
        Conversation? known = Find(db, own, their.E164, mailbox);
        if (known is { ClosedMs: null } && known.LastMs >= sinceMs) return known;
        if (known is null) Insert(db, own, their, mailbox, null, null, nowMs);
        else
        {
            db.Execute(
                """
                update conversation set last_ms = @now, last_sms_id = null, chosen_ms = null, closed_ms = null
                 where id = @id
                """,
                ("@now", nowMs), ("@id", known.Id));
        }

        return Find(db, own, their.E164, mailbox)!;
    }

    /// <summary>
    /// An SMS left a while after its mailbox wrote it, as one that was scheduled does: only now can it be answered.
    /// </summary>
    public static void NoteLeft(
        StoreSession db, string own, PhoneNumber their, string mailbox, Guid sms, long nowMs) => db.Execute(
        """
        update conversation set last_ms = @now, last_sms_id = @sms
         where their = @their and own = @own and mailbox = @mailbox and last_ms < @now
        """,
        ("@now", nowMs), ("@sms", sms.ToString()), ("@their", their.E164), ("@own", Key(own)),
        ("@mailbox", mailbox.ToLowerInvariant()));

    /// <summary>A phone answered, and its answer was mailed under a Message-ID.</summary>
    public static void NoteReply(StoreSession db, Conversation conversation, string messageId, long nowMs) =>
        db.Execute(
        "update conversation set last_ms = @now, message_ids = @ids where id = @id",
        ("@now", nowMs), ("@ids", Append(conversation.MessageIds, messageId)), ("@id", conversation.Id));

    /// <summary>
    /// The conversations that a text can belong to, the latest of each mailbox that wrote, the latest first: those with
    /// that phone on that number of ours; where there are none, those whose SMS showed no number that can be answered.
    /// </summary>
    public static List<Conversation> FindAll(StoreSession db, string own, string their, long sinceMs)
    {
        List<Conversation> here = FindOpen(db, "own = @own", own, their, sinceMs);

        if (here.Count == 0) here = FindOpen(db, OfNames, own, their, sinceMs);
        return [.. here.DistinctBy(one => one.Mailbox)];
    }

    private static List<Conversation> FindOpen(
        StoreSession db, string which, string own, string their, long sinceMs) => db.Query(
        $"""
        {Select}
         where their = @their and last_ms >= @since and closed_ms is null and last_sms_id is not null and {which}
         order by last_ms desc limit {MailboxesMax}
        """,
        Map, ("@their", their), ("@since", sinceMs), ("@own", Key(own)));

    /// <summary>The latest of <see cref="FindAll"/>.</summary>
    public static Conversation? FindFor(StoreSession db, string own, string their, long sinceMs) =>
        FindAll(db, own, their, sinceMs).FirstOrDefault();

    /// <summary>As it is now; null: it was forgotten.</summary>
    public static Conversation? ById(StoreSession db, string id) =>
        db.Query($"{Select} where id = @id", Map, ("@id", id)).FirstOrDefault();

    /// <summary>Those that fit, the latest first.</summary>
    public static List<Conversation> Search(StoreSession db, ConversationSearch search) => db.Query(
        $"""
        {Select}
         where (@id is null or id = @id or id like '%' || @id || '%')
           and (@their is null or their = @their)
           and (@mailbox is null or mailbox = @mailbox)
           and (@closed or closed_ms is null)
         order by last_ms desc limit @limit
        """,
        Map, ("@id", search.IdPart), ("@their", search.Their), ("@mailbox", search.Mailbox?.ToLowerInvariant()),
        ("@closed", search.WithClosed ? 1 : 0), ("@limit", search.Limit));

    /// <summary>Ends it: the next text of that phone goes elsewhere. False: it was closed.</summary>
    public static bool Close(StoreSession db, string id, long nowMs)
    {
        bool closed = db.Execute(
            "update conversation set closed_ms = @now, token = null where id = @id and closed_ms is null",
            ("@id", id), ("@now", nowMs)) > 0;
        if (closed) db.Note("closed", $"conversation {id}"); // somebody decided it
        return closed;
    }

    /// <summary>The person said that this is whom they mean.</summary>
    public static void NoteChoice(StoreSession db, string id, long nowMs) => db.Execute(
        "update conversation set chosen_ms = @now where id = @id", ("@id", id), ("@now", nowMs));

    /// <summary>The word by which an address names the conversation, made when it is first asked for.</summary>
    public static string TokenOf(StoreSession db, Conversation conversation)
    {
        if (db.Scalar("select token from conversation where id = @id", ("@id", conversation.Id)) is string known)
        {
            return known;
        }

        string token = ConversationToken.New();
        db.Execute(
            "update conversation set token = @token where id = @id", ("@token", token), ("@id", conversation.Id));
        return token;
    }

    /// <summary>The conversation that a token names, as long as it is open.</summary>
    public static Conversation? FindByToken(StoreSession db, string token) => db
        .Query($"{Select} where token = @token and closed_ms is null", Map, ("@token", token.ToLowerInvariant()))
        .FirstOrDefault();

    /// <summary>A text is part of it.</summary>
    public static void NoteText(StoreSession db, string id, Guid inbound) => db.Execute(
        "insert into inbound_conversation (inbound_id, conversation_id) values (@inbound, @id) on conflict do nothing",
        ("@inbound", inbound.ToString()), ("@id", id));

    /// <summary>The texts of the person in it, the latest first.</summary>
    public static List<InboxEntry> TextsOf(StoreSession db, string id, int limit) => db.Query(
        """
        select i.id, i.received_ms, i.source, i.destination, i.body, i.mailbox, i.reason
          from inbound_conversation c join inbound i on i.id = c.inbound_id
         where c.conversation_id = @id order by c.inbound_id desc limit @limit
        """,
        row => Inbox.Map(db, row), ("@id", id), ("@limit", limit));

    /// <summary>
    /// The number of ours that a mailbox last used with a phone: its next mail keeps to it, unless the conversation was
    /// closed, for then another mailbox of the pool may have the number.
    /// </summary>
    public static string? OwnNumberFor(StoreSession db, PhoneNumber their, string mailbox, long sinceMs) => db
        .Query(
            """
            select own from conversation
             where their = @their and mailbox = @mailbox and last_ms >= @since and closed_ms is null
             order by last_ms desc limit 1
            """,
            row => row.GetString(0),
            ("@their", their.E164), ("@mailbox", mailbox.ToLowerInvariant()), ("@since", sinceMs))
        .Select(OwnText)
        .FirstOrDefault(own => own.Length > 0);

    /// <summary>
    /// Whether a mailbox has ever written with a phone, or had a text of it, as long as it is remembered; with @ and a
    /// domain, any mailbox of that.
    /// </summary>
    public static bool HaveWritten(StoreSession db, PhoneNumber their, string mailbox)
    {
        string key = mailbox.ToLowerInvariant();
        return db.Scalar(
            """
            select 1 from conversation
             where their = @their
               and (mailbox = @mailbox or (@isDomain and substr(mailbox, -length(@mailbox)) = @mailbox))
            union all
            select 1 from inbound
             where source = @their and kind = 'text' and instr(lower(' ' || mailbox || ' '), @word) > 0
             limit 1
            """,
            ("@their", their.E164), ("@mailbox", key), ("@isDomain", key.StartsWith('@')),
            ("@word", key.StartsWith('@') ? $"{key} " : $" {key} ")) is not null;
    }

    /// <summary>Our number or name, out of the form in which it is compared.</summary>
    public static string OwnText(string own) => IsNumber(own) && own.Length > 6 ? $"+{own}" : own;

    /// <summary>
    /// The number of a pool that a mailbox uses with a phone: the one it has had, else one that no other mailbox uses
    /// with that phone, else the one that has been silent longest.
    /// </summary>
    public static string FromPool(
        StoreSession db, IReadOnlyList<string> pool, PhoneNumber their, string mailbox, long sinceMs)
    {
        List<(string Own, string Mailbox)> used = db.Query(
            """
            select own, mailbox from conversation
             where their = @their and last_ms >= @since and closed_ms is null order by last_ms desc
            """,
            row => (row.GetString(0), row.GetString(1)), ("@their", their.E164), ("@since", sinceMs));
        string key = mailbox.ToLowerInvariant();
        foreach ((string own, string theirs) in used)
        {
            if (theirs == key && pool.FirstOrDefault(one => Key(one) == own) is { } kept) return kept;
        }

        // Unused is before any that is used; among the used the one whose latest message is the oldest.
        return pool.MaxBy(one =>
        {
            int last = used.FindIndex(use => use.Own == Key(one));
            return last < 0 ? int.MaxValue : last;
        })!;
    }

    /// <summary>Whether a mailbox that is neither of the two uses a number of ours with a phone.</summary>
    public static bool IsShared(
        StoreSession db, string own, string their, (string One, string Other) mailboxes, long sinceMs) => db.Scalar(
        """
        select 1 from conversation
         where their = @their and own = @own and mailbox not in (@one, @other) and last_ms >= @since
           and closed_ms is null
         limit 1
        """,
        ("@their", their), ("@own", Key(own)), ("@one", mailboxes.One.ToLowerInvariant()),
        ("@other", mailboxes.Other.ToLowerInvariant()), ("@since", sinceMs)) is not null;

    private static void Insert(
        StoreSession db, string own, PhoneNumber their, string mailbox, Guid? sms, string? messageId, long nowMs) =>
        db.Execute(
            """
            insert into conversation (id, own, their, mailbox, created_ms, last_ms, last_sms_id, message_ids)
            values (@id, @own, @their, @mailbox, @now, @now, @sms, @ids)
            """,
            ("@id", Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(nowMs)).ToString()),
            ("@own", Key(own)), ("@their", their.E164), ("@mailbox", mailbox.ToLowerInvariant()),
            ("@now", nowMs), ("@sms", sms?.ToString()), ("@ids", messageId ?? ""));

    private static Conversation? Find(StoreSession db, string own, string their, string mailbox) => db
        .Query(
            $"{Select} where their = @their and own = @own and mailbox = @mailbox",
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
        row.GetString(5).Split(' ', StringSplitOptions.RemoveEmptyEntries))
    {
        LastMs = row.GetInt64(6),
        ChosenMs = row.IsDBNull(7) ? null : row.GetInt64(7),
        ClosedMs = row.IsDBNull(8) ? null : row.GetInt64(8),
    };
}
