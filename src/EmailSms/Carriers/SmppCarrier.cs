using EmailSms.Messages;
using EmailSms.Smpp;
using EmailSms.Smpp.Text;

namespace EmailSms.Carriers;

/// <summary>
/// A carrier over SMPP: keeps its bind, sends an SMS as its parts, and hands up what the carrier delivers.
/// </summary>
internal sealed class SmppCarrier : IAsyncDisposable
{
    private readonly CarrierOptions _options;
    private readonly CarrierEvents _events;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly Pace _pace;
    private readonly SmppClient _client;

    public SmppCarrier(
        string name, CarrierOptions options, CarrierEvents events, ILoggerFactory loggers, TimeProvider time)
    {
        Name = name;
        _options = options;
        _events = events;
        _time = time;
        _log = loggers.CreateLogger<SmppCarrier>();
        _pace = new Pace(time);
        _client = new SmppClient(ClientOptions(options), loggers.CreateLogger<SmppClient>(), time)
        {
            Deliver = DeliverAsync,
            StateChanged = state =>
            {
                _log.CarrierState(Name, state.ToString());
                StateChanged?.Invoke();
            },
        };
    }

    /// <summary>Its name in the configuration.</summary>
    public string Name { get; }

    /// <summary>SMS that it can have in flight at once.</summary>
    public int InFlightMax => _options.Window;

    /// <summary>Whether it takes SMS now.</summary>
    public bool IsBound => _client.IsBound;

    /// <summary>Its state, for a person.</summary>
    public string State => _client.State.ToString();

    /// <summary>Called when <see cref="IsBound"/> may have changed.</summary>
    public Action? StateChanged { get; set; }

    /// <summary>Connects and binds in the background, and again whenever the bind is lost.</summary>
    public void Start() => _client.Start();

    /// <summary>Waits for the window, unbinds, closes.</summary>
    public Task StopAsync(CancellationToken deadline) => _client.StopAsync(deadline);

    /// <summary>
    /// One attempt: submits the parts that are still missing, in order, and waits for their answers. Up to its first
    /// wait it runs at once, so calls in a row are submits in a row. Throttled parts are sent again at the carrier's
    /// pace until the deadline.
    /// </summary>
    public async Task<Attempt> SendAsync(OutgoingSms sms, CancellationToken deadline)
    {
        IReadOnlyList<SubmitSm> submits;
        try
        {
            submits = ToSubmits(sms);
        }
        catch (ArgumentException fault) // more than 255 parts, or a field the protocol has no room for
        {
            return new Attempt(Name, [], new Outcome.Refused(SmppFailures.Unsendable(fault.Message)));
        }

        List<(int Part, Task<SubmitResult> Answer)> pending = [];
        for (int part = 1; part <= submits.Count; part++)
        {
            if (sms.PartsAccepted.Contains(part)) continue;
            pending.Add((part, SubmitAsync(submits[part - 1], deadline)));
        }

        List<AcceptedPart> accepted = [];
        Outcome worst = new Outcome.Accepted();
        foreach ((int part, Task<SubmitResult> answer) in pending)
        {
            SubmitResult result = await answer.ConfigureAwait(false);
            if (result is SubmitResult.Accepted yes) accepted.Add(new AcceptedPart(part, yes.MessageId));
            worst = Worse(worst, Read(result));
        }

        return new Attempt(Name, accepted, worst);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _client.DisposeAsync();

    private static SmppClientOptions ClientOptions(CarrierOptions options) => new()
    {
        Host = options.Host ?? "",
        Port = options.Port,
        SystemId = options.SystemId ?? "",
        Password = options.Password ?? "",
        SystemType = options.SystemType,
        Window = options.Window,
        SubmitsPerSecondMax = options.SubmitsPerSecondMax,
        AnswerMax = options.AnswerMax,
        EnquireLinkIdle = options.EnquireLinkIdle,
        ReconnectMax = options.ReconnectMax,
    };

    private static Outcome Read(SubmitResult result) => result switch
    {
        SubmitResult.Accepted => new Outcome.Accepted(),
        SubmitResult.NotSent no => new Outcome.Retry(SmppFailures.NotSent(no.Reason)),
        SubmitResult.Unknown unknown => new Outcome.Unknown(SmppFailures.Unknown(unknown.Reason)),
        SubmitResult.Rejected { Status: var status } => SmppFailures.Of(status) switch
        {
            { Class: FailureClass.Permanent or FailureClass.OptedOut } code => new Outcome.Refused(code),
            var code => new Outcome.Retry(code),
        },
        _ => throw new InvalidOperationException($"A submit ended as {result.GetType().Name}."),
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

    private async Task<SubmitResult> SubmitAsync(SubmitSm submit, CancellationToken deadline)
    {
        try
        {
            while (true)
            {
                await _pace.WaitAsync(deadline).ConfigureAwait(false);
                SubmitResult result = await _client.SubmitAsync(submit, deadline).ConfigureAwait(false);
                if (result is SubmitResult.Accepted) _pace.Free();
                if (result is not SubmitResult.Rejected { Status: var status }
                    || status.Class() is not CommandStatusClass.Throttled)
                {
                    return result;
                }

                _pace.Slow();
                _log.CarrierThrottled(Name, status.Name());
                if (deadline.IsCancellationRequested) return result;
            }
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return new SubmitResult.Rejected(CommandStatus.Throttled); // the pause outlasted the attempt
        }
    }

    private IReadOnlyList<SubmitSm> ToSubmits(OutgoingSms sms)
    {
        string sender = sms.SenderId.Length > 0 ? sms.SenderId : _options.SenderId;
        var template = new SubmitSm
        {
            Source = Address(sender),
            Destination = sms.To.IsShort ? SmppAddress.ShortCode(sms.To.E164) : SmppAddress.FromE164(sms.To.E164),
            DataCoding = sms.Class is SmsClass.Flash ? DataCoding.Gsm7Flash : DataCoding.Default,
            RegisteredDelivery = RegisteredDelivery.Final, // for every part: one receipt says nothing of the others
            ValidityPeriod = _options.SendValidity ? Validity(sms.ExpiresMs) : "",
        };
        return SmsSegmenter.ToSubmits(template, SmsSegmenter.Split(sms.Body), sms.Reference);
    }

    private static SmppAddress Address(string sender) => sender switch
    {
        "" => new SmppAddress(0, 0, ""),
        ['+', ..] => SmppAddress.FromE164(sender),
        _ when sender.All(char.IsAsciiDigit) => SmppAddress.ShortCode(sender),
        _ => SmppAddress.Alphanumeric(sender),
    };

    // Relative time (SMPP 3.4 7.1.1): YYMMDDhhmmss000R. Days are kept below 31, so months need no thought.
    private string Validity(long expiresMs)
    {
        long left = expiresMs - _time.GetUtcNow().ToUnixTimeMilliseconds();
        TimeSpan span = TimeSpan.FromSeconds(Math.Clamp(left / 1000, 60, 30 * 24 * 3600));
        return string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"0000{span.Days:00}{span.Hours:00}{span.Minutes:00}{span.Seconds:00}000R");
    }

    private async ValueTask<CommandStatus> DeliverAsync(DeliverSm deliver, CancellationToken stopping)
    {
        if (SmppInbound.TryReadReceipt(Name, deliver, out InboundReceipt? receipt))
        {
            await _events.Receipt(receipt, stopping).ConfigureAwait(false);
            return CommandStatus.Ok;
        }

        await _events.Text(SmppInbound.ReadText(Name, deliver), stopping).ConfigureAwait(false);
        return CommandStatus.Ok;
    }
}
