using System.Text;
using EmailSms.Api;
using EmailSms.Cli;
using EmailSms.MailOut;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Replies;
using EmailSms.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Tests.Api;

/// <summary>What an erasure does to rows of every kind, without a service beside it.</summary>
public sealed class PrivacyDeskTests : IAsyncDisposable
{
    private const string Ann = "+447700900123";
    private const string Bob = "+447700900555";
    private const string Boss = "boss@clinic.example";
    private static readonly TimeSpan NoPatience = TimeSpan.Zero;

    private readonly TestFolder _folder = new();
    private readonly SqliteStore _store;
    private readonly SmsQueue _queue;

    public PrivacyDeskTests()
    {
        _store = SqliteStore.Open(
            new StoreOptions { Folder = _folder.Path, DiskFreeBytesMin = 0 }, TimeProvider.System,
            NullLogger<SqliteStore>.Instance, AuditTrail.SinkOf("cli:test"));
        _queue = new SmsQueue(_store, new QueueOptions(), TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Among_thousands_nothing_is_left_in_the_file_and_nothing_of_others_is_lost()
    {
        for (int i = 0; i < 3000; i++)
        {
            bool isAnn = i % 10 == 0;
            await AddAsync(isAnn ? Ann : Bob, $"Dear {(isAnn ? "Ann Lee" : "Bob")}, number {i}");
        }

        await _store.WriteAsync(db => db.Execute("update sms set state = 'sent', leased_by = null"));
        Erasure done = await EraseAsync(Person.OfNumber(Ann, "7700900123"));
        Assert.Equal(300, done.Erased["sms"]);
        Assert.Empty(done.Left);
        Assert.True(_store.EmptyLog());
        string raw = RawText();
        Assert.DoesNotContain("7700900123", raw, StringComparison.Ordinal);
        Assert.DoesNotContain("Ann Lee", raw, StringComparison.Ordinal);
        Assert.Equal(2700L, Value("select count(*) from sms where body like 'Dear Bob%'"));
        Assert.Equal(300L, Value($"select count(*) from sms where recipient = '{Person.Nobody}' and body = ''"));
    }

    [Fact]
    public async Task A_receipt_that_comes_afterwards_brings_nothing_back()
    {
        Guid sms = await AddAsync(Ann, "Hello");
        await _store.WriteAsync(db =>
        {
            db.Execute("update sms set state = 'sent', leased_by = null, carrier = 'main'");
            db.Execute(
                """
                insert into submission (sms_id, part, carrier, carrier_id, match_key, state, created_ms, state_ms)
                values (@sms, 1, 'main', 'abc', 'ABC', 'EnRoute', 0, 0)
                """,
                ("@sms", sms.ToString()));
        });
        Person ann = Person.OfNumber(Ann, "7700900123");
        Erasure done = await EraseAsync(ann);
        Assert.Equal(1, done.Carriers["main"]);
        ReceiptEffect? effect = await _store.WriteAsync(db => Receipts.Apply(
            db, new InboundReceipt("main", "abc", Ann[1..], ReceiptState.Delivered, null, "id:abc text:Hello"), 5));
        Assert.Equal(sms, effect?.Sms);
        Assert.Empty(Desk(ann).Look().Counts);
        Assert.True(_store.EmptyLog());
        Assert.DoesNotContain("Hello", RawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_carrier_said_is_taken_further_first_and_what_cannot_be_goes()
    {
        await _store.WriteAsync(db =>
        {
            Webhooks.Add(db, "web", new WebhookItem { Text = new InboundText("web", Ann, "", "STOP", null) }, 5);
            Webhooks.Add(db, "web", new WebhookItem { Text = new InboundText("web", Ann, "", "Hi", null) }, 5);
            Webhooks.PutOff(db, 2, null, $"no such sender {Ann}");
        });
        Person ann = Person.OfNumber(Ann, null);
        Assert.Equal(1, Desk(ann).Look().Waiting["webhook"]);
        Erasure done = await EraseAsync(ann);
        Assert.Equal((1, 1L), (done.Erased["webhook"], done.Left["webhook"]));
        Assert.Equal(1L, Value("select id from webhook"));
    }

    [Fact]
    public async Task Texts_that_wait_for_their_other_parts_are_waited_for()
    {
        await _store.WriteAsync(db => Inbox.AddPart(
            db, Guid.CreateVersion7(), new InboundText("main", Ann, "", "half", null), new InboundPart(1, 1, 2, false),
            5));
        Erasure done = await EraseAsync(Person.OfNumber(Ann, null));
        Assert.Equal(1L, done.Left["inbound"]);
        Assert.Equal("half", Value("select body from inbound"));
        await _store.WriteAsync(db => Inbox.TakeIncomplete(db, 10));
        done = await EraseAsync(Person.OfNumber(Ann, null));
        Assert.Empty(done.Left);
        Assert.Equal(
            0L, Value("select count(*) from inbound where body <> '' or source <> '' or part_key is not null"));
    }

    [Fact]
    public async Task A_mail_of_the_outbox_is_read_as_its_reader_reads_it()
    {
        using var outbox = new Outbox(_store, new SmartHostOptions(), TimeProvider.System);
        const string Mail = "From: a@x.example\r\nSubject: =?utf-8?B?KzQ0IDc3MDAgOTAwMTIz?=\r\n" // +44 7700 900123
            + "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nHello\r\n";
        await _store.WriteAsync(db =>
        {
            outbox.Enqueue(db, new OutgoingMail(
                MailKind.Notice, "", EmailAddress.Parse(Boss), Encoding.ASCII.GetBytes(Mail)));
            outbox.Enqueue(db, new OutgoingMail(
                MailKind.Notice, "", EmailAddress.Parse(Boss), "Subject: others\r\n\r\n"u8.ToArray()));
        });
        Assert.Equal(1, Desk(Person.OfNumber(Ann, "7700900123")).Look().Waiting["outbox"]);
        await _store.WriteAsync(db => db.Execute("update outbox set state = 'failed'"));
        Erasure done = await EraseAsync(Person.OfNumber(Ann, "7700900123"));
        Assert.Equal(1, done.Erased["outbox"]);
        Assert.Equal(1L, Value("select count(*) from outbox"));
    }

    [Fact]
    public async Task An_alarm_that_goes_on_is_not_cut_off()
    {
        await _store.WriteAsync(db => db.Execute(
            """
            insert into escalation (id, on_call, owner, state, state_ms, until, wait_ms, people, step, due_ms, template,
                                    created_ms)
            values ('1', 'ops', @boss, 'open', 0, 'Ack', 1, @people, 0, 0, '{}', 0)
            """,
            ("@boss", Boss), ("@people", $$"""[{"Number":"\u002B{{Ann[1..]}}","Name":null}]""")));
        Assert.Equal(1L, (await EraseAsync(Person.OfNumber(Ann, null))).Left["escalation"]);
        await _store.WriteAsync(db => db.Execute("update escalation set state = 'taken'"));
        Assert.Equal(1, (await EraseAsync(Person.OfNumber(Ann, null))).Erased["escalation"]);
        Assert.Equal(0L, Value("select count(*) from escalation"));
    }

    [Fact]
    public async Task An_opt_out_that_was_erased_twice_is_one()
    {
        PhoneNumber number = PhoneNumber.FromE164(Ann);
        for (int i = 0; i < 2; i++)
        {
            await _store.WriteAsync(db => db.Change("opt_out", [("number", Ann), ("scope", "*")], () => db.Execute(
                "insert into opt_out (number, scope, since_ms, word) values (@number, '*', 7, 'stop')",
                ("@number", Ann))));
            await EraseAsync(Person.OfNumber(Ann, null));
        }

        var optOuts = new OptOuts(_store);
        OptOut one = Assert.Single(optOuts.List());
        Assert.Null(one.Number);
        Assert.Equal((number, 7L), (optOuts.Find(number)?.Number, optOuts.Find(number)?.SinceMs));
        Assert.Null(optOuts.Find(PhoneNumber.FromE164(Bob)));
        Assert.False(await _store.WriteAsync(db => OptOuts.Record(db, number, "*", "stop", null, 9)));
        Assert.True(await _store.WriteAsync(db => OptOuts.Remove(db, number, "*")));
        Assert.Null(optOuts.Find(number));
    }

    private async Task<Guid> AddAsync(string to, string text)
    {
        Guid id = Guid.CreateVersion7();
        await _store.WriteAsync(db => _queue.Enqueue(
            db,
            new NewSms(
                id, null, PhoneNumber.FromE164(to), "", "", text, "gsm7", 1, null, NoticeSetting.Never, long.MaxValue),
            new { from = Boss, to }));
        return id;
    }

    private PrivacyDesk Desk(Person person) => new(_store, PrivacyCommand.Tables, person, TimeProvider.System);

    private Task<Erasure> EraseAsync(Person person) =>
        Desk(person).EraseAsync(NoPatience, TestContext.Current.CancellationToken);

    private object? Value(string sql) => _store.Read(db => db.Scalar(sql));

    private string RawText() => string.Concat(Directory.GetFiles(_folder.Path, "emailsms.db*").Select(file =>
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return reader.ReadToEnd();
    }));
}
