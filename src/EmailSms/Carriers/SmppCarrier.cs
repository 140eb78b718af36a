using System.Collections.Concurrent;
using EmailSms.Messages;
using EmailSms.Smpp;
using EmailSms.Smpp.Text;

namespace EmailSms.Carriers;

/// <summary>
/// A carrier over SMPP: keeps its binds, sends an SMS as its parts, and hands up what the carrier delivers. While it is
/// paused it takes no SMS; what it has in hand goes on, and its binds stay unless the pause wants them ended.
/// </summary>
internal sealed class SmppCarrier : ICarrier
{
    private static readonly TimeSpan ThrottledFirst = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ThrottledMax = TimeSpan.FromSeconds(5);

    private readonly CarrierOptions _options;
    private readonly CarrierTerms _terms;
    private readonly CarrierEvents _events;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly SmppSubmits _submits;
    private readonly MessageIdMatcher _ids;
    private readonly FullPhones _full;
    private readonly SemaphoreSlim _turn = new(1); // one change of the binds at a time
    private readonly ConcurrentDictionary<CommandStatus, bool> _toldOf = [];
    private readonly ConcurrentDictionary<SmppClient, bool> _bound = [];
    private volatile SmppBindGroup? _binds; // null: not started, or ended by a pause
    private volatile Pause? _pause;
    private bool _started;
    private bool _stopped;

    public SmppCarrier(
        string name, CarrierOptions options, CarrierEvents events, ILoggerFactory loggers, TimeProvider time)
    {
        (Name, _options, _events, _loggers, _time) = (name, options, events, loggers, time);
        _terms = CarrierTerms.Read(options);
        _submits = new SmppSubmits(options, _terms, time);
        _ids = new MessageIdMatcher(options.MessageIds);
        _full = new FullPhones(time);
        Numbers = new SourceNumbers(options.Region, options.BareNumbers);
        _log = loggers.CreateLogger<SmppCarrier>();
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>How the numbers in its texts and receipts are read.</summary>
    public SourceNumbers Numbers { get; init; }

    /// <inheritdoc/>
    public int InFlightMax => PacedWindow.Of(
        _options.Window * _options.Binds, _options.SubmitsPerSecondMax,
        _options.Session.SubmitsPerSecondMax * _options.Binds);

    /// <inheritdoc/>
    public bool KeepsOrder => _options.Binds == 1 && _options.Unknown is not UnknownFate.Hold;

    /// <inheritdoc/>
    public bool IsReady => _pause is null && IsBound;

    /// <inheritdoc/>
    public Action? StateChanged { get; set; }

    /// <summary>Called when a bind is refused because of the account, with the status.</summary>
    public Action<string>? AccountRefused { get; set; }

    /// <inheritdoc/>
    public CarrierStatus Status
    {
        get
        {
            IReadOnlyList<BindStatus> binds = [.. _binds?.Status.Select(BindStatus.Of) ?? []];
            string state = _pause is not null ? "paused"
                : IsBound ? "bound"
                : binds.Count > 0 ? binds[0].State
                : "stopped";
            string ids = _ids.Learned is { } learned ? $"{_ids.Mode} ({learned})" : _ids.Mode.ToString();
            return new CarrierStatus(Name, state, _pause, ids, binds);
        }
    }

    private bool IsBound => _binds?.IsBound ?? false;

    private FailureCode QueueFull => SmppFailures.Of(CommandStatus.MessageQueueFull, _terms.Errors);

    /// <inheritdoc/>
    public bool HoldsUnknown(OutgoingSms sms) => _options.Unknown is UnknownFate.Hold;

    /// <summary>
    /// Connects and binds in the background, and again whenever a bind is lost; unless a pause says no.
    /// </summary>
    public async Task StartAsync()
    {
        _started = true;
        await ApplyAsync(_pause).ConfigureAwait(false);
    }

    /// <summary>
    /// Begins or ends a pause. No new SMS is taken from this moment; done when the binds are as they should be.
    /// </summary>
    public async Task ApplyAsync(Pause? pause)
    {
        if (pause != _pause) _log.CarrierPause(Name, pause is null ? "goes on" : $"is paused by {pause.By}");
        _pause = pause;
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            bool wanted = _started && !_stopped && _pause is not { Unbind: true };
            if (!wanted && _binds is { } old)
            {
                await old.StopAsync(CancellationToken.None).ConfigureAwait(false); // its own limits end it
                await old.DisposeAsync().ConfigureAwait(false);
                _binds = null;
            }
            else if (wanted && _binds is null)
            {
                _binds = Bind();
                _binds.Start();
            }
        }
        finally
        {
            _turn.Release();
        }

        StateChanged?.Invoke();
    }

