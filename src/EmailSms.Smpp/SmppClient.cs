using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace EmailSms.Smpp;

/// <summary>
/// An ESME that stays bound: it connects, binds, answers the peer's enquiries, and begins again when the connection
/// ends. What a peer does is never an exception here.
/// <code>
///   Connecting ──► Binding ──► Bound ──► (connection lost) ──► Waiting ──► Connecting …
///                                └──► StopAsync: Draining ──► unbind ──► Stopped
/// </code>
/// </summary>
public sealed class SmppClient : IAsyncDisposable
{
    private readonly SmppClientOptions _options;
    private readonly ILogger<SmppClient> _log;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private readonly string _name;
    private readonly SessionPaces _paces;
    private readonly SessionTraffic _traffic;
    private TaskCompletionSource _bound = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile SmppSession? _session; // only while bound
    private volatile EsmeSide? _side;
    private volatile SmppSession? _opening; // from the connection to the end of the session
    private volatile bool _ending; // no new connection
    private OutbindDoor? _door;
    private Task? _life;
    private int _state;
    private long _stateSinceTicks;

    /// <summary>Does nothing until <see cref="Start"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The window is below 1.</exception>
    /// <exception cref="ArgumentException">An outbind, and the TLS of a connection of one's own.</exception>
    public SmppClient(SmppClientOptions options, ILogger<SmppClient> log, TimeProvider? time = null)
        : this(options, log, time, options.ToString(), accountPace: null)
    {
    }

