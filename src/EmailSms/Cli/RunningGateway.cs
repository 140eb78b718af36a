using EmailSms.MailIn;
using EmailSms.Store;

namespace EmailSms.Cli;

/// <summary>
/// The gateway that runs, and another in its place when the settings are read anew.
/// <code>
///   read ──► wrong: refused, and nothing was stopped
///     └────► right: the old one stops as at SIGTERM ──► the new one starts ──► taken
///                   (its sockets stay: clients wait)      └─ it cannot ──► the old settings start again ──► failed
/// </code>
/// </summary>
internal sealed class RunningGateway : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly GatewayFrame _frame;
    private readonly Func<(GatewaySettings? Settings, IReadOnlyList<string> Wrong)> _read;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly TimeSpan _stopMax;
    private readonly CancellationToken _stopping;
    private readonly CancellationToken _cut;
    private GatewaySettings _settings;
    private Gateway? _gateway;

    private RunningGateway(
        GatewayFrame frame, GatewaySettings settings,
        Func<(GatewaySettings? Settings, IReadOnlyList<string> Wrong)> read, ILoggerFactory loggers,
        TimeProvider time, TimeSpan stopMax, CancellationToken stopping, CancellationToken cut)
    {
        (_frame, _settings, _read, _loggers, _time) = (frame, settings, read, loggers, time);
        (_stopMax, _stopping, _cut) = (stopMax, stopping, cut);
        _log = loggers.CreateLogger<RunningGateway>();
        _frame.Control.Reload = ReloadAsync;
    }

    /// <summary>Fails when no gateway runs any longer and none can be started.</summary>
    public Task Lost => _lost.Task;

    /// <summary>Called when settings were taken: what is read from the same file elsewhere may be read again.</summary>
    public Action? Taken { get; set; }

    /// <summary>Starts one.</summary>
    /// <param name="settings">What it starts with.</param>
    /// <param name="read">Reads them anew: the settings, or what is wrong with them.</param>
    /// <param name="loggers">The log.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stopMax">How long what is in hand is waited for.</param>
    /// <param name="stopping">The service is to end.</param>
    /// <param name="cut">And at once.</param>
    /// <exception cref="StoreException">The data folder is in use, or its database cannot be opened.</exception>
    public static async Task<RunningGateway> StartAsync(
        GatewaySettings settings, Func<(GatewaySettings? Settings, IReadOnlyList<string> Wrong)> read,
        ILoggerFactory loggers, TimeProvider time, TimeSpan stopMax, CancellationToken stopping, CancellationToken cut)
    {
        GatewayFrame frame = GatewayFrame.Take(settings.Store.Folder, loggers, keepsSockets: true);
        var running = new RunningGateway(frame, settings, read, loggers, time, stopMax, stopping, cut);
        await running._turn.WaitAsync(CancellationToken.None).ConfigureAwait(false); // who asks while it starts waits
        try
        {
            running._gateway = await running.BeginAsync(settings, note: null).ConfigureAwait(false);
            return running;
        }
        catch
        {
            await running.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            if (running._gateway is not null) running._turn.Release();
        }
    }

    /// <summary>Reads the settings anew, and has a gateway run with them.</summary>
    /// <param name="actor">Who wants it, for the audit trail.</param>
    public async Task<ReloadAnswer> ReloadAsync(string actor)
    {
        try
        {
            await _turn.WaitAsync(_stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return Stopping();
        }

        try
        {
            (GatewaySettings? next, IReadOnlyList<string> wrong) = Look();
            if (next is null)
            {
                foreach (string sentence in wrong) _log.ReloadRefused(actor, sentence);
                return ReloadAnswer.Refused(wrong);
            }

            _log.Reloading(actor);
            ReloadAnswer answer = await ChangeAsync(actor, next).ConfigureAwait(false);
            if (answer.End is ReloadEnd.Taken) Taken?.Invoke();
            return answer;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Stops it for good.</summary>
    /// <param name="deadline">How long what is in hand is waited for.</param>
    public async Task StopAsync(CancellationToken deadline)
    {
        await _turn.WaitAsync(CancellationToken.None).ConfigureAwait(false); // a reload sees that it is to end
        await _frame.LetGoAsync().ConfigureAwait(false);
        if (_gateway is not null) await _gateway.StopAsync(deadline).ConfigureAwait(false);
        await _frame.Control.StopAsync(deadline).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null) await _gateway.DisposeAsync().ConfigureAwait(false);
        await _frame.DisposeAsync().ConfigureAwait(false);
        _turn.Dispose();
    }

    private static ReloadAnswer Stopping() => ReloadAnswer.Failed("The service was asked to stop.");

    private (GatewaySettings? Settings, IReadOnlyList<string> Wrong) Look()
    {
        List<string> more = [];
        GatewaySettings? next;
        try
        {
            (next, IReadOnlyList<string> wrong) = _read();
            if (next is null) return (null, wrong);
            more.AddRange(
                from one in CertificateReport.Of(next.Smtp, _time)
                where one.Error is not null
                select new SettingError(one.Key, one.Error!).ToString());
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            return (null, [trouble.Message]);
        }

        if (Path.GetFullPath(next.Store.Folder) != Path.GetFullPath(_settings.Store.Folder))
        {
            more.Add(new SettingError(
                "Store:Folder",
                $"is another data folder than {_settings.Store.Folder}, which is in use: stop and start the service.")
                .ToString());
        }

        return (more.Count == 0 ? next : null, more);
    }

    private async Task<ReloadAnswer> ChangeAsync(string actor, GatewaySettings next)
    {
        GatewaySettings before = _settings;
        List<string> changed = ConfigurationTrail.Changed(before, next);
        Gateway old = _gateway!;
        _gateway = null;
        await EndAsync(old).ConfigureAwait(false);
        if (_stopping.IsCancellationRequested) return Stopping();
        try
        {
            _gateway = await BeginAsync(next, db => ConfigurationTrail.NoteReload(db, actor, before, next))
                .ConfigureAwait(false);
        }
        catch (Exception trouble) // whatever it is: the old settings have shown that they work
        {
            if (_stopping.IsCancellationRequested) return Stopping();
            _log.ReloadFailed(trouble, actor);
            return await TakeUpAgainAsync(actor, trouble.Message).ConfigureAwait(false);
        }

        _settings = next;
        _log.Reloaded(actor, changed.Count);
        return ReloadAnswer.Taken(changed);
    }

    private async Task<ReloadAnswer> TakeUpAgainAsync(string actor, string reason)
    {
        try
        {
            _gateway = await BeginAsync(
                _settings, db => ConfigurationTrail.NoteReloadFailed(db, actor, reason, _settings))
                .ConfigureAwait(false);
            return ReloadAnswer.Failed($"The service cannot run with them, and goes on with the old ones: {reason}");
        }
        catch (Exception trouble)
        {
            string both = $"The service can run neither with the new settings ({reason}) nor with the old ones: "
                + trouble.Message;
            _lost.TrySetException(new IOException(both, trouble));
            return ReloadAnswer.Failed(both);
        }
    }

    private async Task<Gateway> BeginAsync(GatewaySettings settings, Action<StoreSession>? note)
    {
        await _frame.CloseFreeAsync(settings).ConfigureAwait(false); // one may stand in the way of another
        Gateway gateway =
            await Gateway.CreateAsync(settings, _loggers, _time, _frame).ConfigureAwait(false);
        try
        {
            await gateway.StartAsync(_stopping, note).ConfigureAwait(false);
            await _frame.CloseFreeAsync().ConfigureAwait(false);
            return gateway;
        }
        catch
        {
            await EndAsync(gateway).ConfigureAwait(false);
            throw;
        }
    }

    // What of it did not end in order ends when it is disposed; what is on disk is safe either way.
    private async Task EndAsync(Gateway gateway)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(_cut);
        deadline.CancelAfter(_stopMax);
        try
        {
            await gateway.StopAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (Exception trouble)
        {
            _log.StopFailed(trouble);
        }

        await gateway.DisposeAsync().ConfigureAwait(false);
    }
}
