using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;

namespace EmailSms.Smtp;

/// <summary>
/// How the server behaves. Every default says where it comes from; every bound is checked before the port opens.
/// </summary>
public sealed partial class SmtpServerOptions
{
    /// <summary>
    /// What the host calls this kind of endpoint, such as <c>submission</c>; sessions carry it as
    /// <see cref="SmtpSessionInfo.Listener"/>. The protocol never sees it.
    /// </summary>
    [StringLength(64), RegularExpression(@"[\x21-\x7e]*")]
    public string ListenerName { get; set; } = "";

    /// <summary>The name in the greeting and in the reply to EHLO (RFC 5321 4.1.1.1).</summary>
    [Required, StringLength(255), RegularExpression(@"[\x21-\x7e]+")]
    public string HostName { get; set; } = "localhost";

    /// <summary>
    /// The largest mail in octets, offered as SIZE (RFC 1870). 10 MiB, as Postfix: enough for a mail with a photograph.
    /// </summary>
    [Range(1024, 1024 * 1024 * 1024)]
    public int MailBytesMax { get; set; } = 10 * 1024 * 1024;

    /// <summary>Recipients in one mail; the next is told 452 4.5.3. RFC 5321 4.5.3.1.8 asks for 100.</summary>
    [Range(1, 10_000)]
    public int RecipientsMax { get; set; } = 100;

    /// <summary>
    /// The longest command line in octets, CRLF counted. RFC 5321 4.5.3.1.4 says 512 and lets extensions add; Postfix
    /// and mox take 2048.
    /// </summary>
    [Range(512, 65_536)]
    public int CommandLineBytesMax { get; set; } = 2048;

    /// <summary>
    /// The longest line of a mail in octets without its CRLF; a mail with a longer one is refused with 550 5.6.0. Null,
    /// the default, takes any: old devices send them, and <see cref="SmtpMessage.LongestLineBytes"/> tells.
    /// RFC 5321 4.5.3.1.6 asks for at least 998.
    /// </summary>
    [Range(998, int.MaxValue)]
    public int? DataLineBytesMax { get; set; }

    /// <summary>How long a client may be silent. RFC 5321 4.5.3.2.7 says at least 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan SilenceMax { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long a client may be silent before EHLO. One minute: who has not spoken yet holds a connection for nothing.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan SilenceBeforeHeloMax { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long a session may last, whatever it does: the bound for a client that sends one octet a minute. 30 minutes,
    /// as mox gives one DATA.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan SessionMax { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// How long a mail in flight may still take when the server stops. 10 seconds: a third of what
    /// <c>HostOptions.ShutdownTimeout</c> gives the whole host.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan DrainMax { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Open sessions at one time; the next is told 421. 500 sessions that each hold a mail cost about 100 MB. Where
    /// several kinds of endpoint share a server, their sessions are counted together, and each compares with its own
    /// limit: a lower one here keeps room for the others.
    /// </summary>
    [Range(1, 100_000)]
    public int ConnectionsMax { get; set; } = 500;

    /// <summary>
    /// Open sessions from one IPv4 address or one IPv6 /64, the least a home is given; the next is told 421. Postfix
    /// allows 50, mox 30.
    /// </summary>
    [Range(1, 100_000)]
    public int ConnectionsPerAddressMax { get; set; } = 20;

    /// <summary>
    /// Faults of the client's own (500 to 504, 555) in one session; the next is told 421. Half of what Postfix allows.
    /// </summary>
    [Range(1, 10_000)]
    public int ErrorsMax { get; set; } = 10;

    /// <summary>
    /// Commands the handler refused for good (5xx) since the last mail that was taken; the next is told 421 4.7.1. As
    /// many as a mail may have recipients: one mail to a stale list is no attack.
    /// </summary>
    [Range(1, 10_000)]
    public int RefusalsMax { get; set; } = 100;

    /// <summary>
    /// Commands that bring no mail nearer (EHLO, RSET, NOOP, VRFY, HELP) since the last mail; the next is told 421.
    /// Postfix allows 100 before it slows down.
    /// </summary>
    [Range(1, 100_000)]
    public int JunkCommandsMax { get; set; } = 200;

    /// <summary>Mails in one session; the next MAIL is told 421, and the client may connect again.</summary>
    [Range(1, 1_000_000)]
    public int MailsPerSessionMax { get; set; } = 1000;

    /// <summary>
    /// Octets of one mail kept in memory; what is larger lies in a file until it is answered. 64 KiB: an ordinary text
    /// mail never touches the disk, and <see cref="ConnectionsMax"/> of them are 32 MB.
    /// </summary>
    [Range(4096, 16 * 1024 * 1024)]
    public int SpoolMemoryBytesMax { get; set; } = 64 * 1024;

