using System.Data.Common;
using System.Text;
using EmailSms.Messages;
using EmailSms.Smpp.Text;
using EmailSms.Store;

namespace EmailSms.Replies;

/// <summary>A text that a phone sent, whole, and what became of it.</summary>
internal sealed record InboxEntry(
    Guid Id, long ReceivedMs, string From, string To, string Text, string? Mailbox, string? Reason);

/// <summary>What phones sent, on disk: whole texts, and parts until their siblings are here.</summary>
internal static class Inbox
{
    /// <summary>Keeps a whole text, with where it goes and why.</summary>
    public static void Add(StoreSession db, InboxEntry entry, InboundText text, Guid? sms) => db.Execute(
        """
        insert into inbound (id, kind, state, carrier, received_ms, source, destination, body, sms_id, mailbox, reason,
                             carrier_id)
        values (@id, 'text', 'done', @carrier, @now, @from, @to, @body, @sms, @mailbox, @reason, @carrierId)
        """,
        ("@id", entry.Id.ToString()), ("@carrier", text.Carrier), ("@carrierId", text.CarrierId),
            ("@now", entry.ReceivedMs), ("@from", entry.From),
        ("@to", entry.To), ("@body", Seal(db, entry.Id, entry.Text)), ("@sms", sms?.ToString()),
        ("@mailbox", entry.Mailbox),
        ("@reason", entry.Reason));

    /// <summary>Keeps a whole text until the person has said whom it is for.</summary>
    public static void Hold(StoreSession db, Guid id, InboundText text, long nowMs) => db.Execute(
        """
        insert into inbound (id, kind, state, carrier, received_ms, source, destination, body, carrier_id)
        values (@id, 'text', 'asking', @carrier, @now, @from, @to, @body, @carrierId)
        """,
        ("@id", id.ToString()), ("@carrier", text.Carrier), ("@now", nowMs), ("@from", text.From), ("@to", text.To),
        ("@body", Seal(db, id, text.Text)), ("@carrierId", text.CarrierId));

    /// <summary>The texts of a phone that wait for that, in their order.</summary>
    public static List<(Guid Id, InboundText Text)> Held(StoreSession db, string from, string to) => db.Query(
        """
        select id, carrier, source, destination, body from inbound
         where state = 'asking' and source = @from and destination = @to order by id
        """,
        row => (
            Guid.Parse(row.GetString(0)),
            new InboundText(
                row.GetString(1), row.GetString(2), row.GetString(3), Open(db, row.GetString(0), row.GetString(4)),
                null)),
        ("@from", from), ("@to", to));

    /// <summary>One of those has found its mailbox.</summary>
    public static void Release(StoreSession db, Guid id, string mailbox, string reason, Guid? sms) => db.Execute(
        "update inbound set state = 'done', mailbox = @mailbox, reason = @reason, sms_id = @sms where id = @id",
        ("@id", id.ToString()), ("@mailbox", mailbox), ("@reason", reason), ("@sms", sms?.ToString()));

    /// <summary>The whole texts of a phone to a number of ours since a time, in their order.</summary>
    public static List<InboxEntry> Since(StoreSession db, string from, string to, long sinceMs) => db.Query(
        """
        select id, received_ms, source, destination, body, mailbox, reason from inbound
         where source = @from and received_ms >= @since and destination = @to and kind = 'text' and state = 'done'
         order by id
        """,
        row => Map(db, row), ("@from", from), ("@to", to), ("@since", sinceMs));

    /// <summary>Another mailbox has a text, too.</summary>
    public static void AddMailbox(StoreSession db, Guid id, string mailbox) => db.Execute(
        "update inbound set mailbox = mailbox || ' ' || @mailbox where id = @id",
        ("@id", id.ToString()), ("@mailbox", mailbox));

    /// <summary>The SMS that a text answers, if it is known.</summary>
    public static Guid? SmsOf(StoreSession db, Guid id) =>
        db.Scalar("select sms_id from inbound where id = @id", ("@id", id.ToString())) is string sms
            ? Guid.Parse(sms)
            : null;

    /// <summary>A text goes to another mailbox in the place of one that is dead.</summary>
    public static void Reroute(StoreSession db, Guid id, string dead, string mailbox, string reason)
    {
        // Whole addresses: who had a text may answer it, and ann@x is in the middle of joann@x.
        string had = db.Scalar("select mailbox from inbound where id = @id", ("@id", id.ToString())) as string ?? "";
        IEnumerable<string> all = had.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(one => one.Equals(dead, StringComparison.OrdinalIgnoreCase) ? mailbox : one)
            .Distinct(StringComparer.OrdinalIgnoreCase);
        db.Execute(
            "update inbound set mailbox = @all, reason = @reason where id = @id",
            ("@id", id.ToString()), ("@all", string.Join(' ', all)), ("@reason", reason));
    }

