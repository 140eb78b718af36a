using System.Collections.Concurrent;
using System.Net;
using EmailSms.Smpp;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailSms.Tests.EndToEnd;

/// <summary>
/// An SMSC that writes down whom it has taken an SMS for: it has taken what it answered, and nothing else.
/// </summary>
internal sealed class Accepting : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _taken = new();
    private readonly SmppServer _smsc;
    private int _asked;

    public Accepting(int port = 0)
    {
        _smsc = new SmppServer(new SmppServerOptions(), NullLogger<SmppServer>.Instance) { Submit = SubmitAsync };
        _smsc.Start(new IPEndPoint(IPAddress.Loopback, port));
    }

    public int Port => _smsc.Endpoint.Port;

    /// <summary>The phones it has taken SMS for, in this order.</summary>
    public IReadOnlyList<string> Taken => [.. _taken];

    public int Asked => Volatile.Read(ref _asked);

    /// <summary>So many are answered; those that come after are not, as long as it is there.</summary>
    public int AnswersMax { get; set; } = int.MaxValue;

    /// <summary>It refuses with this instead.</summary>
    public CommandStatus Refuses { get; set; } = CommandStatus.Ok;

    public ValueTask DisposeAsync() => _smsc.DisposeAsync();

    private async ValueTask<SubmitReply> SubmitAsync(
        SmppServerSession session, SubmitSm submit, CancellationToken stopping)
    {
        int number = Interlocked.Increment(ref _asked);
        if (Refuses is not CommandStatus.Ok) return SubmitReply.Reject(Refuses);
        if (number > AnswersMax) await Task.Delay(Timeout.Infinite, stopping);
        _taken.Enqueue(submit.Destination.Digits);
        return SubmitReply.Accept($"{Port}-{number}");
    }
}