    /// <summary>
    /// Where the files for larger mails lie. They have no name (Unix) or vanish when closed (Windows), so that even a
    /// killed process leaves none.
    /// </summary>
    [Required]
    public string SpoolFolder { get; set; } = Path.GetTempPath();

    /// <summary>
    /// Takes <c>MAIL FROM:ann@example.org</c> without the brackets RFC 5321 4.1.2 wants. Off; some printers and alarm
    /// panels need it.
    /// </summary>
    public bool AllowsBareAddresses { get; set; }

    /// <summary>
    /// Takes MAIL and AUTH from who has not said EHLO or HELO, which RFC 5321 4.1.4 wants first. Off; some alarm panels
    /// need it.
    /// </summary>
    public bool AllowsMissingHelo { get; set; }

    /// <summary>
    /// Takes a bare LF for the end of a line, in commands and in mails, where it is handed on as CRLF. Off; some
    /// devices send it. It never ends a mail: a line with only a dot beside a bare LF is a fault (550 5.6.0), so
    /// that no second mail can be hidden in a first.
    /// </summary>
    public bool AllowsBareLineFeeds { get; set; }

    /// <summary>
    /// Offers DSN (RFC 3461) and takes RET, ENVID, NOTIFY and ORCPT. Off: who offers it promises to send such reports,
    /// and only the host can.
    /// </summary>
    public bool OffersDsn { get; set; }

    /// <summary>
    /// Speaks LMTP (RFC 2033) instead of SMTP: LHLO, and a reply for each recipient after the mail, see
    /// <see cref="SmtpMessage.SetReply"/>. Never on port 25.
    /// </summary>
    public bool IsLmtp { get; set; }

    /// <summary>
    /// Networks of proxies that send a PROXY header (version 1 or 2) before anything else; one that sends none is cut
    /// off without a word. None, the default: nobody is believed who names another's address.
    /// </summary>
    public IReadOnlyList<IPNetwork> ProxyNetworks { get; set; } = [];

    /// <summary>
    /// The certificate for the next handshake, such as <see cref="SmtpCertificateFile.Current"/>. Null, the default: no
    /// TLS. What gives null is answered 454 4.7.0.
    /// </summary>
    public Func<SslStreamCertificateContext?>? Certificate { get; set; }

    /// <summary>
    /// The certificate for a host name that a client asks for (SNI), such as <see cref="SmtpCertificateFile.ByName"/>:
    /// a server for several domains. What gives null falls back to <see cref="Certificate"/>, which is needed, too.
    /// </summary>
    public Func<string, SslStreamCertificateContext?>? CertificateByName { get; set; }

    /// <summary>Whether clients are asked for a certificate.</summary>
    public SmtpClientCertificates ClientCertificates { get; set; }

    /// <summary>
    /// Decides about a client's certificate; the chain and its errors are those the system found. Null: the system's
    /// trusted roots decide. What it throws is as a no.
    /// </summary>
    public Func<X509Certificate2, X509Chain?, SslPolicyErrors, bool>? ClientCertificateValidator { get; set; }

    /// <summary>How TLS is used where there is a <see cref="Certificate"/>.</summary>
    public SmtpTls Tls { get; set; }

    /// <summary>
    /// The oldest version of TLS that is spoken: <see cref="SslProtocols.Tls12"/>, as RFC 8996 wants it, or 1.3, 1.1 or
    /// 1.0. The operating system has to allow the old ones, too; OpenSSL 3 does only at security level 0.
    /// </summary>
    public SslProtocols TlsVersionMin { get; set; } = SslProtocols.Tls12;

    /// <summary>How long a TLS handshake may take. 10 seconds, as Kestrel gives HTTPS.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan TlsHandshakeMax { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Finds the credential of a user name; null: nobody has it. With this, AUTH is offered: SCRAM-SHA-256, and PLAIN
    /// and LOGIN inside TLS. What it throws is answered 454 4.7.0.
    /// </summary>
    public Func<string, CancellationToken, ValueTask<SmtpCredential?>>? Credentials { get; set; }

    /// <summary>
    /// Decides about tokens. With this, OAUTHBEARER (RFC 7628) and XOAUTH2 are offered, inside TLS as PLAIN is. What it
    /// throws is answered 454 4.7.0.
    /// </summary>
    public Func<SmtpBearerToken, CancellationToken, ValueTask<SmtpAuthOutcome>>? Tokens { get; set; }

