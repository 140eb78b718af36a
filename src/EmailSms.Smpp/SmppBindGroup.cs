using Microsoft.Extensions.Logging;

namespace EmailSms.Smpp;

/// <summary>How an account binds.</summary>
public enum BindPlan
{
    /// <summary>Each bind is a transceiver: sends and receives over one connection.</summary>
    Transceivers,

    /// <summary>Each bind is a pair: a transmitter and a receiver, for carriers that know no transceivers.</summary>
    Pairs,
}

/// <summary>Several binds of one account.</summary>
public sealed record SmppBindGroupOptions
{
    /// <summary>
    /// How each of them binds. Its <see cref="SmppClientOptions.BindType"/> is chosen by <see cref="Plan"/>.
    /// </summary>
    public required SmppClientOptions Bind { get; init; }

    /// <summary>Transceivers or pairs of them, 1 to 64. Carriers limit them; more is ESME_RALYBND.</summary>
    public int Binds { get; init; } = 1;

    /// <summary>What each is.</summary>
    public BindPlan Plan { get; init; }

    /// <summary>The port of the receivers of pairs, where it is another one; 0: the same.</summary>
    public int ReceiverPort { get; init; }

    /// <summary>
    /// Submits a second over all binds together; 0 = no such limit. <see cref="SmppClientOptions.SubmitsPerSecondMax"/>
    /// is that of each bind.
    /// </summary>
    public double SubmitsPerSecondMax { get; init; }
}

/// <summary>
/// One account at a carrier, with as many binds as it may have: each stays bound by itself, messages go to the bound
/// one with the least to do, and the parts of one text stay together on one.
/// <code>
///                       ┌─► SmppClient (transceiver, or transmitter) ──►
///   Submit, SubmitParts ┼─► SmppClient …
///                       └─► …            ◄── Deliver, from every transceiver and receiver
/// </code>
/// </summary>
public sealed class SmppBindGroup : IAsyncDisposable
{
    private readonly SmppClient[] _all;
    private readonly SmppClient[] _transmitters;
    private uint _turn;

    /// <summary>Does nothing until <see cref="Start"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number of binds or the window is out of bounds.</exception>
    public SmppBindGroup(SmppBindGroupOptions options, ILogger<SmppClient> log, TimeProvider? time = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Binds, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Binds, 64);
        if (options.Bind.Outbind is not null)
            throw new ArgumentException("A group connects; for an outbind, take one SmppClient.", nameof(options));
        TimeProvider clock = time ?? TimeProvider.System;
        // The bind that is told to slow down does so by itself: carriers count per bind as often as per account.
        SubmitPace? account = options.SubmitsPerSecondMax > 0
            ? new SubmitPace(options.SubmitsPerSecondMax, clock, adapts: false)
            : null;

        var all = new List<SmppClient>();
        foreach ((BindType type, string name) in Names(options))
        {
            SmppClient client = null!;
            bool isElsewhere = type is BindType.Receiver && options.ReceiverPort > 0;
            SmppClientOptions bind = options.Bind with
            {
                BindType = type,
                Port = isElsewhere ? options.ReceiverPort : options.Bind.Port,
            };
            client = new SmppClient(bind, log, clock, name, account)
            {
                Deliver = (message, stopping) => Deliver?.Invoke(message, stopping)
                    ?? ValueTask.FromResult(CommandStatus.TemporaryAppError),
                Alert = alert => Alert?.Invoke(alert),
                StateChanged = state => StateChanged?.Invoke(client, state),
            };
            all.Add(client);
        }