    /// <summary>Waits for the windows, unbinds, closes.</summary>
    public async Task StopAsync(CancellationToken deadline)
    {
        _stopped = true;
        if (_binds is { } binds) await binds.StopAsync(deadline).ConfigureAwait(false);
    }

    /// <summary>
    /// One attempt: submits the parts that are still missing, in order and over one bind, and waits for their answers.
    /// Up to its first wait it runs at once, so calls in a row are submits in a row. Throttled parts are sent again
    /// until the deadline.
    /// </summary>
    public async Task<Attempt> SendAsync(OutgoingSms sms, CancellationToken deadline)
    {
        if (_binds is not { } binds) return End([], new Outcome.Retry(SmppFailures.NotSent("not bound")));
        if (_full.Left(sms.To.E164) is { } left) return End([], new Outcome.Retry(QueueFull, left));
        IReadOnlyList<SubmitSm> submits;
        try
        {
            submits = _submits.Of(sms);
        }
        catch (ArgumentException fault) // more than 255 parts, or a field the protocol has no room for
        {
            return End([], new Outcome.Refused(SmppFailures.Unsendable(fault.Message)));
        }

        List<int> missing = [.. Enumerable.Range(1, submits.Count).Where(part => !sms.IsAccepted(Name, part))];
        Task<SubmitResult>[] first = binds.SubmitParts([.. missing.Select(part => submits[part - 1])], deadline);
        Task<SubmitResult>[] answers =
            [.. first.Select((answer, i) => PersistAsync(binds, submits[missing[i] - 1], answer, deadline))];

        List<AcceptedPart> accepted = [];
        Outcome worst = new Outcome.Accepted();
        for (int i = 0; i < answers.Length; i++)
        {
            SubmitResult result = await answers[i].ConfigureAwait(false);
            if (result is SubmitResult.Accepted yes) accepted.Add(new AcceptedPart(missing[i], yes.MessageId));
            worst = Worse(worst, Read(result));
        }

        if (accepted.Count == answers.Length) _full.Taken(sms.To.E164);
        if (worst is Outcome.Retry { Code: var code } && code == QueueFull)
        {
            worst = new Outcome.Retry(code, _full.Refused(sms.To.E164, Random.Shared.NextDouble()));
        }

        return End(accepted, worst, submits.Count);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _stopped = true;
        if (_binds is { } binds) await binds.DisposeAsync().ConfigureAwait(false);
        _turn.Dispose();
    }

    private Attempt End(IReadOnlyList<AcceptedPart> accepted, Outcome outcome, int? parts = null) =>
        new(Name, accepted, outcome)
        {
            Parts = parts,
            IsWhole = _options.LongTexts is Segmentation.Payload,
            Ids = _ids,
            HoldsUnknown = _options.Unknown is UnknownFate.Hold,
            IsFreeAfterUnknown = _options.Unknown is UnknownFate.Resend,
        };

