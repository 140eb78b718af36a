using System.Net;
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

    private readonly SmtpServerOptions _options;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly SmtpConnectionHandler _connections;
    private KestrelServer? _kestrel;
    private bool _isStopped;

    /// <summary>Makes a server that does not listen yet.</summary>
    /// <param name="options">Limits and names; read once, here.</param>
    /// <param name="handlers">Makes the host's part of each session.</param>
    /// <param name="loggers">The category is <c>EmailSms.Smtp</c>, and Kestrel's own.</param>
    /// <param name="time">The clock of every limit; the system's when null.</param>
    /// <exception cref="OptionsValidationException">An option is out of bounds.</exception>
    public SmtpServer(
        SmtpServerOptions options, Func<ISmtpHandler> handlers, ILoggerFactory loggers, TimeProvider? time = null)
    {
        _options = SmtpServerOptionsLimits.Check(options);
        _connections = new SmtpConnectionHandler(_options, handlers, loggers, time);
        _loggers = loggers;
        _log = loggers.CreateLogger("EmailSms.Smtp");
        _time = time ?? TimeProvider.System;
    }

    /// <summary>Where it listens, with the real ports where port 0 was asked for; empty before the start.</summary>
    public IReadOnlyList<IPEndPoint> Endpoints { get; private set; } = [];

    /// <summary>Listens on all of <paramref name="endpoints"/>, or on none and throws.</summary>
    /// <exception cref="IOException">An endpoint is in use.</exception>
    /// <exception cref="InvalidOperationException">It was started before.</exception>
    public async Task StartAsync(IReadOnlyList<IPEndPoint> endpoints, CancellationToken stopping = default)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        if (endpoints.Count == 0) throw new ArgumentException("No endpoint to listen on.", nameof(endpoints));
        if (_kestrel is not null) throw new InvalidOperationException("The server was started before.");

        var kestrelOptions = new KestrelServerOptions();
        var listening = new List<ListenOptions>();
        foreach (IPEndPoint endpoint in endpoints)
        {
            kestrelOptions.Listen(endpoint, listen => listening.Add(listen.UseSmtp(_connections)));
        }

        var transport = new SocketTransportFactory(
            Options.Create(new SocketTransportOptions { MaxReadBufferSize = ReadAheadBytesMax }), _loggers);
        _kestrel = new KestrelServer(Options.Create(kestrelOptions), transport, _loggers);
        try
        {
            await _kestrel.StartAsync(new NoHttp(), stopping);
        }
        catch
        {
            _kestrel.Dispose();
            throw;
        }

        Endpoints = [.. listening.Select(listen => listen.IPEndPoint!)];
        foreach (IPEndPoint endpoint in Endpoints) _log.Listening(endpoint, _options.HostName);
    }

    /// <summary>
    /// Takes no new clients, tells idle ones 421 4.3.2 and waits for mails in flight, no longer than
    /// <see cref="SmtpServerOptions.DrainMax"/> and a second, or until <paramref name="deadline"/>; then it cuts.
    /// </summary>
    public async Task StopAsync(CancellationToken deadline = default)
    {
        if (_kestrel is null || _isStopped) return;
        _isStopped = true;
        _log.StopBegan(_options.DrainMax);
        // The second is for the last replies: sessions end by themselves when the drain is over.
        using var drained = new CancellationTokenSource(_options.DrainMax + TimeSpan.FromSeconds(1), _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(drained.Token, deadline);
        await _kestrel.StopAsync(either.Token);
        if (either.IsCancellationRequested) _log.StopForced();
    }

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
