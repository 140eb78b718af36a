using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Smpp;
using EmailSms.Store;
using EmailSms.Tests.Peers;

namespace EmailSms.Tests.Queue;

public sealed class ReceiptsTests : IAsyncDisposable
{
    private readonly TemporaryStore _disk = new(TimeProvider.System);
    private readonly SmsQueue _queue;
    private MessageIdMatcher _ids = new();

    public ReceiptsTests() => _queue = new SmsQueue(Store, new QueueOptions(), TimeProvider.System);

    private SqliteStore Store => _disk.Store;

    public ValueTask DisposeAsync() => _disk.DisposeAsync();

    [Fact]
    public async Task Delivered_is_when_all_parts_are()
    {
        OutgoingSms sms = await SentAsync("a", "b", "c");
        Assert.Null((await ApplyAsync("a", ReceiptState.Delivered))!.Became);
        Assert.Null((await ApplyAsync("c", ReceiptState.Delivered))!.Became);
        Assert.Equal(SmsState.Sent, State(sms));
        Assert.Equal(SmsState.Delivered, (await ApplyAsync("b", ReceiptState.Delivered))!.Became);
        Assert.Equal(SmsState.Delivered, State(sms));
    }

    [Theory]
    [InlineData(nameof(ReceiptState.Undeliverable), nameof(SmsState.Failed))]
    [InlineData(nameof(ReceiptState.Expired), nameof(SmsState.Expired))]
    public async Task One_lost_part_is_a_lost_SMS(string receipt, string state)
    {
        OutgoingSms sms = await SentAsync("a", "b");
        await ApplyAsync("a", ReceiptState.Delivered);
        ReceiptEffect effect = (await ApplyAsync("b", Enum.Parse<ReceiptState>(receipt), "069"))!;
        Assert.Equal(Enum.Parse<SmsState>(state), effect.Became);
        Assert.Contains("069", effect.Why!.Code, StringComparison.Ordinal);
        Assert.Equal(effect.Became, State(sms));
    }

    [Fact]
    public async Task Nothing_takes_back_what_was_final()
    {
        OutgoingSms sms = await SentAsync("a");
        await ApplyAsync("a", ReceiptState.Delivered);
        Assert.Null((await ApplyAsync("a", ReceiptState.Undeliverable))!.Became);
        Assert.Null((await ApplyAsync("a", ReceiptState.EnRoute))!.Became);
        Assert.Null((await ApplyAsync("a", ReceiptState.Delivered))!.Became);
        Assert.Equal(SmsState.Delivered, State(sms));
    }

    [Fact]
    public async Task A_receipt_before_its_submission_waits_and_is_merged()
    {
        OutgoingSms sms = await EnqueueAsync(2);
        Assert.Null(await ApplyAsync("a", ReceiptState.EnRoute));
        Assert.Null(await ApplyAsync("a", ReceiptState.Delivered));
        Assert.Null(await ApplyAsync("b", ReceiptState.Delivered));
        Assert.Equal(3, Store.Read(Receipts.CountWaiting));

        ReceiptEffect? effect = await SendAsync(sms, "a", "b");
        Assert.Equal(SmsState.Delivered, effect?.Became);
        Assert.Equal(SmsState.Delivered, State(sms));
        Assert.Equal(0, Store.Read(Receipts.CountWaiting));
    }

    [Theory]
    [InlineData(nameof(ReceiptState.Undeliverable), nameof(SmsState.Failed), false)]
    [InlineData(nameof(ReceiptState.Undeliverable), nameof(SmsState.Failed), true)]
    [InlineData(nameof(ReceiptState.Expired), nameof(SmsState.Expired), false)]
    [InlineData(nameof(ReceiptState.Delivered), nameof(SmsState.Delivered), true)]
    public async Task Several_that_wait_are_one_submission_and_the_last_word_ends_it(
        string last, string state, bool isAfterTheAnswer)
    {
        SmsState end = Enum.Parse<SmsState>(state);
        OutgoingSms sms = await EnqueueAsync(1);
        Assert.Null(await ApplyAsync("a", ReceiptState.EnRoute));
        Assert.Null(await ApplyAsync("a", ReceiptState.EnRoute));
        if (!isAfterTheAnswer) Assert.Null(await ApplyAsync("a", Enum.Parse<ReceiptState>(last), "069"));
        ReceiptEffect? effect = await SendAsync(sms, "a");
        if (isAfterTheAnswer) effect = await ApplyAsync("a", Enum.Parse<ReceiptState>(last), "069");
        Assert.Equal(end, effect?.Became);
        Assert.Equal(end, State(sms));
        Assert.Equal(
            [Timeline.Accepted, Timeline.Sent, Timeline.Receipt, Timeline.Receipt, SmsRecord.StateText(end)],
            Store.Read(db => Timeline.Of(db, sms.Id)).Select(line => line.Kind));
        Assert.Equal(1L, Store.Read(db => db.Scalar("select count(*) from submission where parts = 1")));
        Assert.Null((await ApplyAsync("a", ReceiptState.EnRoute))?.Became); // and one that comes after all
    }