    private SmppBindGroup Bind() =>
        new(CarrierBinds.Of(_options), _loggers.CreateLogger<SmppClient>(), _time)
        {
            Deliver = DeliverAsync,
            StateChanged = (bind, state) =>
            {
                _log.CarrierState(Name, state.ToString());
                if (state is SmppClientState.Bound) _bound[bind] = true;
                else if (state is SmppClientState.Waiting && _bound.TryRemove(bind, out _))
                {
                    _events.BindLost?.Invoke(Name);
                }

                if (state is SmppClientState.Waiting && bind.BindRefusal is { } status
                    && SmppFailures.Of(status).Class is FailureClass.Authentication)
                {
                    _log.AccountRefused(Name, status.Name());
                    AccountRefused?.Invoke(status.Name());
                }

                StateChanged?.Invoke();
            },
        };

    // What is worst of the parts is what happened to the SMS: refused for good, then fate unknown, then not yet.
    private static Outcome Worse(Outcome one, Outcome other) => Rank(other) > Rank(one) ? other : one;

    private static int Rank(Outcome outcome) => outcome switch
    {
        Outcome.Refused => 3,
        Outcome.Unknown => 2,
        Outcome.Retry => 1,
        _ => 0,
    };

    private Outcome Read(SubmitResult result)
    {
        switch (result)
        {
            case SubmitResult.Accepted:
                return new Outcome.Accepted();
            case SubmitResult.NotSent no:
                return new Outcome.Retry(SmppFailures.NotSent(no.Reason));
            case SubmitResult.Unknown unknown:
                return new Outcome.Unknown(SmppFailures.Unknown(unknown.Reason));
            case SubmitResult.Rejected { Status: var status }:
                if (SmppFailures.IsOfSettings(status) && _toldOf.TryAdd(status, true))
                {
                    _log.SettingsRefused(Name, status.Name());
                }

                FailureCode code = SmppFailures.Of(status, _terms.Errors);
                return code.Class is FailureClass.Permanent or FailureClass.OptedOut
                    ? new Outcome.Refused(code)
                    : new Outcome.Retry(code);
            default:
                throw new InvalidOperationException($"A submit ended as {result.GetType().Name}.");
        }
    }

    // The library slows the bind down; what was answered "slower" is this one's to send again. It keeps its place in
    // the window meanwhile: a minute in a penalty box for one answer in a hundred would cost more than the throttling.
    private async Task<SubmitResult> PersistAsync(
        SmppBindGroup binds, SubmitSm submit, Task<SubmitResult> first, CancellationToken deadline)
    {
        SubmitResult result = await first.ConfigureAwait(false);
        for (int times = 0; result is SubmitResult.Rejected { Status: var status }; times++)
        {
            FailureCode code = SmppFailures.Of(status, _terms.Errors);
            if (code.Class is not FailureClass.Throttled) return result;
            _log.CarrierThrottled(Name, status.Name());
            if (code == QueueFull) return result; // about this phone, which is not to keep a place from the others
            TimeSpan longest = TimeSpan.FromTicks(
                Math.Min(ThrottledMax.Ticks, ThrottledFirst.Ticks << Math.Min(times, 10)));
            await Task.Delay(longest * (0.5 + (Random.Shared.NextDouble() / 2)), _time, deadline)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (deadline.IsCancellationRequested) return result; // the pause outlasted the attempt
            result = await binds.SubmitAsync(submit, deadline).ConfigureAwait(false);
        }

        return result;
    }

    private async ValueTask<CommandStatus> DeliverAsync(DeliverSm deliver, CancellationToken stopping)
    {
        if (SmppInbound.TryReadReceipt(Name, deliver, _terms, Numbers, out InboundReceipt? receipt))
        {
            await _events.Receipt(receipt with { Ids = _ids }, stopping).ConfigureAwait(false);
            return CommandStatus.Ok;
        }

        InboundText text = SmppInbound.ReadText(Name, deliver, _options.Alphabet, _terms, Numbers);
        await _events.Text(text, stopping).ConfigureAwait(false);
        return CommandStatus.Ok;
    }
}