        _all = [.. all];
        _transmitters = [.. all.Where(c => c.Options.BindType is not BindType.Receiver)];
    }

    /// <summary>As <see cref="SmppClient.Deliver"/>. Which bind a receipt comes over says nothing.</summary>
    public Func<DeliverSm, CancellationToken, ValueTask<CommandStatus>>? Deliver { get; init; }

    /// <summary>Told that a phone can be reached again (alert_notification). Must not wait.</summary>
    public Action<AlertNotification>? Alert { get; init; }

    /// <summary>Told of each change of each bind. Must not wait.</summary>
    public Action<SmppClient, SmppClientState>? StateChanged { get; init; }

    /// <summary>The binds, in order; of a pair, the transmitter comes first.</summary>
    public IReadOnlyList<SmppClient> Binds => _all;

    /// <summary>At least one bind takes messages.</summary>
    public bool IsBound => Array.Exists(_transmitters, c => c.IsBound);

    /// <summary>Requests that are written and not answered, over all binds.</summary>
    public int InFlight => _all.Sum(c => c.InFlight);

    /// <summary>Submits that wait for a slot or for the rate, over all binds.</summary>
    public int Waiting => _all.Sum(c => c.Waiting);

    /// <summary>Each bind in one moment.</summary>
    public IReadOnlyList<SmppClientStatus> Status => [.. _all.Select(c => c.Status)];

    /// <summary>Connects and binds all of them in the background, until <see cref="StopAsync"/>.</summary>
    public void Start()
    {
        foreach (SmppClient client in _all) client.Start();
    }

    /// <summary>Done as soon as messages can be sent over one of them.</summary>
    public async Task WaitUntilBoundAsync(CancellationToken deadline)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(deadline);
        Task first = await Task.WhenAny(_transmitters.Select(c => c.WaitUntilBoundAsync(enough.Token)));
        await enough.CancelAsync(); // the others need not be waited for
        await first;
    }

    /// <summary>Sends a message over the bind with the least to do; see <see cref="SmppClient.SubmitAsync"/>.</summary>
    /// <exception cref="ArgumentException">The message does not fit the standard.</exception>
    public Task<SubmitResult> SubmitAsync(SubmitSm submit, CancellationToken deadline) =>
        Pick().SubmitAsync(submit, deadline);

    /// <summary>
    /// Sends the parts of one text over one bind, in order; see <see cref="SmppClient.SubmitParts"/>.
    /// </summary>
    public Task<SubmitResult>[] SubmitParts(IReadOnlyList<SubmitSm> parts, CancellationToken deadline) =>
        Pick().SubmitParts(parts, deadline);

    /// <summary>Sends any other request over the bind with the least to do.</summary>
    /// <exception cref="ArgumentException">The request does not fit the standard.</exception>
    public Task<RequestOutcome> RequestAsync(SmppPdu request, CancellationToken deadline) =>
        Pick().RequestAsync(request, deadline);

    /// <summary>Stops all of them at once; see <see cref="SmppClient.StopAsync"/>.</summary>
    public Task StopAsync(CancellationToken deadline) => Task.WhenAll(_all.Select(c => c.StopAsync(deadline)));

    /// <summary>Stops at once: unbinds, but waits for nothing that is out.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(new CancellationToken(canceled: true));
        GC.SuppressFinalize(this);
    }

    private static IEnumerable<(BindType Type, string Name)> Names(SmppBindGroupOptions options)
    {
        string name = options.Bind.ToString();
        for (int i = 1; i <= options.Binds; i++)
        {
            string one = options.Binds == 1 ? name : $"{name}#{i}";
            if (options.Plan is BindPlan.Transceivers)
            {
                yield return (BindType.Transceiver, one);
                continue;
            }

            yield return (BindType.Transmitter, $"{one} tx");
            yield return (BindType.Receiver, $"{one} rx");
        }
    }

    /// <summary>The bound one with the least to do; one that is not bound when none is, to say so.</summary>
    private SmppClient Pick()
    {
        if (_transmitters.Length == 1) return _transmitters[0];

        // Begin elsewhere each time: when all are idle, all get their share.
        uint turn = Interlocked.Increment(ref _turn);
        SmppClient best = _transmitters[turn % (uint)_transmitters.Length];
        int least = best.Load;
        for (uint i = 1; i < _transmitters.Length; i++)
        {
            SmppClient other = _transmitters[(turn + i) % (uint)_transmitters.Length];
            int load = other.Load;
            if (load < least) (best, least) = (other, load);
        }

        return best;
    }
}
