using System.Globalization;
using System.Net;
using System.Numerics;
using System.Text;
using EmailSms.Carriers;
using EmailSms.Cli;
using EmailSms.MailIn;
using EmailSms.Messages;
using EmailSms.Queue;
using EmailSms.Replies;
using EmailSms.Smpp;
using EmailSms.Smpp.Simulation;
using EmailSms.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Load.WayBack;

/// <summary>One database, grown from size to size, and at each of them what a step of the way back costs.</summary>
internal sealed class WayBackRun(WayBackOptions options, string folder)
{
    private const int TextsMax = 500; // each is a mail in the outbox, too
    private const int WarmUpShare = 20; // one in so many is not counted: the first pay for the compiler

    private readonly List<(string Step, List<Measured> At)> _table = [];
    private readonly LargeStore _large = new(folder, options.SmsEach);
    private readonly Claims _claims = new();
    private long _next;

    public static Task<int> RunAsync(IReadOnlyList<string> words) => FolderRun.RunAsync(
        "way-back", () => WayBackOptions.Parse(words), WayBackOptions.Help, async (options, folder) =>
        {
            var run = new WayBackRun(options, folder);
            await run.MakeAsync();
            return run._claims.ExitCode;
        });

    private async Task MakeAsync()
    {
        double[] fsync = Yardstick.FsyncMs(folder);
        Say($"fsync of this disk (4 KiB): p50 {Ms(Yardstick.Percentile(fsync, 50))}, "
            + $"p99 {Ms(Yardstick.Percentile(fsync, 99))}; {Environment.ProcessorCount} cores");
        foreach (int size in options.Conversations)
        {
            int before = _large.Conversations;
            long started = TimeProvider.System.GetTimestamp();
            await _large.GrowAsync(size);
            Say($"{size} conversations and {_large.Sms} SMS: {_large.Bytes >> 20} MiB, grown in "
                + $"{TimeProvider.System.GetElapsedTime(started).TotalSeconds:0} s");
            await using (SqliteStore store = _large.Open())
            {
                MeasureReads(store);
                await MeasureReceiptsAsync(store, before);
            }

            await MeasureGatewayAsync(before);
        }

        Print();
    }

    private void MeasureReads(SqliteStore store)
    {
        var routing = new ReplyRouting(new RepliesOptions { DefaultMailbox = "office@clinic.example" });
        NoteMatch("a reply finds its mailbox", Times(() => store.Read(db =>
            Timed(() => routing.Find(db, LargeStore.Own, LargeStore.Phone(Some()), "Yes", NowMs())
                .Conversation is not null))));
        NoteMatch("a token finds its conversation", Times(() => store.Read(db =>
            Timed(() => Conversations.FindByToken(db, LargeStore.Token(Some())) is not null))));
    }

    // What a receipt costs within the write, and with the commit that it waits for when it is alone.
    private async Task MeasureReceiptsAsync(SqliteStore store, int grownFrom)
    {
        List<double> alone = [];
        for (int i = 0; i < options.Steps; i++)
        {
            long started = TimeProvider.System.GetTimestamp();
            await store.WriteAsync(db => Timeline.Append(db, Guid.NewGuid(), NowMs(), Timeline.Receipt, new { i }));
            alone.Add(Since(started));
        }

        Note("a line of the timeline, with its commit", alone);
        long first = (long)grownFrom * options.SmsEach;
        List<long> open = [.. OpenSms(first).Take(options.Steps)];
        await MeasureAsync(store, "a receipt delivers its SMS", open, grownFrom, isKnown: true);
        await MeasureAsync(store, "a receipt comes again", open, grownFrom, isKnown: true);
        await MeasureAsync(
            store, "a receipt of an unknown id is kept", open.ConvertAll(sms => sms + (1L << 36)), grownFrom,
            isKnown: false);
    }

    // All over the last growth, so that its pages are not those of the last one.
    private IEnumerable<long> OpenSms(long first)
    {
        long count = (_large.Sms - first) / LargeStore.OpenEvery;
        if (count == 0) throw new IOException("The store grows by too little for the next size.");
        long step = count * 5 / 8;
        while (BigInteger.GreatestCommonDivisor(step, count) != 1) step++; // else some would come twice
        for (long i = 0; i < count; i++)
        {
            long sms = first + (i * step % count * LargeStore.OpenEvery);
            yield return sms + ((LargeStore.OpenEvery - (sms % LargeStore.OpenEvery)) % LargeStore.OpenEvery);
        }
    }

    private async Task MeasureAsync(
        SqliteStore store, string step, IReadOnlyList<long> receipts, int grownFrom, bool isKnown)
    {
        List<double> within = [];
        List<double> whole = [];
        foreach (long sms in receipts)
        {
            var receipt = new InboundReceipt(
                LargeStore.Carrier, LargeStore.CarrierId(sms), LargeStore.Phone(_large.ConversationOf(sms, grownFrom)),
                ReceiptState.Delivered, null, "stat:DELIVRD");
            long started = TimeProvider.System.GetTimestamp();
            within.Add(await store.WriteAsync(
                db => Timed(() => Receipts.Apply(db, receipt, NowMs()) is not null == isKnown)));
            whole.Add(Since(started));
        }

        NoteMatch(step, within);
        Note($"{step}, with its commit", whole);
    }

