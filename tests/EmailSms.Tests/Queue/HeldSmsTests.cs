using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Store;
using EmailSms.Tests.Peers;

namespace EmailSms.Tests.Queue;

public sealed class HeldSmsTests : IAsyncDisposable
{
    private const long Expires = 5_000;
    private static readonly FailureCode NoAnswer = new(FailureClass.Uncertain, "unknown:no answer", "4.4.2", "None.");

    private readonly TemporaryStore _folder = new(TimeProvider.System);
    private readonly SmsQueue _queue;

    public HeldSmsTests() => _queue = new SmsQueue(Store, new QueueOptions(), TimeProvider.System);

    private SqliteStore Store => _folder.Store;

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    [Fact]
    public async Task What_is_held_is_leased_by_nobody_and_expires_in_time()
    {
        OutgoingSms sms = await HeldAsync();
        Assert.Null(await _queue.LeaseAsync());
        Assert.Equal(Expires, Store.Read(Settlement.NextExpiry));
        Assert.Empty(Store.Read(db => Settlement.FindExpired(db, Expires - 1)));
        Assert.Equal([(sms.Id, FailureCode.HeldTooLong)], Store.Read(db => Settlement.FindExpired(db, Expires)));
    }

    [Fact]
    public async Task What_is_sent_again_is_due_at_once_and_only_once()
    {
        OutgoingSms sms = await HeldAsync();
        Assert.True(await Store.WriteAsync(db => Settlement.Resend(db, sms.Id, "ann", 7)));
        Assert.False(await Store.WriteAsync(db => Settlement.Resend(db, sms.Id, "ann", 7)));
        Assert.Equal((SmsState.Queued, 7), (Record(sms).State, Record(sms).DueMs));
        Assert.Equal(
            [Timeline.Accepted, Timeline.Held, Timeline.Resend],
            Store.Read(db => Timeline.Of(db, sms.Id)).Select(line => line.Kind));
    }

    [Fact]
    public async Task A_receipt_ends_what_is_held()
    {
        OutgoingSms sms = await EnqueueAsync();
        await Store.WriteAsync(db =>
        {
            var attempt = new Attempt("main", [new AcceptedPart(1, "a")], new Outcome.Unknown(NoAnswer));
            Receipts.AddSubmissions(db, sms, attempt, 0);
            Settlement.Hold(db, sms, attempt, NoAnswer, 0);
        });
        await Store.WriteAsync(db => Receipts.Apply(
            db, new InboundReceipt("main", "a", sms.To.E164, ReceiptState.Delivered, null, ""), 0));
        Assert.Equal(SmsState.Delivered, Record(sms).State);
    }

    [Fact]
    public async Task A_start_holds_what_was_being_handed_over_and_goes_on_with_the_rest()
    {
        OutgoingSms marked = await EnqueueAsync();
        OutgoingSms leased = await EnqueueAsync();
        await Store.WriteAsync(db => Settlement.Submitting(db, marked.Id, "main"));
        Assert.Equal(2, await new SmsQueue(Store, new QueueOptions(), TimeProvider.System).Reclaim());
        Assert.Equal(
            (SmsState.Held, "unknown:interrupted", "main"),
            (Record(marked).State, Record(marked).Reason, Record(marked).Carrier));
        Assert.Equal(SmsState.Queued, Record(leased).State);
    }

    [Fact]
    public async Task Pauses_are_kept_until_they_are_ended()
    {
        var first = new Pause(Pause.OfCarrier("main"), 1, "ann", "routes", Unbind: false);
        Pause second = first with { SinceMs = 2, By = "bob", Reason = null, Unbind = true };
        await Store.WriteAsync(db => Pauses.Put(db, first));
        Assert.Equal([first], Store.Read(Pauses.List));
        await Store.WriteAsync(db => Pauses.Put(db, second));
        Assert.Equal([second], Store.Read(Pauses.List));
        Assert.True(await Store.WriteAsync(db => Pauses.Remove(db, second.Scope)));
        Assert.False(await Store.WriteAsync(db => Pauses.Remove(db, second.Scope)));
    }

    private async Task<OutgoingSms> HeldAsync()
    {
        OutgoingSms sms = await EnqueueAsync();
        var attempt = new Attempt("main", [], new Outcome.Unknown(NoAnswer));
        await Store.WriteAsync(db => Settlement.Hold(db, sms, attempt, NoAnswer, 0));
        return sms;
    }

    private async Task<OutgoingSms> EnqueueAsync()
    {
        var sms = new NewSms(
            TimeOrderedId.Next(TimeProvider.System), null, PhoneNumber.FromE164("+447700900123"), "", "ann@x.example",
            "Hello", "gsm7", 1, 1, NoticeSetting.Failures, Expires);
        await Store.WriteAsync(db => _queue.Enqueue(db, sms, new { }));
        await _queue.LeaseAsync();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await _queue.Ready.ReadAsync(deadline.Token);
    }

    private SmsRecord Record(OutgoingSms sms) => Store.Read(db => SmsRecord.Find(db, sms.Id))!;
}
