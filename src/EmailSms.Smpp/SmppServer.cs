using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Extensions.Logging;

namespace EmailSms.Smpp;

/// <summary>
/// The SMSC's side of SMPP: takes connections and binds, hands what is submitted to the application, and sends receipts
/// and texts to the sessions. Who may bind is for <see cref="Bind"/> to say; without it everybody may.
/// </summary>
public sealed class SmppServer : IAsyncDisposable
{
    private readonly SmppServerOptions _options;
    private readonly ILogger<SmppServer> _log;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<SmppServerSession, Task> _sessions = [];
    private Socket? _listener;
    private Task? _accepting;
    private long _accepted;

    /// <summary>Does nothing until <see cref="Start"/>.</summary>
    public SmppServer(SmppServerOptions options, ILogger<SmppServer> log, TimeProvider? time = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.DeliverWindow, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.RequestConcurrencyMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.RequestQueueMax, 1);
        (_options, _log, _time) = (options, log, time ?? TimeProvider.System);
    }

    /// <summary>
    /// Says whether a bind is welcome: <see cref="CommandStatus.Ok"/>, or why not. An exception is ESME_RBINDFAIL.
    /// </summary>
    public Func<BindRequest, SmppServerSession, CancellationToken, ValueTask<CommandStatus>>? Bind { get; init; }

    /// <summary>Takes a submit_sm; answered with what it returns. An exception is ESME_RSYSERR.</summary>
    public Func<SmppServerSession, SubmitSm, CancellationToken, ValueTask<SubmitReply>>? Submit { get; init; }

    /// <summary>
    /// Takes the other requests: query_sm, cancel_sm, replace_sm, submit_multi, data_sm. Without it they are
    /// ESME_RINVCMDID.
    /// </summary>
    public Func<SmppServerSession, SmppPdu, CancellationToken, ValueTask<SmppReply>>? Request { get; init; }

    /// <summary>Told when a session is bound.</summary>
    public Action<SmppServerSession>? SessionBound { get; init; }

    /// <summary>Told when a session that was bound has ended, and why.</summary>
    public Action<SmppServerSession, string>? SessionClosed { get; init; }

    /// <summary>What stands between the sockets and the sessions, for the simulator to be rough with.</summary>
    internal Func<Stream, EndPoint?, Stream>? Wire { get; init; }

    /// <summary>Where it listens; the port that was found when 0 was asked for.</summary>
    public IPEndPoint Endpoint =>
        _listener?.LocalEndPoint as IPEndPoint ?? throw new InvalidOperationException("The server does not listen.");

    /// <summary>The sessions that are bound, in no order.</summary>
    public IReadOnlyList<SmppServerSession> Sessions
    {
        get
        {
            lock (_gate) return [.. _sessions.Keys.Where(s => s.IsBound)];
        }
    }

    /// <summary>The sessions that are bound by one account.</summary>
    public IReadOnlyList<SmppServerSession> SessionsOf(string systemId) =>
        [.. Sessions.Where(s => s.SystemId == systemId)];

    /// <summary>
    /// Sends a receipt or a text to an account, over the session with the least to do that may receive.
    /// </summary>
    public Task<SubmitResult> SendAsync(string systemId, DeliverSm message, CancellationToken deadline) =>
        SessionsOf(systemId).Where(s => s.IsReceiver).MinBy(s => s.InFlight) is { } session
            ? session.SendAsync(message, deadline)
            : Task.FromResult<SubmitResult>(new SubmitResult.NotSent("no receiver is bound"));

    internal SmppServerOptions Options => _options;

    internal ILogger Logger => _log;

    internal TimeProvider Time => _time;

    internal CancellationToken Stopping => _stopping.Token;

    /// <summary>Listens. Port 0 lets the system choose.</summary>
    /// <exception cref="SocketException">The port is taken, or not allowed.</exception>
    public void Start(IPEndPoint endpoint)
    {
        if (_listener is not null) throw new InvalidOperationException("A server is started once.");
        var listener = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(endpoint);
            listener.Listen(512);
        }
        catch
        {
            listener.Dispose();
            throw;
        }

        _listener = listener;
        _log.ServerStarted(Endpoint.ToString());
        _accepting = AcceptAsync(listener, _stopping.Token);
    }

    /// <summary>
    /// Calls an ESME and asks it to bind (outbind, SMPP 3.4 2.2.1). Done when it is asked; its bind, if it comes, is
    /// handled as any other, over the session returned here.
    /// </summary>
    /// <param name="esme">Where it waits.</param>
    /// <param name="password">By which it knows this SMSC.</param>
    /// <param name="tls">
    /// TLS, this side as the one that calls; <see cref="SmppClientTls.ServerName"/> is the name in the ESME's
    /// certificate. Null: none.
    /// </param>
    /// <param name="deadline">Ends the calling.</param>
    /// <exception cref="SocketException">Nobody answers there.</exception>
    /// <exception cref="AuthenticationException">Its certificate is not to be trusted, or it does not trust
    /// ours.</exception>
    /// <exception cref="InvalidOperationException">There are as many sessions as there may be, or the server
    /// stops.</exception>
    public async Task<SmppServerSession> OutbindAsync(
        IPEndPoint esme, string password, SmppClientTls? tls, CancellationToken deadline)
    {
        var socket = new Socket(esme.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream? stream = null;
        SmppServerSession? session;
        try
        {
            await socket.ConnectAsync(esme, deadline);
            stream = Wired(socket);
            if (tls is not null)
            {
                var secure = new SslStream(stream, leaveInnerStreamOpen: false);
                stream = secure;
                await secure.AuthenticateAsClientAsync(tls.ToSslOptions(esme.Address.ToString()), deadline);
            }

            session = Begin(stream, esme, secure: null)
                ?? throw new InvalidOperationException("There is no room for another session.");
        }
        catch
        {
            if (stream is not null) await stream.DisposeAsync();
            socket.Dispose();
            throw;
        }

        session.Tell(new Outbind(_options.SystemId, password));
        return session;
    }

    /// <summary>The same without TLS.</summary>
    /// <exception cref="SocketException">Nobody answers there.</exception>
    /// <exception cref="InvalidOperationException">There are as many sessions as there may be, or the server
    /// stops.</exception>
    public Task<SmppServerSession> OutbindAsync(IPEndPoint esme, string password, CancellationToken deadline) =>
        OutbindAsync(esme, password, tls: null, deadline);

    /// <summary>
    /// Takes no more connections, unbinds every session and waits for the answers, until <paramref name="deadline"/>.
    /// </summary>
    public async Task StopAsync(CancellationToken deadline)
    {
        _listener?.Dispose();
        (SmppServerSession Session, Task Run)[] all;
        lock (_gate) all = [.. _sessions.Select(s => (s.Key, s.Value))];
        await Task.WhenAll(all.Select(s => s.Session.UnbindAsync(deadline)));
        await _stopping.CancelAsync();
        if (_accepting is not null) await _accepting;
        await Task.WhenAll(all.Select(s => s.Run));
    }

    /// <summary>Stops and waits for nobody's answer.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(new CancellationToken(canceled: true));
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives a session to an account; false: it has all that it may have.</summary>
    internal bool TryEnter(SmppServerSession session, BindRequest bind)
    {
        lock (_gate)
        {
            if (_options.SessionsPerAccountMax > 0
                && _sessions.Keys.Count(s => s.IsLive && s.SystemId == bind.SystemId) >= _options.SessionsPerAccountMax)
                return false;
            session.Enter(bind);
            return true;
        }
    }

    private async Task AcceptAsync(Socket listener, CancellationToken stopping)
    {
        await Task.Yield();
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                Socket socket = await listener.AcceptAsync(stopping);
                socket.NoDelay = true;
                Accept(socket);
            }
            catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException trouble) when (_stopping.IsCancellationRequested || !listener.IsBound
                || trouble.SocketErrorCode is SocketError.OperationAborted) // closed under the wait
            {
                return;
            }
            catch (SocketException trouble) // too many open files, say: those that are here may go
            {
                _log.AcceptFailed(trouble.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), _time, stopping)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Accept(Socket socket)
    {
        var peer = socket.RemoteEndPoint as IPEndPoint;
        Stream stream = Wired(socket);
        SslStream? secure = null;
        if (_options.Tls is not null) stream = secure = new SslStream(stream, leaveInnerStreamOpen: false);
        if (Begin(stream, peer, secure) is null) stream.Dispose();
    }

    private Stream Wired(Socket socket)
    {
        var plain = new NetworkStream(socket, ownsSocket: true);
        return Wire is null ? plain : Wire(plain, socket.RemoteEndPoint);
    }

    /// <summary>Null: there is no room for it.</summary>
    private SmppServerSession? Begin(Stream stream, IPEndPoint? peer, SslStream? secure)
    {
        lock (_gate)
        {
            if (_sessions.Count >= _options.SessionsMax || _stopping.IsCancellationRequested) return null;
            string name = $"smsc-{++_accepted}";
            var session = new SmppServerSession(this, name, stream, peer, _options.ToLimits());
            _sessions[session] = RunAsync(session, secure);
            return session;
        }
    }

    private async Task RunAsync(SmppServerSession session, SslStream? secure)
    {
        await Task.Yield(); // the list is locked while a session is put into it
        try
        {
            if (secure is not null && !await TrySecureAsync(session, secure)) return;
            string reason = await session.RunAsync();
            _log.ServerSessionClosed(session.Name, reason);
            lock (_gate) _sessions.Remove(session);
            if (session.WasBound) SessionClosed?.Invoke(session, reason);
        }
        catch (Exception fault)
        {
            _log.SessionFault(fault, session.Name);
        }
    }

    private async Task<bool> TrySecureAsync(SmppServerSession session, SslStream secure)
    {
        using var patience = new CancellationTokenSource(_options.BindMax, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _stopping.Token);
        try
        {
            await secure.AuthenticateAsServerAsync(_options.Tls!.ToSslOptions(), either.Token);
            return true;
        }
        catch (Exception failed) when (failed is AuthenticationException or IOException or OperationCanceledException)
        {
            _log.TlsFailed(session.Name, failed.Message);
            await secure.DisposeAsync();
            lock (_gate) _sessions.Remove(session);
            return false;
        }
    }
}
