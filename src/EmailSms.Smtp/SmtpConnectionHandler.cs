using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EmailSms.Smtp;

/// <summary>
/// SMTP on Kestrel's connections: one session for each, and one count of sessions for all of them. Give one instance to
/// several endpoints, or one and what <see cref="With"/> makes of it, to let them share the limits.
/// </summary>
public sealed class SmtpConnectionHandler : ConnectionHandler
{
    private readonly SmtpServerOptions _options;
    private readonly Hello _hello;
    private readonly Func<ISmtpHandler> _handlers;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ConnectionGate _gate;
    private readonly Defences _defences;

    /// <summary>Makes a handler of connections.</summary>
    /// <param name="options">Limits and names; read once, here.</param>
    /// <param name="handlers">Makes the host's part of each session.</param>
    /// <param name="loggers">The category is <c>EmailSms.Smtp</c>.</param>
    /// <param name="time">The clock of every limit; the system's when null.</param>
    /// <exception cref="OptionsValidationException">An option is out of bounds.</exception>
    public SmtpConnectionHandler(
        SmtpServerOptions options, Func<ISmtpHandler> handlers, ILoggerFactory loggers, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(handlers);
        ArgumentNullException.ThrowIfNull(loggers);
        _options = SmtpServerOptionsLimits.Check(options);
        _hello = new Hello(_options);
        _handlers = handlers;
        _time = time ?? TimeProvider.System;
        _log = loggers.CreateLogger("EmailSms.Smtp");
        _gate = new ConnectionGate();
        _defences = new Defences(_options, _time);
    }

    private SmtpConnectionHandler(SmtpConnectionHandler other, SmtpServerOptions options)
    {
        _options = SmtpServerOptionsLimits.Check(options);
        _hello = new Hello(_options);
        _handlers = other._handlers;
        _time = other._time;
        _log = other._log;
        _gate = other._gate;
        _defences = other._defences;
    }

    internal SmtpServerOptions Options => _options;

    /// <summary>The same for another kind of endpoint: its sessions are counted with those of this one.</summary>
    /// <exception cref="OptionsValidationException">An option is out of bounds.</exception>
    public SmtpConnectionHandler With(SmtpServerOptions options) => new(this, options);

    /// <inheritdoc/>
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        if (await IdentifyAsync(connection) is not { } info)
        {
            SmtpTelemetry.Connected(_options, "cut_off");
            return;
        }

        await using var wire = new SmtpWire(connection, _options, _time);

        var client = new ClientRecord(_defences, info.Remote.Address, _options);
        if ((client.TryConnect() ?? _gate.TryEnter(info.Remote.Address, _options)) is { } refusal)
        {
            SmtpTelemetry.Connected(_options, "turned_away");
            await TurnAwayAsync(wire, info, refusal);
            return;
        }

        SmtpTelemetry.Connected(_options, "taken");
        SmtpTelemetry.SessionBegan(_options);
        try
        {
            _log.Connected(info.Id, info.Remote);
            await using var handler = new HandlerGuard(_handlers, info.Id, _log, wire.Overdue);
            using var session = new SmtpSession(info, client, wire, handler, _options, _hello, _log);
            await session.RunAsync();
        }
        finally
        {
            SmtpTelemetry.SessionEnded(_options);
            _gate.Leave(info.Remote.Address);
        }
    }

    private async ValueTask<SmtpSessionInfo?> IdentifyAsync(ConnectionContext connection)
    {
        IPEndPoint remote = EndPointOf(connection.RemoteEndPoint);
        IPEndPoint local = EndPointOf(connection.LocalEndPoint);
        string id = connection.ConnectionId;
        if (!ProxyReader.Expects(remote.Address, _options))
        {
            return new SmtpSessionInfo(id, _options.ListenerName, remote, local);
        }

        return await ProxyReader.ReadAsync(connection, _time, _log) is { } header
            ? new SmtpSessionInfo(
                id, _options.ListenerName, header.Source ?? remote, header.Destination ?? local, proxy: remote)
            : null;
    }

    private async Task TurnAwayAsync(SmtpWire wire, SmtpSessionInfo info, SmtpReply refusal)
    {
        _log.TurnedAway(info.Id, info.Remote, refusal.Text);
        try
        {
            wire.Say(refusal);
            await wire.FlushAsync();
        }
        catch (SmtpHangUp)
        {
            _log.ClientVanished(info.Id);
        }
    }

    private static IPEndPoint EndPointOf(EndPoint? endPoint) => endPoint is not IPEndPoint ip
        ? new IPEndPoint(IPAddress.None, 0) // a Unix socket
        : ip.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(ip.Address.MapToIPv4(), ip.Port) : ip;
}
