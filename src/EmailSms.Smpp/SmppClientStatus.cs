namespace EmailSms.Smpp;

/// <summary>One bind in one moment, for a status page. Never a password; the name has none.</summary>
/// <param name="Name">system_id@host:port.</param>
/// <param name="Type">What it binds as.</param>
/// <param name="State">Where it is on its way to being bound.</param>
/// <param name="StateSince">When it came to be there.</param>
/// <param name="PeerSystemId">The peer's name for itself; null before the first bind.</param>
/// <param name="PeerVersion">sc_interface_version of the peer, such as 0x34; null: not said, which means 3.3.</param>
/// <param name="Window">Requests that may be under way.</param>
/// <param name="InFlight">Requests that are.</param>
/// <param name="Waiting">Submits that wait for a slot or for the rate.</param>
/// <param name="RateMax">Submits a second that are allowed now; null: no limit.</param>
/// <param name="RateFactor">1 at full rate; less while it gives way to a carrier that said "slower".</param>
/// <param name="RoundTrip">From a submit to its answer, smoothed; null before the first.</param>
/// <param name="Trouble">Why the last connection ended, or was not made; null while bound.</param>
/// <param name="BindRefusal">The status of the last bind if it was refused.</param>
/// <param name="Traffic">What went over it since it was started.</param>
public sealed record SmppClientStatus(
    string Name,
    BindType Type,
    SmppClientState State,
    DateTimeOffset StateSince,
    string? PeerSystemId,
    byte? PeerVersion,
    int Window,
    int InFlight,
    int Waiting,
    double? RateMax,
    double RateFactor,
    TimeSpan? RoundTrip,
    string? Trouble,
    CommandStatus? BindRefusal,
    SmppTraffic Traffic);

/// <summary>What went over one bind since it was started.</summary>
/// <param name="Requests">Requests that took a slot of the window.</param>
/// <param name="Accepted">Messages answered with ESME_ROK.</param>
/// <param name="Throttled">Messages answered "slower" (ESME_RTHROTTLED, ESME_RMSGQFUL).</param>
/// <param name="Rejected">Messages refused otherwise.</param>
/// <param name="Unanswered">Requests whose answer did not come in time.</param>
/// <param name="LateAnswers">Answers to nothing that is asked (any more).</param>
/// <param name="Handled">Requests of the peer that the application took, such as deliver_sm.</param>
/// <param name="HandledRefused">Requests of the peer that were answered with an error.</param>
/// <param name="Binds">Binds that worked; all but the first are reconnects.</param>
/// <param name="PdusIn">PDUs received.</param>
/// <param name="PdusOut">PDUs sent.</param>
/// <param name="OctetsIn">Octets received.</param>
/// <param name="OctetsOut">Octets sent.</param>
public sealed record SmppTraffic(
    long Requests,
    long Accepted,
    long Throttled,
    long Rejected,
    long Unanswered,
    long LateAnswers,
    long Handled,
    long HandledRefused,
    long Binds,
    long PdusIn,
    long PdusOut,
    long OctetsIn,
    long OctetsOut);
