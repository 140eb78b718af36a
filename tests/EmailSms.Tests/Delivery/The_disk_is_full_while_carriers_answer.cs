using EmailSms.Delivery;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Store;
using EmailSms.Tests.Peers;
using Microsoft.Extensions.Time.Testing;

namespace EmailSms.Tests.Delivery;

/// <summary>
/// For ten minutes the database may not grow: SQLite itself says that the disk is full, at whichever write needs a
/// page. What carriers said meanwhile is known to nobody else.
/// </summary>
public sealed class The_disk_is_full_while_carriers_answer : IDisposable
{
    private const int Window = 20;
    private const int Count = 60;
    private const int SettleFailed = 1103;

    private static readonly TimeSpan Full = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(5);

    private readonly TestFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 25, 10, 0, 0, TimeSpan.Zero));
    private readonly HeldCarrier _carrier = new("main", Window);
    private readonly RecordedLog<AttemptDesk> _log = new();
    private readonly List<Guid> _accepted = []; // with a yes from the disk
    private readonly List<HeldSms> _answered = [];
    private readonly List<InboundReceipt> _receipts = []; // which the carrier gives again until they are taken

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Nothing_of_it_is_lost_nothing_is_sent_twice_and_all_goes_on_when_there_is_room()
    {
        await using DeliveryRig rig = Rig();
        await StartFullAsync(rig);
        for (TimeSpan passed = TimeSpan.Zero; passed < Full; passed += Step) await StepAsync(rig);
        Assert.InRange(rig.States.GetValueOrDefault("queued"), 1, Count); // or it was not full
        Assert.InRange(_log.Count(SettleFailed), 1, int.MaxValue);
        await TryToAcceptAsync(rig);
        Assert.NotEmpty(_receipts);

        await MakeRoomAsync(rig);
        await FinishAsync(rig);
        Assert.All(_accepted, id => Assert.Equal(SmsState.Delivered, rig.StateOf(id)));
        Assert.Equal(_accepted.Order(), _carrier.Asked.Order()); // each once, and nothing that got no yes
        await Eventually.IsAsync(() => rig.Queue.Held == 0);
        await rig.Dispatcher.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task What_is_not_on_disk_when_the_process_ends_is_all_that_the_next_one_sends_again()
    {
        Guid[] unknown;
        await using (DeliveryRig rig = Rig())
        {
            await StartFullAsync(rig);
            for (TimeSpan passed = TimeSpan.Zero; passed < Full; passed += Step) await StepAsync(rig);
            Task stop = rig.Dispatcher.StopAsync(CancellationToken.None);
            await Eventually.IsAsync(() => stop.IsCompleted, _time, Step); // it waits for them, and not for ever
            await stop;
            unknown = [.. _answered.Select(one => one.Sms.Id).Where(id => rig.StateOf(id) is SmsState.Queued)];
            Assert.InRange(unknown.Length, 1, Window);
        }

        await using DeliveryRig next = Rig();
        await next.Dispatcher.StartAsync(CancellationToken.None);
        await FinishAsync(next);
        Assert.All(_accepted, id => Assert.Equal(SmsState.Delivered, next.StateOf(id)));
        IEnumerable<Guid> again = _carrier.Asked.CountBy(id => id).Where(one => one.Value > 1).Select(one => one.Key);
        Assert.Equal(unknown.Order(), again.Order());
        Assert.Equal(Count + unknown.Length, _carrier.Asked.Count);
        await next.Dispatcher.StopAsync(CancellationToken.None);
    }

    private DeliveryRig Rig() => new(
        _folder.Path, [_carrier], _time,
        new RigOptions { Queue = new QueueOptions { ReadyMax = 2 * Window }, AttemptLog = _log });

    // The window is full of SMS that the carrier has, when the disk says no for the first time.
    private async Task StartFullAsync(DeliveryRig rig)
    {
        await rig.Dispatcher.StartAsync(CancellationToken.None);
        for (int i = 0; i < Count; i++) Assert.True(await TryToAcceptAsync(rig));
        await Eventually.IsAsync(() => _carrier.Asked.Count == Window);
        await FillAsync(rig);
    }

    // Every page that is free is taken, and no other may be added.
    private static async Task FillAsync(DeliveryRig rig)
    {
        await rig.Store.WriteAsync(db => db.Execute("create table filler (text text)"));
        await rig.Store.WriteAsync(db => db.Scalar("pragma max_page_count = 1")); // the least: what it has now
        StoreException full = await Assert.ThrowsAsync<StoreException>(async () =>
        {
            while (true)
            {
                await rig.Store.WriteAsync(
                    db => db.Execute("insert into filler values (@text)", ("@text", new string('x', 3000))));
            }
        });
        Assert.True(full.IsFull);
    }

    private async Task FinishAsync(DeliveryRig rig)
    {
        for (int i = 0; i < 200 && rig.States.GetValueOrDefault("delivered") < _accepted.Count; i++)
        {
            await StepAsync(rig);
        }
    }

    private static async Task MakeRoomAsync(DeliveryRig rig) =>
        await rig.Store.WriteAsync(db => db.Scalar("pragma max_page_count = 1000000"));

    private async Task<bool> TryToAcceptAsync(DeliveryRig rig)
    {
        Guid id = TimeOrderedId.Next(_time);
        bool isTaken = await IsTakenAsync(rig.EnqueueAsync(id, $"+4477009{_accepted.Count:00000}"));
        if (isTaken) _accepted.Add(id);
        return isTaken;
    }

    // The carrier says yes to all that it has, and gives the receipts that nobody has taken yet.
    private async Task StepAsync(DeliveryRig rig)
    {
        while (_carrier.Held.TryRead(out HeldSms? sms))
        {
            string id = $"{_answered.Count}-{new string('m', 200)}"; // such as it writes them
            _answered.Add(sms);
            _receipts.Add(new InboundReceipt("main", id, sms.Sms.To.E164, ReceiptState.Delivered, null, id));
            sms.Accept(id);
        }

        foreach (InboundReceipt receipt in _receipts.ToArray())
        {
            if (await IsTakenAsync(rig.Receipts.TakeAsync(receipt, CancellationToken.None))) _receipts.Remove(receipt);
        }

        _time.Advance(Step);
        await IsTakenAsync(rig.Store.WriteAsync(static _ => { })); // what waited for the disk has had its turn
    }

    // On a full disk SQLite takes back all that is in the transaction, those who need no room among them.
    private static async Task<bool> IsTakenAsync(Task write)
    {
        try
        {
            await write;
            return true;
        }
        catch (StoreException no)
        {
            Assert.True(no.IsFull);
            return false;
        }
    }
}