    /// <summary>A text by its id.</summary>
    public static InboxEntry? Find(StoreSession db, Guid id) => db.Query(
        """
        select id, received_ms, source, destination, body, mailbox, reason from inbound
         where id = @id and kind = 'text'
        """,
        row => Map(db, row), ("@id", id.ToString())).FirstOrDefault();

    /// <summary>Reads id, received_ms, source, destination, body, mailbox and reason, in that order.</summary>
    public static InboxEntry Map(StoreSession db, DbDataReader row) => new(
        Guid.Parse(row.GetString(0)), row.GetInt64(1), row.GetString(2), row.GetString(3),
        Open(db, row.GetString(0), row.GetString(4)),
        row.IsDBNull(5) ? null : row.GetString(5), row.IsDBNull(6) ? null : row.GetString(6));

    // Carriers over HTTP call again for a day or more.
    private const long KnownMs = 7L * 24 * 60 * 60 * 1000;

    /// <summary>It was taken before: the carrier gives every text an id, and calls again.</summary>
    public static bool IsKnown(StoreSession db, InboundText text, long nowMs) => text.CarrierId is { } id
        && db.Scalar(
            "select 1 from inbound where carrier = @carrier and carrier_id = @id and received_ms >= @since",
            ("@carrier", text.Carrier), ("@id", id), ("@since", nowMs - KnownMs)) is not null;

    /// <summary>A text is known by this mark until <see cref="Unmark"/>.</summary>
    public static void Mark(StoreSession db, Guid id, string mark) => db.Execute(
        "update inbound set unanswered = @mark where id = @id", ("@id", id.ToString()), ("@mark", mark));

    /// <summary>See <see cref="Mark"/>.</summary>
    public static void Unmark(StoreSession db, Guid id) => db.Execute(
        "update inbound set unanswered = null where id = @id", ("@id", id.ToString()));

    /// <summary>What came before then is known no longer. Returns the time of the oldest that still is.</summary>
    public static long? UnmarkBefore(StoreSession db, long beforeMs)
    {
        db.Execute(
            "update inbound set unanswered = null where unanswered is not null and received_ms < @before",
            ("@before", beforeMs));
        return db.Scalar("select min(received_ms) from inbound where unanswered is not null") as long?;
    }

    /// <summary>The texts since then that have a mark, in their order.</summary>
    public static List<Guid> MarkedBy(StoreSession db, string mark, long sinceMs) => db.Query(
        "select id from inbound where unanswered = @mark and received_ms >= @since order by id",
        row => Guid.Parse(row.GetString(0)), ("@mark", mark), ("@since", sinceMs));

    // A carrier that did not see our answer sends a part again, some after half an hour; a reference that comes round
    // sooner has other words.
    private const long RepeatedMs = 60 * 60 * 1000;

    /// <summary>
    /// The text of another message that waits in the place of a part, with its gaps marked: phones count their
    /// references to 255 and begin again, and what has the place and other words will not be whole any more. Null:
    /// there is none.
    /// </summary>
    public static InboundText? TakeOther(StoreSession db, InboundText text, InboundPart part, long nowMs)
    {
        string key = Key(text, part);
        return InPlace(db, key, part) is { } words && words != text.Text && !IsRepeat(db, key, text, part, nowMs)
            ? text with { Text = Take(db, key, part.Total), Part = null, CarrierId = null }
            : null;
    }

    /// <summary>
    /// Keeps a part, and gives the whole text when it was the last one missing. A part that comes twice counts once,
    /// also when its text was whole before.
    /// </summary>
    public static string? AddPart(StoreSession db, Guid id, InboundText text, InboundPart part, long nowMs)
    {
        string key = Key(text, part);
        if (IsRepeat(db, key, text, part, nowMs)) return null;
        if (InPlace(db, key, part) is null)
        {
            db.Execute(
                """
                insert into inbound (id, kind, state, carrier, received_ms, source, destination, body, part_key, part,
                                     total, octets, octets_coding, carrier_id)
                values (@id, 'part', 'waiting', @carrier, @now, @from, @to, @body, @key, @part,
                        @total, @octets, @coding, @carrierId)
                """,
                ("@id", id.ToString()), ("@carrier", text.Carrier), ("@now", nowMs), ("@from", text.From),
                ("@to", text.To), ("@body", Seal(db, id, text.Text)), ("@key", key), ("@part", part.Number),
                ("@total", part.Total),
                ("@octets", db.Texts.Seal(ReplyTexts.Octets, id.ToString(), part.Octets?.Octets.ToArray())),
                ("@coding", part.Octets is { } raw ? Coding(raw) : null),
                ("@carrierId", text.CarrierId));
        }

        return Waiting(db, key).Count == part.Total ? Take(db, key, part.Total) : null;
    }

