using System.Net;
using EmailSms.Carriers.Http;
using EmailSms.Carriers.Routing;
using EmailSms.Messages;
using EmailSms.Smpp.Simulation;

namespace EmailSms.Carriers;

/// <summary>
/// The configured carriers, in the order of the configuration, started and stopped together. A sandbox carrier is an
/// SMPP carrier bound to a simulator of its own on loopback.
/// </summary>
internal sealed class CarrierSet : IAsyncDisposable
{
    private readonly List<ICarrier> _all = [];
    private readonly List<SmscSimulator> _sandboxes = [];
    private readonly Dictionary<string, CircuitBreaker> _breakers = [];

    private CarrierSet()
    {
    }

    /// <summary>All of them.</summary>
    public IReadOnlyList<ICarrier> All => _all;

    /// <summary>The simulators behind the sandbox carriers: the phone's side of a demo.</summary>
    public IReadOnlyList<SmscSimulator> Sandboxes => _sandboxes;

    /// <summary>Called when a carrier may have been bound or lost.</summary>
    public Action<ICarrier>? StateChanged { get; set; }

    /// <summary>Called when a carrier refuses to be bound because of the account: its name, the status.</summary>
    public Action<string, string>? AccountRefused { get; set; }

    /// <summary>How all of them are.</summary>
    public IEnumerable<CarrierStatus> Statuses =>
        _all.Select(one => one.Status with { Breaker = _breakers[one.Name].Status });

    /// <summary>
    /// Makes the carriers, and starts the simulators that sandboxes need; nothing is bound yet. Without addresses of
    /// hooks no carrier over HTTP is told where to send receipts. Where a carrier names no region, numbers without
    /// country code are read in the form of the default one.
    /// </summary>
    public static async Task<CarrierSet> CreateAsync(
        IEnumerable<KeyValuePair<string, CarrierOptions>> carriers,
        CarrierEvents events,
        HookAddresses? hooks,
        ILoggerFactory loggers,
        TimeProvider time,
        string defaultRegion = "")
    {
        var set = new CarrierSet();
        foreach ((string name, CarrierOptions options) in carriers)
        {
            CarrierOptions reach = options.Kind is CarrierKind.Sandbox
                ? await set.StartSandboxAsync(name, options, loggers, time).ConfigureAwait(false)
                : options;
            var numbers = new SourceNumbers(
                options.Region.Length > 0 ? options.Region : defaultRegion, options.BareNumbers);
            ICarrier carrier = options.Kind is CarrierKind.Http
                ? new HttpCarrier(name, options, hooks, loggers, time, numbers)
                : new SmppCarrier(name, reach, events, loggers, time)
                {
                    Numbers = numbers,
                    AccountRefused = status => set.AccountRefused?.Invoke(name, status),
                };
            set.Add(carrier, options.Breaker, time);
        }

        return set;
    }

    /// <summary>Carriers that are made already, each with its breaker.</summary>
    public static CarrierSet Of(IEnumerable<(ICarrier Carrier, BreakerOptions Breaker)> carriers, TimeProvider time)
    {
        var set = new CarrierSet();
        foreach ((ICarrier carrier, BreakerOptions breaker) in carriers) set.Add(carrier, breaker, time);
        return set;
    }

    /// <summary>A carrier over HTTP, by its name in whatever capitals; null: there is none.</summary>
    public HttpCarrier? Http(string name) => _all.OfType<HttpCarrier>()
        .FirstOrDefault(one => one.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The first carrier that takes SMS now: bound or reachable, and not paused.</summary>
    public ICarrier? FirstReady() => _all.Find(carrier => carrier.IsReady);

    /// <summary>What keeps SMS away from a carrier that fails.</summary>
    public CircuitBreaker BreakerOf(string carrier) => _breakers[carrier];

    /// <summary>Begins to bind all of them, but those whose pause wants them unbound.</summary>
    public Task StartAsync() => Task.WhenAll(_all.Select(carrier => carrier.StartAsync()));

    /// <summary>
    /// Makes the pauses true: those of a carrier, and the one of all. No SMS is taken by a paused one from this moment.
    /// </summary>
    public Task ApplyAsync(IReadOnlyList<Pause> pauses) => Task.WhenAll(_all.Select(carrier =>
    {
        Pause? own = pauses.FirstOrDefault(one => one.Scope == Pause.OfCarrier(carrier.Name));
        Pause? all = pauses.FirstOrDefault(one => one.Scope == Pause.All);
        return carrier.ApplyAsync(own is { Unbind: true } ? own : all ?? own);
    }));

    /// <summary>Waits for their windows, unbinds and closes.</summary>
    public Task StopAsync(CancellationToken deadline) =>
        Task.WhenAll(_all.Select(carrier => carrier.StopAsync(deadline)));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (ICarrier carrier in _all) await carrier.DisposeAsync().ConfigureAwait(false);
        foreach (SmscSimulator sandbox in _sandboxes) await sandbox.DisposeAsync().ConfigureAwait(false);
    }

    private void Add(ICarrier carrier, BreakerOptions breaker, TimeProvider time)
    {
        carrier.StateChanged = () => StateChanged?.Invoke(carrier);
        _all.Add(carrier);
        _breakers[carrier.Name] = new CircuitBreaker(breaker, time);
    }

    private async Task<CarrierOptions> StartSandboxAsync(
        string name, CarrierOptions options, ILoggerFactory loggers, TimeProvider time)
    {
        var behaviour = new SmscBehaviour { Rules = SandboxNumbers.Rules };
        var simulator = new SmscSimulator(new SmscSimulatorOptions { Behaviour = behaviour }, loggers, time);
        _sandboxes.Add(simulator);
        await simulator.StartAsync(new IPEndPoint(IPAddress.Loopback, 0)).ConfigureAwait(false);
        loggers.CreateLogger<CarrierSet>().SandboxStarted(name, simulator.Endpoint.ToString());
        return new CarrierOptions
        {
            Kind = CarrierKind.Smpp,
            Host = IPAddress.Loopback.ToString(),
            Port = simulator.Endpoint.Port,
            SystemId = "sandbox",
            Password = "sandbox",
            Window = options.Window,
            SubmitsPerSecondMax = options.SubmitsPerSecondMax,
            SenderId = options.SenderId,
        };
    }
}
