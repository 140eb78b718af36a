using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using EmailSms.Smpp;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Load.Smpp;

/// <summary>
/// Whether memory stays flat over millions of PDUs: <c>smpp-soak [PDUs]</c>. A client of ours and an SMSC of ours in
/// this process; submits, their answers, receipts and theirs; some submits are refused, some never answered, and every
/// connection is dropped ten times. The heap is looked at whenever nothing is under way.
/// </summary>
internal sealed class SmppSoak : IAsyncDisposable
{
    private const int Looks = 20;
    private const int Window = 64;
    private const int RefusedEvery = 50;
    private const int UnansweredEvery = 20_000;
    private const int ReceiptsMax = 1000; // that may be waited for

    private static readonly TimeSpan LookMax = TimeSpan.FromMinutes(10);

    private readonly SmppServer _server;
    private readonly SmppBindGroup _group;
    private readonly SemaphoreSlim _receipts = new(ReceiptsMax);
    private readonly SubmitSm _sms = new()
    {
        Source = SmppAddress.FromE164("+447700900999"),
        Destination = SmppAddress.FromE164("+447700900123"),
        RegisteredDelivery = RegisteredDelivery.Final,
        ShortMessage = Encoding.ASCII.GetBytes(new string('x', 100)),
    };

    private long _taken;

    private SmppSoak()
    {
        _server = new SmppServer(new SmppServerOptions(), NullLogger<SmppServer>.Instance) { Submit = Take };
        _server.Start(new IPEndPoint(IPAddress.Loopback, 0));
        var options = new SmppBindGroupOptions
        {
            Binds = 2,
            Bind = new SmppClientOptions
            {
                Host = "127.0.0.1",
                Port = _server.Endpoint.Port,
                SystemId = "soak",
                Window = Window,
                AnswerMax = TimeSpan.FromSeconds(2),
                ReconnectFirst = TimeSpan.FromMilliseconds(10),
                ReconnectMax = TimeSpan.FromMilliseconds(100),
            },
        };
        _group = new SmppBindGroup(options, NullLogger<SmppClient>.Instance) { Deliver = TakeReceipt };
    }

    /// <summary>The command; its exit code is 1 when the heap grew.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        long pdus = 10_000_000;
        if (args is ["--help" or "-h"])
        {
            Say("usage: dotnet run -c Release --project tests/EmailSms.Load -- smpp-soak [PDUs, 10000000 if left out]");
            return 0;
        }

        if (args.Length > 1
            || (args is [var word] && (!long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out pdus)
                || pdus < 10_000)))
        {
            Console.Error.WriteLine("smpp-soak needs a number of PDUs, 10000 or more, and nothing else.");
            return 2;
        }

        try
        {
            await using var soak = new SmppSoak();
            return await soak.RunAsync(pdus);
        }
        catch (Exception trouble) when (trouble is OperationCanceledException or SocketException)
        {
            Console.Error.WriteLine($"It stands still: {trouble.Message}");
            return 1;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _group.DisposeAsync();
        await _server.DisposeAsync();
        _receipts.Dispose();
    }

    private async Task<int> RunAsync(long pdus)
    {
        _group.Start();
        Say($"{"PDUs",12} {"PDUs/s",10} {"heap KiB",10} {"resident MiB",13} {"binds",7}");
        long first = 0;
        long most = 0;
        for (int look = 0; look <= Looks; look++)
        {
            using var deadline = new CancellationTokenSource(LookMax);
            await WhenBoundAsync(deadline.Token);
            (long before, long from) = (Count(), Journal.Now());
            long goal = look == 0 ? pdus / Looks : before + ((pdus - before) / (Looks + 1 - look));
            await Task.WhenAll(Enumerable.Range(0, Window * 2).Select(_ => SendUntilAsync(goal, deadline.Token)));
            for (int i = 0; i < ReceiptsMax; i++) await _receipts.WaitAsync(deadline.Token); // all have come
            _receipts.Release(ReceiptsMax);

            double rate = (Count() - before) / Journal.Seconds(from, Journal.Now());
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            long heap = GC.GetTotalMemory(forceFullCollection: true);
            long binds = _group.Status.Sum(bind => bind.Traffic.Binds);
            Say(string.Create(
                CultureInfo.InvariantCulture,
                $"{Count(),12:#,0} {rate,10:#,0} {heap / 1024,10:#,0} {Environment.WorkingSet / 1024 / 1024,13} "
                + $"{binds,7}"));
            if (look == 0) first = heap;
            most = Math.Max(most, heap);
            if (look % 2 == 0) continue;
            foreach (SmppServerSession session in _server.Sessions) session.HangUp();
        }

        bool isFlat = most - first <= Claims.HeapGrowthMax;
        Say(isFlat ? "flat" : $"it grew by {(most - first) / 1024:#,0} KiB");
        return isFlat ? 0 : 1;
    }

    private async Task SendUntilAsync(long goal, CancellationToken deadline)
    {
        while (Count() < goal)
        {
            await _receipts.WaitAsync(deadline);
            SubmitResult result = await _group.SubmitAsync(_sms, CancellationToken.None);
            if (result is not SubmitResult.Accepted) _receipts.Release(); // no receipt will come
            if (result is SubmitResult.NotSent) throw new OperationCanceledException($"a submit ended as {result}");
        }
    }

    private async Task WhenBoundAsync(CancellationToken deadline)
    {
        foreach (SmppClient bind in _group.Binds)
        {
            // A connection that was just dropped still counts as bound until its end is seen.
            while (_server.Sessions.Count < _group.Binds.Count || !bind.IsBound)
                await Task.Delay(TimeSpan.FromMilliseconds(10), deadline);
        }
    }

    private long Count()
    {
        long count = 0;
        foreach (SmppClient bind in _group.Binds) count += bind.Status.Traffic.PdusIn + bind.Status.Traffic.PdusOut;
        return count;
    }

    private ValueTask<SubmitReply> Take(SmppServerSession session, SubmitSm sms, CancellationToken closed)
    {
        long number = Interlocked.Increment(ref _taken);
        if (number % UnansweredEvery == 0) return ValueTask.FromResult(SubmitReply.Silence);
        if (number % RefusedEvery == 0)
            return ValueTask.FromResult(SubmitReply.Reject(CommandStatus.SystemError));
        string id = number.ToString(CultureInfo.InvariantCulture);
        return ValueTask.FromResult(SubmitReply.Accept(id) with
        {
            Answered = () => _ = session.SendAsync(
                new DeliverSm
                {
                    Source = sms.Destination,
                    Destination = sms.Source,
                    EsmClass = EsmClass.Receipt,
                    ShortMessage = Encoding.ASCII.GetBytes($"id:{id} stat:DELIVRD err:000 text:"),
                },
                CancellationToken.None),
        });
    }

    private ValueTask<CommandStatus> TakeReceipt(DeliverSm message, CancellationToken stopping)
    {
        if (DeliveryReceipt.TryParse(message, out _)) _receipts.Release();
        return ValueTask.FromResult(CommandStatus.Ok);
    }

    private static void Say(string line) => Console.Out.WriteLine(line);
}
