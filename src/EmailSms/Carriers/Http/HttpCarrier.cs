using System.Globalization;
using EmailSms.Messages;

namespace EmailSms.Carriers.Http;

/// <summary>
/// A carrier over HTTP: what its definition says, sent once for each attempt. A carrier that wants to be left alone
/// takes no SMS for so long, and they go over the next one.
/// </summary>
internal sealed class HttpCarrier : ICarrier
{
    private static readonly TimeSpan ThrottledFirst = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ThrottledMax = TimeSpan.FromSeconds(30);

    private readonly CarrierOptions _options;
    private readonly HookAddresses? _hooks;
    private readonly HttpSettings _settings;
    private readonly HttpConnection _connection;
    private readonly OAuthToken? _token;
    private readonly AnswerReader _answers;
    private readonly HttpTraffic _traffic;
    private readonly HttpPace _pace;
    private readonly ITimer _goOn;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly Lock _holding = new();
    private volatile Pause? _pause;
    private volatile bool _started;
    private volatile bool _isHeldOff;
    private int _throttled; // complaints in a row
    private long _complainedAt = long.MinValue; // ticks of the clock
    private long _heldUntil;

    /// <exception cref="FormatException">The settings were not checked before: their mistakes.</exception>
    public HttpCarrier(
        string name, CarrierOptions options, HookAddresses? hooks, ILoggerFactory loggers, TimeProvider time,
        SourceNumbers? numbers = null)
    {
        (Name, _options, _hooks, _time) = (name, options, hooks, time);
        HttpTerms terms = HttpTerms.Read(options);
        if (terms.Definition is null || terms.Wrong.Count > 0)
        {
            throw new FormatException(string.Join(" ", terms.Wrong.Select(one => $"{one.Key} {one.Wrong}")));
        }

        (Definition, _settings) = (terms.Definition, terms.Settings!);
        _connection = new HttpConnection(options);
        if (Definition.Send.Auth.Kind == "oauth2") _token = new OAuthToken(_connection, Definition.Send.Auth, time);
        _answers = new AnswerReader(Definition, terms.Errors, time);
        Hooks = new HookReader(name, options, Definition, terms)
        {
            Numbers = numbers ?? new SourceNumbers(options.Region, options.BareNumbers),
        };
        _traffic = new HttpTraffic(time);
        _pace = new HttpPace(options.SubmitsPerSecondMax, options.AdaptRate, time);
        _log = loggers.CreateLogger<HttpCarrier>();
        _goOn = time.CreateTimer(_ => GoOn(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int InFlightMax => PacedWindow.Of(_options.Window, _options.SubmitsPerSecondMax);

    /// <inheritdoc/>
    public bool KeepsOrder => false;

    /// <inheritdoc/>
    public bool IsReady => _started && _pause is null && !_isHeldOff;

    /// <inheritdoc/>
    public Action? StateChanged { get; set; }

    public HttpDefinition Definition { get; }

    /// <summary>Reads what comes to its hooks.</summary>
    public HookReader Hooks { get; }

    /// <summary>Is told each request and each reply, without secrets.</summary>
    public Action<string>? Trace { get; init; }

    /// <inheritdoc/>
    public CarrierStatus Status
    {
        get
        {
            string state = _pause is not null ? "paused" : !_started ? "stopped" : _isHeldOff ? "held off" : "ready";
            return new CarrierStatus(Name, state, _pause, "AsIs", [_traffic.ToStatus(this, state, _pace.Limit)]);
        }
    }

    /// <summary>Its host, for a person.</summary>
    public string Host => Uri.TryCreate(
        Definition.Send.Url.TextOf(name => _settings.Value(name, isMasked: true)), UriKind.Absolute, out Uri? url)
        ? url.Authority
        : "";

    /// <inheritdoc/>
    public bool HoldsUnknown(OutgoingSms sms) => _options.Unknown.Holds(sms, Definition.Deduplicates);

    /// <summary>Why a call at its hooks is refused; null: it is the carrier's.</summary>
    public async Task<string?> RefusalAsync(HookCall call, CancellationToken deadline)
    {
        foreach (VerifyPart part in Definition.Verify)
        {
            string? refusal = part.Kind == "aws-sns"
                ? await AwsNotice.RefusalAsync(part, call, name => _settings.Value(name), _connection, deadline)
                    .ConfigureAwait(false)
                : HookVerifiers.Refusal(part, call, name => _settings.Value(name), _time.GetUtcNow());
            if (refusal is not null) return refusal;
        }

        return null;
    }

    /// <summary>The request for an SMS as a person reads it, without secrets. Nothing is sent.</summary>
    public string Preview(OutgoingSms sms)
    {
        var masked = new SmsValues(
            _settings, sms, $"{sms.Id:N}-1", _hooks?.Of(Name, $"{sms.Id:N}-1")
                ?? "", _time.GetUtcNow(), isMasked: true);
        return HttpTrace.Of(HttpRequest.Write(Definition.Send, masked.Get), Definition.Send.Auth);
    }

    /// <inheritdoc/>
    public Task StartAsync()
    {
        _started = true;
        _log.CarrierState(Name, "ready");
        StateChanged?.Invoke();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task ApplyAsync(Pause? pause)
    {
        if (pause != _pause) _log.CarrierPause(Name, pause is null ? "goes on" : $"is paused by {pause.By}");
        _pause = pause;
        StateChanged?.Invoke();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken deadline)
    {
        _started = false;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<Attempt> SendAsync(OutgoingSms sms, CancellationToken deadline)
    {
        if (!await _pace.WaitAsync(deadline).ConfigureAwait(false))
        {
            FailureCode late = CarrierFailures.NotSent("no turn in time") with { IsOurOwn = true };
            return End(sms, new HttpVerdict(new Outcome.Retry(late), []), "");
        }

        using var answerMax = new CancellationTokenSource(_options.AnswerMax, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(answerMax.Token, deadline);
        string reference = string.Create(CultureInfo.InvariantCulture, $"{sms.Id:N}-{sms.Attempts + 1}");
        long began = _traffic.Begin();
        HttpReply reply = await ExchangeAsync(sms, reference, either.Token).ConfigureAwait(false);
        HttpVerdict verdict = _answers.Read(reply);
        _traffic.End(began, verdict, reply);
        if (verdict.IsThrottled)
        {
            _pace.Slow(began);
            HoldOff(began, verdict.RetryAfter);
        }
        else if (verdict.Outcome is Outcome.Accepted) GoWell(began);
        return End(sms, verdict, reference);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _started = false;
        _goOn.Dispose();
        _token?.Dispose();
        _connection.Dispose();
        return ValueTask.CompletedTask;
    }

    private Attempt End(OutgoingSms sms, HttpVerdict verdict, string reference)
    {
        bool isAccepted = verdict.Outcome is Outcome.Accepted;
        IReadOnlyList<string> ids = !isAccepted ? []
            : verdict.Ids.Count > 0 ? verdict.Ids
            : [Definition.Deduplicates ? sms.Id.ToString() : reference]; // then its receipts name ours
        IReadOnlyList<Money> prices = verdict.Prices;
        IEnumerable<AcceptedPart> accepted = ids.Select((id, i) => new AcceptedPart(i + 1, id)
        {
            Price = i < prices.Count ? prices[i] : null,
        });
        return new Attempt(Name, [.. accepted], verdict.Outcome)
        {
            Submissions = isAccepted ? ids.Count : null,
            IsWhole = ids.Count == 1,
            HoldsUnknown = HoldsUnknown(sms),
            IsFreeAfterUnknown = _options.Unknown is UnknownFate.Resend,
        };
    }

    private async Task<HttpReply> ExchangeAsync(OutgoingSms sms, string reference, CancellationToken deadline)
    {
        string callback = _hooks?.Of(Name, reference) ?? "";
        DateTimeOffset now = _time.GetUtcNow();
        var values = new SmsValues(_settings, sms, reference, callback, now);
        Func<string, object?> get = values.Get;
        HttpRequest request = HttpRequest.Write(Definition.Send, get);
        if (Definition.Send.Auth is { Kind: "aws", Parts: var aws })
        {
            request = AwsSignature.Sign(
                request, aws["service"].TextOf(get), aws["region"].TextOf(get), aws["key"].TextOf(get),
                aws["secret"].TextOf(get), now);
        }

        if (Trace is not null)
        {
            var masked = new SmsValues(_settings, sms, reference, callback, now, isMasked: true);
            Trace(HttpTrace.Of(HttpRequest.Write(Definition.Send, masked.Get), Definition.Send.Auth));
        }

        HttpReply reply = _token is null
            ? await _connection.SendAsync(request, deadline).ConfigureAwait(false)
            : await ExchangeAsync(request, _token, get, deadline).ConfigureAwait(false);
        Trace?.Invoke(_settings.Mask(HttpTrace.Of(reply)));
        return reply;
    }

    // A carrier may take a token back before its end. One that was kept is worth a second look: with a new one, once.
    private async Task<HttpReply> ExchangeAsync(
        HttpRequest request, OAuthToken tokens, Func<string, object?> get, CancellationToken deadline)
    {
        (AccessToken? token, HttpReply? no) = await tokens.TakeAsync(get, deadline).ConfigureAwait(false);
        if (token is null) return no!;
        HttpReply reply = await SendAsync(token).ConfigureAwait(false);
        if (reply.Status != 401 || token.IsNew) return reply;
        (token, no) = await tokens.TakeAsync(get, deadline).ConfigureAwait(false);
        return token is null ? no! : await SendAsync(token).ConfigureAwait(false);

        async Task<HttpReply> SendAsync(AccessToken shown)
        {
            HttpReply said = await _connection.SendAsync(
                request with { Headers = [.. request.Headers, ("Authorization", $"Bearer {shown.Text}")] }, deadline)
                .ConfigureAwait(false);
            if (said.Status == 401) tokens.Forget(shown);
            return said;
        }
    }

    // Those that were on their way together hear the same complaint: it counts once, and the longest wish holds.
    private void HoldOff(long began, TimeSpan? wanted)
    {
        TimeSpan pause;
        bool isNews;
        lock (_holding)
        {
            long now = _time.GetTimestamp();
            bool isNew = began > _complainedAt;
            if (isNew) (_throttled, _complainedAt) = (_throttled + 1, now);
            TimeSpan own = TimeSpan.FromTicks(Math.Min(
                ThrottledMax.Ticks, ThrottledFirst.Ticks << Math.Min(_throttled - 1, 10)));
            pause = wanted is { } said && said > TimeSpan.Zero ? said
                : isNew ? own * (0.5 + (Random.Shared.NextDouble() / 2))
                : TimeSpan.Zero;
            long until = now + (long)(pause.TotalSeconds * _time.TimestampFrequency);
            if (until <= Math.Max(now, _heldUntil)) return;
            isNews = isNew || until - _heldUntil > _time.TimestampFrequency; // not each millisecond of a burst
            _heldUntil = until;
            _isHeldOff = true;
            _goOn.Change(pause, Timeout.InfiniteTimeSpan);
        }

        if (!isNews) return;
        _log.CarrierHeldOff(Name, pause);
        StateChanged?.Invoke();
    }

    // What had left before the last complaint says nothing of how it is since.
    private void GoWell(long began)
    {
        lock (_holding)
        {
            if (began > _complainedAt) _throttled = 0;
        }
    }

    private void GoOn()
    {
        lock (_holding)
        {
            TimeSpan rest = _time.GetElapsedTime(_time.GetTimestamp(), _heldUntil);
            if (rest > TimeSpan.FromMilliseconds(1)) // held off for longer since the timer was due
            {
                _goOn.Change(rest, Timeout.InfiniteTimeSpan);
                return;
            }

            _isHeldOff = false;
        }

        StateChanged?.Invoke();
    }
}
