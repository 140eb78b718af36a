using EmailSms.Carriers;
using EmailSms.Carriers.Routing;
using EmailSms.Delivery;
using EmailSms.MailOut;
using EmailSms.Messages;
using EmailSms.Policy;
using EmailSms.Queue;
using EmailSms.Store;
using EmailSms.Tests.Peers;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.Delivery;

/// <summary>A carrier that says that a person opted out is obeyed, whenever and however it says so.</summary>
public sealed class OptedOutReceiptsTests : IAsyncDisposable
{
    private const string Own = "+447700900999";
    private static readonly PhoneNumber Phone = PhoneNumber.FromE164("+447700900123");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 25, 10, 0, 0, TimeSpan.Zero));
    private readonly TemporaryStore _disk;
    private readonly SmsQueue _queue;
    private readonly Outbox _outbox;
    private readonly Fates _fates;

    public OptedOutReceiptsTests()
    {
        _disk = new TemporaryStore(_time);
        _queue = new SmsQueue(Store, new QueueOptions(), _time);
        _outbox = new Outbox(Store, new SmartHostOptions(), _time);
        _fates = new Fates(
            new NoticeDesk(_outbox, new NoticeOptions(), "sms.example", TimeZoneInfo.Utc, _time),
            new Escalations(_queue, static (_, _, _, _, _, _) => { }, new NoticeOptions(), _time),
            new OptOutScopes(new OptOutOptions { Scope = OptOutScope.OwnNumber }),
            new Tariffs("EUR", new Dictionary<string, Tariff>()),
            new QualityWatch(QualityWatch.Read(Store, new QualityOptions(), _time)), new DeliveryOptions(), _time);
    }

    private SqliteStore Store => _disk.Store;

    public async ValueTask DisposeAsync()
    {
        _outbox.Dispose();
        await _disk.DisposeAsync();
    }

    [Fact]
    public async Task In_a_receipt_as_in_an_answer_it_is_from_the_number_that_texted_them()
    {
        OutgoingSms answered = await TakeAsync();
        await SettleAsync(answered, new Outcome.Refused(
            new FailureCode(FailureClass.OptedOut, "sim:opted-out", "5.7.1", "No.")));
        Assert.Equal([Own], Scopes());
        await Store.WriteAsync(db => OptOuts.Remove(db, Phone, Own));

        OutgoingSms sms = await TakeAsync();
        await SettleAsync(sms, new Outcome.Accepted(), "7");
        Assert.True(await ApplyAsync("7"));
        Assert.Equal([Own], Scopes());
    }

    [Fact]
    public async Task Before_its_submission_it_is_recorded_with_it()
    {
        OutgoingSms sms = await TakeAsync();
        Assert.False(await ApplyAsync("7"));
        Assert.Empty(Scopes());
        await SettleAsync(sms, new Outcome.Accepted(), "7");
        Assert.Equal([Own], Scopes());
    }

    [Fact]
    public async Task And_at_once_where_the_receipt_names_the_SMS()
    {
        OutgoingSms sms = await TakeAsync();
        Assert.False(await ApplyAsync("7", sms.Id));
        Assert.Equal([Own], Scopes());
    }

    [Fact]
    public async Task Another_receipt_records_nothing()
    {
        OutgoingSms sms = await TakeAsync();
        await ApplyAsync("7", optsOut: false);
        await SettleAsync(sms, new Outcome.Accepted(), "7");
        Assert.Empty(Scopes());
    }

    private Task<bool> ApplyAsync(string id, Guid? sms = null, bool optsOut = true) => Store.WriteAsync(
        db => _fates.Apply(db, new InboundReceipt("main", id, Phone.E164, ReceiptState.Undeliverable, "21610", "raw")
        {
            Sms = sms,
            OptsOut = optsOut,
        }));

    private Task<bool> SettleAsync(OutgoingSms sms, Outcome outcome, string? id = null) => Store.WriteAsync(
        db => _fates.Settle(
            db, sms, new Attempt("main", id is null ? [] : [new AcceptedPart(1, id)], outcome), Charge.Unknown));

    private async Task<OutgoingSms> TakeAsync()
    {
        await Store.WriteAsync(db => _queue.Enqueue(
            db,
            new NewSms(
                TimeOrderedId.Next(_time), null, Phone, Own, "ann@x.example", "Hello", "gsm7", 1, null,
                NoticeSetting.Never, _time.GetUtcNow().AddDays(1).ToUnixTimeMilliseconds()),
            new { }));
        await _queue.LeaseAsync();
        Assert.True(_queue.Ready.TryRead(out OutgoingSms? sms));
        return sms;
    }

    private IEnumerable<string> Scopes() => new OptOuts(Store).All(Phone).Select(one => one.Scope);
}
