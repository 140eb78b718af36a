using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EmailSms.Smtp;

/// <summary>
/// Listening sockets that outlive the server on them: the next server on the same endpoint takes them over, and who
/// connects between the two waits for it instead of being refused. Any Kestrel takes it as its transport.
/// </summary>
/// <remarks>
/// A connection that was accepted when its server had stopped already is handed to the next one. Port 0 stays the port
/// that was chosen.
/// </remarks>
public sealed class KeptSockets : IConnectionListenerFactory, IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<KeptSocket> _all = [];
    private readonly NamedTransport _transport;
    private bool _keeps = true;

    /// <summary>Sockets of Kestrel's own defaults; for SMTP take <see cref="ForSmtp"/>.</summary>
    public KeptSockets(ILoggerFactory loggers)
        : this(new SocketTransportOptions(), loggers)
    {
    }

    private KeptSockets(SocketTransportOptions options, ILoggerFactory loggers) =>
        _transport = new NamedTransport(new SocketTransportFactory(Options.Create(options), loggers));

    /// <summary>What <see cref="SmtpServer.Sockets"/> takes.</summary>
    public static KeptSockets ForSmtp(ILoggerFactory loggers) => new(SmtpServer.Transport(), loggers);

    /// <inheritdoc/>
    /// <exception cref="AddressInUseException">Somebody else listens there.</exception>
    /// <exception cref="IOException">It cannot be listened on; the message says why.</exception>
    public async ValueTask<IConnectionListener> BindAsync(
        EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        KeptSocket? kept;
        lock (_lock)
        {
            kept = Free(endpoint);
            if (kept is not null) kept.IsFree = false;
        }

        if (kept is null)
        {
            IConnectionListener socket = await _transport.BindAsync(endpoint, cancellationToken);
            kept = new KeptSocket(NameOf(endpoint), socket);
            lock (_lock) _all.Add(kept);
        }

        return new Tenancy(this, kept);
    }

    /// <summary>Closes those that no server listens on: their endpoints are wanted no longer.</summary>
    public Task CloseFreeAsync() => CloseFreeAsync([]);

    /// <summary>
    /// The same but for some endpoints that the next server listens on. Said before it starts: a socket for all
    /// addresses stands in the way of one for a single address.
    /// </summary>
    public async Task CloseFreeAsync(IEnumerable<EndPoint> butFor)
    {
        HashSet<string> wanted = [.. butFor.Select(NameOf)];
        List<KeptSocket> free;
        lock (_lock)
        {
            free = _all.FindAll(one => one.IsFree && !wanted.Contains(one.Name));
            _all.RemoveAll(free.Contains);
        }

        foreach (KeptSocket socket in free) await socket.CloseAsync();
    }

    /// <summary>
    /// No server comes after those that run: from now on a socket is closed as soon as its server stops, so that who
    /// connects hears it at once. Closes the free ones.
    /// </summary>
    public Task LetGoAsync()
    {
        Volatile.Write(ref _keeps, false);
        return CloseFreeAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            foreach (KeptSocket socket in _all) socket.IsFree = true;
        }

        await CloseFreeAsync();
    }

    internal bool Has(EndPoint endpoint)
    {
        lock (_lock) return Free(endpoint) is not null;
    }

    private static string NameOf(EndPoint endpoint) => $"{endpoint.AddressFamily} {endpoint}";

    private KeptSocket? Free(EndPoint endpoint)
    {
        string name = NameOf(endpoint);
        return _all.Find(one => one.IsFree && one.Name == name);
    }

    private async ValueTask LeaveAsync(KeptSocket socket)
    {
        bool keeps = Volatile.Read(ref _keeps);
        lock (_lock)
        {
            if (keeps) socket.IsFree = true;
            else _all.Remove(socket);
        }

        if (!keeps) await socket.CloseAsync();
    }

    /// <summary>A socket, and the connection that is accepted next.</summary>
    private sealed class KeptSocket(string name, IConnectionListener socket)
    {
        private Task<ConnectionContext?>? _next;

        public string Name => name;

        public EndPoint EndPoint => socket.EndPoint;

        public bool IsFree { get; set; }

        public async ValueTask<ConnectionContext?> AcceptAsync(Task left)
        {
            Task<ConnectionContext?> next = _next ??= socket.AcceptAsync(CancellationToken.None).AsTask();
            if (await Task.WhenAny(left, next) != next) return null; // it is the next server's
            _next = null;
            return await next;
        }

        public ValueTask UnbindAsync() => socket.UnbindAsync();

        public async ValueTask CloseAsync()
        {
            await socket.UnbindAsync();
            if (_next is { } next && await next is { } nobodys)
            {
                nobodys.Abort();
                await nobodys.DisposeAsync();
            }

            await socket.DisposeAsync();
        }
    }

    /// <summary>One server's time on a socket.</summary>
    private sealed class Tenancy(KeptSockets all, KeptSocket socket) : IConnectionListener
    {
        private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private bool _isOver;

        public EndPoint EndPoint => socket.EndPoint;

        public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
            socket.AcceptAsync(_left.Task);

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            _left.TrySetResult();
            return Volatile.Read(ref all._keeps) ? ValueTask.CompletedTask : socket.UnbindAsync();
        }

        // Kestrel has ended its loop of accepts by now, so that the next server's does not meet it.
        public ValueTask DisposeAsync()
        {
            _left.TrySetResult();
            if (Interlocked.Exchange(ref _isOver, true)) return ValueTask.CompletedTask;
            return all.LeaveAsync(socket);
        }
    }
}
