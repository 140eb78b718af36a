using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace EmailSms.Smtp;

/// <summary>Who is at the other end of a session. One instance lives as long as the session.</summary>
public sealed class SmtpSessionInfo
{
    private Dictionary<object, object?>? _items;

    internal SmtpSessionInfo(
        string id, string listener, IPEndPoint remote, IPEndPoint local, IPEndPoint? proxy = null)
    {
        Proxy = proxy;
        Id = id;
        Listener = listener;
        Remote = remote;
        Local = local;
    }

    /// <summary>The connection's id, as in Kestrel's own log.</summary>
    public string Id { get; }

    /// <summary><see cref="SmtpServerOptions.ListenerName"/> of the endpoint it came in by.</summary>
    public string Listener { get; }

    /// <summary>
    /// The client, as its proxy names it where there is one. An IPv4 client is an IPv4 address, on a dual-stack socket,
    /// too; a client on a Unix socket is <see cref="IPAddress.None"/>.
    /// </summary>
    public IPEndPoint Remote { get; }

    /// <summary>Where the client came in; behind a proxy, where it reached the proxy.</summary>
    public IPEndPoint Local { get; }

    /// <summary>The proxy that sent a PROXY header; null: the client connected itself.</summary>
    public IPEndPoint? Proxy { get; }

    /// <summary>What the client calls itself in EHLO or HELO; null before. Nobody has checked it.</summary>
    public string? Helo { get; internal set; }

    /// <summary>The client said EHLO, not HELO (RFC 5321 3.2).</summary>
    public bool IsExtended { get; internal set; }

    /// <summary>The client spoke before it was greeted (RFC 5321 3.1), as programs that send spam do.</summary>
    public bool SpokeEarly { get; internal set; }

    /// <summary>The version of TLS; <see cref="SslProtocols.None"/>: everybody on the way can read along.</summary>
    public SslProtocols Tls { get; internal set; }

    /// <summary>The cipher suite of <see cref="Tls"/>; null without TLS.</summary>
    public TlsCipherSuite? TlsCipherSuite { get; internal set; }

    /// <summary>The host name the client asked for in the handshake (SNI, RFC 6066 3); null: for none.</summary>
    public string? TlsServerName { get; internal set; }

    /// <summary>The client's certificate, if it showed one that was believed; see
    /// <see cref="SmtpServerOptions.ClientCertificates"/>.</summary>
    public X509Certificate2? ClientCertificate { get; internal set; }

    /// <summary>What the host wants to keep with the session. The library neither reads nor writes it.</summary>
    public IDictionary<object, object?> Items => _items ??= [];

    internal ChannelBindingToken? ChannelBinding { get; set; }

    internal bool IsTls => Tls is not SslProtocols.None;

    /// <summary>The account that has proven its password; null: nobody has.</summary>
    public string? Identity { get; internal set; }
}
