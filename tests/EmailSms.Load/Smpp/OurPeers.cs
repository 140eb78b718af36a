using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using EmailSms.Smpp;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Load.Smpp;

/// <summary>What runs in the processes that <see cref="SmppPeer"/> starts of this program.</summary>
internal static class OurPeers
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly SubmitSm Sms = new()
    {
        Source = SmppAddress.Alphanumeric("ACME"),
        Destination = SmppAddress.FromE164("+447700900123"),
        ShortMessage = Encoding.ASCII.GetBytes(
            "Ward 7, bed 12 calls. Please look after the patient, and answer this text when you have been there. "
            + "Thanks."),
    };

    /// <summary>An SMSC that takes every submit_sm and drops it. Says its port, and ends with its input.</summary>
    public static async Task<int> ServeAsync()
    {
        long lastId = 0;
        await using var server = new SmppServer(
            new SmppServerOptions { SystemId = "load" }, NullLogger<SmppServer>.Instance)
        {
            Submit = (_, _, _) => ValueTask.FromResult(
                SubmitReply.Accept(Interlocked.Increment(ref lastId).ToString(CultureInfo.InvariantCulture))),
        };
        server.Start(new IPEndPoint(IPAddress.Loopback, 0));
        Console.Out.WriteLine(server.Endpoint.Port);
        while (await Console.In.ReadLineAsync() is not null)
        {
        }

        return 0;
    }

    /// <summary>An ESME; each line of its input is one measurement, as smpp-esme.js has it.</summary>
    public static async Task<int> SubmitAsync()
    {
        while (await Console.In.ReadLineAsync() is { } line)
        {
            int[] order = [.. line.Split(' ').Select(word => int.Parse(word, CultureInfo.InvariantCulture))];
            await MeasureAsync(
                order[0],
                new SubmitWay(order[1], order[2]),
                TimeSpan.FromMilliseconds(order[3]),
                TimeSpan.FromMilliseconds(order[4]));
        }

        return 0;
    }

    private static async Task MeasureAsync(int port, SubmitWay way, TimeSpan warmUp, TimeSpan span)
    {
        using var deadline = new CancellationTokenSource(Patience);
        SmppClient[] binds = [.. Enumerable.Range(0, way.Binds).Select(_ => Bind(port, way.Window))];
        foreach (SmppClient bind in binds)
        {
            bind.Start();
            await bind.WaitUntilBoundAsync(deadline.Token);
        }

        Lane[] lanes = [.. binds.SelectMany(bind => Enumerable.Range(0, way.Window).Select(_ => new Lane(bind)))];
        Task[] runs = [.. lanes.Select(lane => lane.RunAsync())];
        await Task.Delay(warmUp);
        Console.Out.WriteLine("begin");
        (long before, long from) = (lanes.Sum(lane => lane.Answered), Stopwatch.GetTimestamp());
        await Task.Delay(span);
        (long after, TimeSpan took) = (lanes.Sum(lane => lane.Answered), Stopwatch.GetElapsedTime(from));
        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"end {after - before} {took.TotalMicroseconds:0}"));
        foreach (Lane lane in lanes) lane.Stop();
        await Task.WhenAll(runs);
        foreach (SmppClient bind in binds) await bind.DisposeAsync();
    }

    private static SmppClient Bind(int port, int window) => new(
        new SmppClientOptions
        {
            Host = "127.0.0.1",
            Port = port,
            SystemId = "load",
            Password = "load",
            Window = window,
        },
        NullLogger<SmppClient>.Instance);

    /// <summary>One slot of a window: the next submit leaves when the last one is answered.</summary>
    private sealed class Lane(SmppClient bind)
    {
        private long _answered;
        private volatile bool _mustStop;

        public long Answered => Volatile.Read(ref _answered);

        public void Stop() => _mustStop = true;

        public async Task RunAsync()
        {
            while (!_mustStop)
            {
                SubmitResult result = await bind.SubmitAsync(Sms, CancellationToken.None);
                if (result is not SubmitResult.Accepted) throw new IOException($"A submit ended as {result}.");
                Volatile.Write(ref _answered, _answered + 1);
            }
        }
    }
}
