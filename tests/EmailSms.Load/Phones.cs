using System.Net;
using EmailSms.Smpp;
using EmailSms.Smpp.Simulation;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Load;

/// <summary>The SMSC of a run, in this process, which tells the journal what it sees.</summary>
internal sealed class Phones : IAsyncDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(10);

    private readonly SmscSimulator _simulator;
    private Journal? _journal;

    public Phones(int answerMs) => _simulator = new SmscSimulator(
        new SmscSimulatorOptions
        {
            ReceivedMax = 1, // the journal remembers
            Behaviour = new SmscBehaviour { SubmitDelay = TimeSpan.FromMilliseconds(answerMs) },
            Server = new SmppServerOptions { SystemId = "load" },
        },
        NullLoggerFactory.Instance)
    {
        SmsReceived = sms => Volatile.Read(ref _journal)?.See(sms.Text),
    };

    public int Port => _simulator.Endpoint.Port;

    /// <summary>Receipts that the gateway has acknowledged, which it does when they are on disk.</summary>
    public long Receipts => _simulator.Counts.ReceiptsTaken;

    public Task StartAsync(int port = 0) => _simulator.StartAsync(new IPEndPoint(IPAddress.Loopback, port));

    /// <summary>From now on SMS belong to this run.</summary>
    public void Follow(Journal journal) => Volatile.Write(ref _journal, journal);

    /// <summary>Waits for receipts, and tells when the last of them was acknowledged.</summary>
    public async Task<long> ReceiptsAsync(long count, CancellationToken deadline)
    {
        while (Receipts < count) await Task.Delay(LookEvery, deadline);
        return Journal.Now();
    }

    public ValueTask DisposeAsync() => _simulator.DisposeAsync();
}