    [Theory]
    [InlineData(false, nameof(ReceiptState.Undeliverable), "5.1.1", "There is no such phone.")]
    [InlineData(true, nameof(ReceiptState.Undeliverable), "5.1.1", "There is no such phone.")]
    [InlineData(true, nameof(ReceiptState.Expired), "4.4.1", "The phone is switched off.")]
    [InlineData(
        true, nameof(ReceiptState.Undeliverable), null,
        "The carrier reports that it cannot be delivered to this phone.")]
    public async Task What_its_error_means_is_known_also_where_it_waited(
        bool waits, string state, string? status, string sentence)
    {
        var receipt = new InboundReceipt(
            "main", "a", "+447700900123", Enum.Parse<ReceiptState>(state), "032", "raw")
        {
            Ids = _ids,
            Status = status,
            Meaning = status is null ? null : sentence,
            OptsOut = true,
        };
        OutgoingSms sms = await EnqueueAsync(1);
        if (!waits) await SendAsync(sms, "a");
        List<InboundReceipt> early = [];
        ReceiptEffect? effect = await Store.WriteAsync(db => Receipts.Apply(db, receipt, 0));
        if (waits) effect = await SendAsync(sms, ["a"], early);
        Assert.Equal((status ?? "5.0.0", sentence), (effect!.Why!.EnhancedStatus, effect.Why.Sentence));
        Assert.Equal(waits ? [true] : [], early.Select(one => one.OptsOut));
    }

    [Fact]
    public async Task A_receipt_of_an_unknown_id_is_kept_and_changes_nothing()
    {
        OutgoingSms sms = await SentAsync("a");
        Assert.Null(await ApplyAsync("z", ReceiptState.Undeliverable));
        Assert.Equal(SmsState.Sent, State(sms));
        Assert.Equal(1, Store.Read(Receipts.CountWaiting));
    }

    [Fact]
    public async Task The_same_id_of_another_carrier_is_another_submission()
    {
        OutgoingSms sms = await SentAsync("a");
        Assert.Null(await ApplyAsync("a", ReceiptState.Undeliverable, carrier: "other"));
        Assert.Equal(SmsState.Sent, State(sms));
    }

    [Fact]
    public async Task An_id_that_a_carrier_used_before_means_the_SMS_to_that_phone()
    {
        OutgoingSms first = await EnqueueAsync(1, "+447700900001");
        await SendAsync(first, "a");
        OutgoingSms second = await EnqueueAsync(1, "+447700900002");
        await SendAsync(second, "a");
        ReceiptEffect effect = (await ApplyAsync("a", ReceiptState.Delivered, from: "447700900001"))!;
        Assert.Equal(first.Id, effect.Sms);
        Assert.Equal(SmsState.Sent, State(second));
    }

    [Theory]
    [MemberData(nameof(WaysToWriteAnId))]
    public async Task A_receipt_that_writes_the_id_its_own_way_finds_the_SMS(
        MessageIdMode mode, string response, string receipt)
    {
        _ids = new MessageIdMatcher(mode);
        OutgoingSms sms = await SentAsync(response);
        Assert.Equal(sms.Id, (await ApplyAsync(receipt, ReceiptState.Delivered))!.Sms);
        Assert.Equal(SmsState.Delivered, State(sms));
    }

    [Theory]
    [MemberData(nameof(WaysToWriteAnId))]
    public async Task And_also_when_it_comes_before_the_answer(MessageIdMode mode, string response, string receipt)
    {
        _ids = new MessageIdMatcher(mode);
        OutgoingSms sms = await EnqueueAsync(1);
        Assert.Null(await ApplyAsync(receipt, ReceiptState.Delivered));
        Assert.Equal(SmsState.Delivered, (await SendAsync(sms, response))!.Became);
        Assert.Null((await ApplyAsync(receipt, ReceiptState.Delivered))!.Became); // and again
    }