    internal SmppClient(
        SmppClientOptions options, ILogger<SmppClient> log, TimeProvider? time, string name, SubmitPace? accountPace)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Window, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.DeliverConcurrencyMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.DeliverQueueMax, 1);
        if (options is { Outbind: not null, Tls: not null })
            throw new ArgumentException("TLS of a connection that the SMSC opens is SmppOutbind.Tls.", nameof(options));
        (_options, _log, _time) = (options, log, time ?? TimeProvider.System);
        _name = name;
        _paces = new SessionPaces(
            new SubmitPace(options.SubmitsPerSecondMax, _time, options.AdaptRate), accountPace);
        _traffic = new SessionTraffic(name);
        _stateSinceTicks = _time.GetUtcNow().Ticks;
    }

    /// <summary>
    /// Takes receipts and texts; the carrier is answered with what it returns, after it has returned. An exception is
    /// ESME_RX_T_APPN: the carrier keeps the message and sends it again. So is no handler at all.
    /// </summary>
    public Func<DeliverSm, CancellationToken, ValueTask<CommandStatus>>? Deliver { get; init; }

    /// <summary>Told of each change, in order. Must not wait.</summary>
    public Action<SmppClientState>? StateChanged { get; init; }

    /// <summary>Where it is on its way to being bound.</summary>
    public SmppClientState State => (SmppClientState)Volatile.Read(ref _state);

    /// <summary>Messages can be sent.</summary>
    public bool IsBound => _session is not null;

    /// <summary>Requests that are written and not answered.</summary>
    public int InFlight => _session?.Window.Count.InFlight ?? 0;

    /// <summary>Submits that wait for a slot or for the rate.</summary>
    public int Waiting => _session?.Window.Count.Waiting ?? 0;

    /// <summary>Answers that came after their request had been given up, or twice, or to nothing.</summary>
    public long LateAnswers => _traffic.LateAnswers;

    /// <summary>How to bind; as given.</summary>
    public SmppClientOptions Options => _options;

    /// <summary>Everything a status page shows, in one moment.</summary>
    public SmppClientStatus Status
    {
        get
        {
            (int free, int inFlight, int waiting) = _session?.Window.Count ?? (_options.Window, 0, 0);
            return new SmppClientStatus(
                _name, _options.BindType, State,
                new DateTimeOffset(Interlocked.Read(ref _stateSinceTicks), TimeSpan.Zero),
                PeerSystemId, PeerVersion, free + inFlight, inFlight, waiting, _paces.Bind.LimitPerSecond,
                _paces.Bind.Factor, _traffic.RoundTrip, Trouble, BindRefusal, _traffic.Snapshot());
        }
    }

    /// <summary>The status of the last bind that was refused; null after one that worked.</summary>
    public CommandStatus? BindRefusal { get; private set; }

    /// <summary>Why the last connection ended, or was not made; null while bound.</summary>
    public string? Trouble { get; private set; }

    /// <summary>The peer's name for itself, from its bind response.</summary>
    public string? PeerSystemId { get; private set; }

    /// <summary>sc_interface_version of the peer, such as 0x34; null: not said, which means 3.3.</summary>
    public byte? PeerVersion { get; private set; }

    /// <summary>What weighs on it, to find the one that has least.</summary>
    internal int Load => _session?.Window.Load ?? int.MaxValue;

    /// <summary>Told that a phone can be reached again (alert_notification). Must not wait.</summary>
    public Action<AlertNotification>? Alert { get; init; }

    /// <summary>Where it waits for the SMSC to call; null when it calls itself, or has not been started.</summary>
    public IPEndPoint? OutbindEndpoint => _door?.Endpoint;

    /// <summary>Connects and binds in the background, from now until <see cref="StopAsync"/>.</summary>
    /// <exception cref="SocketException">It waits for an outbind, and cannot listen there.</exception>
    public void Start()
    {
        lock (_gate)
        {
            if (_life is not null) throw new InvalidOperationException("A client is started once.");
            if (_options.Outbind is { } outbind)
                _door = new OutbindDoor(outbind, _options.BindMax, _name, _log, _time);
            _life = LiveAsync();
        }
    }

    /// <summary>Done as soon as messages can be sent.</summary>
    public Task WaitUntilBoundAsync(CancellationToken deadline)
    {
        lock (_gate) return _bound.Task.WaitAsync(deadline);
    }

    /// <summary>
    /// Sends a message as soon as the window and the rate allow, in the order of the calls: when they allow it now, the
    /// message is in the output before this returns. After <paramref name="deadline"/> a message that has left is
    /// <see cref="SubmitResult.Unknown"/> and one that has not is <see cref="SubmitResult.NotSent"/>.
    /// </summary>
    /// <exception cref="ArgumentException">The message does not fit the standard; see the limits of its
    /// fields.</exception>
    public Task<SubmitResult> SubmitAsync(SubmitSm submit, CancellationToken deadline) =>
        _session is { } session
            ? session.Window.SendAsync(submit, deadline)
            : Task.FromResult<SubmitResult>(new SubmitResult.NotSent("not bound"));

    /// <summary>
    /// Sends the parts of one text: over this bind, in order, and no other message comes between them. The results have
    /// the order of the parts; each ends by itself, as one of <see cref="SubmitAsync"/> does.
    /// </summary>
    public Task<SubmitResult>[] SubmitParts(IReadOnlyList<SubmitSm> parts, CancellationToken deadline)
    {
        if (_session is { } session)
            return session.Window.SendAll(_options.MoreMessagesToSend ? WithMore(parts) : parts, deadline);

        Task<SubmitResult> notSent = Task.FromResult<SubmitResult>(new SubmitResult.NotSent("not bound"));
        return [.. Enumerable.Repeat(notSent, parts.Count)];
    }

    /// <summary>The same for the other requests: query_sm, cancel_sm, replace_sm, submit_multi, data_sm.</summary>
    /// <exception cref="ArgumentException">The request does not fit the standard.</exception>
    public Task<RequestOutcome> RequestAsync(SmppPdu request, CancellationToken deadline) =>
        _session is { } session
            ? session.Window.SendAsync(request, windowed: true, deadline)
            : Task.FromResult<RequestOutcome>(new RequestOutcome.NotSent("not bound"));

    /// <summary>
    /// Takes no more messages, waits for the answers that are out and the deliveries in hand, unbinds, closes. What is
    /// not done at <paramref name="deadline"/> is given up.
    /// </summary>
    public async Task StopAsync(CancellationToken deadline)
    {
        _ending = true;
        Task? life;
        lock (_gate) life = _life;
        if (_session is { } session && _side is { } side && !_stopping.IsCancellationRequested)
        {
            Leave(session);
            Become(SmppClientState.Draining);
            await DrainAsync(session, side, deadline);
        }

        await _stopping.CancelAsync();
        _opening?.Break("stopped");
        if (life is not null) await life;
        _door?.Dispose();
    }

    /// <summary>Stops at once: unbinds, but waits for nothing that is out.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(new CancellationToken(canceled: true));
        GC.SuppressFinalize(this);
    }

    private async Task DrainAsync(SmppSession session, EsmeSide side, CancellationToken deadline)
    {
        session.Window.Refuse("stopping");
        using var drain = CancellationTokenSource.CreateLinkedTokenSource(deadline);
        using var patience = new CancellationTokenSource(_options.DrainMax, _time);
        await using CancellationTokenRegistration end =
            patience.Token.UnsafeRegister(static d => ((CancellationTokenSource)d!).Cancel(), drain);
        await session.Window.WhenEmptyAsync().WaitAsync(drain.Token)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await side.WhenIdleAsync().WaitAsync(drain.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await session.UnbindAsync(_options.UnbindMax, deadline);
    }

    private async Task LiveAsync()
    {
        await Task.Yield(); // Start returns before anything is done
        int attempt = 0;
        while (!_ending)
        {
            Become(SmppClientState.Connecting);
            long since = _time.GetTimestamp();
            string reason = await ConnectAndStayAsync(_stopping.Token);
            if (_ending) break;

            // One that stayed for a while is a new start; one that falls at once is not.
            attempt = _time.GetElapsedTime(since) > _options.ReconnectMax ? 1 : attempt + 1;
            TimeSpan pause = Pause(attempt);
            Trouble = reason;
            if (BindRefusal is { } status) _log.BindRefused(_name, status.Name(), pause);
            else _log.ConnectionLost(_name, reason, pause);
            Become(SmppClientState.Waiting);
            await Task.Delay(pause, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Become(SmppClientState.Stopped);
    }

    /// <summary>One connection, begun only after the last one is closed: a carrier counts them.</summary>
    private async Task<string> ConnectAndStayAsync(CancellationToken stopping)
    {
        BindRefusal = null;
        Stream stream;
        try
        {
            stream = _door is { } door
                ? await door.AcceptAsync(stopping)
                : await Connector.ConnectAsync(_options, _time, stopping);
        }
        catch (Exception trouble) when (trouble is SocketException or IOException or OperationCanceledException
                                            or System.Security.Authentication.AuthenticationException)
        {
            return trouble is OperationCanceledException ? "no connection in time" : trouble.Message;
        }

        var side = new EsmeSide(Deliver, Alert, _options, _log, Leave, _stopping.Token);
        var session = new SmppSession(_name, stream, _options.ToLimits(), side, _paces, _traffic, _log, _time);
        _opening = session;
        Task<string> run = session.RunAsync();
        try
        {
            if (stopping.IsCancellationRequested) session.Break("stopped");
            else if (await BindAsync(session)) Enter(session, side);
            return await run;
        }
        finally
        {
            _opening = null;
        }
    }

    private async Task<bool> BindAsync(SmppSession session)
    {
        Become(SmppClientState.Binding);
        using var patience = new CancellationTokenSource(_options.BindMax, _time);
        var bind = new BindRequest(_options.BindType, _options.SystemId, _options.Password)
        {
            SystemType = _options.SystemType,
            InterfaceVersion = _options.InterfaceVersion,
            AddressRange = _options.AddressRange,
        };
        switch (await session.RequestAsync(bind, patience.Token))
        {
            case RequestOutcome.Answered { Status: CommandStatus.Ok } yes:
                var response = yes.Response as BindResponse;
                PeerSystemId = response?.SystemId;
                PeerVersion = (byte?)response?.Tlvs.Find(TlvTag.ScInterfaceVersion)?.Number;
                _traffic.Bound();
                return true;
            case RequestOutcome.Answered no:
                BindRefusal = no.Status;
                _traffic.BindRefused(no.Status);
                session.Break($"the bind was refused with {no.Status.Name()}");
                return false;
            default:
                session.Break("the bind was not answered", abrupt: true);
                return false;
        }
    }

    private void Enter(SmppSession session, EsmeSide side)
    {
        lock (_gate)
        {
            if (!session.IsOpen) return; // ended already, and has left
            Trouble = null;
            _side = side;
            _session = session;
            _bound.TrySetResult();
        }

        _log.Bound(_name, PeerSystemId ?? "");
        Become(SmppClientState.Bound);
    }

    /// <summary>At the first sign of the end, so that nobody is told to be bound who can send nothing.</summary>
    private void Leave(SmppSession session)
    {
        lock (_gate)
        {
            if (_session != session) return;
            _session = null;
            _bound = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private static SubmitSm[] WithMore(IReadOnlyList<SubmitSm> parts)
    {
        SubmitSm[] all = [.. parts];
        for (int i = 0; i < all.Length - 1; i++)
            all[i] = all[i] with { Tlvs = [.. all[i].Tlvs, Tlv.Of(TlvTag.MoreMessagesToSend, (byte)1)] };
        return all;
    }

    private TimeSpan Pause(int attempt) => BindRefusal switch
    {
        CommandStatus.AlreadyBound => Backoff.AtLeast(
            _options.AlreadyBoundPause, _options.RefusedMax, attempt, Random.Shared.NextDouble()),
        CommandStatus.InvalidPassword or CommandStatus.InvalidSystemId or CommandStatus.InvalidSystemType =>
            Backoff.AtLeast(_options.RefusedFirst, _options.RefusedMax, attempt, Random.Shared.NextDouble()),
        _ => Backoff.After(
            _options.ReconnectFirst, _options.ReconnectMax, attempt, Random.Shared.NextDouble()),
    };

    private void Become(SmppClientState state)
    {
        if (Interlocked.Exchange(ref _state, (int)state) == (int)state) return;
        Interlocked.Exchange(ref _stateSinceTicks, _time.GetUtcNow().Ticks);
        _log.ClientState(_name, state);
        try
        {
            StateChanged?.Invoke(state);
        }
        catch (Exception fault)
        {
            _log.StateHandlerFailed(fault, _name);
        }
    }
}
