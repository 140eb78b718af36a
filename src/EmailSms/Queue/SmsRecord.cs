using System.Data.Common;
using System.Globalization;
using EmailSms.Messages;
using EmailSms.Store;

namespace EmailSms.Queue;

/// <summary>An SMS as it stands on disk, with what of its mail matters to a person.</summary>
internal sealed record SmsRecord(
    Guid Id,
    long CreatedMs,
    PhoneNumber To,
    string SenderId,
    string Mailbox,
    string Body,
    string Encoding,
    int Parts,
    NoticeSetting Notices,
    SmsState State,
    long StateMs,
    string? Reason,
    string? Carrier,
    int Attempts,
    long DueMs,
    long ExpiresMs,
    string? MessageId,
    string? Subject,
    SmsClass Class)
{
    /// <summary>What the sender asked to hear of it; goes before <see cref="Notices"/>.</summary>
    public DsnRequest Dsn { get; init; } = DsnRequest.None;

    /// <summary>The sender's own id for the mail (ENVID), for the reports about it.</summary>
    public string? EnvelopeId { get; init; }

    /// <summary>What a report should bring back, <c>full</c> or <c>hdrs</c>; null: the sender did not say.</summary>
    public string? DsnReturn { get; init; }

    /// <summary>The mail it came in; null for one of our own.</summary>
    public Guid? MailId { get; init; }

    /// <summary>Each fate is a mail of its own, good or bad: the sender asked for a read receipt.</summary>
    public bool TellsEach { get; init; }

    private const string Columns =
        """
        select s.id, s.created_ms, s.recipient, s.sender_id, s.mailbox, s.body, s.encoding, s.parts, s.notices, s.state,
               s.state_ms, s.reason, s.carrier, s.attempts, s.due_ms, s.expires_ms, m.message_id, m.subject,
               s.dsn_notify, s.original_recipient, m.envelope_id, s.class, m.dsn_return,
               s.mail_id, s.tell_each
          from sms s left join mail m on m.id = s.mail_id
        """;

    /// <summary>One SMS, or null.</summary>
    public static SmsRecord? Find(StoreSession db, Guid id) =>
        db.Query($"{Columns} where s.id = @id", row => Map(db, row), ("@id", id.ToString())).FirstOrDefault();

    /// <summary>Whether there is an SMS to a number, however old.</summary>
    public static bool IsTo(StoreSession db, string number) =>
        db.Scalar("select 1 from sms where recipient = @number limit 1", ("@number", number)) is not null;

    /// <summary>SMS by what is known of them, newest first.</summary>
    public static List<SmsRecord> Search(StoreSession db, SmsSearch search)
    {
        // Only the conditions that were asked for, so that each finds its index.
        List<(string Condition, string Name, object? Value)> asked =
        [
            ("s.id like '%' || @id || '%'", "@id", search.IdPart),
            ("s.recipient = @to", "@to", search.To?.E164),
            ("lower(s.mailbox) = @mailbox", "@mailbox", search.Mailbox?.ToLowerInvariant()),
            ("s.state = @state", "@state", search.State is { } state ? StateText(state) : null),
            ("(s.state in ('sent', 'delivered')) = @left", "@left", search.HasLeft),
            ("s.created_ms >= @since", "@since", search.SinceMs),
            ("s.created_ms < @until", "@until", search.UntilMs),
        ];
        asked.RemoveAll(one => one.Value is null);
        string where = asked.Count == 0 ? "" : $"where {string.Join(" and ", asked.Select(one => one.Condition))}";
        return db.Query(
            $"{Columns} {where} order by s.id desc limit @limit",
            row => Map(db, row),
            [.. asked.Select(one => (one.Name, one.Value)), ("@limit", search.Limit)]);
    }

    /// <summary>How many SMS there are in each state.</summary>
    public static Dictionary<string, long> Count(StoreSession db) => db
        .Query("select state, count(*) from sms group by state", row => (row.GetString(0), row.GetInt64(1)))
        .ToDictionary();

    /// <summary>How a state is written on disk and for scripts: in lower case.</summary>
    public static string StateText(SmsState state) => state.ToString().ToLowerInvariant();

    /// <summary>The same of a class.</summary>
    public static string ClassText(SmsClass smsClass) => smsClass.ToString().ToLowerInvariant();

    /// <summary>The class that is written so.</summary>
    public static SmsClass ClassOf(string text) => Enum.Parse<SmsClass>(text, ignoreCase: true);

    /// <summary>What <see cref="StateText"/> wrote.</summary>
    public static SmsState StateOf(string text) => Enum.Parse<SmsState>(text, ignoreCase: true);

    /// <summary>The carriers that an SMS may take as they are on disk, each between spaces; null: all.</summary>
    public static string? CarriersText(IReadOnlyList<string> carriers) =>
        carriers.Count == 0 ? null : $" {string.Join(' ', carriers)} ";

    private static SmsRecord Map(StoreSession db, DbDataReader row) => new(
        Guid.Parse(row.GetString(0), CultureInfo.InvariantCulture),
        row.GetInt64(1),
        PhoneNumber.FromE164(row.GetString(2)),
        row.GetString(3),
        row.GetString(4),
        db.Texts.OpenToShow(QueueTexts.Body, row.GetString(0), row.GetString(5)),
        row.GetString(6),
        row.GetInt32(7),
        Enum.Parse<NoticeSetting>(row.GetString(8)),
        StateOf(row.GetString(9)),
        row.GetInt64(10),
        Text(row, 11),
        Text(row, 12),
        row.GetInt32(13),
        row.GetInt64(14),
        row.GetInt64(15),
        Text(row, 16),
        Text(row, 23) is { } mail && Text(row, 17) is { } subject
            ? db.Texts.OpenToShow(QueueTexts.Subject, mail, subject)
            : null,
        ClassOf(row.GetString(21)))
    {
        Dsn = new DsnRequest(
            Text(row, 18) is { } notify ? Enum.Parse<DsnNotify>(notify, ignoreCase: true) : DsnNotify.Unsaid,
            Text(row, 19)),
        EnvelopeId = Text(row, 20),
        DsnReturn = Text(row, 22),
        MailId = Text(row, 23) is { } id ? Guid.Parse(id) : null,
        TellsEach = row.GetInt64(24) != 0,
    };

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}

/// <summary>What to look for; null means anything.</summary>
internal sealed record SmsSearch(
    string? IdPart = null,
    PhoneNumber? To = null,
    string? Mailbox = null,
    SmsState? State = null,
    long? SinceMs = null,
    long? UntilMs = null,
    int Limit = 50,
    bool? HasLeft = null);