    public static TheoryData<MessageIdMode, string, string> WaysToWriteAnId => new()
    {
        { MessageIdMode.ResponseHexReceiptDecimal, "812FC7470000001B", "9308878062554710043" },
        { MessageIdMode.ResponseDecimalReceiptHex, "768096", "00bb860" },
        { MessageIdMode.BothHex, "00BB860", "bb860" },
        { MessageIdMode.Auto, "00BB860", "768096" },
        { MessageIdMode.Auto, "4062", "0000004062" },
        { MessageIdMode.Auto, "a1b-7", "A1B-7" },
    };

    [Fact]
    public async Task An_id_that_only_might_be_the_same_needs_the_same_phone()
    {
        _ids = new MessageIdMatcher(MessageIdMode.Auto);
        OutgoingSms sms = await SentAsync("BB860");
        Assert.Null(await ApplyAsync("768096", ReceiptState.Delivered, from: "+447700900999"));
        Assert.Equal(SmsState.Sent, State(sms));
        OutgoingSms late = await EnqueueAsync(1, "+447700900123");
        Assert.Null((await SendAsync(late, "BB860"))?.Became); // nor does the one that waits
    }

    [Fact]
    public async Task A_submission_without_an_id_is_matched_by_nothing()
    {
        OutgoingSms sms = await SentAsync("");
        Assert.Null(await ApplyAsync("", ReceiptState.Delivered));
        Assert.Equal(SmsState.Sent, State(sms));
    }

    [Fact]
    public async Task A_part_that_was_sent_twice_is_lost_only_when_both_are()
    {
        OutgoingSms sms = await SentAsync("a");
        await Store.WriteAsync(db => Receipts.AddSubmissions(
            db, sms, new Attempt("main", [new AcceptedPart(1, "a2")], new Outcome.Accepted()), 0));
        Assert.Null((await ApplyAsync("a", ReceiptState.Undeliverable))!.Became);
        Assert.Equal(SmsState.Delivered, (await ApplyAsync("a2", ReceiptState.Delivered))!.Became);
    }

    [Fact]
    public async Task Every_receipt_is_on_the_timeline_and_the_change_of_state_once()
    {
        OutgoingSms sms = await SentAsync("a", "b");
        await ApplyAsync("a", ReceiptState.EnRoute);
        await ApplyAsync("a", ReceiptState.Delivered);
        await ApplyAsync("b", ReceiptState.Delivered);
        Assert.Equal(
            [Timeline.Accepted, Timeline.Sent, Timeline.Receipt, Timeline.Receipt, Timeline.Delivered],
            Store.Read(db => Timeline.Of(db, sms.Id)).Select(line => line.Kind));
    }

    private Task<ReceiptEffect?> ApplyAsync(
        string id, ReceiptState state, string? error = null, string carrier = "main", string from = "+447700900123") =>
        Store.WriteAsync(db => Receipts.Apply(
            db, new InboundReceipt(carrier, id, from, state, error, $"id:{id} stat:{state}") { Ids = _ids }, 0));

    private async Task<OutgoingSms> SentAsync(params string[] ids)
    {
        OutgoingSms sms = await EnqueueAsync(ids.Length);
        await SendAsync(sms, ids);
        return sms;
    }

    private Task<ReceiptEffect?> SendAsync(OutgoingSms sms, params string[] ids) => SendAsync(sms, ids, null);

    private Task<ReceiptEffect?> SendAsync(OutgoingSms sms, string[] ids, ICollection<InboundReceipt>? early)
    {
        AcceptedPart[] parts = [.. ids.Select((id, index) => new AcceptedPart(index + 1, id))];
        var attempt = new Attempt("main", parts, new Outcome.Accepted()) { Ids = _ids };
        return Store.WriteAsync(db =>
        {
            Settlement.Sent(db, sms, attempt, 0);
            return Receipts.AddSubmissions(db, sms, attempt, 0, early: early);
        });
    }

    private async Task<OutgoingSms> EnqueueAsync(int parts, string to = "+447700900123")
    {
        var sms = new NewSms(
            TimeOrderedId.Next(TimeProvider.System), null, PhoneNumber.FromE164(to), "", "ann@x.example", "Hello",
            "gsm7", parts, 1, NoticeSetting.Failures, long.MaxValue);
        await Store.WriteAsync(db => _queue.Enqueue(db, sms, new { }));
        await _queue.LeaseAsync();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        return await _queue.Ready.ReadAsync(deadline.Token);
    }

    private SmsState State(OutgoingSms sms) => Store.Read(db => SmsRecord.Find(db, sms.Id))!.State;
}