    /// <summary>
    /// Told how each AUTH command ended that got as far as a proof: for a record of logins. It is called in the
    /// session, before its reply, so it must not wait; what it throws is logged and changes nothing.
    /// </summary>
    public Action<SmtpAuthReport>? AuthEnded { get; set; }

    /// <summary>
    /// Offers SCRAM-SHA-256-PLUS, which fails where somebody sits between client and server, bound to
    /// <c>tls-server-end-point</c> (RFC 5929 4). Off: clients that know only the newer <c>tls-exporter</c> (RFC 9266),
    /// which .NET does not give, would choose it and fail.
    /// </summary>
    public bool OffersChannelBinding { get; set; }

    /// <summary>Takes no MAIL from who has not authenticated (530 5.7.0): submission (RFC 6409 4.3).</summary>
    public bool RequiresAuthentication { get; set; }

    /// <summary>
    /// Offers PLAIN and LOGIN without TLS, so that passwords cross the network in the clear. Off; for appliances that
    /// cannot do TLS, on a network where that is bearable.
    /// </summary>
    public bool AllowsPlaintextAuth { get; set; }

    /// <summary>Failed AUTH commands in one session; the next failure is told 421. 3, as mox.</summary>
    [Range(1, 100)]
    public int AuthFailuresMax { get; set; } = 3;

    /// <summary>How long the reply to a failed AUTH is held back: the price of a guess.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan AuthFailureDelay { get; set; } = TimeSpan.FromSeconds(1);

    internal SmtpServerOptions Copy()
    {
        var copy = (SmtpServerOptions)MemberwiseClone();
        copy.ProxyNetworks = [.. ProxyNetworks];
        return copy;
    }
}

/// <summary>The attributes above, compiled; and what no attribute can say.</summary>
[OptionsValidator]
internal sealed partial class SmtpServerOptionsLimits : IValidateOptions<SmtpServerOptions>
{
    public static SmtpServerOptions Check(SmtpServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ValidateOptionsResult result = new SmtpServerOptionsLimits().Validate(null, options);
        List<string> failures = [.. result.Failures ?? []];
        if (options.Tls is not SmtpTls.Offered && options.Certificate is null)
        {
            failures.Add($"{nameof(options.Tls)} is {options.Tls} and there is no {nameof(options.Certificate)}.");
        }

        if (TlsVersions(options.TlsVersionMin) is SslProtocols.None)
        {
            failures.Add($"{nameof(options.TlsVersionMin)} is {options.TlsVersionMin}, which is no single version.");
        }

        if (!Directory.Exists(options.SpoolFolder))
        {
            failures.Add($"{nameof(options.SpoolFolder)} {options.SpoolFolder} does not exist.");
        }

        if (options.RequiresAuthentication && options.Credentials is null && options.Tokens is null)
        {
            failures.Add($"{nameof(options.RequiresAuthentication)} is on without {nameof(options.Credentials)}.");
        }

        if (options.CertificateByName is not null && options.Certificate is null)
        {
            failures.Add($"{nameof(options.CertificateByName)} is there without {nameof(options.Certificate)}.");
        }

        return failures.Count > 0
            ? throw new OptionsValidationException(nameof(SmtpServerOptions), options.GetType(), failures)
            : options.Copy(); // a session must not see half a change
    }

    /// <summary>RFC 2033 5: LMTP is not for port 25, where a peer would take it for SMTP.</summary>
    public static SmtpServerOptions Check(SmtpServerOptions options, EndPoint endPoint) =>
        Check(options) is { IsLmtp: true } && endPoint is IPEndPoint { Port: 25 }
            ? throw new OptionsValidationException(
                nameof(SmtpServerOptions), options.GetType(), ["LMTP is not spoken on port 25 (RFC 2033 5)."])
            : options.Copy();

    /// <summary>A version of TLS and those after it; none: it is no single version.</summary>
    public static SslProtocols TlsVersions(SslProtocols oldest) => oldest switch
    {
        SslProtocols.Tls13 => SslProtocols.Tls13,
        SslProtocols.Tls12 => SslProtocols.Tls12 | SslProtocols.Tls13,
#pragma warning disable SYSLIB0039, CA5397 // old on purpose: for devices that know nothing newer, where a host says so
        SslProtocols.Tls11 => SslProtocols.Tls11 | SslProtocols.Tls12 | SslProtocols.Tls13,
        SslProtocols.Tls => SslProtocols.Tls | SslProtocols.Tls11 | SslProtocols.Tls12 | SslProtocols.Tls13,
#pragma warning restore SYSLIB0039, CA5397
        _ => SslProtocols.None,
    };
}
