using System.Security.Cryptography;
using EmailSms.Api;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Replies;
using EmailSms.Store;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.Api;

public sealed class MaintenanceTests : IAsyncDisposable
{
    private static readonly PhoneNumber Number = PhoneNumber.FromE164("+447700900123");
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);

    private readonly TestFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 10, 0, 0, TimeSpan.Zero));
    private readonly SqliteStore _store;
    private readonly SmsQueue _queue;

    public MaintenanceTests()
    {
        _store = SqliteStore.Open(
            new StoreOptions { Folder = _folder.Path, DiskFreeBytesMin = 0 }, _time, NullLogger<SqliteStore>.Instance,
            AuditTrail.SinkOf("cli:ann", _time));
        _queue = new SmsQueue(_store, new QueueOptions(), _time);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Texts_go_first_then_the_records_and_what_has_no_end_stays()
    {
        Guid sent = await AddAsync("sent");
        Guid waits = await AddAsync("queued");
        await _store.WriteAsync(db => Inbox.Add(
            db, new InboxEntry(NextId(), 0, Number.E164, "", "Yes", null, null),
            new InboundText("main", Number.E164, "", "Yes", null), null));
        _time.Advance(Month - TimeSpan.FromMinutes(1));
        Guid young = await AddAsync("sent");
        await RunAsync();
        Assert.Equal("Hello", Found(sent)!.Body); // not old enough

        _time.Advance(TimeSpan.FromMinutes(2));
        await RunAsync();
        Assert.Equal("", Found(sent)!.Body);
        Assert.Equal("Hello", Found(waits)!.Body);
        Assert.Equal("Hello", Found(young)!.Body);
        Assert.Equal("", Value("select body from inbound"));
        Assert.Single(_store.Read(db => Timeline.Of(db, sent)));

        _time.Advance(Year);
        await RunAsync();
        Assert.Null(Found(sent));
        Assert.Empty(_store.Read(db => Timeline.Of(db, sent)));
        Assert.NotNull(Found(waits));
        Assert.Equal(0L, Value("select count(*) from inbound"));
    }

    [Fact]
    public async Task More_than_a_batch_is_forgotten_in_one_run()
    {
        for (int i = 0; i < 450; i++) await AddAsync("sent");
        _time.Advance(Month * 2);
        await OverPausesAsync(RunAsync());
        Assert.Equal(0L, Value("select count(*) from sms where body <> ''"));
    }

    [Fact]
    public async Task Whoever_writes_meanwhile_waits_for_one_small_batch_at_most()
    {
        const int Old = 3_000;
        await _store.WriteAsync(db =>
        {
            for (int i = 0; i < Old; i++)
            {
                _queue.Enqueue(db, Sms(NextId()), new { });
                OptOuts.Record(db, PhoneNumber.FromE164($"+4477{i:d8}"), "*", "stop", null, 5); // for the audit trail
            }

            db.Execute("update sms set state = 'sent'");
        });
        _time.Advance(Year * 2);
        var sender = new BusySender(_store, db => _queue.Enqueue(db, Sms(NextId()), new { }));
        await OverPausesAsync(RunAsync(sender.Beside));
        await sender.DoneAsync();

        Assert.Equal((0L, 0L), (
            Value("select count(*) from sms where state = 'sent'"),
            Value("select count(*) from audit where action = 'added'")));
        Assert.InRange(sender.RowsMax, 1, 700); // 200 SMS with their timelines, or 500 entries
        Assert.InRange(sender.Writes, Old * 2 / 500, Old * 2); // by the dozen, while all that was forgotten
    }

    [Fact]
    public async Task The_audit_trail_is_cut_at_its_beginning_and_the_chain_still_holds()
    {
        for (int i = 0; i < 5; i++)
        {
            await _store.WriteAsync(db => OptOuts.Record(db, Number, $"pool:{i}", "stop", null, 5));
            _time.Advance(TimeSpan.FromDays(100));
        }

        await OverPausesAsync(RunAsync());
        List<AuditEntry> all = [.. AuditTrail.All(_store)];
        Assert.Equal([3L, 4L, 5L, 6L], all.Select(one => one.Id)); // of 500, 400 days ago two are gone
        Assert.Equal("trimmed", all[^1].Action);
        Assert.Empty(AuditCheck.Of(all).Mistakes);
        await _store.WriteAsync(db => db.Execute("delete from audit where id = 3"));
        Assert.NotEmpty(AuditCheck.Of(AuditTrail.All(_store)).Mistakes);
    }

    [Fact]
    public async Task Consents_are_kept_so_long_after_their_end()
    {
        await _store.WriteAsync(db =>
        {
            Consents.Add(db, new Consent(Number, "marketing", 0, "paper", null, null, null));
            Consents.Add(db, new Consent(Number, "news", 0, "paper", null, null, null));
            Consents.Withdraw(db, Number, "marketing", "stop", _time.GetUtcNow().ToUnixTimeMilliseconds());
        });
        _time.Advance(TimeSpan.FromDays(199));
        await RunAsync();
        Assert.Equal(2, _store.Read(db => Consents.Of(db, Number)).Count);
        _time.Advance(TimeSpan.FromDays(2));
        await RunAsync();
        Assert.Equal("news", Assert.Single(_store.Read(db => Consents.Of(db, Number))).Purpose);
    }

    [Fact]
    public async Task Receipts_that_belong_to_nothing_go_and_others_stay()
    {
        Guid sms = await AddAsync("sent");
        await _store.WriteAsync(db =>
        {
            Receipts.Apply(
                db, new InboundReceipt("main", "lost", Number.E164, ReceiptState.Delivered, null, "id:lost"),
                _time.GetUtcNow().ToUnixTimeMilliseconds());
            db.Execute(
                """
                insert into submission (sms_id, part, carrier, carrier_id, match_key, state, created_ms, state_ms)
                values (@sms, 1, 'main', 'kept', 'kept', 'EnRoute', 0, 0)
                """,
                ("@sms", sms.ToString()));
        });
        await RunAsync();
        Assert.Equal(2L, Value("select count(*) from submission"));
        _time.Advance(TimeSpan.FromHours(73));
        await RunAsync();
        Assert.Equal("kept", Value("select carrier_id from submission"));
    }

    [Fact]
    public async Task A_receipt_is_kept_no_longer_than_the_text_that_it_repeats()
    {
        Guid sms = await AddAsync("queued");
        long now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        await _store.WriteAsync(db =>
        {
            db.Execute(
                """
                insert into submission (sms_id, part, carrier, carrier_id, match_key, state, created_ms, state_ms)
                values (@sms, 1, 'main', '7', '7', 'EnRoute', 0, 0)
                """,
                ("@sms", sms.ToString()));
            Receipts.Apply(db, ReceiptOf("7", ReceiptState.EnRoute, "007"), now);
            Receipts.Apply(db, ReceiptOf("7", ReceiptState.Delivered, "000"), now);
        });
        Assert.Contains("text:Hello", Value("select raw from submission") as string, StringComparison.Ordinal);
        _time.Advance(Month + TimeSpan.FromMinutes(1));
        await RunAsync();
        Assert.Equal(0L, Value(
            """
            select (select count(*) from sms where instr(body, 'Hello') > 0)
                 + (select count(*) from submission where instr(raw, 'Hello') > 0)
                 + (select count(*) from event where instr(detail, 'Hello') > 0)
            """));
        Assert.Equal(
            [(Timeline.Receipt, true), (Timeline.Delivered, true)],
            _store.Read(db => Timeline.Of(db, sms)).Skip(1).Select(line => (
                line.Kind, line.Detail.Contains("\"error\":\"00", StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task So_is_one_that_an_earlier_version_wrote_into_a_timeline(bool isSealed)
    {
        await using SqliteStore? other = isSealed ? OpenSealed() : null;
        SqliteStore store = other ?? _store;
        Guid sms = NextId();
        long now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        const string old = """{"carrier":"main","id":"7","error":"007","raw":"id:7 err:007 text:Hello"}""";
        await store.WriteAsync(db =>
        {
            foreach (string kind in (string[])[Timeline.Receipt, Timeline.Delivered, Timeline.Sent])
            {
                string detail = kind == Timeline.Sent ? """{"carrier":"main"}""" : old;
                string place = SealedColumn.KeyOf(sms.ToString(), now, kind);
                db.Execute(
                    "insert into event (sms_id, at_ms, kind, detail) values (@sms, @now, @kind, @detail)",
                    ("@sms", sms.ToString()), ("@now", now), ("@kind", kind),
                    ("@detail", kind == Timeline.Sent ? detail : db.Texts.Seal(QueueTexts.Line, place, detail)));
            }
        });
        Assert.All(Details().Take(2), detail => Assert.Contains("text:Hello", detail, StringComparison.Ordinal));
        _time.Advance(Month - TimeSpan.FromMinutes(1));
        await RunAsync(store: store);
        Assert.Contains("text:Hello", Details()[0], StringComparison.Ordinal); // not old enough
        _time.Advance(TimeSpan.FromMinutes(2));
        await RunAsync(store: store);
        const string left = """{"carrier":"main","id":"7","error":"007"}""";
        Assert.Equal([left, left, """{"carrier":"main"}"""], Details());
        Assert.Equal(left, store.Read(db => db.Scalar("select detail from event order by id limit 1")));
        Assert.Contains("event_receipt", store.Read(db => db.Query(
            $"explain query plan select id from event where id > 0 and at_ms < 5 and {QueueTexts.Line.Condition}",
            row => row.GetString(3)))[0], StringComparison.Ordinal);

        List<string> Details() => store.Read(db => Timeline.Of(db, sms)).ConvertAll(line => line.Detail);
    }

    private static InboundReceipt ReceiptOf(string id, ReceiptState state, string error) =>
        new("main", id, Number.E164, state, error, $"id:{id} stat:{state} err:{error} text:Hello");

    private SqliteStore OpenSealed()
    {
        string key = _folder.File("text.key");
        File.WriteAllText(key, Convert.ToBase64String(RandomNumberGenerator.GetBytes(TextKeyOptions.KeyLength)));
        return SqliteStore.Open(
            new StoreOptions
            {
                Folder = _folder.File("sealed"),
                DiskFreeBytesMin = 0,
                TextKeys = [new TextKeyOptions { Id = "one", File = key }],
            },
            _time, NullLogger<SqliteStore>.Instance);
    }

    // The pauses between batches.
    private async Task OverPausesAsync(Task run)
    {
        while (!run.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(20));
            await Task.Yield();
        }

        await run;
    }

    private async Task RunAsync(
        Func<RetentionTask, RetentionTask>? watched = null, SqliteStore? store = null)
    {
        RetentionTask[] tasks =
        [
            SmsRetention.ParkedReceipts(TimeSpan.FromHours(72)), SmsRetention.Texts(Month), SmsRetention.Lines(Month),
            SmsRetention.Records(Year), SmsRetention.Mails(Year),
            InboundRetention.Texts(Month), InboundRetention.Records(Year), InboundRetention.Conversations(Year),
            ConsentRetention.Withdrawn(TimeSpan.FromDays(200)), ConsentRetention.Answers(Year),
            AuditTrail.Retention(Year),
        ];
        if (watched is not null) tasks = [.. tasks.Select(watched)];
        using var maintenance = new Maintenance(store ?? _store, tasks, _time, NullLogger<Maintenance>.Instance);
        await maintenance.RunOnceAsync(TestContext.Current.CancellationToken);
    }

    // Of this clock: those of TimeOrderedId never go back behind what other tests had.
    private Guid NextId() => Guid.CreateVersion7(_time.GetUtcNow());

    private async Task<Guid> AddAsync(string state)
    {
        Guid id = NextId();
        await _store.WriteAsync(db =>
        {
            _queue.Enqueue(db, Sms(id), new { });
            db.Execute("update sms set state = @state where id = @id", ("@state", state), ("@id", id.ToString()));
        });
        return id;
    }

    private static NewSms Sms(Guid id) => new(
        id, null, Number, "", "", "Hello", "gsm7", 1, null, NoticeSetting.Never, long.MaxValue);

    private SmsRecord? Found(Guid id) => _store.Read(db => SmsRecord.Find(db, id));

    private object? Value(string sql) => _store.Read(db => db.Scalar(sql));

    /// <summary>
    /// Writes as the sending path does: whenever it has nothing under way it asks for a write in the midst of a batch,
    /// and sees how many rows changed before it had its turn. It runs on the writer's thread alone.
    /// </summary>
    private sealed class BusySender(SqliteStore store, Action<StoreSession> write)
    {
        private Task _underWay = Task.CompletedTask;
        private bool _isWaiting;

        public int Writes { get; private set; }

        public long RowsMax { get; private set; }

        public RetentionTask Beside(RetentionTask task) => task with
        {
            Forget = (db, key, before) =>
            {
                long rows = RowsOf(db);
                if (!_isWaiting) Ask(rows);
                task.Forget(db, key, before);
            },
        };

        public Task DoneAsync() => _underWay;

        private void Ask(long rows)
        {
            _isWaiting = true;
            _underWay = store.WriteAsync(db =>
            {
                _isWaiting = false;
                RowsMax = Math.Max(RowsMax, RowsOf(db) - rows);
                Writes++;
                write(db);
            });
        }

        private static long RowsOf(StoreSession db) => (long)db.Scalar("select total_changes()")!;
    }
}
