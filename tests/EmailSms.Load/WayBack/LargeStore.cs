using System.Globalization;
using EmailSms.Store;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Load.WayBack;

/// <summary>
/// A database of years, written by a connection that waits for no disk. SMS of all conversations come one round after
/// the other, as they do in life; carriers' ids are in no order; one SMS in <see cref="OpenEvery"/> waits for its
/// receipt.
/// </summary>
internal sealed class LargeStore(string folder, int smsEach)
{
    public const string Own = "+447700900999";
    public const string Carrier = "main";

    /// <summary>Prime, so that it is in step with nothing.</summary>
    public const int OpenEvery = 37;

    private const int RowsTogether = 50_000;

    // A number and its carrier's id are one another's: odd factors have an inverse modulo a power of two.
    private const long IdFactor = 2_654_435_761;
    private const long IdMask = (1L << 40) - 1;

    private int _conversations;

    /// <summary>The SMS so far.</summary>
    public long Sms => (long)_conversations * smsEach;

    public int Conversations => _conversations;

    public long Bytes => new DirectoryInfo(folder).EnumerateFiles().Sum(file => file.Length);

    public SqliteStore Open() => SqliteStore.Open(
        new StoreOptions { Folder = folder }, TimeProvider.System, NullLogger<SqliteStore>.Instance);

    /// <summary>The phone of a conversation.</summary>
    public static string Phone(long conversation) =>
        string.Create(CultureInfo.InvariantCulture, $"+4477{conversation:d8}");

    public static string Token(long conversation) => string.Create(CultureInfo.InvariantCulture, $"t{conversation}");

    /// <summary>The id that the carrier gave to an SMS.</summary>
    public static string CarrierId(long sms) =>
        ((sms * IdFactor) & IdMask).ToString("X", CultureInfo.InvariantCulture);

    /// <summary>Fills it up to so many conversations.</summary>
    public async Task GrowAsync(int conversations)
    {
        await using (Open())
        {
            // It makes the schema.
        }

        using var db = new SqliteConnection($"Data Source={Path.Combine(folder, "emailsms.db")};Pooling=False");
        db.Open();
        Run(db, "pragma synchronous = off");
        Run(db, "pragma cache_size = -1000000"); // a GB
        long firstSms = Sms;
        int first = _conversations;
        foreach ((long from, long to) in Pieces(first, conversations)) Run(db, ConversationsSql, from, to, 0, 1);
        long round = conversations - first;
        foreach ((long from, long to) in Pieces(firstSms, (long)conversations * smsEach))
        {
            Run(db, SmsSql, from, to, firstSms, round, first);
            Run(db, SubmissionsSql, from, to, firstSms, round, first);
        }

        _conversations = conversations;
        Run(db, "pragma wal_checkpoint(truncate)");
    }

    /// <summary>The conversation whose SMS it is.</summary>
    /// <param name="sms">One of the last growth.</param>
    /// <param name="grownFrom">How many conversations there were before that.</param>
    public long ConversationOf(long sms, int grownFrom) =>
        grownFrom + ((sms - ((long)grownFrom * smsEach)) % (_conversations - grownFrom));

    private static IEnumerable<(long From, long To)> Pieces(long from, long to)
    {
        for (; from < to; from += RowsTogether) yield return (from, Math.Min(from + RowsTogether, to) - 1);
    }

    private static void Run(
        SqliteConnection db, string sql, long from = 0, long to = 0, long firstSms = 0, long round = 1, long first = 0)
    {
        using SqliteTransaction? together = sql.StartsWith("pragma", StringComparison.Ordinal)
            ? null
            : db.BeginTransaction();
        using SqliteCommand command = db.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("@from", from);
        command.Parameters.AddWithValue("@to", to);
        command.Parameters.AddWithValue("@firstSms", firstSms);
        command.Parameters.AddWithValue("@round", round);
        command.Parameters.AddWithValue("@first", first);
        command.Parameters.AddWithValue("@now", TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        command.Parameters.AddWithValue("@own", Own);
        command.Parameters.AddWithValue("@carrier", Carrier);
        command.Parameters.AddWithValue("@every", OpenEvery);
        command.Parameters.AddWithValue("@factor", IdFactor);
        command.Parameters.AddWithValue("@mask", IdMask);
        command.ExecuteNonQuery();
        together?.Commit();
    }

    private const string Numbers =
        "with recursive n(i) as (select @from union all select i + 1 from n where i < @to)";

    private const string ConversationsSql =
        $"""
        {Numbers}
        insert into conversation (id, own, their, mailbox, created_ms, last_ms, last_sms_id, message_ids, token)
        select printf('c%012d', i), ltrim(@own, '+'), printf('+4477%08d', i),
               'ann' || (i % 1000) || '@clinic.example', @now, @now, printf('00000000-0000-7000-8000-%012d', i),
               '<' || i || '@clinic.example>', 't' || i from n
        """;

    private const string SmsSql =
        $"""
        {Numbers}
        insert into sms (id, created_ms, recipient, sender_id, mailbox, body, encoding, parts, reference, notices,
                         state, state_ms, due_ms, expires_ms, text_hash)
        select printf('00000000-0000-7000-8000-%012d', i), @now, printf('+4477%08d', c), @own,
               'ann' || (c % 1000) || '@clinic.example', 'The freezer is at -4 degrees, alarm ' || i || '.',
               'gsm7', 1, 1, 'Never', iif(i % @every = 0, 'sent', 'delivered'), @now, @now, @now + 86400000, i
          from (select i, @first + (i - @firstSms) % @round as c from n)
        """;

    private const string SubmissionsSql =
        $"""
        {Numbers}
        insert into submission (sms_id, part, carrier, carrier_id, match_key, state, created_ms, state_ms)
        select printf('00000000-0000-7000-8000-%012d', i), 1, @carrier, printf('%X', (i * @factor) & @mask),
               printf('%X', (i * @factor) & @mask), iif(i % @every = 0, 'EnRoute', 'Delivered'), @now, @now
          from n
        """;
}
