using System.ComponentModel.DataAnnotations;

namespace EmailSms.Carriers;

/// <summary>
/// The section <c>Session</c> of an SMPP carrier: timers and limits of its binds that hardly any carrier needs
/// otherwise. The standard fixes none of them (SMPP 3.4 7.2); the defaults are what the field runs with.
/// </summary>
internal sealed class CarrierSessionOptions
{
    /// <summary>Submits a second on each bind, where the contract says so; 0 for no limit of ours.</summary>
    [Range(0, 10_000)]
    public int SubmitsPerSecondMax { get; set; }

    /// <summary>TCP and TLS.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan ConnectMax { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The answer to the bind (session_init).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan BindMax { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Without a word for so long after enquire_link the connection is dead.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan EnquireLinkAnswerMax { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Nothing received for so long: closed. Zero: never, since enquire_link finds the dead.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan InactivityMax { get; set; }

    /// <summary>A PDU that was begun has to be whole by then.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan PduCompletionMax { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>A carrier that does not read for so long is gone.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan WriteStallMax { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The cap of the first pause before connecting again; it doubles up to ReconnectMax.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan ReconnectFirst { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>After a wrong password or name: hurrying gets accounts locked.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan RefusedFirst { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The longest such pause.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan RefusedMax { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>After ESME_RALYBND: as long as the carrier needs to see that the last connection is gone.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan AlreadyBoundPause { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long unbinding waits for answers that are still out.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan DrainMax { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>And then for unbind_resp.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan UnbindMax { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Texts and receipts that may wait for the disk; above it the carrier is told to send them later.
    /// </summary>
    [Range(1, 100_000)]
    public int DeliverQueueMax { get; set; } = 1000;

    /// <summary>Those that may be written at once.</summary>
    [Range(1, 1000)]
    public int DeliverConcurrencyMax { get; set; } = 32;

    /// <summary>The largest PDU taken, in octets: a message_payload of 64 KiB fits into the default.</summary>
    [Range(1024, 1024 * 1024)]
    public int PduOctetsMax { get; set; } = 128 * 1024;
}
