using BenchmarkDotNet.Attributes;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Replies;
using EmailSms.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Benchmarks;

/// <summary>
/// What it costs to find the mailbox of a reply and the SMS of a receipt, in a store with so many conversations and ten
/// finished SMS for each. A receipt is applied within a write, without its share of the commit.
/// </summary>
[MemoryDiagnoser]
public class WayBackBenchmarks
{
    private const int Operations = 200;
    private const int SmsPerConversation = 10;
    private const string Own = "+447700900999";

    private string _folder = "";
    private SqliteStore _store = null!;
    private ReplyRouting _routing = null!;
    private long _next;

    /// <summary>How many conversations there are.</summary>
    [Params(10_000, 100_000, 1_000_000)]
    public int Conversations { get; set; }

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        _folder = Directory.CreateTempSubdirectory("emailsms-bench-").FullName;
        _store = SqliteStore.Open(
            new StoreOptions { Folder = _folder }, TimeProvider.System, NullLogger<SqliteStore>.Instance);
        _routing = new ReplyRouting(new RepliesOptions { DefaultMailbox = "office@clinic.example" });
        const int Batch = 50_000; // one transaction, so that the log stays short
        for (int from = 0; from < Conversations; from += Batch)
        {
            int first = from;
            int last = Math.Min(from + Batch, Conversations) - 1;
            await _store.WriteAsync(db => Fill(db, first, last));
        }
    }

    [GlobalCleanup]
    public async Task CleanUpAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Benchmark(OperationsPerInvoke = Operations)]
    public int Reply() => _store.Read(db =>
    {
        int found = 0;
        for (int i = 0; i < Operations; i++)
        {
            found += _routing.Find(db, Own, Phone(Some(Conversations)), "Yes", NowMs).Targets.Count;
        }

        return found;
    });

    [Benchmark(OperationsPerInvoke = Operations)]
    public Task Receipt() => _store.WriteAsync(db =>
    {
        for (int i = 0; i < Operations; i++)
        {
            long id = Some(Conversations * SmsPerConversation);
            Receipts.Apply(
                db,
                new InboundReceipt("main", $"{id:d12}", Phone(id / SmsPerConversation), ReceiptState.EnRoute, null, ""),
                NowMs);
        }
    });

    private static long NowMs => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    private static string Phone(long conversation) => $"+4477{conversation:d8}";

    // All over the store, so that its pages are not those of the last one.
    private long Some(long count) => (_next += 7_919_777) % count;

    private static void Fill(StoreSession db, int first, int last)
    {
        db.Execute(
            """
            with recursive n(i) as (select @first union all select i + 1 from n where i < @last)
            insert into conversation (id, own, their, mailbox, created_ms, last_ms, message_ids)
            select printf('c%012d', i), '447700900999', printf('+4477%08d', i), 'ann' || i % 1000 || '@clinic.example',
                   @now, @now, '<a@clinic.example>' from n
            """,
            ("@first", first), ("@last", last), ("@now", NowMs));
        db.Execute(
            """
            with recursive n(i) as (select @first union all select i + 1 from n where i < @last)
            insert into sms (id, created_ms, recipient, sender_id, mailbox, body, encoding, parts, reference, notices,
                             state, state_ms, due_ms, expires_ms)
            select printf('00000000-0000-7000-8000-%012d', i), @now, printf('+4477%08d', i / 10), '+447700900999',
                   'ann' || (i / 10) % 1000 || '@clinic.example', 'The freezer is at -4 degrees.', 'gsm7', 1, 1,
                   'Never', 'delivered', @now, @now, @now from n
            """,
            ("@first", first * SmsPerConversation), ("@last", ((last + 1) * SmsPerConversation) - 1), ("@now", NowMs));
        db.Execute(
            """
            with recursive n(i) as (select @first union all select i + 1 from n where i < @last)
            insert into submission (sms_id, part, carrier, carrier_id, match_key, state, created_ms, state_ms)
            select printf('00000000-0000-7000-8000-%012d', i), 1, 'main', printf('%012d', i), printf('%012d', i),
                   'Delivered', @now, @now from n
            """,
            ("@first", first * SmsPerConversation), ("@last", ((last + 1) * SmsPerConversation) - 1), ("@now", NowMs));
    }
}
