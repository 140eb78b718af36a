using System.Diagnostics;
using System.Net;
using EmailSms.Smpp.Simulation;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Load;

/// <summary>One run: starts everything, sends, waits for the receipts, prints what it was.</summary>
internal sealed class LoadRun(LoadOptions options)
{
    private const int PacedPerSecond = 50;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Ledger _ledger = new(options.Count);

    public async Task<int> RunAsync()
    {
        await using SmscSimulator phones = Simulator();
        await phones.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        IPEndPoint smsc = phones.Endpoint;
        bool isAway = options.Mode is LoadMode.Backlog;
        if (isAway) await phones.DisposeAsync();

        await using var service = new ServiceUnderLoad(smsc.Port, options.Window);
        double fsyncMs = FsyncMs(service.Folder);
        await service.StartAsync();
        TimeSpan cpu = service.Cpu;
        long started = Stopwatch.GetTimestamp();
        await SendAsync(service);
        double acceptSeconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Console.WriteLine($"accepted        {options.Count / acceptSeconds,8:0} mails/s ({options.Count} in {acceptSeconds:0.0} s)");
        if (isAway)
        {
            (double now, double peak) = service.MemoryMb;
            Console.WriteLine($"memory          {now,8:0} MB with {options.Count} SMS waiting, {peak:0} MB at most");
            return await DrainAsync(service, smsc);
        }

        await _ledger.All.WaitAsync(Patience);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await ReceiptsAsync(service);
        double withReceipts = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Print(service, fsyncMs, seconds, withReceipts, service.Cpu - cpu);
        return _ledger.Repeats == 0 ? 0 : 1;
    }

    private static double FsyncMs(string folder)
    {
        using var file = new FileStream(Path.Combine(folder, "fsync"), FileMode.Create);
        byte[] page = new byte[4096];
        List<double> times = [];
        for (int i = 0; i < 300; i++)
        {
            long started = Stopwatch.GetTimestamp();
            file.Write(page);
            file.Flush(flushToDisk: true);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        times.Sort();
        return times[times.Count / 2];
    }

    private SmscSimulator Simulator() => new(new SmscSimulatorOptions { ReceivedMax = 1 }, NullLoggerFactory.Instance)
    {
        SmsReceived = sms => _ledger.See(sms.Text),
    };

    private async Task SendAsync(ServiceUnderLoad service)
    {
        int mail = -1;
        var clock = Stopwatch.StartNew();
        async ValueTask<int> NextAsync()
        {
            int next = Interlocked.Increment(ref mail);
            if (next >= options.Count) return -1;
            if (options.Mode is LoadMode.Paced)
            {
                TimeSpan wait = TimeSpan.FromSeconds(next / (double)PacedPerSecond) - clock.Elapsed;
                if (wait > TimeSpan.Zero) await Task.Delay(wait);
            }

            return next;
        }

        await Task.WhenAll(Enumerable.Range(0, options.Sessions)
            .Select(_ => new Sender(service.Smtp, _ledger, options.BodyBytes).RunAsync(NextAsync)));
    }

    private async Task<int> DrainAsync(ServiceUnderLoad service, IPEndPoint smsc)
    {
        long started = Stopwatch.GetTimestamp();
        await using SmscSimulator phones = Simulator();
        await phones.StartAsync(smsc);
        await _ledger.All.WaitAsync(Patience);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Console.WriteLine($"drained         {options.Count / seconds,8:0} SMS/s, reconnect included ({seconds:0.0} s)");
        await ReceiptsAsync(service);
        (double now, double peak) = service.MemoryMb;
        Console.WriteLine($"memory          {now,8:0} MB at the end, {peak:0} MB at most");
        return _ledger.Repeats == 0 ? 0 : 1;
    }

    private async Task ReceiptsAsync(ServiceUnderLoad service)
    {
        long started = Stopwatch.GetTimestamp();
        while ((await service.StatesAsync()).GetValueOrDefault("delivered") < options.Count)
        {
            if (Stopwatch.GetElapsedTime(started) > Patience) throw new TimeoutException("Receipts are missing.");
            await Task.Delay(100);
        }
    }

    private void Print(ServiceUnderLoad service, double fsyncMs, double seconds, double withReceipts, TimeSpan cpu)
    {
        double answer50 = _ledger.Percentile(_ledger.Dot, _ledger.Answered, 0.5);
        double answer99 = _ledger.Percentile(_ledger.Dot, _ledger.Answered, 0.99);
        double submit50 = _ledger.Percentile(_ledger.Dot, _ledger.Submitted, 0.5);
        double submit99 = _ledger.Percentile(_ledger.Dot, _ledger.Submitted, 0.99);
        Console.WriteLine($"end to end      {options.Count / seconds,8:0} SMS/s from the first mail to the last submit_sm");
        Console.WriteLine($"with receipts   {options.Count / withReceipts,8:0} SMS/s until the last is delivered on disk");
        Console.WriteLine($"'.' to 250      {answer50,8:0.00} ms p50  {answer99,8:0.00} ms p99");
        Console.WriteLine($"'.' to submit   {submit50,8:0.00} ms p50  {submit99,8:0.00} ms p99");
        Console.WriteLine($"fsync here      {fsyncMs,8:0.00} ms p50, so '.' to submit is {submit50 / fsyncMs:0.0} of them");
        Console.WriteLine($"CPU             {cpu.TotalMicroseconds / options.Count,8:0} us per SMS, receipt included");
        Console.WriteLine($"memory          {service.MemoryMb.Peak,8:0} MB at most");
        Console.WriteLine($"repeats         {_ledger.Repeats,8}");
    }
}
