using System.Threading.Channels;
using EmailSms.Carriers;
using EmailSms.Messages;

namespace EmailSms.Tests.Delivery;

/// <summary>An SMS that a carrier has in hand until the test says what became of it.</summary>
internal sealed class HeldSms(string carrier, OutgoingSms sms)
{
    private readonly TaskCompletionSource<Attempt> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public OutgoingSms Sms => sms;

    public Task<Attempt> Attempt => _end.Task;

    public void Accept(string carrierId) =>
        _end.SetResult(new Attempt(carrier, [new AcceptedPart(1, carrierId)], new Outcome.Accepted()));
}

/// <summary>A carrier that answers when the test wants it to.</summary>
internal sealed class HeldCarrier(string name, int window = 1) : ICarrier
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Channel<HeldSms> _held = Channel.CreateUnbounded<HeldSms>();
    private readonly List<Guid> _asked = [];

    public string Name => name;

    public int InFlightMax => window;

    public bool IsReady { get; set; } = true;

    public bool KeepsOrder => false;

    public Action? StateChanged { get; set; }

    public CarrierStatus Status => new(Name, "ready", null, "AsIs", []);

    /// <summary>The SMS that it was asked to send, in this order.</summary>
    public IReadOnlyList<Guid> Asked
    {
        get
        {
            lock (_asked) return [.. _asked];
        }
    }

    /// <summary>Those that the test has not had yet.</summary>
    public ChannelReader<HeldSms> Held => _held.Reader;

    /// <summary>The next one, once it is asked.</summary>
    public async Task<HeldSms> NextAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        return await _held.Reader.ReadAsync(deadline.Token);
    }

    public bool HoldsUnknown(OutgoingSms sms) => false;

    public Task StartAsync() => Task.CompletedTask;

    public Task ApplyAsync(Pause? pause) => Task.CompletedTask;

    public Task StopAsync(CancellationToken deadline) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public Task<Attempt> SendAsync(OutgoingSms sms, CancellationToken deadline)
    {
        var one = new HeldSms(Name, sms);
        lock (_asked) _asked.Add(sms.Id);
        _held.Writer.TryWrite(one);
        return one.Attempt;
    }
}
