using EmailSms.Carriers.Routing;
using EmailSms.Messages;
using EmailSms.Smpp;

namespace EmailSms.Carriers;

/// <summary>A carrier in one moment, for a person or a script.</summary>
/// <param name="Name">Its name in the configuration.</param>
/// <param name="State"><c>bound</c>, <c>paused</c>, or what its first bind is doing.</param>
/// <param name="Paused">Who told it to wait; null: nobody.</param>
/// <param name="MessageIds">How its receipts name ids: as configured, or as learned.</param>
/// <param name="Binds">Its connections.</param>
internal sealed record CarrierStatus(
    string Name, string State, Pause? Paused, string MessageIds, IReadOnlyList<BindStatus> Binds)
{
    /// <summary>How well it delivers, by country, most used first.</summary>
    public IReadOnlyList<QualityView> Quality { get; init; } = [];

    /// <summary>Whether it is left alone because it fails; null: no service runs.</summary>
    public BreakerStatus? Breaker { get; init; }
}

/// <summary>One connection to a carrier. Times are unix milliseconds.</summary>
/// <param name="Name">system_id@host:port, with a number where there are several.</param>
/// <param name="Type">transceiver, transmitter or receiver.</param>
/// <param name="State">Where it is on its way to being bound.</param>
/// <param name="SinceMs">When it came to be there.</param>
/// <param name="Window">Submits that may be under way.</param>
/// <param name="InFlight">Submits that are.</param>
/// <param name="Waiting">Submits that wait for the window or for the rate.</param>
/// <param name="RateMax">Submits a second that are allowed now; null: no limit.</param>
/// <param name="RatePercent">100 at full rate; less while the carrier wants it slower.</param>
/// <param name="RoundTripMs">From a submit to its answer, smoothed.</param>
/// <param name="Accepted">Submits that the carrier took since the start.</param>
/// <param name="Throttled">Submits answered "slower".</param>
/// <param name="Rejected">Submits refused otherwise.</param>
/// <param name="Unanswered">Submits without an answer in time.</param>
/// <param name="Binds">Binds that worked; all but the first are reconnects.</param>
/// <param name="LastError">Why the last connection ended or was refused; null while bound.</param>
internal sealed record BindStatus(
    string Name,
    string Type,
    string State,
    long SinceMs,
    int Window,
    int InFlight,
    int Waiting,
    double? RateMax,
    int RatePercent,
    double? RoundTripMs,
    long Accepted,
    long Throttled,
    long Rejected,
    long Unanswered,
    long Binds,
    string? LastError)
{
    public static BindStatus Of(SmppClientStatus bind) => new(
        bind.Name,
        bind.Type.ToString().ToLowerInvariant(),
        bind.State.ToString().ToLowerInvariant(),
        bind.StateSince.ToUnixTimeMilliseconds(),
        bind.Window,
        bind.InFlight,
        bind.Waiting,
        bind.RateMax is { } rate ? Math.Round(rate, 1) : null,
        (int)Math.Round(bind.RateFactor * 100),
        bind.RoundTrip is { } trip ? Math.Round(trip.TotalMilliseconds, 1) : null,
        bind.Traffic.Accepted,
        bind.Traffic.Throttled,
        bind.Traffic.Rejected,
        bind.Traffic.Unanswered,
        bind.Traffic.Binds,
        bind.BindRefusal is { } refusal ? $"bind refused: {refusal.Name()}" : bind.Trouble);
}