    // The product on that database: what a carrier waits for its answer.
    private async Task MeasureGatewayAsync(int grownFrom)
    {
        long first = (long)grownFrom * options.SmsEach;
        await using var phones = new SmscSimulator(
            new SmscSimulatorOptions { Server = new SmppServerOptions { SystemId = "load" } },
            NullLoggerFactory.Instance);
        await phones.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        await using Gateway gateway = await Gateway.CreateAsync(
            Settings(phones.Endpoint.Port), NullLoggerFactory.Instance, TimeProvider.System);
        await gateway.StartAsync(CancellationToken.None);
        List<double> texts = [];
        for (int i = 0; i < Math.Min(options.Steps, TextsMax); i++)
        {
            long started = TimeProvider.System.GetTimestamp();
            bool taken = await phones.InjectAsync(LargeStore.Phone(Some()), LargeStore.Own, $"Yes, {i}");
            if (!taken) throw new IOException("A text was refused.");
            texts.Add(Since(started));
        }

        Note("a reply, from deliver_sm to its answer", texts);
        List<double> receipts = [];
        for (int i = 0; i < Math.Min(options.Steps, TextsMax); i++)
        {
            long sms = first + (Some() % (_large.Sms - first));
            DeliverSm receipt = Receipt(
                LargeStore.CarrierId(sms), LargeStore.Phone(_large.ConversationOf(sms, grownFrom)));
            long started = TimeProvider.System.GetTimestamp();
            bool taken = await phones.InjectAsync(receipt);
            if (!taken) throw new IOException("A receipt was refused.");
            receipts.Add(Since(started));
        }

        Note("a receipt, from deliver_sm to its answer", receipts);
        await gateway.StopAsync(CancellationToken.None);
    }

    private GatewaySettings Settings(int port) => new()
    {
        Store = new StoreOptions { Folder = folder },
        Smtp = new MailInOptions { Listen = ["127.0.0.1:0"] },
        Addresses = new() { Domains = ["sms.example"], AllowFictitious = true },
        Carriers = new Dictionary<string, CarrierOptions>
        {
            [LargeStore.Carrier] = new() { Host = "127.0.0.1", Port = port, SystemId = "load", Password = "load" },
        },
        Replies = new RepliesOptions { DefaultMailbox = "office@clinic.example" },
    };

    private static DeliverSm Receipt(string id, string phone) => new()
    {
        Source = SmppAddress.FromE164(phone),
        Destination = SmppAddress.FromE164(LargeStore.Own),
        EsmClass = EsmClass.Receipt,
        ShortMessage = Encoding.ASCII.GetBytes(
            $"id:{id} sub:001 dlvrd:001 submit date:2611250000 done date:2611250001 stat:DELIVRD err:000 text:x"),
    };

    private List<double> Times(Func<double> step) => [.. Enumerable.Range(0, options.Steps).Select(_ => step())];

    private static double Timed(Func<bool> step)
    {
        long started = TimeProvider.System.GetTimestamp();
        bool found = step();
        double ms = Since(started);
        return found ? ms : throw new IOException("What is in the store was not found.");
    }

    private long Some() => (_next += 7_919_777) % _large.Conversations;

    private void NoteMatch(string step, List<double> ms)
    {
        double p50 = Note(step, ms);
        _claims.Keep(
            options.MatchMaxMs == 0 || p50 <= options.MatchMaxMs,
            $"{step}: {p50:0.000} ms with {_large.Sms} SMS, not {options.MatchMaxMs}.");
    }

    private double Note(string step, List<double> ms)
    {
        int row = _table.FindIndex(one => one.Step == step);
        if (row < 0)
        {
            row = _table.Count;
            _table.Add((step, []));
        }

        double[] sorted = [.. ms.Skip(ms.Count / WarmUpShare).Order()];
        var measured = new Measured(Yardstick.Percentile(sorted, 50), Yardstick.Percentile(sorted, 99));
        _table[row].At.Add(measured);
        return measured.P50;
    }

    private void Print()
    {
        Say("");
        Say($"| p50 / p99 in ms | {string.Join(" | ", options.Conversations)} |");
        Say($"|---|{string.Concat(options.Conversations.Select(_ => "---|"))}");
        foreach ((string step, List<Measured> at) in _table)
        {
            Say($"| {step} | {string.Join(" | ", at.Select(one => $"{Figure(one.P50)} / {Figure(one.P99)}"))} |");
        }
    }

    private static string Ms(double ms) => $"{Figure(ms)} ms";

    private static string Figure(double ms) => ms.ToString("0.000", CultureInfo.InvariantCulture);

    private static double Since(long started) => TimeProvider.System.GetElapsedTime(started).TotalMilliseconds;

    private static long NowMs() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    private static void Say(string line) => Console.Out.WriteLine(line);

    private readonly record struct Measured(double P50, double P99);
}
