using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Store;
using EmailSms.Tests.Peers;

namespace EmailSms.Tests.Queue;

public sealed class CostsTests : IAsyncDisposable
{
    private const string Phone = "+447700900123";

    private readonly TemporaryStore _disk = new(TimeProvider.System);
    private readonly SmsQueue _queue;

    public CostsTests() => _queue = new SmsQueue(Store, new QueueOptions(), TimeProvider.System);

    private SqliteStore Store => _disk.Store;

    public ValueTask DisposeAsync() => _disk.DisposeAsync();

    [Fact]
    public async Task All_parts_are_paid_for_each_where_it_was_taken()
    {
        OutgoingSms sms = await EnqueueAsync(3);
        await TakeAsync(sms, "cheap", 10_000, "GB", new AcceptedPart(1, "a"), new AcceptedPart(2, "b"));
        await TakeAsync(
            sms, "dear", 50_000, "GB", new AcceptedPart(1, "x"), new AcceptedPart(2, "y"), new AcceptedPart(3, "z"));

        Assert.Equal(
            ["dear 1 3 0.15 EUR", "cheap 1 2 0.02 EUR"], Lines(CostsBy.Carrier)); // it went out over both
        Assert.Equal(["GB 1 5 0.17 EUR"], Lines(CostsBy.Country));
        Assert.Equal(["7 1 5 0.17 EUR"], Lines(CostsBy.Rule));
        Assert.Equal("all 1 5 0.17 EUR", Text(Store.Read(db => Costs.Total(db, 0, long.MaxValue))));
        Assert.Equal(["cheap", "dear"], Store.Read(db => Costs.Of(db, sms.Id)).Select(one => one.Carrier));
    }

    [Fact]
    public async Task One_submission_that_carries_all_parts_is_paid_for_as_so_many()
    {
        OutgoingSms sms = await EnqueueAsync(4);
        await TakeAsync(
            sms,
            new Attempt("web", [new AcceptedPart(1, "a")], new Outcome.Accepted()) { Submissions = 1, IsWhole = true },
            new Charge("GB", 10_000, "EUR"));
        Assert.Equal(["web 1 4 0.04 EUR"], Lines(CostsBy.Carrier));
    }

    [Fact]
    public async Task What_the_carrier_says_stands_beside_the_estimate_and_the_last_word_counts()
    {
        OutgoingSms sms = await EnqueueAsync(2);
        var price = new Money(31_000, "USD");
        await TakeAsync(sms, "web", 30_000, "GB", new AcceptedPart(1, "a") { Price = price }, new AcceptedPart(2, "b"));
        CostLine line = Assert.Single(Store.Read(db => Costs.Between(db, 0, long.MaxValue, CostsBy.Carrier)));
        Assert.Equal([new Sum(new Money(60_000, "EUR"), 2)], line.Estimated);
        Assert.Equal([new Sum(price, 1)], line.Real);

        await ReceiptAsync("a", ReceiptState.EnRoute, null); // says nothing, and takes nothing back
        await ReceiptAsync("a", ReceiptState.Delivered, new Money(33_000, "USD"));
        await ReceiptAsync("a", ReceiptState.Delivered, new Money(32_000, "USD")); // again, and corrected
        await ReceiptAsync("b", ReceiptState.Undeliverable, new Money(0, "USD"));
        line = Assert.Single(Store.Read(db => Costs.Between(db, 0, long.MaxValue, CostsBy.Carrier)));
        Assert.Equal([new Sum(new Money(32_000, "USD"), 2)], line.Real);
    }

    [Fact]
    public async Task Receipts_that_came_before_their_submission_are_one_price()
    {
        OutgoingSms sms = await EnqueueAsync(1);
        await ReceiptAsync("a", ReceiptState.EnRoute, new Money(1, "EUR"));
        await ReceiptAsync("a", ReceiptState.Delivered, new Money(20_000, "EUR"));
        Assert.Empty(Lines(CostsBy.Carrier)); // of nothing that is known
        await TakeAsync(sms, "web", 30_000, "GB", new AcceptedPart(1, "a"));
        CostLine line = Assert.Single(Store.Read(db => Costs.Between(db, 0, long.MaxValue, CostsBy.Carrier)));
        Assert.Equal("web 1 1 0.03 EUR", Text(line));
        Assert.Equal([new Sum(new Money(20_000, "EUR"), 1)], line.Real);
    }

    [Fact]
    public async Task An_SMS_that_only_its_receipt_proves_is_paid_for_then()
    {
        OutgoingSms sms = await EnqueueAsync(2);
        var code = new FailureCode(FailureClass.Uncertain, "unknown:silence", "4.4.2", "No answer.");
        await Store.WriteAsync(db => Settlement.Hold(
            db, sms, new Attempt("web", [], new Outcome.Unknown(code)), code, 0));
        Assert.Empty(Lines(CostsBy.Carrier));
        await Store.WriteAsync(db => Receipts.Apply(
            db, new InboundReceipt("web", "a", Phone, ReceiptState.Delivered, null, "") { Sms = sms.Id }, 5,
            _ => new Charge("GB", 30_000, "EUR")));
        Assert.Equal(["web 1 2 0.06 EUR"], Lines(CostsBy.Carrier));
    }

    [Fact]
    public async Task A_time_begins_with_its_first_moment_and_ends_before_the_next()
    {
        await TakeAsync(await EnqueueAsync(1), "web", 10_000, null, new AcceptedPart(1, "a"));
        Assert.Equal(["1"], Moments((5, 6), (4, 5), (6, 7)));

        IEnumerable<string> Moments(params (long From, long Until)[] times) => times
            .SelectMany(time => Store.Read(db => Costs.Between(db, time.From, time.Until, CostsBy.Country)))
            .Select(line => $"{line.Name}{line.Parts}");
    }

    private Task TakeAsync(
        OutgoingSms sms, string carrier, long micros, string? country, params AcceptedPart[] parts) =>
        TakeAsync(sms, new Attempt(carrier, parts, new Outcome.Accepted()), new Charge(country, micros, "EUR"));

    private Task TakeAsync(OutgoingSms sms, Attempt attempt, Charge charge) => Store.WriteAsync(db =>
    {
        Settlement.Sent(db, sms, attempt, 5);
        Receipts.AddSubmissions(db, sms, attempt, 5, charge);
    });

    private Task<ReceiptEffect?> ReceiptAsync(string id, ReceiptState state, Money? price) =>
        Store.WriteAsync(db => Receipts.Apply(
            db, new InboundReceipt("web", id, Phone, state, null, "") { Price = price }, 6));

    private string[] Lines(CostsBy by) =>
        [.. Store.Read(db => Costs.Between(db, 0, long.MaxValue, by)).Select(Text)];

    private static string Text(CostLine line) =>
        $"{line.Name} {line.Sms} {line.Parts} {string.Join("+", line.Estimated.Select(one => one.Amount))}";

    private async Task<OutgoingSms> EnqueueAsync(int parts)
    {
        var sms = new NewSms(
            TimeOrderedId.Next(TimeProvider.System), null, PhoneNumber.FromE164(Phone), "", "ann@x.example", "Hello",
            "gsm7", parts, 7, NoticeSetting.Failures, long.MaxValue);
        await Store.WriteAsync(db => _queue.Enqueue(db, sms, new { }));
        await _queue.LeaseAsync();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        return await _queue.Ready.ReadAsync(deadline.Token);
    }
}
