using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EmailSms.Smtp;

/// <summary>
/// An SMTP server with a Kestrel of its own, so that a host needs no web application. Start it once, stop it once.
/// </summary>
public sealed class SmtpServer : IAsyncDisposable
{
    // A session reads this far ahead of its handler: with 500 sessions 32 MB, where Kestrel's own default is 500 MB.
    private const int ReadAheadBytesMax = 64 * 1024;

    private readonly SmtpConnectionHandler _connections;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private KestrelServer? _kestrel;
    private bool _isStopped;

    /// <summary>Makes a server that does not listen yet.</summary>
    /// <param name="options">Limits and names of endpoints that bring none of their own; read once, here.</param>
    /// <param name="handlers">Makes the host's part of each session.</param>
    /// <param name="loggers">The category is <c>EmailSms.Smtp</c>, and Kestrel's own.</param>
    /// <param name="time">The clock of every limit; the system's when null.</param>
    /// <exception cref="OptionsValidationException">An option is out of bounds.</exception>
    public SmtpServer(
        SmtpServerOptions options, Func<ISmtpHandler> handlers, ILoggerFactory loggers, TimeProvider? time = null)
    {
        _connections = new SmtpConnectionHandler(options, handlers, loggers, time);
        _loggers = loggers;
        _log = loggers.CreateLogger("EmailSms.Smtp");
        _time = time ?? TimeProvider.System;
    }

    /// <summary>Makes a server whose endpoints each bring their options, see <see cref="SmtpListener"/>.</summary>
    /// <param name="handlers">Makes the host's part of each session.</param>
    /// <param name="loggers">The category is <c>EmailSms.Smtp</c>, and Kestrel's own.</param>
    /// <param name="time">The clock of every limit; the system's when null.</param>
    public SmtpServer(Func<ISmtpHandler> handlers, ILoggerFactory loggers, TimeProvider? time = null)
        : this(new SmtpServerOptions(), handlers, loggers, time)
    {
    }

    /// <summary>
    /// Where it listens, in the order of the start, with the real ports where port 0 was asked for; empty before.
    /// </summary>
    public IReadOnlyList<SmtpListener> Listeners { get; private set; } = [];

    /// <summary>Where its sockets come from and stay when it stops; null: they are its own, and closed then.</summary>
    public KeptSockets? Sockets { get; init; }

    /// <summary>The addresses and ports of <see cref="Listeners"/>.</summary>
    public IReadOnlyList<IPEndPoint> Endpoints =>
        [.. Listeners.Select(listener => listener.EndPoint).OfType<IPEndPoint>()];

    /// <summary>Listens on all of <paramref name="endpoints"/>, or on none and throws.</summary>
    /// <exception cref="IOException">An endpoint is in use, or cannot be listened on; the message names it.</exception>
    /// <exception cref="InvalidOperationException">It was started before.</exception>
    [OverloadResolutionPriority(1)] // [new(address, port)] is an endpoint
    public Task StartAsync(IReadOnlyList<IPEndPoint> endpoints, CancellationToken stopping = default)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        return StartAsync([.. endpoints.Select(one => new SmtpListener(one, _connections.Options))], stopping);
    }

    /// <summary>
    /// Listens on all of <paramref name="listeners"/>, or on none and throws. Their sessions are counted together.
    /// </summary>
    /// <exception cref="IOException">An endpoint is in use, or cannot be listened on; the message names it.</exception>
    /// <exception cref="InvalidOperationException">It was started before.</exception>
    public async Task StartAsync(IReadOnlyList<SmtpListener> listeners, CancellationToken stopping = default)
    {
        ArgumentNullException.ThrowIfNull(listeners);
        if (listeners.Count == 0) throw new ArgumentException("No endpoint to listen on.", nameof(listeners));
        if (_kestrel is not null) throw new InvalidOperationException("The server was started before.");

        var kestrelOptions = new KestrelServerOptions();
        var listening = new List<ListenOptions>();
        foreach (SmtpListener listener in listeners)
        {
            if (listener.EndPoint is UnixDomainSocketEndPoint file && Sockets?.Has(file) is not true)
            {
                await UnixSocketFile.RemoveStaleAsync(file, stopping);
            }

            SmtpConnectionHandler connections = _connections.With(listener.Options);
            kestrelOptions.Listen(listener.EndPoint, listen => listening.Add(listen.UseSmtp(connections)));
        }

        IConnectionListenerFactory transport = Sockets is not null
            ? Sockets
            : new NamedTransport(new SocketTransportFactory(Options.Create(Transport()), _loggers));
        _kestrel = new KestrelServer(Options.Create(kestrelOptions), transport, _loggers);
        try
        {
            await _kestrel.StartAsync(new NoHttp(), stopping);
        }
        catch
        {
            _kestrel.Dispose();
            _kestrel = null;
            throw;
        }

        Listeners =
            [.. listening.Zip(listeners, static (at, listener) => new SmtpListener(at.EndPoint, listener.Options))];
        foreach (SmtpListener listener in Listeners) _log.Listening(listener.EndPoint, listener.Options.HostName);
    }

    /// <summary>
    /// Takes no new clients, tells idle ones 421 4.3.2 and waits for mails in flight, no longer than the longest
    /// <see cref="SmtpServerOptions.DrainMax"/> and a second, or until <paramref name="deadline"/>; then it cuts.
    /// </summary>
    public async Task StopAsync(CancellationToken deadline = default)
    {
        if (_kestrel is null || _isStopped) return;
        _isStopped = true;
        TimeSpan drainMax = Listeners.Select(listener => listener.Options.DrainMax).DefaultIfEmpty().Max();
        _log.StopBegan(drainMax);
        // The second is for the last replies: sessions end by themselves when the drain is over.
        using var drained = new CancellationTokenSource(drainMax + TimeSpan.FromSeconds(1), _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(drained.Token, deadline);
        await _kestrel.StopAsync(either.Token);
        if (either.IsCancellationRequested) _log.StopForced();
    }

    internal static SocketTransportOptions Transport() => new()
    {
        MaxReadBufferSize = ReadAheadBytesMax,
        // A command costs one hop of a thread instead of three. Sockets complete on the thread pool, so what makes this
        // unsafe, a handler that blocks the thread of all sockets, does not arise.
        UnsafePreferInlineScheduling = true,
    };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _kestrel?.Dispose();
        _kestrel = null;
    }

    /// <summary>What Kestrel wants to be given; no connection of ours ever gets as far as HTTP.</summary>
    private sealed class NoHttp : IHttpApplication<object>
    {
        public object CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

        public Task ProcessRequestAsync(object context) => Task.CompletedTask;

        public void DisposeContext(object context, Exception? exception)
        {
        }
    }
}
