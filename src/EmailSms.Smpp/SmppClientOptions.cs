using System.Net;

namespace EmailSms.Smpp;

/// <summary>Where an ESME waits for its SMSC to call, and what has to come first (outbind, SMPP 3.4 2.2.1).</summary>
public sealed record SmppOutbind
{
    /// <summary>Where it listens; port 0 lets the system choose.</summary>
    public required IPEndPoint Endpoint { get; init; }

    /// <summary>What the SMSC has to call itself; null: anything.</summary>
    public string? SystemId { get; init; }

    /// <summary>The password the SMSC has to give; null: any.</summary>
    public string? Password { get; init; }

    /// <summary>
    /// TLS from the first octet, this side with its certificate as the one that is called; null: none.
    /// </summary>
    public SmppServerTls? Tls { get; init; }

    /// <summary>Without the password.</summary>
    public override string ToString() => $"outbind of {SystemId} at {Endpoint}";
}

/// <summary>
/// How to bind and how long to wait. The standard fixes no values; these are what the field runs with. A
/// <see cref="TimeSpan.Zero"/> turns a timer off.
/// </summary>
public sealed record SmppClientOptions
{
    /// <summary>Name or address of the SMSC.</summary>
    public required string Host { get; init; }

    /// <summary>2775 is the registered port; many carriers use others.</summary>
    public int Port { get; init; } = 2775;

    /// <summary>
    /// The SMSC calls: nothing is connected to, but listened for, and the bind goes over the connection that comes.
    /// <see cref="Host"/> is a name for the log then, and TLS is that of <see cref="SmppOutbind.Tls"/>. Null: the ESME
    /// calls.
    /// </summary>
    public SmppOutbind? Outbind { get; init; }

    /// <summary>TLS from the first octet; null: none. 3550 is the registered port of it.</summary>
    public SmppClientTls? Tls { get; init; }

    /// <summary>The account, at most 15 octets.</summary>
    public string SystemId { get; init; } = "";

    /// <summary>8 octets in the standard; more are sent as they are, since carriers give out longer ones.</summary>
    public string Password { get; init; } = "";

    /// <summary>At most 12 octets; mostly empty.</summary>
    public string SystemType { get; init; } = "";

    /// <summary>0x34 for SMPP 3.4, 0x50 for 5.0.</summary>
    public byte InterfaceVersion { get; init; } = 0x34;

    /// <summary>Transceiver unless the carrier wants two binds.</summary>
    public BindType BindType { get; init; } = BindType.Transceiver;

    /// <summary>address_range of the bind; mostly empty.</summary>
    public SmppAddress AddressRange { get; init; } = SmppAddress.None;

    /// <summary>
    /// Requests that may be under way. Carriers allow from 1 to some hundred; rate x latency is enough.
    /// </summary>
    public int Window { get; init; } = 50;

    /// <summary>Submits a second; 0 = as many as the window lets through.</summary>
    public double SubmitsPerSecondMax { get; init; }

    /// <summary>
    /// When the carrier says "slower" (ESME_RTHROTTLED, congestion_state from 90, ESME_RMSGQFUL of three phones within
    /// five seconds: that of one is about that phone), the rate is halved, never below one a second, and grows back in
    /// steps. Off: the refusals are all that happens.
    /// </summary>
    public bool AdaptRate { get; init; } = true;

    /// <summary>
    /// All parts of a long text but its last carry more_messages_to_send, so that the SMSC keeps its channel to the
    /// phone open. Some SMSCs refuse it.
    /// </summary>
    public bool MoreMessagesToSend { get; init; }

    /// <summary>The largest PDU taken, in octets.</summary>
    public int PduOctetsMax { get; init; } = SmppCodec.PduOctetsMaxDefault;

    /// <summary>deliver_sm that may wait for the application before the carrier is told to send them later.</summary>
    public int DeliverQueueMax { get; init; } = 1000;

    /// <summary>
    /// deliver_sm that the application may have in hand at once. They are begun in the order they came.
    /// </summary>
    public int DeliverConcurrencyMax { get; init; } = 32;

    /// <summary>TCP and TLS.</summary>
    public TimeSpan ConnectMax { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>session_init: the answer to the bind.</summary>
    public TimeSpan BindMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The answer to a request. Too short is worse than too long: what was not waited for is sent twice.
    /// </summary>
    public TimeSpan AnswerMax { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Nothing received for so long: enquire_link.</summary>
    public TimeSpan EnquireLinkIdle { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Nothing received after enquire_link for so long: the connection is dead.</summary>
    public TimeSpan EnquireLinkAnswerMax { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Nothing received for so long: closed. Off, since enquire_link finds the dead.</summary>
    public TimeSpan InactivityMax { get; init; }

    /// <summary>A PDU that was begun has to be whole by then.</summary>
    public TimeSpan PduCompletionMax { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A peer that does not read for so long is gone.</summary>
    public TimeSpan WriteStallMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The first pause before connecting again is anywhere between nothing and this; it doubles.</summary>
    public TimeSpan ReconnectFirst { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest such pause.</summary>
    public TimeSpan ReconnectMax { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>After a wrong password or name: hurrying gets accounts locked.</summary>
    public TimeSpan RefusedFirst { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest such pause.</summary>
    public TimeSpan RefusedMax { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>After ESME_RALYBND: as long as the carrier needs to notice that the last connection is gone.</summary>
    public TimeSpan AlreadyBoundPause { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long stopping waits for the answers that are still out.</summary>
    public TimeSpan DrainMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long stopping waits for unbind_resp.</summary>
    public TimeSpan UnbindMax { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Without the password.</summary>
    public override string ToString() => $"{SystemId}@{Host}:{Port}";

    internal SessionLimits ToLimits() => new()
    {
        Window = Window,
        PduOctetsMax = PduOctetsMax,
        AnswerMax = AnswerMax,
        EnquireLinkIdle = EnquireLinkIdle,
        EnquireLinkAnswerMax = EnquireLinkAnswerMax,
        InactivityMax = InactivityMax,
        PduCompletionMax = PduCompletionMax,
        WriteStallMax = WriteStallMax,
    };
}
