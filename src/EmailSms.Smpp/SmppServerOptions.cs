namespace EmailSms.Smpp;

/// <summary>
/// The SMSC's side: what it calls itself and how long it waits. A <see cref="TimeSpan.Zero"/> turns a timer off.
/// </summary>
public sealed class SmppServerOptions
{
    /// <summary>TLS from the first octet; null: none.</summary>
    public SmppServerTls? Tls { get; init; }

    /// <summary>The name in bind responses, at most 15 octets.</summary>
    public string SystemId { get; init; } = "smsc";

    /// <summary>sc_interface_version in bind responses.</summary>
    public byte InterfaceVersion { get; init; } = 0x34;

    /// <summary>Sessions at one time; further connections are closed at once.</summary>
    public int SessionsMax { get; init; } = 1000;

    /// <summary>
    /// Sessions of one account at one time; the next bind is ESME_RALYBND. 0: no such limit.
    /// </summary>
    public int SessionsPerAccountMax { get; init; }

    /// <summary>deliver_sm of one session that may be under way.</summary>
    public int DeliverWindow { get; init; } = 50;

    /// <summary>Requests of one session that may wait; above it they are answered ESME_RTHROTTLED.</summary>
    public int RequestQueueMax { get; init; } = 1000;

    /// <summary>Requests of one session that the handlers may have in hand at once.</summary>
    public int RequestConcurrencyMax { get; init; } = 1000;

    /// <summary>The largest PDU taken, in octets.</summary>
    public int PduOctetsMax { get; init; } = SmppCodec.PduOctetsMaxDefault;

    /// <summary>session_init: a connection has to bind by then.</summary>
    public TimeSpan BindMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The answer to a deliver_sm.</summary>
    public TimeSpan AnswerMax { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Nothing received for so long: enquire_link.</summary>
    public TimeSpan EnquireLinkIdle { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Nothing received after enquire_link for so long: the connection is dead.</summary>
    public TimeSpan EnquireLinkAnswerMax { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Nothing received for so long: closed. Off, since enquire_link finds the dead.</summary>
    public TimeSpan InactivityMax { get; init; }

    /// <summary>A PDU that was begun has to be whole by then.</summary>
    public TimeSpan PduCompletionMax { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A peer that does not read for so long is gone.</summary>
    public TimeSpan WriteStallMax { get; init; } = TimeSpan.FromSeconds(30);

    internal SessionLimits ToLimits() => new()
    {
        Window = DeliverWindow,
        PduOctetsMax = PduOctetsMax,
        AnswerMax = AnswerMax,
        EnquireLinkIdle = EnquireLinkIdle,
        EnquireLinkAnswerMax = EnquireLinkAnswerMax,
        InactivityMax = InactivityMax,
        PduCompletionMax = PduCompletionMax,
        WriteStallMax = WriteStallMax,
    };
}