    private static string? InPlace(StoreSession db, string key, InboundPart part) => db.Query(
        """
        select id, body from inbound
         where kind = 'part' and state = 'waiting' and part_key = @key and part = @part
        """,
        row => Open(db, row.GetString(0), row.GetString(1)), ("@key", key), ("@part", part.Number)).FirstOrDefault();

    private static bool IsRepeat(
        StoreSession db, string key, InboundText text, InboundPart part, long nowMs) => db.Query(
        """
        select id, body from inbound
         where kind = 'part' and state = 'done' and source = @from and received_ms >= @since
           and part_key = @key and part = @part
        """,
        row => Open(db, row.GetString(0), row.GetString(1)),
        ("@from", text.From), ("@since", nowMs - RepeatedMs), ("@key", key), ("@part", part.Number))
        .Contains(text.Text);

    /// <summary>The texts whose parts have waited since before a time, put together with their gaps marked.</summary>
    public static List<InboundText> TakeIncomplete(StoreSession db, long beforeMs) => db
        .Query(
            """
            select part_key, max(carrier), max(source), max(destination), max(total) from inbound
             where kind = 'part' and state = 'waiting'
             group by part_key having max(received_ms) <= @before
            """,
            row => (Key: row.GetString(0), Carrier: row.GetString(1), From: row.GetString(2), To: row.GetString(3),
                Total: row.GetInt32(4)),
            ("@before", beforeMs))
        .ConvertAll(one => new InboundText(one.Carrier, one.From, one.To, Take(db, one.Key, one.Total), null));

    /// <summary>When the last part came of the text that has been silent longest, if one is waiting.</summary>
    public static long? LongestSilentMs(StoreSession db) => db.Scalar(
        """
        select min(last_ms) from (
            select max(received_ms) as last_ms from inbound
             where kind = 'part' and state = 'waiting' group by part_key) as waiting
        """) as long?;

    private static string Take(StoreSession db, string key, int total)
    {
        Dictionary<int, Part> parts = Waiting(db, key);
        db.Execute(
            """
            update inbound set state = 'done', octets = null, octets_coding = null
             where kind = 'part' and state = 'waiting' and part_key = @key
            """,
            ("@key", key));
        var whole = new StringBuilder();
        List<TextOctets> row = []; // neighbours, to be read as one
        for (int number = 1; number <= total; number++)
        {
            if (parts.TryGetValue(number, out Part part) && part.Octets is { } octets)
            {
                row.Add(octets);
                continue;
            }

            whole.Append(TextOctets.Read(row));
            row.Clear();
            whole.Append(part.Text ?? $" […part {number} of {total} is missing…] ");
        }

        return whole.Append(TextOctets.Read(row)).ToString();
    }

    private static Dictionary<int, Part> Waiting(StoreSession db, string key) => db
        .Query(
            """
            select part, body, octets, octets_coding, id from inbound
             where kind = 'part' and state = 'waiting' and part_key = @key
            """,
            row => (row.GetInt32(0), new Part(
                Open(db, row.GetString(4), row.GetString(1)),
                !row.IsDBNull(2) && db.Texts.TryOpen(
                    ReplyTexts.Octets, row.GetString(4), row.GetFieldValue<byte[]>(2), out byte[] octets)
                    ? Octets(octets, row.GetInt64(3))
                    : null)),
            ("@key", key))
        .ToDictionary();

    private static string Seal(StoreSession db, Guid id, string text) =>
        db.Texts.Seal(ReplyTexts.Body, id.ToString(), text);

    private static string Open(StoreSession db, string id, string stored) =>
        db.Texts.OpenToShow(ReplyTexts.Body, id, stored);

    // One octet each: data_coding, the two national tables, and what data_coding 0 stands for.
    private static long Coding(TextOctets text) =>
        text.DataCoding | (long)text.Tables.LockingShift << 8 | (long)text.Tables.SingleShift << 16
        | (long)text.Alphabet << 24;

    private static TextOctets Octets(byte[] octets, long coding) => new(
        octets,
        (byte)coding,
        new Gsm7Tables((NationalLanguage)(byte)(coding >> 8), (NationalLanguage)(byte)(coding >> 16)),
        (DefaultAlphabet)(byte)(coding >> 24));

    private readonly record struct Part(string? Text, TextOctets? Octets);

    private static string Key(InboundText text, InboundPart part) =>
        $"{text.Carrier}|{text.From}|{text.To}|{(part.IsWide ? "w" : "")}{part.Reference}|{part.Total}";
}
