using System.ComponentModel.DataAnnotations;

namespace EmailSms.Smtp;

// What keeps one client from the others' share.
public sealed partial class SmtpServerOptions
{
    /// <summary>
    /// New connections in a minute from one IPv4 address or one IPv6 /64; the next is told 421 4.7.0. 120 is two a
    /// second; mox allows 300.
    /// </summary>
    [Range(1, 1_000_000)]
    public int ConnectionsPerMinuteMax { get; set; } = 120;

    /// <summary>
    /// Faults of a client's own that cost it nothing but <see cref="ErrorsMax"/>; from the next on, each reply is held
    /// back by <see cref="ErrorDelay"/> times their number. The same goes for unknown recipients.
    /// </summary>
    [Range(0, 10_000)]
    public int ErrorsBeforeDelay { get; set; } = 3;

    /// <summary>
    /// 20 milliseconds: an honest mistake does not notice, a program that guesses gets slower with each guess.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan ErrorDelay { get; set; } = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Recipients in one session that the handler answers with 5.1.1, no such address; the next is told 421 4.7.1.
    /// </summary>
    [Range(1, 100_000)]
    public int UnknownRecipientsMax { get; set; } = 10;

    /// <summary>The same in an hour from one IPv4 address or one IPv6 /64, over all its sessions.</summary>
    [Range(1, 1_000_000)]
    public int UnknownRecipientsPerHourMax { get; set; } = 100;

    /// <summary>
    /// Failed AUTH commands from one IPv4 address or one IPv6 /64 within <see cref="AuthFailureWindow"/>; after them
    /// AUTH is answered 421 4.7.0 unlooked at until the window is over.
    /// </summary>
    [Range(1, 100_000)]
    public int AuthFailuresPerAddressMax { get; set; } = 10;

    /// <summary>
    /// The same for one user name, from wherever. An address that has authenticated as that user in the last day is
    /// not barred by it: strangers cannot lock a user out.
    /// </summary>
    [Range(1, 100_000)]
    public int AuthFailuresPerUserMax { get; set; } = 30;

    /// <summary>
    /// How long failed AUTH commands count, from the first. 15 minutes: ten guesses in each are a thousand a day. Where
    /// several kinds of endpoint share a server, that of the first counts.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan AuthFailureWindow { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// How long a command may take from its first octet to its CRLF; then 421 4.4.2. Programs send it whole; a client
    /// that sends an octet now and then only holds a session.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan CommandTimeMax { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Octets a second that a mail must bring on average, after a first minute; a slower client is told 421 4.4.2 when
    /// its next octets come. A modem brought 1200. 0: no floor.
    /// </summary>
    [Range(0, 1_000_000)]
    public int DataBytesPerSecondMin { get; set; } = 100;

    /// <summary>
    /// How long a client waits for the greeting. Zero; a second finds those that do not wait for it.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan GreetingDelay { get; set; }

    /// <summary>
    /// Turns away who speaks before the greeting (RFC 5321 3.1) with 554 5.5.1. Off: then it is logged, and
    /// <see cref="SmtpSessionInfo.SpokeEarly"/> tells. Programs that send spam do it, and some devices.
    /// </summary>
    public bool RefusesEarlyTalkers { get; set; }

    /// <summary>
    /// The largest header in octets, of the mail or of one part; a larger is refused with 554 5.6.0. 256 KiB: a hundred
    /// times what mails have, and what a parser of mail reads in milliseconds.
    /// </summary>
    [Range(1024, 64 * 1024 * 1024)]
    public int HeaderBytesMax { get; set; } = 256 * 1024;

    /// <summary>Parts of a mail (RFC 2046); one with more is refused with 554 5.6.0. 1000, as Haraka.</summary>
    [Range(1, 1_000_000)]
    public int MimePartsMax { get; set; } = 1000;

    /// <summary>How deep parts and mails may lie in each other; a deeper mail is refused with 554 5.6.0.</summary>
    [Range(1, 10_000)]
    public int MimeDepthMax { get; set; } = 100;

    /// <summary>
    /// Received lines of a mail; one with more runs in a circle and is refused with 554 5.4.6. RFC 5321 6.3 says at
    /// least 100; 50 is what the field takes (chasquid, maddy).
    /// </summary>
    [Range(1, 1000)]
    public int ReceivedMax { get; set; } = 50;
}
